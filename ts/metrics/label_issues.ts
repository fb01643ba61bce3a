import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { reshape } from '../ops/shape/view.js'
import { to } from '../tensor/convert.js'
import { tensor } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import { Batch } from './batch.js'
import { confidentJoint, issuesOf, type LabelFilter } from './confident_learning.js'
import { checkChoice, checkIgnoreIndex, IGNORE_INDEX } from './options.js'

/** Keywords of {@link find_label_issues}. */
export interface LabelIssueOptions {
  /**
   * Which of the suspicious labels count: 'prune_by_noise_rate' (the default) and 'prune_by_class' as many as the estimated noise says,
   * those with the greatest margin or the least probability; 'both' those that are in both; 'confident_learning' all that were counted
   * as wrong; 'predicted_neq_given' all whose prediction differs.
   */
  filter_by?: LabelFilter
  /** The fraction of the estimated noise that the first three give: 1 by default. */
  frac_noise?: number
  /** Rows of a label, or without it, that are left at least: 1 by default. */
  min_examples_per_class?: number
  /** Gives indices, the most suspicious first, instead of a mask. */
  return_indices_ranked_by?: 'self_confidence' | 'normalized_margin' | null
  /** Gives the issues of each label, instead of those of rows. */
  per_class?: boolean
  /** Targets with this value are ignored. */
  ignore_index?: number | null
}

const FIND_LABEL_ISSUES = signature(
  'find_label_issues',
  'probabilities: Tensor',
  'targets: Tensor',
  "filter_by: str = 'prune_by_noise_rate'",
  'frac_noise: number = 1',
  'min_examples_per_class: int = 1',
  'return_indices_ranked_by: str = None',
  'per_class: bool = False',
  IGNORE_INDEX,
)

const FILTERS: readonly LabelFilter[] = [
  'prune_by_noise_rate',
  'prune_by_class',
  'both',
  'confident_learning',
  'predicted_neq_given',
]
const RANKS = ['self_confidence', 'normalized_margin'] as const

/**
 * Rows whose targets are probably wrong, by confident learning, label by label: bool [N]. Probabilities must be those of a model that
 * has not seen the rows, such as those of cross-validation (`MultilabelStratifiedKFold`).
 * Source: Northcutt, Jiang, Chuang 2021, "Confident Learning"; the same rows as
 * cleanlab.multilabel_classification.filter.find_label_issues, and with `per_class` as find_multilabel_issues_per_class.
 *
 * @param probabilities [N, C]; logits if any is outside [0, 1]
 * @param targets [N, C], 0 and 1 of any dtype, or `ignore_index`
 * @returns bool [N], or [N, C] with `per_class`; with `return_indices_ranked_by` an int32 vector of rows, or one for each label
 * @throws RuntimeError for shapes that differ or other targets, ValueError for NaN or an unknown option
 * @example
 * const rows = torch.metrics.find_label_issues(probabilities, targets, { return_indices_ranked_by: 'self_confidence' })
 */
export function find_label_issues(
  probabilities: Tensor,
  targets: Tensor,
  options: LabelIssueOptions & { per_class: true; return_indices_ranked_by: string },
): Tensor[]
export function find_label_issues(
  probabilities: Tensor,
  targets: Tensor,
  filter_by?: LabelFilter | LabelIssueOptions,
  options?: Omit<LabelIssueOptions, 'filter_by'>,
): Tensor
export function find_label_issues(...args: unknown[]): Tensor | Tensor[] {
  const op = 'find_label_issues'
  const [probabilities, targets, filter_by, frac_noise, least, ranked_by, per_class, ignore_index] =
    FIND_LABEL_ISSUES.read(args)
  checkChoice(op, 'filter_by', filter_by, FILTERS)
  if (ranked_by !== null) checkChoice(op, 'return_indices_ranked_by', ranked_by, RANKS)
  if (!(frac_noise >= 0 && frac_noise <= 1)) {
    throw new ValueError(`${op}: frac_noise must be in [0, 1], but got ${describe(frac_noise)}`)
  }
  if (least < 0) throw new ValueError(`${op}: min_examples_per_class must be at least 0, but got ${least}`)
  checkIgnoreIndex(op, ignore_index)
  const batch = Batch.read(op, probabilities, targets, {
    kind: 'probabilities',
    num_labels: null,
    names: ['probabilities', 'targets'],
    ignore_index,
  })
  const { rows, labels } = batch
  const [given, codes] = [batch.scores.data(), batch.codes.data<Uint8Array>()]
  batch.dispose()
  if (given.some(Number.isNaN)) throw new ValueError(`${op}: probabilities must not contain NaN`)
  const mask = new Uint8Array(rows * labels)
  for (let label = 0; label < labels; label++) {
    // The rows whose target is known, and their probabilities of 0 and of 1.
    const known: number[] = []
    for (let row = 0; row < rows; row++) if (codes[row * labels + label] < 2) known.push(row)
    const of = Uint8Array.from(known, (row) => codes[row * labels + label])
    const p = Float64Array.from(known, (row) => given[row * labels + label])
    const joint = confidentJoint(p, of)
    const issues = issuesOf(p, of, joint, { filter_by, frac_noise, least })
    for (const [i, row] of known.entries()) mask[row * labels + label] = issues[i]
  }
  /** The probability that a model gives a row's target. */
  const confidence = (row: number, label: number) => {
    const p = given[row * labels + label]
    return codes[row * labels + label] === 1 ? p : 1 - p
  }
  if (per_class) {
    if (ranked_by === null) return reshape(to(tensor(mask), 'bool'), [rows, labels])
    return Array.from({ length: labels }, (_, label) =>
      ranked(
        rows,
        (row) => mask[row * labels + label] === 1,
        (row) => confidence(row, label),
      ),
    )
  }
  const any = new Uint8Array(rows)
  for (const [i, issue] of mask.entries()) any[Math.floor(i / labels)] |= issue
  if (ranked_by === null) return to(tensor(any), 'bool')
  const quality = (row: number) => {
    const known: number[] = []
    for (let label = 0; label < labels; label++)
      if (codes[row * labels + label] < 2) known.push(confidence(row, label))
    return lowest(known)
  }
  return ranked(rows, (row) => any[row] === 1, quality)
}

/** The rows that are issues, those of the lowest score first. */
function ranked(rows: number, isIssue: (row: number) => boolean, score: (row: number) => number): Tensor {
  const found: [row: number, score: number][] = []
  for (let row = 0; row < rows; row++) if (isIssue(row)) found.push([row, score(row)])
  found.sort(([, a], [, b]) => a - b)
  return tensor(Int32Array.from(found, ([row]) => row))
}

/** Weight of the lower score in {@link lowest}. */
const ALPHA = 0.8

/** The score of a row, of those of its labels: their exponential moving average from the highest to the lowest, cleanlab's. */
function lowest(scores: readonly number[]): number {
  const falling = Float64Array.from(scores).sort().reverse()
  return falling.reduce((average, score) => ALPHA * score + (1 - ALPHA) * average)
}
