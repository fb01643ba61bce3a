import { signature } from '../call/signature.js'
import { tensor } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import { type LabelTargets, positivesOf } from './positives.js'

const LABEL_RARITY_WEIGHTS = signature(
  'label_rarity_weights',
  'targets: value',
  'ignore_index: number = None',
)

/**
 * Weights of rows for a {@link WeightedRandomSampler}, so that rows with rare labels are drawn more often: `N / n` of the row's
 * rarest label, which `n` of N rows have; 1 for rows without labels, as if all rows had theirs. float32 [N].
 *
 * @param targets [N, C] of 0 and 1, or -1, NaN or `ignore_index` where a label is missing, which counts as not positive; a
 * SparseCSRTensor of them; or a list of the labels of each row
 * @throws RuntimeError or ValueError for other targets
 * @example
 * const weights = torch.utils.data.label_rarity_weights(targets)
 * const sampler = new torch.utils.data.WeightedRandomSampler(weights, targets.shape[0])
 * const loader = new torch.utils.data.DataLoader(dataset, { batch_size: 32, sampler })
 */
export function label_rarity_weights(
  targets: LabelTargets,
  ignore_index?: number | null | { ignore_index?: number | null },
): Tensor<readonly [number]>
export function label_rarity_weights(...args: unknown[]): Tensor<readonly [number]> {
  const [targets, ignore_index] = LABEL_RARITY_WEIGHTS.read(args)
  const { rows, labels, offsets, of_rows } = positivesOf('label_rarity_weights', targets, ignore_index)
  const counts = new Float64Array(labels)
  for (const label of of_rows) counts[label]++
  const weights = new Float32Array(rows).fill(1)
  for (let row = 0; row < rows; row++) {
    for (let k = offsets[row]; k < offsets[row + 1]; k++) {
      weights[row] = Math.max(weights[row], rows / counts[of_rows[k]])
    }
  }
  return tensor(weights)
}
