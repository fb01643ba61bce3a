/** The types behind `using`, for libraries of TypeScript that lack them. Others have the same ones, with which these merge. */
declare global {
  interface SymbolConstructor {
    /** The method that `using` calls at the end of a block. */
    readonly dispose: unique symbol
  }

  interface Disposable {
    [Symbol.dispose](): void
  }
}

export {}
