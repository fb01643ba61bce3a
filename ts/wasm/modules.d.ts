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

/** The kernels' bytes, inlined by rollup: LZMA in base64, and how many they are. */
declare module '#kernels.wasm?inlined' {
  export const compressed: string
  export const size: number
}
