/** Averages of weights: torch.optim.swa_utils */
import { checkNumber, describe } from '../base/check.js'
import { cosine } from '../base/double_double.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { no_grad } from '../graph/grad_mode.js'
import { BatchNorm } from '../nn/batch_norm.js'
import { checkModule, Module } from '../nn/module.js'
import { add, div, mul, sub } from '../ops/elementwise/binary.js'
import { copy_ } from '../ops/shape/in_place.js'
import { tensor } from '../tensor/create.js'
import { Tensor } from '../tensor/tensor.js'
import { forEachGroup } from './lr_scheduler/groups.js'
import { type AnyOptimizer, LRScheduler, nameOf } from './lr_scheduler/scheduler.js'

/** The new average of a parameter, from the old one, the parameter and the number of averaged models, an int32 tensor. */
export type AverageFunction = (averaged: Tensor, current: Tensor, num_averaged: Tensor) => Tensor

/** Changes averages in place, all at once. */
export type AverageFunctions = (
  averaged: readonly Tensor[],
  current: readonly Tensor[],
  num_averaged: Tensor,
) => unknown

/** Options of AveragedModel. */
export interface AveragedModelOptions {
  device?: 'cpu' | null
  /** The equal average of all models by default. */
  avg_fn?: AverageFunction | null
  multi_avg_fn?: AverageFunctions | null
  /** Averages buffers too, instead of copying them. */
  use_buffers?: boolean
}

const AVERAGED_MODEL = signature(
  'AveragedModel',
  'model: value',
  "device: 'cpu' = None",
  'avg_fn: function = None',
  'multi_avg_fn: function = None',
  'use_buffers: bool = False',
)
const UPDATE_PARAMETERS = signature('AveragedModel.update_parameters', 'model: value')
const EMA = signature('get_ema_avg_fn', 'decay: number = 0.999')
const EMA_MULTI = signature('get_ema_multi_avg_fn', 'decay: number = 0.999')
const SWA = signature('get_swa_avg_fn')
const SWA_MULTI = signature('get_swa_multi_avg_fn')
const UPDATE_BN = signature('update_bn', 'loader: iterable', 'model: value', "device: 'cpu' = None")

/**
 * The average of a model's weights over training: equal, or as `avg_fn` says. Source: torch.optim.swa_utils.AveragedModel.
 *
 * @example
 * const { AveragedModel, get_ema_avg_fn } = torch.optim.swa_utils
 * const averaged = new AveragedModel(model, { avg_fn: get_ema_avg_fn(0.99) })
 * for (const [x, y] of loader) {
 *   train(model, x, y)
 *   averaged.update_parameters(model)
 * }
 * averaged.forward(x)
 */
export class AveragedModel<M extends Module = Module> extends Module {
  /** The averaged weights. */
  readonly module: M
  /** How many models they are the average of, int32. A buffer. */
  declare readonly n_averaged: Tensor
  readonly avg_fn: AverageFunction | null
  readonly multi_avg_fn: AverageFunctions | null
  readonly use_buffers: boolean

  constructor(
    model: M,
    device?: 'cpu' | null | AveragedModelOptions,
    avg_fn?: AverageFunction | null | Omit<AveragedModelOptions, 'device'>,
    multi_avg_fn?: AverageFunctions | null,
    use_buffers?: boolean,
  )
  constructor(...args: unknown[]) {
    super()
    const [model, , avg_fn, multi_avg_fn, use_buffers] = AVERAGED_MODEL.read(args)
    checkModule('AveragedModel', model)
    if (avg_fn !== null && multi_avg_fn !== null) {
      throw new ValueError('Only one of avg_fn and multi_avg_fn should be provided')
    }
    this.module = model.clone() as M
    this.register_buffer('n_averaged', tensor(0, { dtype: 'int32' }))
    this.avg_fn = avg_fn as AverageFunction | null
    this.multi_avg_fn = multi_avg_fn as AverageFunctions | null
    this.use_buffers = use_buffers
  }

  /** That of the averaged model. */
  override forward(...inputs: Parameters<M['forward']>): ReturnType<M['forward']>
  override forward(...inputs: never[]): unknown {
    return this.module.forward(...inputs)
  }

  /** Adds the weights of `model` to the average. */
  update_parameters(model: Module): void
  update_parameters(...args: unknown[]): void {
    const [model] = UPDATE_PARAMETERS.read(args)
    checkModule('AveragedModel.update_parameters', model)
    no_grad(() => this.average(model))
  }

  private average(model: Module): void {
    const { module, n_averaged, multi_avg_fn, use_buffers } = this
    const membersOf = (of: Module) => [...of.parameters(), ...(use_buffers ? of.buffers() : [])]
    const [own, current] = [module, model].map((of) => membersOf(of).map((member) => member.detach()))
    if (own.length !== current.length) {
      throw new ValueError(
        `AveragedModel: the model has ${current.length} tensors, the average ${own.length}`,
      )
    }
    if (n_averaged.item() === 0) {
      for (const [i, averaged] of own.entries()) copy_(averaged, current[i])
    } else if (multi_avg_fn !== null) {
      multi_avg_fn(own, current, n_averaged)
    } else {
      const average = this.avg_fn ?? equalAverage
      for (const [i, averaged] of own.entries()) copy_(averaged, average(averaged, current[i], n_averaged))
    }
    if (!use_buffers) {
      const buffers = [...model.buffers()]
      for (const [i, buffer] of [...module.buffers()].entries()) copy_(buffer, buffers[i])
    }
    copy_(n_averaged, add(n_averaged, 1))
  }
}

const equalAverage: AverageFunction = (averaged, current, count) =>
  add(averaged, div(sub(current, averaged), add(count, 1)))

function exponentialAverage(decay: number): AverageFunction {
  if (!(decay >= 0 && decay <= 1)) {
    throw new ValueError(`Invalid decay value ${decay} provided. Please provide a value in [0,1] range.`)
  }
  return (averaged, current) => add(mul(averaged, decay), mul(current, 1 - decay))
}

const each =
  (average: AverageFunction): AverageFunctions =>
  (averaged, current, count) => {
    no_grad(() => {
      for (const [i, own] of averaged.entries()) copy_(own, average(own, current[i], count))
    })
  }

/** `decay averaged + (1 - decay) current`, for {@link AveragedModel}. */
export function get_ema_avg_fn(decay?: number | { decay?: number }): AverageFunction
export function get_ema_avg_fn(...args: unknown[]): AverageFunction {
  return exponentialAverage(EMA.read(args)[0])
}

/** The same in place, for `multi_avg_fn`. */
export function get_ema_multi_avg_fn(decay?: number | { decay?: number }): AverageFunctions
export function get_ema_multi_avg_fn(...args: unknown[]): AverageFunctions {
  return each(exponentialAverage(EMA_MULTI.read(args)[0]))
}

/** The equal average. */
export function get_swa_avg_fn(): AverageFunction
export function get_swa_avg_fn(...args: unknown[]): AverageFunction {
  SWA.read(args)
  return equalAverage
}

/** The same in place, for `multi_avg_fn`. */
export function get_swa_multi_avg_fn(): AverageFunctions
export function get_swa_multi_avg_fn(...args: unknown[]): AverageFunctions {
  SWA_MULTI.read(args)
  return each(equalAverage)
}

/**
 * Recomputes the running statistics of all batch normalisations in one pass over the data, without gradients: those of averaged
 * weights are not the average of those. Source: torch.optim.swa_utils.update_bn.
 *
 * @param loader of inputs, or of rows whose first entries are the inputs
 */
export function update_bn(
  loader: Iterable<Tensor | readonly Tensor[]>,
  model: Module,
  device?: 'cpu' | null | { device?: 'cpu' | null },
): void
export function update_bn(...args: unknown[]): void {
  const [loader, model] = UPDATE_BN.read(args)
  checkModule('update_bn', model)
  const layers = [...model.modules()].filter((module) => module instanceof BatchNorm)
  if (layers.length === 0) return
  const momenta = layers.map(({ momentum }) => momentum)
  const modes = new Map([...model.modules()].map((module) => [module, module.training]))
  const setMomenta = (of: (i: number) => number | null) => {
    for (const [i, layer] of layers.entries()) Object.assign(layer, { momentum: of(i) })
  }
  for (const layer of layers) layer.reset_running_stats()
  model.train()
  // Null: the average of all batches.
  setMomenta(() => null)
  try {
    no_grad(() => {
      for (const row of loader) {
        const input: unknown = Array.isArray(row) ? row[0] : row
        if (!(input instanceof Tensor)) {
          throw new TypeError(
            `update_bn: loader must give Tensors, or arrays of them, but got ${describe(input)}`,
          )
        }
        model.forward(input as never)
      }
    })
  } finally {
    setMomenta((i) => momenta[i])
    for (const [module, training] of modes) module.training = training
  }
}

const SWA_LR = signature(
  'SWALR',
  'optimizer: value',
  'swa_lr: number|list',
  'anneal_epochs: number = 10',
  "anneal_strategy: str = 'cos'",
  'last_epoch: int = -1',
)

/** Options of SWALR. */
export interface SWALROptions {
  /** 10 by default. */
  anneal_epochs?: number
  /** A cosine, the default, or a line. */
  anneal_strategy?: 'cos' | 'linear'
  /** Epoch to resume after; -1, the default, starts anew. */
  last_epoch?: number
}

/**
 * Learning rates that go to `swa_lr` in `anneal_epochs` epochs and stay there, for averages of weights.
 * Source: torch.optim.swa_utils.SWALR.
 *
 * @param swa_lr for all groups, or for each
 */
export class SWALR extends LRScheduler {
  anneal_epochs: number
  protected _anneal_strategy: string

  constructor(
    optimizer: AnyOptimizer,
    swa_lr: number | readonly number[],
    anneal_epochs?: number | SWALROptions,
    anneal_strategy?: 'cos' | 'linear' | Omit<SWALROptions, 'anneal_epochs'>,
    last_epoch?: number,
  )
  constructor(options: { optimizer: AnyOptimizer; swa_lr: number | readonly number[] } & SWALROptions)
  constructor(...args: unknown[]) {
    const [optimizer, swa_lr, anneal_epochs, anneal_strategy, last_epoch] = SWA_LR.read(args)
    super(optimizer, last_epoch)
    const groups: { lr: number; swa_lr?: number }[] = this.optimizer.param_groups
    const rates = forEachGroup('SWALR', groups, 'swa_lr', swa_lr)
    if (anneal_strategy !== 'cos' && anneal_strategy !== 'linear') {
      throw new ValueError(
        `anneal_strategy must be one of 'cos' or 'linear', instead got ${nameOf(anneal_strategy)}`,
      )
    }
    if (!Number.isInteger(anneal_epochs) || anneal_epochs < 0) {
      throw new ValueError(`anneal_epochs must be equal or greater than 0, got ${anneal_epochs}`)
    }
    for (const [i, group] of groups.entries()) group.swa_lr = rates[i]
    this.anneal_epochs = anneal_epochs
    this._anneal_strategy = anneal_strategy
    this.begin()
  }

  /** From the current learning rates, which another schedule may have set. */
  protected override ratesAt(): number[] {
    const { anneal_epochs, _step_count } = this
    const step = anneal_epochs === 0 ? Math.max(1, _step_count) : _step_count
    const before = this.shareAt(step - 1)
    const share = this.shareAt(step)
    return this.optimizer.param_groups.map(({ lr, ...group }) => {
      const { swa_lr } = group as { swa_lr?: unknown }
      checkNumber('SWALR', 'swa_lr of the group', swa_lr)
      const start = before === 1 ? swa_lr : (lr - before * swa_lr) / (1 - before)
      return swa_lr * share + start * (1 - share)
    })
  }

  /** How far the rates have gone, from 0 to 1. */
  private shareAt(step: number): number {
    const t = Math.max(0, Math.min(1, step / Math.max(1, this.anneal_epochs)))
    return this._anneal_strategy === 'linear' ? t : (1 - cosine(Math.PI * t)) / 2
  }
}
