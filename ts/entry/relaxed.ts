import { readFileSync } from 'node:fs'
import { compile, install, RELAXED_PROBE } from '../kernels/instance.js'

// In a variable, so that bundlers that use the condition `node` do not turn it into an asset.
const file = './softmargin.relaxed.wasm'
try {
  if (WebAssembly.validate(RELAXED_PROBE)) install(compile(readFileSync(new URL(file, import.meta.url))))
} catch {
  // Bundled without the file: the inlined kernels are used instead.
}
