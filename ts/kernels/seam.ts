import type { Kernels } from '#kernels'

/**
 * Every call of a kernel goes through the result of this function. Here it returns the module's exports unchanged.
 * The debug build replaces this file by `debug_seam.ts`.
 */
export const seam = (exports: WebAssembly.Exports): Kernels => exports as unknown as Kernels
