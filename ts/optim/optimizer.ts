import { describe } from '../check.js'
import { ValueError } from '../errors.js'
import { unscoped } from '../memory/scope.js'
import { apartFrom } from '../ops/copy.js'
import { copy_ } from '../ops/in_place.js'
import { Tensor } from '../tensor/tensor.js'

/** What an optimizer learns: tensors, or groups of them with options of their own. */
export type Params<Options> =
  | Iterable<Tensor>
  | Iterable<{ params: Tensor | Iterable<Tensor> } & Partial<Options>>

/** Tensors that share options. */
export type ParamGroup<Options> = { params: Tensor[] } & Options

/** Base of the optimizers: parameter groups, and the walk over those that have a gradient. */
export abstract class Optimizer<Options extends { lr: number }> {
  /** Groups with their options; changing `lr` here changes the next step. */
  readonly param_groups: ParamGroup<Options>[]

  constructor(params: Params<Options>, defaults: Options) {
    if (!isIterable(params)) {
      throw new TypeError(
        'params argument given to the optimizer should be an iterable of Tensors or of groups',
      )
    }
    const given: unknown[] = [...params]
    if (given.length === 0) throw new ValueError('optimizer got an empty parameter list')
    const groups = isGroup(given[0]) ? given : [{ params: given }]
    this.param_groups = groups.map((group) => {
      if (!isGroup(group))
        throw new TypeError(`param_group must be an object with params, but got ${describe(group)}`)
      const tensors = isIterable(group.params) ? [...group.params] : [group.params]
      return { ...defaults, ...group, params: tensors as Tensor[] }
    })
    for (const group of this.param_groups) this.checkGroup(group)
    const all = this.param_groups.flatMap((group) => group.params)
    if (new Set(all).size !== all.length)
      throw new ValueError('some parameters appear in more than one parameter group')
  }

  /** Throws where an option is out of range. */
  protected abstract check(options: Options): void

  /** Updates one parameter. */
  protected abstract update(parameter: Tensor, gradient: Tensor, options: Options): void

  /** Updates every parameter that has a gradient. */
  step(): void {
    // Again, and before any is updated: groups are there to be changed.
    for (const group of this.param_groups) this.checkGroup(group)
    unscoped(() => {
      for (const group of this.param_groups) this.updateGroup(group)
    })
  }

  private updateGroup(group: ParamGroup<Options>): void {
    for (const parameter of group.params) {
      const grad = parameter.lentGrad
      if (grad === null) continue
      this.update(parameter, apartFrom(parameter, grad), group)
      parameter.storage.version++
    }
  }

  private checkGroup(group: ParamGroup<Options>): void {
    for (const parameter of group.params) checkParameter(parameter)
    this.check(group)
  }

  /** Drops all gradients, or sets them to 0. */
  zero_grad(set_to_none = true): void {
    for (const { params } of this.param_groups) {
      for (const parameter of params) {
        if (set_to_none) parameter.grad = null
        else if (parameter.lentGrad !== null) copy_(parameter.lentGrad, 0)
      }
    }
  }
}

const isGroup = (value: unknown): value is { params: unknown } =>
  typeof value === 'object' && value !== null && 'params' in value

/** A tensor is not: that iterates over its rows. */
const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value && !(value instanceof Tensor)

function checkParameter(parameter: unknown): void {
  if (!(parameter instanceof Tensor)) {
    throw new TypeError(
      `optimizer can only optimize Tensors, but one of the params is ${describe(parameter)}`,
    )
  }
  if (!parameter.is_leaf) throw new ValueError("can't optimize a non-leaf Tensor")
}

/** Throws torch's sentence unless `value` is at least 0. */
export function checkNotNegative(what: string, value: number): void {
  if (typeof value !== 'number' || !(value >= 0)) throw new ValueError(`Invalid ${what}: ${describe(value)}`)
}
