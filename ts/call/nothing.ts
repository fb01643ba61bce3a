import { signature } from './signature.js'

/** Throws if a callable without parameters was `given` arguments. */
export function takesNothing(name: string, given: readonly unknown[]): void {
  if (given.length > 0) signature(name).read([...given])
}
