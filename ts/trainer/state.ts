import type { Breath } from './breath.js'
import type { CallbackHooks, RunningTrainer } from './callback.js'
import type { Settings } from './options.js'
import { type Position, type Row, startOfRun } from './position.js'
import type { Streams } from './streams.js'
import type { Plan } from './task.js'

/** What a call of fit works on. */
export interface Run {
  readonly plan: Plan
  readonly streams: Streams
  readonly train: object
  readonly validation: object | null
  /** The number of batches of an epoch, null if it is not known. */
  readonly batches: number | null
  /** Whose hooks are called, in that order. */
  readonly hooked: readonly CallbackHooks[]
}

/** What the parts of a Trainer share. */
export class State {
  shouldStop = false
  /** The last values of all that was logged. */
  metrics: Record<string, number | number[]> = {}
  /** One row for each finished epoch. */
  history: Row[] = []
  position: Position = startOfRun()
  run: Run | null = null
  /** Brings generators and buffers back to the position, while a batch is being made or the run is stopped. */
  goBack: (() => void) | null = null
  /** Whether the hooks of an epoch's end are running, when the position is at the next epoch already. */
  isEnding = false
  isRunning = false
  signal: AbortSignal | null = null
  breath: Breath | null = null
  paused: { promise: Promise<void>; resume: () => void } | null = null

  constructor(
    readonly settings: Settings,
    readonly owner: RunningTrainer,
  ) {}
}
