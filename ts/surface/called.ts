/** Makes public functions of a signature and what it calls. */
import type { ArgumentsOf } from '../call/parameter.js'
import { signature } from '../call/signature.js'

/** A function `name` that reads its arguments by the signature of `texts`, and gives them to `work`. */
export function called<const Texts extends readonly string[], R>(
  name: string,
  texts: Texts,
  work: (...given: ArgumentsOf<Texts>) => R,
): (...args: unknown[]) => R {
  const declared = signature(name, ...texts)
  const named = { [name]: (...args: unknown[]): R => work(...declared.read(args)) }
  return named[name]
}
