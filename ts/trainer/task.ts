/** What is trained: one form for objects with steps, and for models with a criterion. */
import { isThenable } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { isPlainObject } from '../call/kinds.js'
import { MetricCollection } from '../metrics/collection.js'
import type { Metric } from '../metrics/metric.js'
import { Module } from '../nn/module.js'
import { ReduceLROnPlateau } from '../optim/lr_scheduler/reduce_on_plateau.js'
import { type AnyOptimizer, Scheduler } from '../optim/lr_scheduler/scheduler.js'
import { Optimizer } from '../optim/optimizer.js'
import type { Generator } from '../random/generator.js'
import { Tensor } from '../tensor/tensor.js'
import type { CallbackHooks } from './callback.js'

/** A schedule and when it steps. Source: `lr_scheduler` of LightningModule.configure_optimizers. */
export interface LRSchedulerConfig {
  scheduler: Scheduler
  /** After each epoch, the default, or after each step of the optimizer. */
  interval?: 'epoch' | 'step'
  /** Every so many epochs or steps; 1 by default. */
  frequency?: number
  /** What ReduceLROnPlateau follows: 'val_loss' by default, 'train_loss' without validation. */
  monitor?: string
}

/** A schedule, with or without when it steps. */
export type AnyScheduler = Scheduler | LRSchedulerConfig

/** What `configure_optimizers` returns. */
export type Configured =
  | AnyOptimizer
  | { optimizer: AnyOptimizer; lr_scheduler?: AnyScheduler }
  | readonly [readonly AnyOptimizer[], readonly AnyScheduler[]]
  | readonly [AnyOptimizer]

/** The loss, alone or with values that are logged as means over the epoch. */
export type StepOutput = Tensor | ({ loss: Tensor } & Record<string, unknown>)

/** Logs a value, as a mean over the rows of an epoch. */
export type Log = (name: string, value: Tensor | number) => void

/**
 * A task with steps of its own, usually a Module. Source: lightning.pytorch.LightningModule.
 *
 * @example
 * class Tagger extends torch.nn.Module {
 *   fc = new torch.nn.Linear(300, 20)
 *   training_step([x, y]: [torch.Tensor, torch.Tensor]) { return F.multilabel_soft_margin_loss(this.fc.forward(x), y) }
 *   configure_optimizers() { return new torch.optim.AdamW(this.parameters()) }
 * }
 */
export interface TrainingTask<Batch = never> extends CallbackHooks {
  /** The model, unless the task is a Module itself. */
  readonly model?: Module
  /** Returns the loss of a batch, or an object with it as `loss`. */
  training_step(batch: Batch, batch_idx: number, log: Log): StepOutput | Promise<StepOutput>
  /** Returns values that are logged, such as `{ val_loss }`, as means over the rows. */
  validation_step?(batch: Batch, batch_idx: number, log: Log): unknown
  /** The optimizer, with its schedules. Called once. */
  configure_optimizers(): Configured
}

/** A loss as a Module. */
export interface Criterion {
  /** The loss of outputs and targets. */
  forward(output: never, target: never): Tensor
}

/** A model with what it needs to learn: a batch is `[...inputs, targets]`. */
export interface Ingredients {
  model: Module
  /** A loss of outputs and targets. */
  criterion: Criterion | ((output: never, target: never) => Tensor)
  optimizer: AnyOptimizer
  /** One or several. */
  scheduler?: AnyScheduler | readonly AnyScheduler[] | null
  /** Of validation: logged as `val_` and their names. */
  metrics?: MetricCollection<never> | Metric<unknown> | Readonly<Record<string, Metric<unknown>>> | null
  /** Generators that the data or the model draw from, to be restored with the rest. */
  generators?: Readonly<Record<string, Generator>> | null
}

/** The one form. */
export interface Plan {
  readonly given: object
  readonly model: Module
  /** Other modules of the task, such as an AveragedModel, by name. */
  readonly others: Readonly<Record<string, Module>>
  readonly optimizer: AnyOptimizer
  readonly schedules: readonly Required<Omit<LRSchedulerConfig, 'monitor'>>[]
  readonly monitors: readonly (string | null)[]
  readonly metrics: AnyCollection | null
  readonly generators: Readonly<Record<string, Generator>>
  readonly training_step: (batch: unknown, batch_idx: number, log: Log) => unknown
  readonly validation_step: ((batch: unknown, batch_idx: number, log: Log) => unknown) | null
}

type AnyCollection = MetricCollection<Readonly<Record<string, Metric<unknown>>>>

export const isPlateau = (scheduler: Scheduler): scheduler is ReduceLROnPlateau =>
  scheduler instanceof ReduceLROnPlateau

/** @throws TypeError for what is neither a task nor a model with its criterion and optimizer */
export function planOf(given: unknown): Plan {
  if (typeof given !== 'object' || given === null) throw notATask(given)
  return typeof (given as Partial<TrainingTask>).training_step === 'function'
    ? planOfTask(given as TrainingTask<unknown>)
    : planOfIngredients(given as Partial<Ingredients>)
}

const notATask = (given: unknown) =>
  new TypeError(
    `fit: model must be an object with training_step and configure_optimizers, or { model, criterion, optimizer }, but got ${describe(given)}`,
  )

function planOfTask(task: TrainingTask<unknown>): Plan {
  const model = task instanceof Module ? task : task.model
  if (!(model instanceof Module)) {
    throw new TypeError(
      `fit: a task must be a Module, or have one as its field model, but got ${describe(model)}`,
    )
  }
  if (typeof task.configure_optimizers !== 'function') {
    throw new TypeError('fit: the task has training_step, but no configure_optimizers')
  }
  const { optimizer, schedulers } = configured(task.configure_optimizers())
  const { validation_step } = task
  return {
    ...{ given: task, model, others: task instanceof Module ? {} : othersOf(task, model) },
    ...{ optimizer, ...schedulesOf(schedulers, optimizer), metrics: null },
    generators: generatorsOf((task as { generators?: unknown }).generators),
    training_step: (batch, i, log) => task.training_step(batch, i, log),
    validation_step:
      typeof validation_step === 'function'
        ? (batch, i, log) => validation_step.call(task, batch, i, log)
        : null,
  }
}

/** What Lightning accepts, for one optimizer. */
function configured(given: unknown): { optimizer: AnyOptimizer; schedulers: unknown } {
  if (given instanceof Optimizer) return { optimizer: given as AnyOptimizer, schedulers: null }
  if (Array.isArray(given) && Array.isArray(given[0])) {
    return { ...configured(given[0]), schedulers: given[1] ?? null }
  }
  if (Array.isArray(given) && given.length === 1) return configured(given[0])
  if (isPlainObject(given) && given.optimizer instanceof Optimizer) {
    return { optimizer: given.optimizer as AnyOptimizer, schedulers: given.lr_scheduler ?? null }
  }
  if (isThenable(given)) throw new TypeError('fit: configure_optimizers must not be asynchronous')
  throw new TypeError(
    `fit: configure_optimizers must return one optimizer, { optimizer, lr_scheduler } or [[optimizer], [scheduler]], but returned ${describe(given)}`,
  )
}

function planOfIngredients(given: Partial<Ingredients>): Plan {
  const { model, criterion, optimizer, scheduler, metrics } = given
  if (!(model instanceof Module)) throw notATask(given instanceof Module ? given : (model ?? given))
  const measure = criterionOf(criterion)
  if (!(optimizer instanceof Optimizer)) {
    throw new TypeError(`fit: optimizer must be an Optimizer, but got ${describe(optimizer)}`)
  }
  const collection = collectionOf(metrics)
  const step = (batch: unknown) => {
    if (!Array.isArray(batch) || batch.length < 2) {
      throw new TypeError(
        `fit: a batch must be an array of inputs and targets, but got ${describe(batch)}: give a task with training_step for others`,
      )
    }
    const target: unknown = batch[batch.length - 1]
    const output: unknown = model.forward(...(batch.slice(0, -1) as never[]))
    return { output, target, loss: measure(output, target) }
  }
  return {
    ...{ given, model, others: othersOf(given, model), optimizer: optimizer as AnyOptimizer },
    ...schedulesOf(scheduler ?? null, optimizer as AnyOptimizer),
    ...{ metrics: collection, generators: generatorsOf(given.generators) },
    training_step: (batch) => step(batch).loss,
    validation_step: (batch) => {
      const { output, target, loss } = step(batch)
      collection?.update(output as Tensor, target as Tensor)
      return { val_loss: loss }
    },
  }
}

function criterionOf(criterion: unknown): (output: unknown, target: unknown) => unknown {
  if (typeof criterion === 'function') return criterion as (output: unknown, target: unknown) => unknown
  const { forward } = (criterion ?? {}) as { forward?: unknown }
  if (typeof forward !== 'function') {
    throw new TypeError(`fit: criterion must be a loss or a function, but got ${describe(criterion)}`)
  }
  return (output, target) => forward.call(criterion, output, target)
}

function collectionOf(metrics: unknown): AnyCollection | null {
  if (metrics === undefined || metrics === null) return null
  if (metrics instanceof MetricCollection) return metrics as unknown as AnyCollection
  return new MetricCollection(metrics as Readonly<Record<string, Metric<unknown>>>)
}

/** Modules among the fields of a task, beside its model; losses have no parameters, and so are left out. */
function othersOf(task: object, model: Module): Record<string, Module> {
  const isOther = ([name, value]: [string, unknown]) =>
    value instanceof Module && value !== model && name !== 'model' && hasState(value)
  return Object.fromEntries(Object.entries(task).filter(isOther)) as Record<string, Module>
}

const hasState = (module: Module) => Object.keys(module.state_dict()).length > 0

function generatorsOf(given: unknown): Readonly<Record<string, Generator>> {
  return isPlainObject(given) ? (given as Record<string, Generator>) : {}
}

function schedulesOf(given: unknown, optimizer: AnyOptimizer): Pick<Plan, 'schedules' | 'monitors'> {
  const list: unknown[] = given === null || given === undefined ? [] : Array.isArray(given) ? given : [given]
  const configs = list.map((each) => {
    const config =
      each instanceof Scheduler ? { scheduler: each } : (each as Partial<LRSchedulerConfig> | null)
    const { scheduler, interval = 'epoch', frequency = 1, monitor = null } = config ?? {}
    if (!(scheduler instanceof Scheduler)) {
      throw new TypeError(
        `fit: scheduler must be a schedule or { scheduler, interval }, but got ${describe(each)}`,
      )
    }
    if (scheduler.optimizer !== optimizer) {
      throw new RuntimeError('fit: the scheduler is of another optimizer than the one that is trained with')
    }
    if (interval !== 'epoch' && interval !== 'step') {
      throw new TypeError(
        `fit: interval of a scheduler must be 'epoch' or 'step', but got ${describe(interval)}`,
      )
    }
    if (!Number.isInteger(frequency) || frequency < 1) {
      throw new TypeError(`fit: frequency of a scheduler must be at least 1, but got ${describe(frequency)}`)
    }
    return { scheduler, interval, frequency, monitor }
  })
  return { schedules: configs, monitors: configs.map(({ monitor }) => monitor) }
}

/** The loss of a step's output, and the other values in it. */
export function lossOf(output: unknown): { loss: Tensor; others: Record<string, unknown> } {
  const { loss, ...others } =
    output instanceof Tensor ? { loss: output } : ((output ?? {}) as { loss?: unknown })
  if (!(loss instanceof Tensor)) {
    throw new TypeError(
      `fit: training_step must return the loss, or an object with it, but returned ${describe(output)}`,
    )
  }
  if (loss.numel() !== 1) {
    throw new RuntimeError(`fit: the loss must be one number, but has the shape [${loss.shape}]`)
  }
  return { loss, others }
}

/** Rows of a batch: the first dimension of the first tensor in it. */
export function rowsIn(batch: unknown): number {
  const stack = [batch]
  for (let seen = 0; stack.length > 0 && seen < 100; seen++) {
    const value = stack.pop()
    if (value instanceof Tensor) return value.shape[0] ?? 1
    if (isPlainObject(value) || Array.isArray(value)) stack.push(...Object.values(value).reverse())
    else {
      const shape: unknown = (value as { shape?: unknown } | null | undefined)?.shape
      if (Array.isArray(shape) && typeof shape[0] === 'number') return shape[0]
    }
  }
  return 1
}
