/** What page and worker tell each other. */

export interface Epoch {
  epoch: number
  trainLoss: number
  validationLoss: number
}

export interface Scores {
  microF1: number
  macroF1: number
  meanAveragePrecision: number
  programs: number
}

/** Losses of the steps since the last message, and what they cost. */
export interface Steps {
  kind: 'steps'
  losses: number[]
  perSecond: number
  step: number
  milliseconds: number
  bytes: number
  /** One again where threads turned out not to start. */
  threads: number
}

export type FromWorker =
  | { kind: 'data'; labels: string[]; programs: number }
  | { kind: 'first'; milliseconds: number }
  | Steps
  | { kind: 'epoch'; epoch: Epoch; step: number }
  | { kind: 'tags'; text: string; probabilities: number[]; threshold: number; unknown: string[] }
  | { kind: 'end'; bestEpoch: number; seconds: number }
  | { kind: 'scores'; scores: Scores }
  | { kind: 'ratio'; ratio: number; ours: number; loop: number }
  | { kind: 'failure'; sentence: string }

export type ToWorker = { kind: 'train'; data: string; threads: number } | { kind: 'describe'; text: string }
