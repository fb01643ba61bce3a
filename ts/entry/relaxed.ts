import { readFileSync } from 'node:fs'
import { compile, install, RELAXED_PROBE } from '../kernels/instance.js'

try {
  // In a variable, so that bundlers that use the condition `node` do not turn it into an asset.
  const file = WebAssembly.validate(RELAXED_PROBE) ? './softmargin.relaxed.wasm' : './softmargin.wasm'
  install(compile(readFileSync(new URL(file, import.meta.url))))
} catch {
  // Bundled without the files: the inlined kernels are used instead.
}
