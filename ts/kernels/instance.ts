import type { Kernels } from '#kernels'
import { tagOf } from '../base/builtin.js'
import { RuntimeError } from '../base/errors.js'
import { seam } from './seam.js'
import { fork, shareKernels } from './threads/fork.js'
import { createMemory, importingShared } from './threads/shared_memory.js'

/**
 * The crate's bindings. All arguments and results are numbers, so these are the module's own exports, without
 * wasm-bindgen's glue. Undefined until a module is installed: read `kernels` inside functions only, since records are built before.
 */
export let kernels: Kernels

/** What a module of kernels imports. */
const importsWith = (memory: WebAssembly.Memory) => ({
  // wasm-bindgen would fill its table of JavaScript values here; it stays empty, as no binding uses any.
  './softmargin_bg.js': { __wbindgen_init_externref_table() {} },
  threads: {
    memory,
    fork: (work: number, jobs: number, threads: number) => fork(kernels.run_jobs, work, jobs, threads),
  },
})

/** `(module (func (result v128) (v128.const i64x2 0 0)))`: valid if SIMD128 is supported. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 22, 1, 20, 0, 253, 12, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11,
])

/** `(module (func (param v128) (result v128) local.get 0 ×3, f32x4.relaxed_madd))`: valid if relaxed SIMD is supported. */
export const RELAXED_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0,
  253, 133, 2, 11,
])

let linear: WebAssembly.Memory | undefined
let modules: readonly WebAssembly.Module[] = []
let exports: WebAssembly.Exports

/** The memory that all kernels work on. */
export function memory(): WebAssembly.Memory {
  linear ??= createMemory()
  return linear
}

const isShared = () => tagOf(memory().buffer) === 'SharedArrayBuffer'

/** Compiles kernels for {@link memory}. Throws a clear error if the runtime refuses. */
export function compile(bytes: BufferSource): WebAssembly.Module {
  checkSimd()
  try {
    return new WebAssembly.Module(isShared() ? importingShared(bytes) : bytes)
  } catch (error) {
    // Chromium's limit on the main thread: 4 KB, later 8 MB.
    const { name, message } = error as Error
    throw new RuntimeError(
      name === 'RangeError'
        ? `softmargin: this browser compiles only small modules on a page's main thread: import softmargin in a Web Worker (${message})`
        : `softmargin: this runtime refuses to compile WebAssembly (${message})`,
      { cause: error },
    )
  }
}

/** Throws a clear error if the runtime lacks WebAssembly or its SIMD. */
export function checkSimd(): void {
  if (typeof WebAssembly !== 'object') {
    throw new RuntimeError('softmargin needs WebAssembly, which this runtime lacks or has switched off')
  }
  if (!WebAssembly.validate(SIMD_PROBE)) {
    throw new RuntimeError(
      'softmargin needs WebAssembly SIMD, which this runtime lacks: use Node >= 16.4, Chrome >= 91, Firefox >= 89 or Safari >= 16.4',
    )
  }
}

/** Installs the kernels of `module`. Further calls are no-ops. */
export function install(module: WebAssembly.Module): void {
  if (isInstalled()) return
  use(module, new WebAssembly.Instance(module, importsWith(memory())).exports)
}

/**
 * Adds the kernels of a family to the core from which it was split (`scripts/families.mjs`), so that apps that do not
 * use the family do not carry it. They share the core's memory.
 */
export function installFamily(module: WebAssembly.Module): void {
  use(module, { ...exports, ...new WebAssembly.Instance(module, { core: exports }).exports })
}

function use(module: WebAssembly.Module, all: WebAssembly.Exports): void {
  exports = all
  modules = [...modules, module]
  kernels = seam(exports)
  shareKernels({ memory: memory(), modules, allocate: kernels.allocate })
}

/** Whether a value is a compiled module, of this realm or of another. */
export function isModule(value: unknown): value is WebAssembly.Module {
  return tagOf(value) === 'WebAssembly.Module'
}

/** Whether kernels are installed. */
export function isInstalled(): boolean {
  return kernels !== undefined
}

/** The current buffer of linear memory. Growth replaces it, and detaches it unless it is shared: do not keep it or views of it. */
export function linearMemory(): ArrayBuffer {
  if (!isInstalled()) {
    throw new RuntimeError(
      'softmargin is not initialised: call initSync(module) or await init(url) of softmargin/slim first',
    )
  }
  // Cached, because reading `memory.buffer` takes longer than a small kernel. A detached buffer is empty.
  if (buffer === undefined || buffer.byteLength === 0) renewBuffer()
  return buffer as ArrayBuffer
}

/** Linear memory has grown. */
export function renewBuffer(): void {
  // A SharedArrayBuffer is used in the same ways here.
  buffer = kernels.memory.buffer as ArrayBuffer
}

let buffer: ArrayBuffer | undefined
