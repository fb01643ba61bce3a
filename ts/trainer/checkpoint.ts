/** The whole state of a training as one value, in Lightning's layout, and back. */
import { isMap } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import { isPlainObject } from '../call/kinds.js'
import { load } from '../serialization/load.js'
import type { FileBytes } from '../serialization/source.js'
import { duplicate } from '../tensor/copy.js'
import { sameShape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'
import type { CallbackHooks } from './callback.js'
import type { Checkpoint } from './checkpoint_file.js'
import type { Position, Row } from './position.js'
import { checkStates, goBackTo, type Streams, statesOf } from './streams.js'
import type { Plan } from './task.js'

/** What a checkpoint is of. */
export interface Subject {
  readonly plan: Plan
  readonly callbacks: readonly CallbackHooks[]
  readonly streams: Streams
}

/** Callbacks by the keys of their states. */
function byKey(callbacks: readonly CallbackHooks[]): [key: string, callback: CallbackHooks][] {
  const keys = new Map<string, number>()
  return callbacks.map((callback) => {
    const key = callback.state_key ?? callback.constructor?.name ?? 'Object'
    const times = (keys.get(key) ?? 0) + 1
    keys.set(key, times)
    return [times === 1 ? key : `${key}#${times}`, callback]
  })
}

/** The tensors in it are the training's own: they are to be written, or copied, before it goes on. */
export function checkpointOf(
  { plan, callbacks, streams }: Subject,
  position: Position,
  history: readonly Row[],
): Checkpoint {
  const { epoch, global_step, epoch_rng, draws, ...within } = position
  const { model, others, optimizer, schedules } = plan
  const states = byKey(callbacks).flatMap(([key, callback]) => {
    const state = callback.state_dict?.()
    return state === undefined || Object.keys(state).length === 0 ? [] : [[key, state] as const]
  })
  return {
    ...{ epoch, global_step, state_dict: model.state_dict() },
    optimizer_states: [optimizer.state_dict()],
    lr_schedulers: schedules.map(({ scheduler }) => scheduler.state_dict()),
    callbacks: Object.fromEntries(states),
    loops: {
      fit_loop: {
        ...within,
        epoch_rng,
        draws: new Map(Object.entries(draws).map(([i, marks]) => [Number(i), statesOf(marks)])),
      },
    },
    rng: streams.save(),
    gradients: position.accumulated > 0 ? gradientsOf(plan) : {},
    modules: Object.fromEntries(Object.entries(others).map(([name, other]) => [name, other.state_dict()])),
    history: [...history],
  }
}

function gradientsOf({ model }: Plan): Record<string, Tensor> {
  const gradients: Record<string, Tensor> = {}
  for (const [name, { grad }] of model.named_parameters()) if (grad !== null) gradients[name] = grad.detach()
  return gradients
}

/** The value of a file. @throws RuntimeError if it is damaged, or no checkpoint of a training */
export function readCheckpoint(bytes: FileBytes): Checkpoint {
  const value = load<unknown>(bytes)
  if (!isPlainObject(value)) throw invalid(`it is ${describe(value)} instead of a dict`)
  const missing = ['state_dict', 'optimizer_states', 'epoch', 'global_step'].filter(
    (name) => !Object.hasOwn(value, name),
  )
  if (missing.length > 0) {
    throw invalid(`it has no ${missing.join(', ')}; it has ${Object.keys(value).slice(0, 20).join(', ')}`)
  }
  for (const name of ['epoch', 'global_step']) {
    if (!isCount(value[name]))
      throw invalid(`${name} must be a whole number, but is ${describe(value[name])}`)
  }
  return value as Checkpoint
}

const invalid = (what: string) => new RuntimeError(`fit: the checkpoint cannot be resumed: ${what}`)

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** Restores all of it, or nothing, also if `loaded`, the hooks, throws: returns the position and the history. */
export function restore(
  subject: Subject,
  checkpoint: Checkpoint,
  batches: number | null,
  loaded: () => void,
): { position: Position; history: Row[] } {
  const { plan, callbacks, streams } = subject
  const position = positionOf(checkpoint)
  if (batches !== null && position.batch_idx > batches) {
    throw invalid(
      `it was saved after ${position.batch_idx} batches of an epoch, but train_dataloaders has ${batches}`,
    )
  }
  const history = historyOf(checkpoint)
  const { optimizer_states, lr_schedulers = [], gradients = {}, modules = {}, rng = {} } = checkpoint
  checkStates('rng', rng)
  checkGradients(plan, gradients)
  if (!isPlainObject(modules)) throw invalid(`modules must be a dict, but is ${describe(modules)}`)
  if (!Array.isArray(optimizer_states) || optimizer_states.length !== 1) {
    throw invalid('optimizer_states must be a list of the state of one optimizer')
  }
  if (!Array.isArray(lr_schedulers) || lr_schedulers.length !== plan.schedules.length) {
    const got = Array.isArray(lr_schedulers) ? lr_schedulers.length : describe(lr_schedulers)
    throw invalid(
      `lr_schedulers has the states of ${got} schedules, but the training has ${plan.schedules.length}`,
    )
  }
  const lacking = Object.keys(plan.others).filter((name) => !Object.hasOwn(modules, name))
  if (lacking.length > 0) throw invalid(`modules has no ${lacking.join(', ')}`)
  const goBack = snapshot(subject)
  try {
    plan.model.load_state_dict(checkpoint.state_dict)
    for (const [name, other] of Object.entries(plan.others)) other.load_state_dict(modules[name])
    plan.optimizer.load_state_dict(optimizer_states[0] as never)
    for (const [i, { scheduler }] of plan.schedules.entries())
      scheduler.load_state_dict(lr_schedulers[i] as never)
    loadCallbacks(callbacks, checkpoint.callbacks)
    streams.restore(rng)
    loaded()
  } catch (error) {
    goBack()
    throw error
  }
  for (const [name, parameter] of plan.model.named_parameters()) {
    parameter.grad = Object.hasOwn(gradients, name) ? duplicate(gradients[name].detach()) : null
  }
  return { position, history }
}

function loadCallbacks(callbacks: readonly CallbackHooks[], states: unknown): void {
  if (!isPlainObject(states)) return
  for (const [key, callback] of byKey(callbacks)) {
    if (Object.hasOwn(states, key)) callback.load_state_dict?.(states[key] as Record<string, unknown>)
  }
}

/** A function that undoes what a failed restoration has changed. */
function snapshot({ plan, callbacks, streams }: Subject): () => void {
  const { model, others, optimizer, schedules } = plan
  const modules = [model, ...Object.values(others)].map(
    (module) => [module, copied(module.state_dict())] as const,
  )
  const optimizerState = copied(optimizer.state_dict())
  const schedulerStates = schedules.map(({ scheduler }) => scheduler.state_dict())
  const callbackStates = callbacks.map((callback) => copied(callback.state_dict?.()))
  const marks = streams.mark()
  return () => {
    for (const [module, state] of modules) module.load_state_dict(state)
    optimizer.load_state_dict(optimizerState)
    for (const [i, { scheduler }] of schedules.entries()) scheduler.load_state_dict(schedulerStates[i])
    for (const [i, callback] of callbacks.entries()) {
      const state = callbackStates[i]
      if (state !== undefined) callback.load_state_dict?.(state)
    }
    goBackTo(marks)
  }
}

/** A deep copy, tensors too. */
function copied<T>(value: T): T {
  if (value instanceof Tensor) return duplicate(value.detach()) as Tensor as T & Tensor
  if (Array.isArray(value)) return value.map(copied) as T & unknown[]
  if (!isPlainObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copied(member)])) as T
}

function checkGradients({ model }: Plan, gradients: unknown): asserts gradients is Record<string, Tensor> {
  if (!isPlainObject(gradients)) throw invalid('gradients must be a dict of tensors')
  const parameters = new Map(model.named_parameters())
  for (const [name, gradient] of Object.entries(gradients)) {
    const parameter = parameters.get(name)
    const fits =
      gradient instanceof Tensor &&
      gradient.dtype === 'float32' &&
      sameShape(gradient.shape, parameter?.shape ?? [-1])
    if (!fits) throw invalid(`its gradient ${name} is of no parameter of the model, or has another shape`)
  }
}

/** The position; without `loops` at the beginning of an epoch. */
function positionOf({ epoch, global_step, loops }: Checkpoint): Position {
  const start: Position = {
    ...{ epoch, global_step, batch_idx: 0, stage: 'train', accumulated: 0, sums: {} },
    ...{ epoch_rng: {}, draws: {} },
  }
  const saved: unknown = isPlainObject(loops) ? loops.fit_loop : undefined
  if (saved === undefined || saved === null) return start
  if (!isPlainObject(saved)) throw invalid('loops.fit_loop must be a dict')
  // Lightning's own has other fields, and is saved where an epoch ends.
  if (!Object.hasOwn(saved, 'batch_idx')) return start
  const { batch_idx, stage, accumulated = 0, sums = {}, epoch_rng = {}, draws = new Map() } = saved
  if (!isCount(batch_idx) || !isCount(accumulated) || (stage !== 'train' && stage !== 'validation')) {
    throw invalid('loops.fit_loop has no valid batch_idx, accumulated and stage')
  }
  checkStates('epoch_rng', epoch_rng)
  const pairs: [unknown, unknown][] = isMap(draws)
    ? [...draws]
    : Object.entries(isPlainObject(draws) ? draws : { draws })
  for (const [batch, states] of pairs) {
    if (!isCount(Number(batch))) throw invalid('loops.fit_loop.draws must have numbers of batches')
    checkStates('draws', states)
  }
  if (!isPlainObject(sums) || !Object.values(sums).every(isSum))
    throw invalid('loops.fit_loop.sums has no sums')
  return {
    ...{ epoch, global_step, batch_idx, stage, accumulated, sums: sums as Position['sums'], epoch_rng },
    draws: Object.fromEntries(pairs) as Position['draws'],
  }
}

const isSum = (value: unknown) =>
  Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'number')

function historyOf({ history = [] }: Checkpoint): Row[] {
  if (!Array.isArray(history) || !history.every(isPlainObject)) {
    throw new ValueError('fit: the checkpoint cannot be resumed: history must be a list of rows')
  }
  return history.map((row) => ({ ...row }))
}
