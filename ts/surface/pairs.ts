/** Two results by position and by name. */
import type { Tensor } from '../tensor/tensor.js'

/** Two tensors, as a tuple that also has them by name. */
export type Pair<A extends string, B extends string> = readonly [Tensor, Tensor] & {
  readonly [Name in A | B]: Tensor
}

/** @example pair('std', 'mean', [std, mean]).mean */
export const pair = <A extends string, B extends string>(
  first: A,
  second: B,
  [a, b]: readonly [Tensor, Tensor],
): Pair<A, B> => Object.assign([a, b] as const, { [first]: a, [second]: b }) as unknown as Pair<A, B>
