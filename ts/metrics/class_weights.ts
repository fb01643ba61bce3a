import * as calls from '#kernels/calls'
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { encodeTargets } from './batch.js'
import { checkChoice, checkIgnoreIndex, IGNORE_INDEX, schemeCodes } from './options.js'

/** How weights grow with rarity; n of N rows have the label, of C labels. */
export type WeightScheme = 'balanced' | 'inverse' | 'inverse_sqrt' | 'effective_number'

/** Keywords of {@link class_weights}. */
export interface ClassWeightOptions {
  /**
   * 'balanced' (the default): `N / (C n)`, scikit-learn's `compute_class_weight`;
   * 'inverse': proportional to `1 / n`; 'inverse_sqrt': to `1 / √n`;
   * 'effective_number': to `(1 - β) / (1 - βⁿ)` (Cui et al. 2019, "Class-Balanced Loss Based on
   * Effective Number of Samples"). The last three have the mean 1.
   */
  scheme?: WeightScheme
  /** For 'effective_number', in [0, 1): 0.999 by default. 0 gives equal weights, near 1 is 'inverse'. */
  beta?: number
  /** Targets with this value, an integer such as -1 or NaN, are missing and do not count. */
  ignore_index?: number | null
}

const CLASS_WEIGHTS = signature(
  'class_weights',
  'targets: Tensor',
  "scheme: str = 'balanced'",
  'beta: number = 0.999',
  IGNORE_INDEX,
)
const POS_WEIGHT = signature('pos_weight', 'targets: Tensor', IGNORE_INDEX)

const SCHEMES: readonly WeightScheme[] = ['balanced', 'inverse', 'inverse_sqrt', 'effective_number']

/**
 * Weights that increase with the rarity of a label: [C], for `MultiLabelSoftMarginLoss({ weight })`. A
 * label that no row has counts as if one row had it.
 *
 * @param targets [N, C, ...], 0 and 1 of any dtype, or `ignore_index`
 * @throws RuntimeError for other targets, ValueError for an unknown scheme or a beta out of range
 * @example
 * const weight = torch.metrics.class_weights(targets, { scheme: 'effective_number', beta: 0.99 })
 * const loss_fn = new torch.nn.MultiLabelSoftMarginLoss({ weight })
 */
export function class_weights(
  targets: Tensor,
  scheme?: WeightScheme | ClassWeightOptions,
  beta?: number | Omit<ClassWeightOptions, 'scheme'>,
  ignore_index?: number | null | Pick<ClassWeightOptions, 'ignore_index'>,
): Tensor
export function class_weights(...args: unknown[]): Tensor {
  const [targets, scheme, beta, ignore_index] = CLASS_WEIGHTS.read(args)
  checkChoice('class_weights', 'scheme', scheme, SCHEMES)
  if (!(beta >= 0 && beta < 1)) {
    throw new ValueError(
      `class_weights: Expected argument \`beta\` to be a float in [0,1), but got ${describe(beta)}`,
    )
  }
  return weigh('class_weights', targets, scheme, beta, ignore_index)
}

/**
 * Negatives per positive of each label, [C]: as `pos_weight` of torch.nn.BCEWithLogitsLoss it gives
 * positives and negatives of every label the same total weight. Both counts are at least 1 here.
 *
 * @param targets [N, C, ...], 0 and 1 of any dtype, or `ignore_index`
 * @throws RuntimeError for other targets
 * @example torch.metrics.pos_weight(torch.tensor([[1, 0], [0, 0], [0, 1]])).tolist() // [2, 2]
 */
export function pos_weight(
  targets: Tensor,
  ignore_index?: number | null | { ignore_index?: number | null },
): Tensor
export function pos_weight(...args: unknown[]): Tensor {
  const [targets, ignore_index] = POS_WEIGHT.read(args)
  return weigh('pos_weight', targets, 'pos_weight', 0, ignore_index)
}

function weigh(
  op: string,
  targets: Tensor,
  scheme: keyof typeof schemeCodes,
  beta: number,
  ignore_index: unknown,
): Tensor {
  checkIgnoreIndex(op, ignore_index)
  const codes = encodeTargets(op, targets, ignore_index)
  const [rows, labels] = codes.shape
  const weights = empty(op, [labels])
  const workspace = new Storage(16 * labels)
  launch(() =>
    calls.class_weights(kernels, {
      codes: codes.pointer(),
      rows,
      labels,
      scheme: schemeCodes[scheme],
      beta,
      counts: workspace.pointer(),
      weights: weights.pointer(),
    }),
  )
  for (const temporary of [codes, workspace]) temporary.dispose()
  return weights
}
