/** softmargin/report: what a model is worth, as one page. */

import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import type { Threshold } from '../metrics/options.js'
import type { Tensor } from '../tensor/tensor.js'
import { evaluate, type LabelResult } from './evaluation.js'
import { Html, html, plural } from './html.js'
import {
  type ReportExample,
  type ReportIssue,
  readExamples,
  readHistory,
  readIssues,
  readNames,
  readRows,
  readThresholds,
} from './input.js'
import * as sections from './sections.js'
import { style } from './style.js'

export type { ReportExample, ReportIssue }

/** The order of labels on the page: the best or the most frequent first, or as they are given. */
export type ReportOrder = 'f1' | 'support' | 'none'

/** Options of {@link report}. */
export interface ReportOptions {
  /** Names of the labels; their numbers by default. Any text: it is escaped. */
  label_names?: readonly string[] | null
  /** One for all labels, or one for each, as from `tune_thresholds`; 0.5 by default. */
  thresholds?: Threshold | null
  /** 'Evaluation' by default. */
  title?: string
  /** A sentence below the title. */
  description?: string
  /** Losses of each epoch, such as `{ epoch: 1, train_loss: 0.5, val_loss: 0.6 }`, or a Trainer's history: keys that contain "loss" are drawn. */
  history?: readonly Readonly<Record<string, number | readonly number[]>>[] | null
  /** The epoch whose weights were kept, to be marked among the losses. */
  best_epoch?: number | null
  /** Rows to show with their labels. */
  examples?: readonly ReportExample[] | null
  /** Labels that may be wrong: a mask [N, C], or a list of rows and labels. */
  issues?: Tensor | readonly ReportIssue[] | null
  /** Targets with this value are left out; NaN always is. */
  ignore_index?: number | null
  /** 'f1' by default. */
  sort_by?: ReportOrder
  /** Resamples for confidence intervals: 200 by default, or 0 for more than a million probabilities. */
  n_resamples?: number | null
  /** The language of names and title, as in HTML: 'en' by default. */
  lang?: string
}

const REPORT = signature(
  'report',
  'probabilities: Tensor',
  'targets: Tensor',
  '*',
  'label_names: any = None',
  'thresholds: any = None',
  "title: str = 'Evaluation'",
  "description: str = ''",
  'history: any = None',
  'best_epoch: number = None',
  'examples: any = None',
  'issues: any = None',
  'ignore_index: number = None',
  "sort_by: 'f1'|'support'|'none' = 'f1'",
  'n_resamples: int = None',
  "lang: str = 'en'",
)

const ORDERS: Record<ReportOrder, { by: (label: LabelResult) => number; told: string }> = {
  f1: { by: ({ f1 }) => -f1, told: 'Best F1 first, here and in all that follows.' },
  support: { by: ({ support }) => -support, told: 'Most frequent first, here and in all that follows.' },
  none: { by: ({ index }) => index, told: '' },
}

/** More probabilities than this are not resampled unless it is asked for. */
const MANY = 1e6

/**
 * A page of HTML that says what a model is worth: summary figures with confidence intervals, precision, recall and F1 of each label,
 * precision-recall and ROC curves, calibration, confusion matrices, label frequencies, and what else is given. It needs nothing but
 * itself: no script, no request, styles inline; light and dark. All numbers are those of torch.metrics.
 *
 * @param probabilities float32 [N, C]; logits if any is outside [0, 1]. NaN is left out
 * @param targets of that shape: 0 and 1 of any dtype; NaN and `ignore_index` are left out
 * @returns the text of the page, to be written to a file or served as text/html
 * @throws ValueError for shapes that differ, no rows, or options out of range; RuntimeError for other targets
 * @example
 * import { report } from 'softmargin/report'
 * const { thresholds } = torch.metrics.tune_thresholds(probabilities_of_validation, targets_of_validation)
 * writeFileSync('report.html', report(probabilities, targets, { label_names, thresholds, title: 'Tags of recipes' }))
 */
export function report(probabilities: Tensor, targets: Tensor, options?: ReportOptions): string
export function report(options: ReportOptions & { probabilities: Tensor; targets: Tensor }): string
export function report(...args: unknown[]): string {
  const [
    probabilities,
    targets,
    label_names,
    thresholds,
    title,
    description,
    history,
    best_epoch,
    examples,
    issues,
    ignore_index,
    sort_by,
    n_resamples,
    lang,
  ] = REPORT.read(args)
  const rows = readRows(probabilities, targets, ignore_index)
  const names = readNames(label_names, rows.labels)
  const limits = readThresholds(thresholds, rows.labels)
  const resamples = n_resamples ?? (rows.rows * rows.labels > MANY ? 0 : 200)
  if (resamples < 0 || resamples > MANY) {
    throw new ValueError(`report: n_resamples must be from 0 to ${MANY}, but got ${resamples}`)
  }
  const losses = history === null ? null : readHistory(history)
  const shown = examples === null ? null : readExamples(examples, rows.rows)
  const suspected = issues === null ? null : readIssues(issues, rows.rows, rows.labels)

  const evaluation = evaluate(rows, names, limits, resamples)
  const order = ORDERS[sort_by]
  const labels = [...evaluation.labels].sort((a, b) => order.by(a) - order.by(b) || a.index - b.index)
  const content = { rows, evaluation, labels }
  const common = limits.every((value) => value === limits[0])
  const deciding = common ? `a threshold of ${Number(limits[0].toFixed(3))}` : 'a threshold for each label'
  return `<!doctype html>\n${
    html`<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
${description === '' ? '' : html`<p>${description}</p>`}
<p>${plural(rows.rows, 'row')}, ${plural(rows.labels, 'label')}, ${deciding}.</p>
</header>
${sections.summary(content)}${sections.notes(content)}${losses === null ? '' : sections.losses(losses, best_epoch)}
${sections.scores(content, order.told)}${sections.curves(content)}${sections.calibration(content)}${sections.confusion(content)}
${sections.frequencies(content)}${shown === null ? '' : sections.examples(shown, content)}
${suspected === null ? '' : sections.issues(suspected, content)}${sections.everyLabel(content)}
<footer>Macro: the mean of the labels, each counting alike. Micro: all decisions count alike. Exact match: rows right in every label. ${resamples > 0 ? `Intervals: the middle 95 % of ${plural(resamples, 'resample')} of the rows.` : ''} Made by softmargin.</footer>
</main>
</body>
</html>
`.markup
  }`
}
