import type { Kernels } from '#kernels'
import { tagOf } from '../base/builtin.js'
import { RuntimeError } from '../base/errors.js'
import { seam } from './seam.js'

/**
 * The crate's bindings. All arguments and results are numbers, so these are the module's own exports, without
 * wasm-bindgen's glue. Undefined until a module is installed: read `kernels` inside functions only, since records are built before.
 */
export let kernels: Kernels

/** wasm-bindgen would fill its table of JavaScript values here; it stays empty, as no binding uses any. */
export const imports = { './softmargin_bg.js': { __wbindgen_init_externref_table() {} } }

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

/** Compiles the kernels. Throws a clear error if the runtime refuses. */
export function compile(bytes: BufferSource): WebAssembly.Module {
  checkSimd()
  try {
    return new WebAssembly.Module(bytes)
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

let exports: WebAssembly.Exports

/** Installs the kernels of `module`. Further calls are no-ops. */
export function install(module: WebAssembly.Module): void {
  if (isInstalled()) return
  exports = new WebAssembly.Instance(module, imports).exports
  kernels = seam(exports)
}

/**
 * Adds the kernels of a family to the core from which it was split (`scripts/families.mjs`), so that apps that do not
 * use the family do not carry it. They share the core's memory.
 */
export function installFamily(module: WebAssembly.Module): void {
  exports = { ...exports, ...new WebAssembly.Instance(module, { core: exports }).exports }
  kernels = seam(exports)
}

/** Whether a value is a compiled module, of this realm or of another. */
export function isModule(value: unknown): value is WebAssembly.Module {
  return tagOf(value) === 'WebAssembly.Module'
}

/** Whether kernels are installed. */
export function isInstalled(): boolean {
  return kernels !== undefined
}

/** The current buffer of linear memory. Growth detaches it, so do not keep it or views of it. */
export function linearMemory(): ArrayBuffer {
  if (!isInstalled()) {
    throw new RuntimeError(
      'softmargin is not initialised: call initSync(module) or await init(url) of softmargin/slim first',
    )
  }
  // Cached, because reading `memory.buffer` takes longer than a small kernel. A detached buffer is empty.
  if (buffer === undefined || buffer.byteLength === 0) buffer = kernels.memory.buffer as ArrayBuffer
  return buffer
}

let buffer: ArrayBuffer | undefined
