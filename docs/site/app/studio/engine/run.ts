/** One training: a model, its parts of the data, and a Trainer that can be paused, stopped and resumed. */
import torch from 'softmargin'
import { type CallbackHooks, EarlyStopping, ModelCheckpoint, Trainer } from 'softmargin/trainer'
import type { Epoch, Settings } from '../protocol.ts'
import { type Dataset, type Inputs, type Split, targetsOf } from './dataset.ts'
import { modelOf, parametersOf } from './model.ts'
import { splitOf } from './split.ts'

/** Rows of validation that are judged together. */
export const VALIDATION_BATCH = 4096

export interface Listeners {
  on_batch: () => void
  on_epoch: () => void
  /** Whether it is time to keep the state, between two batches. */
  on_breath: () => void
}

/** The name in {@link Run.best} of what a run goes on from: its best weights until an epoch of its own has ended. */
const FROM = 'from'

/** What a run goes on from, if it does not begin with the seed. */
export interface Beginning {
  split: Split
  /** Null where only the rows are given. */
  checkpoint: Uint8Array<ArrayBuffer> | null
  /** Epochs that the checkpoint has. */
  began_at: number
}

export class Run {
  readonly split: Split
  /** Epochs before its own. */
  readonly began_at: number
  readonly max_epochs: number
  readonly inputs: Inputs
  readonly model: torch.nn.Sequential
  readonly trainer: Trainer
  readonly parameters: number
  /** Bytes of the best weights, by the names that ModelCheckpoint gives them. */
  readonly best = new Map<string, Uint8Array<ArrayBuffer>>()
  readonly keeper: ModelCheckpoint
  rows_per_second = 0
  ms_per_step = 0
  private on_start = () => {}
  private loaded: { bytes: Uint8Array<ArrayBuffer>; state: torch.nn.StateDict } | null = null
  private readonly stopper = new AbortController()
  private readonly parts: { ingredients: object; train: object; validation: object }

  constructor(
    readonly dataset: Dataset,
    readonly settings: Settings,
    listeners: Listeners,
    beginning?: Beginning,
  ) {
    this.split = beginning?.split ?? splitOf(dataset, settings)
    if (beginning?.checkpoint) this.best.set(FROM, beginning.checkpoint)
    this.began_at = beginning?.began_at ?? 0
    this.max_epochs = this.began_at + settings.max_epochs
    const { train, validation } = this.split
    this.inputs = dataset.fit(train)
    const targets = targetsOf(dataset, train)
    const pos_weight = weightsOf(settings, targets, dataset.labels.length)
    torch.manual_seed(settings.seed)
    this.model = modelOf(settings, this.inputs.shape, dataset.labels.length)
    this.parameters = parametersOf(this.model)
    const criterion = new torch.nn.MultiLabelSoftMarginLoss({
      pos_weight: pos_weight === null ? null : torch.tensor(pos_weight),
      label_smoothing: settings.label_smoothing,
      ignore_index: Number.NaN,
    })
    const { lr, weight_decay, batch_size, patience } = settings
    const optimizer = new torch.optim.AdamW(this.model.parameters(), { lr, weight_decay })
    const { DataLoader, TensorDataset } = torch.utils.data
    const learned = new TensorDataset(this.inputs.tensor(train), targets)
    this.keeper = new ModelCheckpoint({ store: this.best, monitor: 'val_loss' })
    const stopping = patience > 0 ? [new EarlyStopping({ monitor: 'val_loss', patience })] : []
    this.trainer = new Trainer({
      max_epochs: this.max_epochs,
      callbacks: [...stopping, this.keeper, this.watch(listeners)],
      signal: this.stopper.signal,
    })
    this.parts = {
      ingredients: { model: this.model, criterion, optimizer },
      train: new DataLoader(learned, { batch_size, shuffle: true }),
      validation: batchesOf(dataset, this.inputs, validation),
    }
  }

  /** Brings back what a checkpoint holds, and waits before the next batch. */
  async restore(checkpoint: Uint8Array<ArrayBuffer>): Promise<{ finished: Promise<boolean> }> {
    this.trainer.pause()
    const started = new Promise<void>((resolve) => {
      this.on_start = resolve
    })
    const finished = this.fit(checkpoint)
    await Promise.race([started, finished])
    return { finished }
  }

  /** Trains to the end, from its beginning or from a checkpoint of its own. @returns false if it was stopped before */
  async fit(checkpoint = this.best.get(FROM) ?? null): Promise<boolean> {
    const { ingredients, train, validation } = this.parts
    type Fit = Parameters<Trainer['fit']>
    try {
      await this.trainer.fit(ingredients as Fit[0], train as Fit[1], validation as never, {
        ckpt_path: checkpoint,
      })
      return true
    } catch (error) {
      if (this.stopper.signal.aborted) return false
      throw error
    }
  }

  /** Ends training after the batch that is being worked on. */
  stop(): void {
    this.stopper.abort()
    this.trainer.resume()
  }

  get history(): Epoch[] {
    return this.trainer.history.map(({ epoch, train_loss, val_loss }) => {
      return { epoch: epoch + 1, train_loss: train_loss as number, val_loss: val_loss as number }
    })
  }

  /** The one of its own epochs with the lowest validation loss, from 1: losses before were of other tags. */
  get best_epoch(): number | null {
    const losses = this.history.slice(this.began_at).map(({ val_loss }) => val_loss)
    if (losses.length === 0) return this.began_at > 0 ? this.began_at : null
    return this.began_at + losses.reduce((best, loss, i) => (loss < losses[best] ? i : best), 0) + 1
  }

  /** The state of the run after its best epoch; null before there is one. */
  get best_checkpoint(): Uint8Array<ArrayBuffer> | null {
    return this.best.get(this.keeper.best_model_path) ?? this.best.get(FROM) ?? null
  }

  /** Does some work with the best weights, or with those of now if there are no better ones. */
  withBest<T>(work: () => T): { result: T; weights: 'best' | 'current' } {
    const bytes = this.best_checkpoint
    if (bytes === null) return { result: this.evaluating(work), weights: 'current' }
    const now = Object.fromEntries(
      Object.entries(this.model.state_dict()).map(([name, value]) => [name, value.clone()]),
    )
    if (this.loaded?.bytes !== bytes) {
      const { state_dict } = torch.load(bytes) as unknown as { state_dict: torch.nn.StateDict }
      this.loaded = { bytes, state: state_dict }
    }
    try {
      this.model.load_state_dict(this.loaded.state)
      return { result: this.evaluating(work), weights: 'best' }
    } finally {
      this.model.load_state_dict(now)
    }
  }

  private evaluating<T>(work: () => T): T {
    const training = this.model.training
    this.model.eval()
    try {
      return torch.no_grad(work) as T
    } finally {
      this.model.train(training)
    }
  }

  /** Measures, and lets messages in. */
  private watch({ on_batch, on_epoch, on_breath }: Listeners): CallbackHooks {
    let breath = performance.now()
    // Clocks of pages that are not isolated tick in tenths of a millisecond, so steps are measured together.
    let [since, idle, ended, rows, steps] = [0, 0, 0, 0, 0]
    return {
      on_fit_start: () => this.on_start(),
      on_train_epoch_start: () => {
        const now = performance.now()
        if (steps > 0 && now - since - idle < WINDOW) {
          idle += now - ended
        } else {
          ;[since, idle, rows, steps] = [now, 0, 0, 0]
        }
        ended = now
      },
      on_train_batch_start: () => {
        const gap = performance.now() - ended
        // Another task had its turn, or the run was paused.
        if (gap > 1) idle += gap
      },
      on_train_batch_end: async (_trainer, _task, _outputs, batch) => {
        ended = performance.now()
        rows += (batch as torch.Tensor[])[0]?.shape[0] ?? 0
        steps += 1
        const time = Math.max(ended - since - idle, 1e-3)
        this.rows_per_second = (1000 * rows) / time
        this.ms_per_step = time / steps
        on_batch()
        if (ended - breath > 25) {
          on_breath()
          await messagesIn()
          breath = performance.now()
        }
      },
      on_train_epoch_end: () => on_epoch(),
    }
  }
}

/** Milliseconds over which speed is measured, at least. */
const WINDOW = 300

/** Resolves after the messages that wait: a timer's task comes after theirs, which those of scheduler.yield do not. */
const messagesIn = () => new Promise<void>((resolve) => void setTimeout(resolve))

/** Batches of validation, made once. Not a DataLoader, which draws a random number in each epoch, as torch's does. */
function batchesOf(dataset: Dataset, inputs: Inputs, rows: Int32Array): torch.Tensor[][] {
  const parts = Array.from({ length: Math.ceil(rows.length / VALIDATION_BATCH) }, (_, i) =>
    rows.subarray(i * VALIDATION_BATCH, (i + 1) * VALIDATION_BATCH),
  )
  return parts.map((part) => [inputs.tensor(part), targetsOf(dataset, part)])
}

/** What the cost of positive labels is multiplied with. */
export function weightsOf(
  { pos_weight, own_weights }: Settings,
  targets: torch.Tensor,
  labels: number,
): Float32Array | null {
  if (pos_weight === 'none') return null
  if (pos_weight === 'own') return Float32Array.from({ length: labels }, (_, i) => own_weights[i] ?? 1)
  return Float32Array.from(torch.metrics.pos_weight(targets, { ignore_index: Number.NaN }).data())
}
