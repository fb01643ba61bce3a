/** Rows with what the model thinks of them, and labels that are probably wrong. */
import torch from 'softmargin'
import type { Requests, RowsPage, RowView } from '../protocol.ts'
import { type Predictions, predict } from './evaluate.ts'
import { Run } from './run.ts'
import type { Session } from './session.ts'

/** Folds in which the training rows are judged by models that have not seen them. */
const FOLDS = 3

/** Suspected labels of rows, worst first. */
interface Suspects {
  of: Run
  corrections: number
  labels: Map<number, number[]>
  order: number[]
}

let suspects: Suspects | null = null
let crossValidated: { of: Run; predictions: Predictions } | null = null

export function rowsPage(
  session: Session,
  { filter, from, count, query }: Requests['rows']['takes'],
): RowsPage {
  const { dataset } = session
  const run = session.trained
  const found = suspectsOf(session)
  const part = partsOf(run)
  const unseen = [...run.split.validation, ...run.split.test]
  const words = query.trim().toLowerCase()
  const rows = {
    suspected: () => found.order,
    wrong: () => wrongRows(session),
    corrected: () => [...new Set(session.corrections.list.map(({ row }) => row))],
    all: () => (words === '' ? unseen : Array.from({ length: dataset.rows }, (_, row) => row)),
  }[filter]()
  const matching =
    words === '' ? rows : rows.filter((row) => dataset.textOf(row).toLowerCase().includes(words))
  const shown = Int32Array.from(matching.slice(from, from + count))
  const width = dataset.labels.length
  const chances =
    shown.length === 0 ? new Float32Array(0) : (predict(run, shown).probabilities.data() as Float32Array)
  const corrected = (row: number) =>
    session.corrections.list.flatMap((each) => (each.row === row ? [each.label] : []))
  const views = Array.from(shown, (row, i): RowView => {
    const given = Array.from(dataset.targets.subarray(row * width, (row + 1) * width), (value) =>
      Number.isNaN(value) ? null : value,
    )
    return {
      ...{ row, part: part.get(row) ?? 'train', text: dataset.textOf(row), given },
      probabilities: Array.from(chances.subarray(i * width, (i + 1) * width)),
      ...{
        suspected: found.labels.get(row) ?? [],
        corrected: corrected(row),
        pixels: dataset.pictureOf?.(row) ?? null,
      },
    }
  })
  const isAll = crossValidated?.of === run
  return {
    rows: views,
    total: matching.length,
    searched: isAll ? 'all rows' : 'rows that the model has not learned from',
  }
}

function partsOf({ split }: Run): Map<number, RowView['part']> {
  return new Map([
    ...Array.from(split.validation, (row) => [row, 'validation'] as const),
    ...Array.from(split.test, (row) => [row, 'test'] as const),
  ])
}

/** Rows whose tags differ from those that are proposed, the most different first. */
function wrongRows(session: Session): number[] {
  const limits = session.judge.limits()
  const width = limits.length
  const found: [row: number, wrong: number][] = []
  for (const part of ['test', 'validation'] as const) {
    const { rows, probabilities, targets } = session.judge.predicted(part)
    const [p, y] = [probabilities.data() as Float32Array, targets.data() as Float32Array]
    rows.forEach((row, i) => {
      let wrong = 0
      for (let label = 0; label < width; label++) {
        const value = y[i * width + label]
        if (!Number.isNaN(value) && p[i * width + label] > limits[label] !== (value === 1)) wrong += 1
      }
      if (wrong > 0) found.push([row, wrong])
    })
  }
  return found.sort(([, a], [, b]) => b - a).map(([row]) => row)
}

function suspectsOf(session: Session): Suspects {
  const run = session.trained
  const corrections = session.corrections.list.length
  if (suspects?.of === run && suspects.corrections === corrections && session.waiting === 0) return suspects
  const parts = [session.judge.predicted('validation'), session.judge.predicted('test')]
  if (crossValidated?.of === run) parts.push(crossValidated.predictions)
  const labels = new Map<number, number[]>()
  const doubt: [row: number, confidence: number][] = []
  const width = session.dataset.labels.length
  const rows = parts.flatMap((part) => [...part.rows])
  const probabilities = torch.cat(parts.map((part) => part.probabilities))
  const targets = torch.cat(parts.map((part) => part.targets))
  const mask = torch.metrics
    .find_label_issues(probabilities, targets, { per_class: true, ignore_index: Number.NaN })
    .data()
  const [p, y] = [probabilities.data() as Float32Array, targets.data() as Float32Array]
  const corrected = new Set(session.corrections.list.map(({ row, label }) => `${row} ${label}`))
  rows.forEach((row, i) => {
    const wrong = Array.from({ length: width }, (_, label) => label).filter(
      (label) => mask[i * width + label] && !corrected.has(`${row} ${label}`),
    )
    if (wrong.length === 0) return
    labels.set(row, wrong)
    const confidence = wrong.map((label) =>
      y[i * width + label] === 1 ? p[i * width + label] : 1 - p[i * width + label],
    )
    doubt.push([row, Math.min(...confidence)])
  })
  doubt.sort(([, a], [, b]) => a - b)
  suspects = { of: run, corrections, labels, order: doubt.map(([row]) => row) }
  return suspects
}

/** Judges the training rows too, by models that have not seen them. */
export async function crossValidate(session: Session): Promise<{ issues: number }> {
  const run = session.trained
  if (session.progress().phase !== 'finished')
    throw new Error('Let the run end first: its random numbers would change.')
  const { dataset } = session
  const { train } = run.split
  const width = dataset.labels.length
  const all = torch
    .tensor(dataset.targets)
    .reshape([dataset.rows, width])
    .index_select(0, torch.tensor(train))
  const folds = new torch.utils.data.MultilabelStratifiedKFold({ n_splits: FOLDS })
  const settings = { ...run.settings, patience: 0, max_epochs: Math.max(1, run.best_epoch ?? 1) }
  const parts: Predictions[] = []
  for (const [learned, held] of folds.split(all)) {
    const pick = (indices: torch.Tensor) => Int32Array.from(indices.data(), (i) => train[i])
    const [learn, judge] = [pick(learned as torch.Tensor), pick(held as torch.Tensor)]
    const nothing = { on_batch: () => {}, on_epoch: () => {}, on_breath: () => {} }
    const split = { train: learn, validation: judge, test: judge }
    const fold = new Run(dataset, settings, nothing, { split, checkpoint: null, began_at: 0 })
    await fold.fit()
    parts.push(predict(fold, judge))
  }
  crossValidated = {
    of: run,
    predictions: {
      rows: Int32Array.from(parts.flatMap(({ rows }) => [...rows])),
      probabilities: torch.cat(parts.map(({ probabilities }) => probabilities)),
      targets: torch.cat(parts.map((part) => part.targets)),
      weights: 'best',
    },
  }
  suspects = null
  return { issues: suspectsOf(session).order.length }
}
