import type { Kernels } from '#kernels'

/**
 * Every call of a kernel goes through what this makes of the module's exports: here nothing, so a call is the export's own.
 * The debug build has `debug_seam.ts` in its place.
 */
export const seam = (exports: WebAssembly.Exports): Kernels => exports as unknown as Kernels
