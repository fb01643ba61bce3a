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

/** The kernels' bytes in base64, inlined by rollup. */
declare module '#kernels.wasm?base64' {
  const base64: string
  export default base64
}
