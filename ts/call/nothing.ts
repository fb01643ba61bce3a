import { signature } from './signature.js'

/** Throws where arguments were given to what takes none: `given` are all of them. */
export function takesNothing(name: string, given: readonly unknown[]): void {
  if (given.length > 0) signature(name).read([...given])
}
