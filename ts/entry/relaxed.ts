import { compile, install, RELAXED_PROBE } from '../kernels/instance.js'
import { isPermitted } from './permission.js'

try {
  // Not imported: Node then loads all that `node:fs` can do, streams too, which takes 2 ms.
  const { readFileSync } = process.getBuiltinModule('node:fs')
  // In a variable, so that bundlers that use the condition `node` do not turn it into an asset.
  const file = WebAssembly.validate(RELAXED_PROBE) ? './softmargin.relaxed.wasm' : './softmargin.wasm'
  const path = new URL(file, import.meta.url)
  if (isPermitted({ name: 'read', path })) install(compile(readFileSync(path)))
} catch {
  // Bundled without the files, not permitted to read, or Node before 20.16: the inlined kernels are used instead.
}
