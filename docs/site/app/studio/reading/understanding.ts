/** What a reader makes of a source: a dataset, and what is said of it. */
import type { Dataset } from '../engine/dataset.ts'
import type { LabelCount, Settings, Understood } from '../protocol.ts'

export interface Reading {
  /** Null if no labels were found: then columns say what there is. */
  dataset: Dataset | null
  understood: Understood
}

/** Something that was not understood. */
export class NotUnderstood extends Error {
  constructor(
    sentence: string,
    readonly line: number | null = null,
  ) {
    super(sentence)
  }
}

type Parts = Partial<Understood> & Pick<Understood, 'title' | 'kind' | 'format'>

/** Rows that are shown of a table. */
const SHOWN = 5

export function readingOf(dataset: Dataset | null, parts: Parts): Reading {
  const empty = {
    ...{
      columns: [],
      separator: ',',
      missing_features: 0,
      notes: [],
      feature_names: [],
      sample: [],
      features: 0,
    },
    ...{ rows: 0, labels: [], is_split: false, suggested: {} },
  }
  if (dataset === null) return { dataset, understood: { ...empty, ...parts } }
  const { rows } = dataset
  const labels = labelCounts(dataset)
  const sample = Array.from({ length: Math.min(SHOWN, rows) }, (_, row) => ({
    text: dataset.textOf(row),
    tags: tagsOf(dataset, row),
  }))
  const notes = [...(parts.notes ?? []), ...notesOn(labels, rows)]
  const is_split = dataset.given !== null
  const suggested = suggestionFor(parts.kind, rows)
  return { dataset, understood: { ...empty, rows, labels, sample, is_split, suggested, ...parts, notes } }
}

/** Steps that a small model needs to have learned most of what it will. */
const STEPS = 1500
const BATCH = 64

function suggestionFor(kind: Understood['kind'], rows: number): Partial<Settings> {
  const steps = Math.ceil((0.7 * rows) / BATCH)
  const most = kind === 'pictures' ? 40 : 200
  const max_epochs = Math.min(Math.max(Math.ceil(STEPS / steps), 30), most)
  const patience = Math.max(3, Math.round(max_epochs / 10))
  const rest = { max_epochs, patience, batch_size: BATCH, own_weights: [] }
  if (kind === 'pictures') return { ...rest, architecture: 'cnn', lr: 0.002 }
  return { ...rest, architecture: 'linear', lr: 0.01 }
}

export function labelCounts({ labels, targets }: Pick<Dataset, 'labels' | 'targets'>): LabelCount[] {
  const counts = labels.map((name) => ({ name, count: 0, missing: 0 }))
  targets.forEach((value, i) => {
    const label = counts[i % labels.length]
    if (label === undefined) return
    if (value === 1) label.count += 1
    else if (Number.isNaN(value)) label.missing += 1
  })
  return counts
}

export function tagsOf({ labels, targets }: Pick<Dataset, 'labels' | 'targets'>, row: number): string[] {
  return labels.filter((_, label) => targets[row * labels.length + label] === 1)
}

/** Labels that nothing can be learned of. */
function notesOn(labels: LabelCount[], rows: number): string[] {
  const never = labels.filter(({ count }) => count === 0).map(({ name }) => name)
  const always = labels
    .filter(({ count, missing }) => count > 0 && count + missing === rows)
    .map(({ name }) => name)
  const notes: string[] = []
  if (never.length > 0) notes.push(`No row has ${listed(never)}: nothing can be learned of that.`)
  if (always.length > 0) notes.push(`Every row has ${listed(always)}: there is nothing to tell apart.`)
  return notes
}

/** Names in a sentence, the first few. */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map((name) => `“${name.length > 40 ? `${name.slice(0, 40)}…` : name}”`)
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ')
}

/** Tags of rows as targets: the labels that occur, in alphabetical order. */
export function targetsOfTags(rows: readonly (readonly string[] | null)[]): {
  labels: string[]
  targets: Float32Array
} {
  const labels = [...new Set(rows.flatMap((tags) => tags ?? []))].sort()
  const index = new Map(labels.map((label, i) => [label, i]))
  const targets = new Float32Array(rows.length * labels.length)
  rows.forEach((tags, row) => {
    if (tags === null) targets.fill(Number.NaN, row * labels.length, (row + 1) * labels.length)
    else for (const tag of tags) targets[row * labels.length + (index.get(tag) ?? 0)] = 1
  })
  return { labels, targets }
}

/** How many labels the studio takes: its tables and curves are for people. */
const MOST_LABELS = 1000

export function checkLabels(labels: readonly string[]): void {
  if (labels.length > MOST_LABELS)
    throw new NotUnderstood(
      `That would be ${labels.length} labels; the studio takes ${MOST_LABELS} at most. Is one of the columns no column of tags?`,
    )
}
