/** What the page and its worker tell each other: plain data, nothing of the engine. */

/** What a column of a table is taken for. */
export type Role = 'number' | 'label' | 'tags' | 'text' | 'name' | 'left out'

export interface Column {
  name: string
  role: Role
  /** What is in it, in words: `numbers from 0 to 5`. */
  content: string
}

export interface LabelCount {
  name: string
  /** Rows that have it. */
  count: number
  /** Rows of which it is not known. */
  missing: number
}

/** What was understood of the data. */
export interface Understood {
  title: string
  kind: 'table' | 'texts' | 'pictures'
  /** The format, in words: `CSV`. */
  format: string
  rows: number
  features: number
  /** Of a table of columns; roles can be changed. */
  columns: Column[]
  /** What separates the tags of a column of tags. */
  separator: string
  labels: LabelCount[]
  /** Features that are missing, over all rows. */
  missing_features: number
  /** The first rows. */
  sample: { text: string; tags: string[] }[]
  /** Sentences: what was not understood, or was left out. */
  notes: string[]
  /** The names of the numbers that a new row needs, if they are few. */
  feature_names: string[]
  /** Settings that suit the rows. */
  suggested: Partial<Settings>
  /** Its rows are split already, as in the demo. */
  is_split: boolean
}

/** What a file had that was not understood. */
export interface Misunderstood {
  sentence: string
  line: number | null
}

/** How a table is to be read, where the reader's guess is not wanted. */
export interface ReadingOptions {
  roles?: Role[]
  separator?: string
}

/** Where rows come from. */
export type Source =
  | { from: 'files'; files: File[]; paths: string[] }
  | { from: 'paste'; text: string }
  | { from: 'example'; name: Example }

export type Example = 'debian' | 'table' | 'pictures'

export type Architecture = 'linear' | 'two-layer' | 'cnn'

export interface Settings {
  architecture: Architecture
  hidden: number
  dropout: number
  max_epochs: number
  /** Epochs without a better validation loss after which training ends; 0 for never. */
  patience: number
  batch_size: number
  lr: number
  weight_decay: number
  seed: number
  /** Shares of the rows; the rest is for training. */
  validation: number
  test: number
  pos_weight: 'none' | 'rarity' | 'own'
  /** Of each label, for `own`. */
  own_weights: number[]
  label_smoothing: number
}

export const DEFAULTS: Settings = {
  architecture: 'linear',
  hidden: 64,
  dropout: 0,
  max_epochs: 30,
  patience: 3,
  batch_size: 64,
  lr: 0.01,
  weight_decay: 0.01,
  seed: 0,
  validation: 0.15,
  test: 0.15,
  pos_weight: 'none',
  own_weights: [],
  label_smoothing: 0,
}

export interface Epoch {
  /** From 1. */
  epoch: number
  train_loss: number
  val_loss: number
}

export type Phase = 'none' | 'ready' | 'training' | 'paused' | 'finished'

/** Where a run is. */
export interface Progress {
  phase: Phase
  epoch: number
  max_epochs: number
  /** Done of the epoch, from 0 to 1. */
  fraction: number
  step: number
  rows_per_second: number
  ms_per_step: number
  /** Linear memory of the kernels, and what tensors take of it. */
  heap_bytes: number
  resident_bytes: number
  threads: number
  parameters: number
  history: Epoch[]
  /** Epochs before the corrections that it went on with; 0 for none. */
  began_at: number
  best_epoch: number | null
  /** Parts of the rows. */
  split: { train: number; validation: number; test: number } | null
  /** Corrections that this run has not seen. */
  waiting_corrections: number
  /** The last state that a reload would find, as an epoch; null if nothing is kept. */
  kept_epoch: number | null
}

export type Part = 'validation' | 'test'

export interface LabelScores {
  name: string
  support: number
  threshold: number
  precision: number
  recall: number
  f1: number
  average_precision: number
}

export interface Scores {
  part: Part
  rows: number
  labels: LabelScores[]
  micro_f1: number
  macro_f1: number
  micro_f1_at_half: number
  macro_f1_at_half: number
  mean_average_precision: number
  /** Whose weights: of the best epoch, or as they are now. */
  weights: 'best' | 'current'
}

/** A precision-recall curve, by rising threshold. */
export interface Curve {
  label: number
  precision: number[]
  recall: number[]
  thresholds: number[]
}

/** What a feature adds to a logit, or takes from it. */
export interface Reason {
  name: string
  share: number
}

export interface Guess {
  name: string
  probability: number
  threshold: number
  /** The strongest first; none for labels that are not likely. */
  reasons: Reason[]
}

/** The largest weights of a label in a linear model. */
export interface Weights {
  pro: Reason[]
  contra: Reason[]
  bias: number
  /** By what a weight counts, in words. */
  unit: string
}

export interface RowView {
  row: number
  part: 'train' | Part
  text: string
  /** A picture of 32 x 32, RGBA. */
  pixels: Uint8ClampedArray | null
  /** Of each label: 1, 0, or null if it is not known. */
  given: (number | null)[]
  probabilities: number[]
  /** Labels that are probably wrong. */
  suspected: number[]
  /** Labels that were corrected. */
  corrected: number[]
}

export interface RowsPage {
  rows: RowView[]
  total: number
  /** Of which rows something is known. */
  searched: string
}

export type RowFilter = 'suspected' | 'wrong' | 'corrected' | 'all'

export type ExportKind = 'safetensors' | 'pt' | 'onnx' | 'report' | 'code' | 'checkpoint'

export interface Exported {
  name: string
  type: string
  bytes: Uint8Array<ArrayBuffer>
}

/** All that a reload brings back. */
export interface Restored {
  understood: Understood
  settings: Settings
  progress: Progress
  scores: Scores | null
}

/** What the page may ask for, and what it gets. */
export interface Requests {
  restore: { takes: null; gives: Restored | null }
  read: { takes: { source: Source; options: ReadingOptions }; gives: Understood | Misunderstood }
  reread: { takes: ReadingOptions; gives: Understood | Misunderstood }
  train: { takes: Settings; gives: null }
  /** Goes on from the best weights, with the corrections. */
  learn_on: { takes: null; gives: null }
  pause: { takes: null; gives: null }
  resume: { takes: null; gives: null }
  cancel: { takes: null; gives: null }
  scores: { takes: { part: Part }; gives: Scores }
  curve: { takes: { label: number; part: Part }; gives: Curve }
  set_threshold: { takes: { label: number; threshold: number; part: Part }; gives: Scores }
  tune: { takes: { part: Part }; gives: Scores }
  rows: { takes: { filter: RowFilter; from: number; count: number; query: string }; gives: RowsPage }
  correct: { takes: { row: number; label: number; value: number | null }; gives: { waiting: number } }
  cross_validate: { takes: null; gives: { issues: number } }
  guess: {
    takes: { text: string } | { picture: Blob } | { numbers: number[] }
    gives: { guesses: Guess[]; note: string }
  }
  /** Null where there are no weights with names. */
  weights: { takes: { label: number }; gives: Weights | null }
  export: { takes: { kind: ExportKind }; gives: Exported }
  forget: { takes: null; gives: null }
}

export type RequestName = keyof Requests

/** From the page. */
export interface Request<Name extends RequestName = RequestName> {
  id: number
  name: Name
  takes: Requests[Name]['takes']
}

/** From the worker: an answer, or news. */
export type Message =
  | { kind: 'answer'; id: number; gives: unknown }
  | { kind: 'failure'; id: number; sentence: string; line: number | null }
  | { kind: 'progress'; progress: Progress }
  | { kind: 'reading'; done: number; total: number }
  | { kind: 'scores'; scores: Scores }
  | { kind: 'trouble'; sentence: string }
