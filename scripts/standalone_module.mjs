// The kernels for hosts that are not JavaScript: a module without a single import. Its memory is its own, and the jobs
// of a kernel run one after another in the thread that calls it. `docs/abi.md` is its contract.
import { limits } from './imported_memory.mjs'
import * as wasm from './wasm_module.mjs'

/** What `crate/src/parallel.rs` imports to run jobs, and what it exports for it. */
const FORK = 'fork'
const RUN_JOBS = 'run_jobs'

const MEMORY_KIND = 2

/** Of wasm-bindgen and of our workers: no host has a use for them. */
export const OF_JAVASCRIPT = /^__|^stack_pointer$|^run_jobs$/

/** The module of `kernels`, which is not optimised again: its instructions are those of the other builds. */
export async function withoutImports(kernels) {
  // Imported here: the package may just have been installed.
  const { default: binaryen } = await import('binaryen')
  const module = binaryen.readBinary(withOwnMemory(kernels))
  // What it uses is what it was compiled with.
  module.setFeatures(binaryen.Features.All)
  forkInPlace(module, binaryen)
  for (const name of exportsOf(module, binaryen)) if (OF_JAVASCRIPT.test(name)) module.removeExport(name)
  module.runPasses(['remove-unused-module-elements'])
  const standalone = module.emitBinary()
  module.dispose()
  return standalone
}

/** Defines `fork`: all jobs here, in their order. */
function forkInPlace(module, binaryen) {
  const { i32, none, createType } = binaryen
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const { name, base, params } = binaryen.getFunctionInfo(module.getFunctionByIndex(i))
    if (base !== FORK) continue
    const run = binaryen.getExportInfo(module.getExport(RUN_JOBS)).value
    const [work, jobs] = [module.local.get(0, i32), module.local.get(1, i32)]
    const here = module.call(run, [work, module.i32.const(0), jobs, module.i32.const(0)], none)
    if (params !== createType([i32, i32, i32])) throw new Error('The crate imports another fork')
    module.removeFunction(name)
    module.addFunction(name, params, none, [], here)
    return
  }
  throw new Error('The crate imports no fork')
}

function exportsOf(module, binaryen) {
  return Array.from(
    { length: module.getNumExports() },
    (_, i) => binaryen.getExportInfo(module.getExportByIndex(i)).name,
  )
}

/** Defines the memory that the module imports. It has no other memory, so its number stays. */
function withOwnMemory(kernels) {
  const sections = wasm.sectionsOf(kernels)
  const reader = new wasm.Reader(new Map(sections).get(wasm.IMPORT))
  let memory
  const functions = reader
    .vector(() => {
      const start = reader.position
      const [, , kind] = [reader.name(), reader.name(), reader.byte()]
      if (kind === MEMORY_KIND) {
        const [, minimum] = [reader.number(), reader.number(), reader.number()]
        memory = wasm.vector([limits(minimum)])
        return null
      }
      reader.number()
      return reader.bytes.subarray(start, reader.position)
    })
    .filter((item) => item !== null)
  const replaced = sections.flatMap(([id, content]) => {
    if (id === wasm.IMPORT) return [[id, wasm.vector(functions)]]
    // Before the globals: sections have an order.
    return id === wasm.GLOBAL
      ? [
          [wasm.MEMORY, memory],
          [id, content],
        ]
      : [[id, content]]
  })
  return wasm.moduleOf(replaced)
}
