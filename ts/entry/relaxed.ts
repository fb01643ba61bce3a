import { readFileSync } from 'node:fs'
import { compile, install, RELAXED_PROBE } from '../kernels/instance.js'

// In a variable: bundlers that follow the condition `node` are not to make an asset of it.
const file = './softmargin.relaxed.wasm'
try {
  if (WebAssembly.validate(RELAXED_PROBE)) install(compile(readFileSync(new URL(file, import.meta.url))))
} catch {
  // Bundled away from its file: the inlined kernels do.
}
