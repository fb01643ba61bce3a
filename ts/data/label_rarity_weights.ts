import * as calls from '#kernels/calls'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import { tensor } from '../tensor/create.js'
import { empty, type Tensor } from '../tensor/tensor.js'
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
  const op = 'label_rarity_weights'
  const { rows, labels, offsets, of_rows } = positivesOf(op, targets, ignore_index)
  const tensors = [offsets, of_rows].map((values) => tensor(values))
  const [at, flat] = tensors
  const counts = new Storage(4 * labels)
  const weights = empty(op, [rows] as const)
  launch(() =>
    calls.label_rarity_weights(kernels, {
      offsets: at.pointer(),
      of_rows: flat.pointer(),
      rows,
      labels,
      count: of_rows.length,
      counts: counts.pointer(),
      weights: weights.pointer(),
    }),
  )
  for (const made of [...tensors, counts]) made.dispose()
  return weights
}
