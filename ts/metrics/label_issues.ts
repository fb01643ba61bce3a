import { FilterCode, ScoreCode } from '#kernels'
import * as calls from '#kernels/calls'
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import { reshape } from '../ops/shape/view.js'
import { to } from '../tensor/convert.js'
import { tensor } from '../tensor/create.js'
import { checkShape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { Batch } from './batch.js'
import { checkChoice, checkIgnoreIndex, IGNORE_INDEX } from './options.js'

/** How issues are chosen; see {@link find_label_issues}. */
export type LabelFilter =
  | 'prune_by_noise_rate'
  | 'prune_by_class'
  | 'both'
  | 'confident_learning'
  | 'predicted_neq_given'
  | 'low_self_confidence'
  | 'low_normalized_margin'

/** What issues are ranked by; see {@link find_label_issues}. */
export type LabelScore = 'self_confidence' | 'normalized_margin' | 'confidence_weighted_entropy'

/** Keywords of {@link find_label_issues}. */
export interface LabelIssueOptions {
  /**
   * Which of the suspicious labels count: 'prune_by_noise_rate' (the default) and 'prune_by_class' as many as the estimated noise says,
   * those with the greatest margin or the least probability; 'both' those that are in both; 'confident_learning' all that were counted
   * as wrong; 'predicted_neq_given' all whose prediction differs; 'low_self_confidence' and 'low_normalized_margin' as many as were
   * counted as wrong, those with the least probability of their targets.
   */
  filter_by?: LabelFilter
  /** The fraction of the estimated noise that the first three give: 1 by default. */
  frac_noise?: number
  /**
   * How many issues each label has, for 'prune_by_class' and 'prune_by_noise_rate', instead of an estimate: as cleanlab counts them, of
   * the rows without the label, and with it, in turn. Issues that the prediction agrees with are left out.
   */
  num_to_remove_per_class?: readonly number[] | null
  /** Rows of a label, or without it, that are left at least: 1 by default. */
  min_examples_per_class?: number
  /** Gives indices, the most suspicious first, instead of a mask. */
  return_indices_ranked_by?: LabelScore | null
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
  'num_to_remove_per_class: ints = None',
  'min_examples_per_class: int = 1',
  'return_indices_ranked_by: str = None',
  'per_class: bool = False',
  IGNORE_INDEX,
)

// Shipped types cannot name those of the kernels, which are not in the package.
const FILTERS: readonly LabelFilter[] = Object.keys(FilterCode) as (keyof typeof FilterCode)[]
const SCORES: readonly LabelScore[] = Object.keys(ScoreCode) as (keyof typeof ScoreCode)[]

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
  const [probabilities, targets, filter_by, frac_noise, removed, least, ranked_by, per_class, ignore_index] =
    FIND_LABEL_ISSUES.read(args)
  checkChoice(op, 'filter_by', filter_by, FILTERS)
  if (ranked_by !== null) checkChoice(op, 'return_indices_ranked_by', ranked_by, SCORES)
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
  try {
    checkRemoved(op, removed, filter_by, batch)
    if (batch.scores.data().some(Number.isNaN))
      throw new ValueError(`${op}: probabilities must not contain NaN`)
    return issuesOf(op, batch, { filter_by, frac_noise, least, removed, ranked_by, per_class })
  } finally {
    batch.dispose()
  }
}

function checkRemoved(
  op: string,
  removed: readonly number[] | null,
  filter_by: LabelFilter,
  { labels }: Batch,
): void {
  if (removed === null) return
  if (!['prune_by_noise_rate', 'prune_by_class', 'both'].includes(filter_by)) {
    throw new ValueError(
      `${op}: num_to_remove_per_class is for filter_by 'prune_by_noise_rate', 'prune_by_class' and 'both', but got '${filter_by}'`,
    )
  }
  if (removed.length !== labels || removed.some((count) => count < 0)) {
    throw new ValueError(
      `${op}: num_to_remove_per_class must have a number of at least 0 for each of the ${labels} labels, but got ${describe(removed)}`,
    )
  }
}

interface Asked {
  readonly filter_by: LabelFilter
  readonly frac_noise: number
  readonly least: number
  readonly removed: readonly number[] | null
  readonly ranked_by: LabelScore | null
  readonly per_class: boolean
}

/** Bytes of the kernels' workspaces for each row. */
const BYTES = 16

function issuesOf(op: string, { rows, labels, scores, codes }: Batch, asked: Asked): Tensor | Tensor[] {
  const { filter_by, ranked_by, per_class } = asked
  checkShape(op, [rows, BYTES])
  const [workspace, of_label] = [new Storage(BYTES * rows), new Storage(8 * labels)]
  const removed = asked.removed === null ? null : tensor(Int32Array.from(asked.removed))
  const filter = FilterCode[filter_by]
  /** Rows are found through labels: those of low scores as many as are wrong. */
  const perLabel = !per_class && filter_by.startsWith('low_') ? FilterCode.confident_learning : filter
  const mask = empty(op, [rows, labels], 'uint8')
  const of_rows = empty(op, [rows], 'uint8')
  const order = empty(op, [rows], 'int32')
  try {
    launch(() =>
      calls.label_issues(kernels, {
        probabilities: scores.pointer(),
        codes: codes.pointer(),
        rows,
        labels,
        filter: perLabel,
        frac_noise: asked.frac_noise,
        least: asked.least,
        removed: removed === null ? 0 : removed.pointer(),
        mask: mask.pointer(),
        workspace: workspace.pointer(),
      }),
    )
    const ranked = (score: LabelScore, issues: Tensor, column: number, columns: number) => {
      const found = launch(() =>
        calls.label_issues_ranked(kernels, {
          probabilities: scores.pointer(),
          codes: codes.pointer(),
          rows,
          labels,
          score: ScoreCode[score],
          issues: issues.pointer(),
          column,
          columns,
          order: order.pointer(),
          workspace: workspace.pointer(),
          scores: of_label.pointer(),
        }),
      )
      return tensor(order.data<Int32Array>().slice(0, found))
    }
    if (per_class) {
      if (ranked_by === null) return reshape(to(mask, 'bool'), [rows, labels])
      return Array.from({ length: labels }, (_, label) => ranked(ranked_by, mask, label, labels))
    }
    launch(() =>
      calls.label_issues_of_rows(kernels, {
        probabilities: scores.pointer(),
        codes: codes.pointer(),
        rows,
        labels,
        filter,
        mask: mask.pointer(),
        of_rows: of_rows.pointer(),
        workspace: workspace.pointer(),
        scores: of_label.pointer(),
      }),
    )
    return ranked_by === null ? to(of_rows, 'bool') : ranked(ranked_by, of_rows, 0, 1)
  } finally {
    for (const made of [workspace, of_label, mask, of_rows, order, removed]) made?.dispose()
  }
}
