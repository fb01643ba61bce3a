/** The kernels as a compiled module: what workerd gives for such an import. */
declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}

/** The same on edge runtimes that want the suffix. */
declare module '*.wasm?module' {
  const module: WebAssembly.Module
  export default module
}

/** The kernels' bytes, inlined by rollup: sorted, as LZMA in base64; and what decompressing and merging wants to know. */
declare module '#kernels.wasm?inlined' {
  export const compressed: string
  export const sorted: number
  export const lengths: readonly number[]
  export const head: number
  export const size: number
}
