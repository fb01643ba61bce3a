/** The sections of a page. */

import { MultilabelPrecisionRecallCurve, MultilabelROC } from '../metrics/curve_points.js'
import type { Tensor } from '../tensor/tensor.js'
import { BINS, type Evaluation, type Figure, type LabelResult } from './evaluation.js'
import { decimal, type Html, html, nameOf, plural, whole } from './html.js'
import {
  asMetricsWant,
  type History,
  type ReportExample,
  type ReportIssue,
  type Rows,
  UNKNOWN,
} from './input.js'
import { type Line, type Point, plot, roundTicks, unitTicks } from './plot.js'
import { type BarColumn, bars, legend, scrolling, table } from './tables.js'

/** What sections are made of. */
export interface Content {
  rows: Rows
  evaluation: Evaluation
  /** In the order of the page. */
  labels: readonly LabelResult[]
}

const section = (title: string, ...content: (Html | string)[]): Html =>
  html`<section><h2>${title}</h2>\n${content}</section>\n`

const figure = ({ name, value, interval, untuned }: Figure): Html => html`<div>
<dt>${name}</dt><dd><strong>${decimal(value)}</strong>${[
  ...(interval === null
    ? []
    : [html`<small>95 %: ${decimal(interval[0])} to ${decimal(interval[1])}</small>`]),
  ...(untuned === null ? [] : [html`<small>${decimal(untuned)} at 0.5 everywhere</small>`]),
]}</dd></div>`

/** The figures of all labels. */
export function summary({ evaluation: { figures, calibrationError } }: Content): Html {
  const calibration: Figure = {
    name: 'calibration error',
    value: calibrationError,
    interval: null,
    untuned: null,
  }
  return html`<dl class="figures">${[...figures, calibration].map(figure)}</dl>\n`
}

/** What a reader should know before the numbers. */
export function notes({ rows, labels }: Content): Html {
  const known = labels.filter(({ tp, fp, fn, tn }) => tp + fp + fn + tn > 0)
  const absent = known.filter(({ support }) => support === 0).length
  const always = known.filter(({ support, fp, tn }) => support > 0 && fp + tn === 0).length
  const [few, unknown] = [
    labels.filter(({ support }) => support > 0 && support < 10).length,
    labels.length - known.length,
  ]
  const notes = [
    [absent, `${plural(absent, 'label')} never occurs in these rows: scores of 0 say nothing there.`],
    [always, `${plural(always, 'label')} is on every row.`],
    [few, `${plural(few, 'label')} has fewer than 10 rows: its scores are rough.`],
    [unknown, `${plural(unknown, 'label')} has no known target.`],
    [
      rows.missing,
      `${plural(rows.missing, 'target')} of ${whole(rows.rows * rows.labels)} is missing and left out.`,
    ],
    [rows.emptyRows, `${plural(rows.emptyRows, 'row')} has no known target.`],
    [rows.undefinedScores, `${plural(rows.undefinedScores, 'probability')} is NaN and left out.`],
  ] as const
  const told = notes.filter(([count]) => count > 0)
  if (told.length === 0) return html``
  const agreeing = ([count, text]: (typeof notes)[number]): string =>
    count === 1
      ? text
      : text
          .replace('probabilitys', 'probabilities')
          .replace(
            / (occurs|has|is) /,
            (verb) => ({ ' occurs ': ' occur ', ' has ': ' have ', ' is ': ' are ' })[verb] ?? verb,
          )
          .replace(/^(\S+ labels) never occurs/, '$1 never occur')
          .replace(' its scores are', ' their scores are')
  return html`<ul class="notes">${told.map((note) => html`<li>${agreeing(note)}</li>`)}</ul>\n`
}

/** Losses by epoch. */
export function losses(history: History, best: number | null): Html {
  const keys = [...new Set(history.flatMap((epoch) => Object.keys(epoch)))]
  const series = keys.filter((key) => /loss/i.test(key)).slice(0, 4)
  const drawable = (value: number | undefined) => (Math.abs(value ?? Number.NaN) < 1e30 ? value : undefined)
  const values = history.flatMap((epoch) => series.flatMap((key) => drawable(epoch[key]) ?? []))
  if (values.length === 0) return html``
  const given = history.map(({ epoch }, i) => drawable(epoch) ?? i + 1)
  const isRising = given.every((epoch, i) => i === 0 || epoch > given[i - 1])
  const epochs = isRising ? given : history.map((_, i) => i + 1)
  const [first, last] = [epochs[0], epochs[epochs.length - 1]]
  const ticks = roundTicks(
    values.reduce((a, b) => Math.min(a, b)),
    values.reduce((a, b) => Math.max(a, b)),
  )
  const [low, high] = [ticks[0], ticks[ticks.length - 1]]
  const across = (epoch: number) => (last === first ? 0.5 : (epoch - first) / (last - first))
  const kinds = ['line second', 'line first', 'line third', 'line fourth']
  // Of two, the one of rows that are not trained on stands out.
  const ordered = [...series].sort((a, b) => Number(/val/i.test(a)) - Number(/val/i.test(b)))
  const lines = ordered.map((key, i) => ({
    kind: ordered.length === 1 ? 'line first' : kinds[i],
    points: history.map(
      (epoch, k): Point => [across(epochs[k]), ((drawable(epoch[key]) ?? Number.NaN) - low) / (high - low)],
    ),
  }))
  const chart = plot({
    label: `${ordered.map(titleOf).join(' and ')} by epoch; the numbers are in the table below`,
    x: {
      name: 'epoch',
      ticks: roundTicks(first, last)
        .filter((epoch) => Number.isInteger(epoch) && epoch >= first && epoch <= last)
        .map((epoch) => ({ at: across(epoch), text: String(epoch) })),
    },
    y: {
      name: 'loss',
      ticks: ticks.map((tick) => ({ at: (tick - low) / (high - low), text: String(tick) })),
    },
    lines,
    ...(best !== null &&
      best >= first &&
      best <= last && { mark: { at: across(best), text: 'weights kept' } }),
  })
  const numbers = table(
    ['epoch', ...ordered.map(titleOf)],
    history.map((epoch, i) => [String(epochs[i]), ...ordered.map((key) => decimal(epoch[key] ?? null, 4))]),
  )
  return section(
    'Loss by epoch',
    legend(lines.map(({ kind }, i) => [kind, titleOf(ordered[i])])),
    chart,
    html`<details><summary>The numbers</summary>${scrolling('Loss by epoch', numbers, true)}</details>`,
  )
}

const titleOf = (key: string): string =>
  key
    .replace(/^val(?=_|$)/, 'validation')
    .replace(/^train(?=_|$)/, 'training')
    .replaceAll('_', ' ')

const score = (
  name: string,
  kind: string,
  of: (label: LabelResult) => number | null,
): BarColumn<LabelResult> => ({
  name,
  kind,
  bar: (label) => ({ share: of(label) ?? 0, text: decimal(of(label)) }),
})

/** Precision, recall and F1 of each label. */
export const scores = ({ labels }: Content, order: string): Html =>
  section(
    'Precision, recall and F1',
    html`<p>${order} Bars end at 1.</p>`,
    bars(
      'Precision, recall and F1 by label',
      [
        score('precision', 'first', ({ precision }) => precision),
        score('recall', 'third', ({ recall }) => recall),
        score('F1', 'fourth', ({ f1 }) => f1),
      ],
      labels,
    ),
  )

/** So many labels have curves and matrices of their own. */
const DRAWN = 12
/** So many lines make a bundle. */
const BUNDLE = 60

interface Curves {
  pr: Line
  roc: Line
}

/** The curves of labels, in their order; none for a label without positives or without negatives. */
function curvesOf(rows: Rows): (Curves | null)[] {
  const [preds, target] = asMetricsWant(rows)
  const common = { num_labels: target.shape[1], ignore_index: UNKNOWN }
  const lists = (metric: { forward(preds: Tensor, target: Tensor): unknown }) =>
    metric.forward(preds, target) as Tensor[][]
  const [precision, recall] = lists(new MultilabelPrecisionRecallCurve(common))
  const [falseRate, trueRate] = lists(new MultilabelROC(common))
  const line = (x: Tensor, y: Tensor): Line => {
    const [across, up] = [x.data(), y.data()]
    return { kind: 'line first', points: Array.from(across, (value, i): Point => [value, up[i]]) }
  }
  return Array.from({ length: rows.labels }, (_, i) => ({
    pr: line(recall[i], precision[i]),
    roc: line(falseRate[i], trueRate[i]),
  }))
}

/** The rows of some labels alone. */
function withLabels(rows: Rows, labels: readonly LabelResult[]): Rows {
  const width = labels.length
  const [probabilities, targets] = [new Float32Array(rows.rows * width), new Int32Array(rows.rows * width)]
  for (let row = 0; row < rows.rows; row++) {
    for (const [i, { index }] of labels.entries()) {
      probabilities[row * width + i] = rows.probabilities[row * rows.labels + index]
      targets[row * width + i] = rows.targets[row * rows.labels + index]
    }
  }
  return { ...rows, labels: width, probabilities, targets }
}

const prAxes = { x: { name: 'recall', ticks: unitTicks(2) }, y: { name: 'precision', ticks: unitTicks(2) } }
const rocAxes = {
  x: { name: 'false positive rate', ticks: unitTicks(2) },
  y: { name: 'true positive rate', ticks: unitTicks(2) },
}
const DIAGONAL: Line = {
  kind: 'line guess',
  points: [
    [0, 0],
    [1, 1],
  ],
}

/** Precision-recall and ROC curves. */
export function curves({ rows, labels }: Content): Html {
  const drawn = labels.filter(({ auroc }) => auroc !== null).slice(0, BUNDLE)
  if (drawn.length === 0) {
    return section(
      'Precision-recall and ROC curves',
      html`<p>No label has rows with and without it, so there is no curve to draw.</p>`,
    )
  }
  const found = curvesOf(withLabels(rows, drawn))
  const pick = (which: 'pr' | 'roc', kind: string) =>
    found.flatMap((curve) => (curve === null ? [] : [{ ...curve[which], kind }]))
  const kind = drawn.length > 6 ? 'line faint' : 'line first'
  const told = plural(drawn.length, 'label')
  const panels = drawn.slice(0, DRAWN).map((label, i) => {
    const { tp, fp, fn, tn } = label
    const [recall, precision, falseRate] = [tp / (tp + fn), tp / (tp + fp), fp / (fp + tn)]
    return html`<figure><figcaption>${nameOf(label.name)}</figcaption><div class="pair">${plot({
      label: `Precision-recall curve of ${label.name}; average precision ${decimal(label.averagePrecision)}`,
      ...prAxes,
      lines: found[i] === null ? [] : [found[i].pr],
      dots: tp + fp > 0 ? [[recall, precision]] : [],
      small: true,
    })}${plot({
      label: `ROC curve of ${label.name}; area ${decimal(label.auroc)}`,
      ...rocAxes,
      lines: found[i] === null ? [] : [DIAGONAL, found[i].roc],
      dots: [[falseRate, recall]],
      small: true,
    })}</div></figure>`
  })
  return section(
    'Precision-recall and ROC curves',
    html`<p>${drawn.length === 1 ? 'One line: the only label that some rows have and others have not.' : `A line for each of ${drawn.length === BUNDLE ? 'the first ' : ''}${told} that some rows have and others have not.`} Guessing lies on the dashed diagonal of the right one.</p>`,
    html`<div class="pair">${plot({ label: `Precision-recall curves of ${told}; areas are in the table below`, ...prAxes, lines: pick('pr', kind) })}${plot({ label: `ROC curves of ${told}; areas are in the table below`, ...rocAxes, lines: [DIAGONAL, ...pick('roc', kind)] })}</div>`,
    html`<details><summary>Areas under the curves</summary>${bars(
      'Areas under the curves by label',
      [
        score('average precision', 'first', ({ averagePrecision }) => averagePrecision),
        score('AUROC', 'third', ({ auroc }) => auroc),
      ],
      labels,
    )}</details>`,
    html`<details><summary>Curves of ${panels.length === labels.length ? 'each label' : `the first ${panels.length === 1 ? 'label' : `${panels.length} labels`}`}, with the threshold as a dot</summary><div class="panels">${panels}</div></details>`,
  )
}

/** How often labels of a probability are true. */
export function calibration({ evaluation: { bins, calibrationError } }: Content): Html {
  const filled = bins.filter(({ count }) => count > 0)
  const total = bins.reduce((sum, { count }) => sum + count, 0)
  const points = filled.map(({ mean, share }): Point => [mean, share])
  const numbers = table(
    ['probability', 'predictions', 'mean', 'true'],
    bins.map(({ from, to, count, mean, share }) => [
      `${from.toFixed(1)} to ${to.toFixed(1)}`,
      whole(count),
      decimal(mean),
      decimal(share),
    ]),
  )
  return section(
    'Calibration',
    html`<p>Of the labels with a probability of 0.7, 70 % should be true: then the line is the diagonal. The mean distance, weighted by the ${whole(total)} predictions, is the calibration error: ${decimal(calibrationError)}, in ${BINS} bins, all labels together.</p>`,
    html`<div class="pair">${plot({
      label: 'Share of true labels by probability; the numbers are in the table beside',
      x: { name: 'mean probability', ticks: unitTicks(2) },
      y: { name: 'share that is true', ticks: unitTicks(2) },
      lines: [DIAGONAL, { kind: 'line first', points }],
      dots: points,
    })}${scrolling('Calibration by bins of probabilities', numbers)}</div>`,
  )
}

/** Right and wrong decisions of each label. */
export function confusion({ labels }: Content): Html {
  const cell = (count: number, of: number, isRight: boolean) =>
    html`<td class="${isRight ? 'right' : 'wrong'}" style="--share:${of === 0 ? 0 : Math.round((100 * count) / of)}%">${whole(count)}</td>`
  const matrix = ({
    name,
    tp,
    fn,
    fp,
    tn,
  }: LabelResult) => html`<table class="matrix"><caption>${nameOf(name)}</caption>
<thead><tr><td></td><th scope="col">predicted</th><th scope="col">not</th></tr></thead>
<tbody><tr><th scope="row">true</th>${cell(tp, tp + fn, true)}${cell(fn, tp + fn, false)}</tr>
<tr><th scope="row">not</th>${cell(fp, fp + tn, false)}${cell(tn, fp + tn, true)}</tr></tbody></table>\n`
  const rest = labels.slice(DRAWN, 5 * DRAWN)
  return section(
    'Confusion matrices',
    html`<p>Rows that have a label or have it not, against what was predicted. The darker, the larger a share of its line. ${labels.length > 5 * DRAWN ? `Those of the first ${5 * DRAWN} labels; all numbers are in the last table.` : ''}</p>`,
    html`<div class="matrices">${labels.slice(0, DRAWN).map(matrix)}</div>`,
    rest.length === 0
      ? ''
      : html`<details><summary>${plural(rest.length, 'more label')}</summary><div class="matrices">${rest.map(matrix)}</div></details>`,
  )
}

/** How often labels occur, and how often they are predicted. */
export function frequencies({ labels }: Content): Html {
  const most = labels.reduce((most, { support, predicted }) => Math.max(most, support, predicted), 1)
  const count = (name: string, kind: string, of: (label: LabelResult) => number): BarColumn<LabelResult> => ({
    name,
    kind,
    bar: (label) => ({ share: of(label) / most, text: whole(of(label)) }),
  })
  return section(
    'Label frequencies',
    html`<p>Rows that have each label, and rows for which it is predicted. Bars end at ${whole(most)}.</p>`,
    bars(
      'Label frequencies',
      [
        count('true', 'second', ({ support }) => support),
        count('predicted', 'first', ({ predicted }) => predicted),
      ],
      labels,
    ),
  )
}

/** Every number of every label. */
export function everyLabel({ labels }: Content): Html {
  const heads = [
    'label',
    'true',
    'predicted',
    'threshold',
    'precision',
    'recall',
    'F1',
    'average precision',
    'AUROC',
    'calibration error',
    'TP',
    'FP',
    'FN',
    'TN',
  ]
  const lines = labels.map((label) => [
    nameOf(label.name),
    whole(label.support),
    whole(label.predicted),
    decimal(label.threshold, 2),
    ...[label.precision, label.recall, label.f1].map((value) => decimal(value)),
    ...[label.averagePrecision, label.auroc, label.calibrationError].map((value) => decimal(value)),
    ...[label.tp, label.fp, label.fn, label.tn].map(whole),
  ])
  return section(
    'Every label',
    scrolling('Every number of every label', table(heads, lines), lines.length > 60),
  )
}

/** Rows with their labels, right, wrong and missed. */
export function examples(given: readonly ReportExample[], { rows, evaluation: { labels } }: Content): Html {
  const chip = (kind: string, sign: string, name: Html | string) =>
    html`<li class="${kind}"><span aria-hidden="true">${sign}</span> ${name}</li>`
  const rowOf = ({ row, name }: ReportExample) => {
    const chips = { right: [] as Html[], wrong: [] as Html[], missed: [] as Html[] }
    for (const { index, name, threshold } of labels) {
      const [p, target] = [
        rows.probabilities[row * rows.labels + index],
        rows.targets[row * rows.labels + index],
      ]
      const kind =
        target === UNKNOWN
          ? null
          : p > threshold
            ? target === 1
              ? 'right'
              : 'wrong'
            : target === 1
              ? 'missed'
              : null
      if (kind === null) continue
      const [sign, word] = { right: ['✓', ''], wrong: ['✗', ', wrongly'], missed: ['…', ', missed'] }[kind]
      chips[kind].push(chip(kind, sign, html`${nameOf(name)}<span class="unseen">${word}</span>`))
    }
    const all = [...chips.right, ...chips.wrong, ...chips.missed]
    return html`<h3>${nameOf(name ?? `row ${row}`)}</h3>\n<ul class="chips">${all.length > 0 ? all : html`<li class="missed">no label</li>`}</ul>`
  }
  return section(
    'Examples',
    html`<ul class="chips key">${chip('right', '✓', 'predicted, and true')}${chip('wrong', '✗', 'predicted only')}${chip('missed', '…', 'true only')}</ul>`,
    ...given.map(rowOf),
  )
}

/** So many suspected labels are listed. */
const LISTED = 200

/** Labels that may be wrong. */
export function issues(given: readonly ReportIssue[], { rows, evaluation: { labels } }: Content): Html {
  const heads = ['row', 'label', 'given', 'probability']
  const lines = given.slice(0, LISTED).map(({ row, label, name }) => {
    const at = row * rows.labels + label
    const target = rows.targets[at]
    return [
      nameOf(name ?? String(row)),
      nameOf(labels[label].name),
      target === UNKNOWN ? 'unknown' : target === 1 ? 'yes' : 'no',
      decimal(rows.probabilities[at]),
    ]
  })
  const told = `${plural(given.length, 'label')} that may be wrong in the data${given.length > LISTED ? `; the first ${LISTED} of them` : ''}.`
  return section(
    'Suspected label issues',
    html`<p>${told}</p>`,
    scrolling('Suspected label issues', table(heads, lines), lines.length > 20),
  )
}
