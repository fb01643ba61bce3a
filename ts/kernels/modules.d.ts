/** The kernels as a compiled module, which is how workerd resolves this import. */
declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}

/** The same on edge runtimes, which need the suffix. */
declare module '*.wasm?module' {
  const module: WebAssembly.Module
  export default module
}

/** Kernels that rollup inlines: a module with its functions sorted, as LZMA in base64, and what unpacking it wants to know. */
declare module '*.wasm?inlined' {
  const inlined: {
    readonly compressed: string
    readonly sorted: number
    readonly lengths: readonly number[]
    readonly head: number
    readonly size: number
  }
  export default inlined
}

/** The program of a worker, as text. */
declare module '#thread?text' {
  const text: string
  export default text
}
