/** Makes a value on first use, so that bundlers can drop it from apps that never read a file. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
