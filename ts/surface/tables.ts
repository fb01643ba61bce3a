/** Public functions of torch.nn.functional: embeddings. */
import { signature } from '../call/signature.js'
import * as table from '../ops/embedding/embedding.js'
import * as bags from '../ops/embedding/embedding_bag.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Insert, Last } from '../tensor/typed/sizes.js'

const EMBEDDING = signature(
  'embedding',
  'input: Tensor',
  'weight: Tensor',
  'padding_idx: number = None',
  'max_norm: None = None',
  'norm_type: number = 2',
  'scale_grad_by_freq: False = False',
  'sparse: False = False',
)
const EMBEDDING_BAG = signature(
  'embedding_bag',
  'input: Tensor',
  'weight: Tensor',
  'offsets: Tensor = None',
  'max_norm: None = None',
  'norm_type: number = 2',
  'scale_grad_by_freq: False = False',
  "mode: str = 'mean'",
  'sparse: False = False',
  'per_sample_weights: Tensor = None',
  'include_last_offset: bool = False',
  'padding_idx: number = None',
)

/**
 * Rows of `weight` [rows, width] at `input`, int32 of any shape -> [...input.shape, width]. The row
 * `padding_idx` gets no gradient. Source: torch.nn.functional.embedding.
 *
 * @throws IndexError if an index is out of range
 */
export function embedding<S extends Shape, W extends Shape>(
  input: Tensor<S>,
  weight: Tensor<W>,
  padding_idx?: number | { padding_idx?: number | null } | null,
): Tensor<Insert<S, -1, readonly [Last<W>]>>
export function embedding(...args: unknown[]): Tensor {
  const [input, weight, padding_idx] = EMBEDDING.read(args)
  return table.embedding(input, weight, { padding_idx })
}

/**
 * Sum, mean or maximum of rows of `weight` [rows, width] for each bag -> [bags, width]; 0 for an empty
 * bag. `input`, int32, is [bags, indices], or one vector with the start of each bag in
 * `offsets`, int32. Source: torch.nn.functional.embedding_bag.
 *
 * @throws RuntimeError if an index is out of range, or the offsets do not ascend within the input
 */
export function embedding_bag(
  input: Tensor,
  weight: Tensor,
  offsets?: Tensor | (bags.EmbeddingBagOptions & { offsets?: Tensor | null }) | null,
  options?: bags.EmbeddingBagOptions,
): Tensor
export function embedding_bag(
  input: Tensor,
  weight: Tensor,
  offsets: Tensor | null,
  max_norm: null,
  norm_type?: number,
  scale_grad_by_freq?: false,
  mode?: bags.BagMode,
  sparse?: false,
  per_sample_weights?: Tensor | null,
  include_last_offset?: boolean,
  padding_idx?: number | null,
): Tensor
export function embedding_bag(...args: unknown[]): Tensor {
  const [input, weight, offsets, , , , mode, , per_sample_weights, include_last_offset, padding_idx] =
    EMBEDDING_BAG.read(args)
  bags.checkMode(mode)
  const options = { mode, per_sample_weights, include_last_offset, padding_idx }
  return bags.embedding_bag(input, weight, offsets, options)
}
