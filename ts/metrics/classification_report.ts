import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { cat } from '../ops/shape/join.js'
import { t } from '../ops/shape/permute.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import { MultilabelStatScores } from './confusion.js'
import { type Average, checkIgnoreIndex, IGNORE_INDEX } from './options.js'
import { MultilabelF1Score, MultilabelPrecision, MultilabelRecall } from './stat_scores.js'

/** A line of a report. */
export interface ReportLine {
  precision: number
  recall: number
  'f1-score': number
  /** The number of true labels. */
  support: number
}

/** Options of {@link classification_report}. */
export interface ReportOptions {
  /** Names of the labels; their numbers by default. */
  target_names?: readonly string[] | null
  /** Digits after the point; 2 by default. */
  digits?: number
  /** 'text' by default, as scikit-learn prints it; 'markdown' for a table; 'dict' for an object by name. */
  output?: 'text' | 'markdown' | 'dict'
  /** scikit-learn's word for `output: 'dict'`. */
  output_dict?: boolean
  /** The value of 0 / 0: 0 by default, or 1. */
  zero_division?: 0 | 1
  /** Labels with this value, an integer such as -1 or NaN, are missing and do not count. */
  ignore_index?: number | null
}

const REPORT = signature(
  'classification_report',
  'y_true: Tensor',
  'y_pred: Tensor',
  '*',
  'target_names: list = None',
  'digits: int = 2',
  'output_dict: bool = False',
  'zero_division: number = 0',
  "output: 'text'|'markdown'|'dict' = 'text'",
  IGNORE_INDEX,
)

const AVERAGES = ['micro', 'macro', 'weighted', 'samples'] as const
const HEADS = ['precision', 'recall', 'f1-score', 'support'] as const

/**
 * Precision, recall, F1 score and support of every label, and their averages, as a text, a Markdown table, or an object by name.
 * Source: sklearn.metrics.classification_report, of label indicators.
 *
 * @param y_true labels [N, C], 0 and 1
 * @param y_pred predicted labels, such as `probabilities.gt(0.5)`
 * @throws ValueError if sizes differ, RuntimeError for values other than 0 and 1
 * @example console.log(classification_report(targets, logits.gt(0), { target_names: ['cat', 'dog'] }))
 */
export function classification_report(
  y_true: Tensor,
  y_pred: Tensor,
  options: ReportOptions & ({ output_dict: true } | { output: 'dict' }),
): Record<string, ReportLine>
export function classification_report(
  y_true: Tensor,
  y_pred: Tensor,
  options?: ReportOptions & { output_dict?: false; output?: 'text' | 'markdown' },
): string
export function classification_report(...args: unknown[]): string | Record<string, ReportLine> {
  const op = 'classification_report'
  const [y_true, y_pred, target_names, digits, output_dict, zero_division, output, ignore_index] =
    REPORT.read(args)
  for (const [name, given] of Object.entries({ y_true, y_pred })) {
    checkTensor(op, name, given)
    if (given.dim() !== 2 || given.numel() === 0) {
      throw new ValueError(`${op}: ${name} must be [N, C], 0 and 1, but got [${given.shape.join(', ')}]`)
    }
  }
  const labels = y_true.shape[1]
  const names = target_names ?? Array.from({ length: labels }, (_, label) => String(label))
  if (names.length !== labels || names.some((name) => typeof name !== 'string')) {
    throw new ValueError(
      `${op}: target_names must be ${labels} strings, one for each label, but got ${names.slice(0, 8).map(describe).join(', ')}`,
    )
  }
  if (digits < 0 || digits > 100)
    throw new ValueError(`${op}: digits must be from 0 to 100, but got ${digits}`)

  // Pairs: an object would move names that are numbers to the front, and has each name once.
  const lines: [name: string, line: ReportLine][] = []
  checkIgnoreIndex(op, ignore_index)
  const counted = { zero_division: zero_division as 0, ignore_index }
  const each = scores(y_true, y_pred, 'none', counted)
  const support = [...supportOf(y_true, y_pred, ignore_index)]
  for (const [i, name] of names.entries())
    lines.push([
      name as string,
      lineOf(
        each.map((x) => x[i]),
        support[i],
      ),
    ])
  const total = support.reduce((sum, count) => sum + count, 0)
  for (const average of AVERAGES) {
    // Of samples: the labels of a sample count as its rows.
    const [x, y] = average === 'samples' ? [t(y_true), t(y_pred)] : [y_true, y_pred]
    const means = scores(x, y, average === 'samples' ? 'macro' : average, counted)
    lines.push([
      `${average} avg`,
      lineOf(
        means.map(([mean]) => mean),
        total,
      ),
    ])
  }
  if (output_dict || output === 'dict') return Object.fromEntries(lines)
  return output === 'markdown' ? markdownOf(lines, labels, digits) : textOf(lines, labels, digits)
}

/** At least two labels, as metrics want them: one counts the same twice. */
const twice = (x: Tensor): Tensor => (x.shape[1] === 1 ? cat([x, x], 1) : x)

function scores(
  y_true: Tensor,
  y_pred: Tensor,
  average: Average,
  counted: Pick<ReportOptions, 'zero_division' | 'ignore_index'>,
) {
  const [target, preds] = [twice(y_true), twice(y_pred)]
  const options = { num_labels: target.shape[1], average, ...counted }
  return [MultilabelPrecision, MultilabelRecall, MultilabelF1Score].map((Metric) => {
    const metric = new Metric(options)
    metric.update(preds, target)
    return [...metric.compute().data()]
  })
}

/** The number of true labels of each. */
function supportOf(y_true: Tensor, y_pred: Tensor, ignore_index: number | null): number[] {
  const target = twice(y_true)
  const metric = new MultilabelStatScores({ num_labels: target.shape[1], average: 'none', ignore_index })
  metric.update(twice(y_pred), target)
  const counts = [...metric.compute().data()]
  return Array.from({ length: y_true.shape[1] }, (_, label) => counts[5 * label + 4])
}

const lineOf = ([precision, recall, f1]: readonly number[], support: number): ReportLine => ({
  precision,
  recall,
  'f1-score': f1,
  support,
})

/** Rounded as in Python: halves, which are exact for float32 and few digits, to even. */
function fixed(value: number, digits: number): string {
  const scaled = value * 10 ** digits
  const isHalf = digits <= 8 && scaled % 1 === 0.5
  return (isHalf ? (2 * Math.round(scaled / 2)) / 10 ** digits : value).toFixed(digits)
}

const cellsOf = (line: ReportLine, digits: number): string[] =>
  HEADS.map((head) => (head === 'support' ? String(line.support) : fixed(line[head], digits)))

/** A table of GitHub's Markdown, with averages in bold. */
function markdownOf(
  lines: readonly [name: string, line: ReportLine][],
  labels: number,
  digits: number,
): string {
  // Neither marks nor HTML, and no line of its own.
  const plain = (name: string) =>
    name.replace(/[\\`*_{}[\]<>()#+!|~&-]/g, (mark) => `&#${mark.charCodeAt(0)};`).replace(/\s+/g, ' ')
  const rows = lines.map(([name, line], i) => {
    const head = i < labels ? plain(name) : `**${name}**`
    return `| ${head} | ${cellsOf(line, digits).join(' | ')} |\n`
  })
  return `| label | ${HEADS.join(' | ')} |\n|:--|${HEADS.map(() => '--:|').join('')}\n${rows.join('')}`
}

/** As scikit-learn prints it. */
function textOf(lines: readonly [name: string, line: ReportLine][], labels: number, digits: number): string {
  const width = Math.max(digits, ...lines.map(([name]) => name.length), 'weighted avg'.length)
  const rowOf = (name: string, cells: readonly string[]) =>
    `${name.padStart(width)} ${cells.map((cell) => ` ${cell.padStart(9)}`).join('')}\n`
  const rows = lines.map(([name, line]) => rowOf(name, cellsOf(line, digits)))
  return `${rowOf('', HEADS)}\n${rows.slice(0, labels).join('')}\n${rows.slice(labels).join('')}`
}
