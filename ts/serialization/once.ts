/** What is made when it is first asked for: apps that never read a file do not carry it. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
