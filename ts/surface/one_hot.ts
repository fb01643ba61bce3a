/** Public functions of torch.nn.functional: classes as vectors. */
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import * as vectors from '../ops/elementwise/one_hot.js'
import * as gumbel from '../ops/random/gumbel.js'
import type { Tensor } from '../tensor/tensor.js'

const ONE_HOT = signature('one_hot', 'input: Tensor', 'num_classes: int = -1')
const GUMBEL_SOFTMAX = signature(
  'gumbel_softmax',
  'logits: Tensor',
  'tau: number = 1',
  'hard: bool = False',
  'eps: number = 1e-10',
  'dim: int = -1',
)

/**
 * int32 [..., num_classes] with 1 at each class of `input` (int32), and 0 elsewhere; -1, the default, for as many classes as the largest
 * needs. Source: torch.nn.functional.one_hot.
 *
 * @throws RuntimeError for a class that is negative, or not less than `num_classes`
 * @example one_hot(torch.tensor([0, 2], { dtype: 'int32' })).tolist() // [[1, 0, 0], [0, 0, 1]]
 */
export function one_hot(input: Tensor, num_classes?: number | { num_classes?: number }): Tensor
export function one_hot(...args: unknown[]): Tensor {
  return vectors.one_hot(...ONE_HOT.read(args))
}

/** Keywords of {@link gumbel_softmax}. */
export interface GumbelSoftmaxOptions {
  /** The temperature; 1 by default. */
  tau?: number
  /** Whether samples are one-hot; false by default. */
  hard?: boolean
  /** Not used, as in torch. */
  eps?: number
  /** -1 by default. */
  dim?: number
}

/**
 * Samples of the Gumbel-softmax distribution (Jang et al. 2016). Draws from the default generator, but other numbers than torch.
 * Source: torch.nn.functional.gumbel_softmax.
 */
export function gumbel_softmax(
  logits: Tensor,
  tau?: number | GumbelSoftmaxOptions,
  hard?: boolean | Omit<GumbelSoftmaxOptions, 'tau'>,
  eps?: number | Omit<GumbelSoftmaxOptions, 'tau' | 'hard'>,
  dim?: number | Pick<GumbelSoftmaxOptions, 'dim'>,
): Tensor
export function gumbel_softmax(...args: unknown[]): Tensor {
  const [logits, tau, hard, , dim] = GUMBEL_SOFTMAX.read(args)
  if (!(tau > 0)) throw new ValueError(`gumbel_softmax: tau must be positive, but got ${tau}`)
  return gumbel.gumbel_softmax(logits, tau, hard, dim)
}
