import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { defineInspection } from '../base/inspect.js'
import { type Signature, signature } from '../call/signature.js'
import { unspent } from '../call/unspent.js'
import { enable_grad, inMode } from '../graph/grad_mode.js'
import { clearGradients } from '../graph/gradients.js'
import { unscoped } from '../memory/scope.js'
import { Storage } from '../memory/storage.js'
import { fill_ } from '../ops/shape/in_place.js'
import { duplicate } from '../tensor/copy.js'
import { zeros } from '../tensor/create.js'
import { copyStrided } from '../tensor/elements.js'
import { dense } from '../tensor/strided.js'
import { Tensor } from '../tensor/tensor.js'
import {
  copyArrays,
  copyGroup,
  type OptimizerStateDict,
  type ParameterState,
  type ParamGroup,
  pack,
  unpackGroups,
  unpackState,
} from './state_dict.js'

/** A tensor with its name, as `named_parameters()` gives them. */
export type NamedParameter = readonly [name: string, parameter: Tensor]

/** A learning rate as an argument. A tensor of one element is read at each step; what is assigned to the group's `lr` is written to it. */
export type Rate = number | Tensor

/** Options as arguments. */
export type Keywords<Options> = Partial<Omit<Options, 'lr'>> & {
  /** The learning rate: a number, or a tensor of one element. */
  lr?: Rate
}

/** A group as an argument: tensors, with or without names, and the group's own options. */
export type NewParamGroup<Options> = {
  params: Tensor | Iterable<Tensor> | Iterable<NamedParameter>
  initial_lr?: number
} & Keywords<Options>

/** The parameters of an optimizer: tensors, with or without names, or groups of them with their own options. */
export type Params<Options> = Iterable<Tensor> | Iterable<NamedParameter> | Iterable<NewParamGroup<Options>>

/** torch's options for the implementation of a step, for compatibility: there is only one here. */
export interface Implementation {
  /** Every value means the same. */
  foreach?: boolean | null
  /** False. */
  differentiable?: false
  /** Every value means the same. */
  fused?: boolean | null
}

/** Keys of a group that are not options; schedules keep some of them. */
const OF_GROUPS = [
  ...['params', 'param_names', 'initial_lr', 'max_lr', 'min_lr', 'swa_lr'],
  ...['max_momentum', 'base_momentum'],
]

const ADD_PARAM_GROUP = signature('Optimizer.add_param_group', 'param_group: any')
const STEP = signature('Optimizer.step', 'closure: function = None')
const ZERO_GRAD = signature('Optimizer.zero_grad', 'set_to_none: bool = True')
const STATE_DICT = signature('Optimizer.state_dict')
const LOAD_STATE_DICT = signature('Optimizer.load_state_dict', 'state_dict: any')

/** One parameter's part of a step. */
export interface Update<Options, Name extends string> {
  /** What is learned. */
  readonly owner: Tensor
  /** Its elements one after another: itself, or a copy that is written back. */
  readonly parameter: Tensor
  readonly gradient: Tensor
  readonly options: ParamGroup<Options>
  readonly state: ParameterState<Name>
  /** All tensors whose pointers the kernel gets. */
  readonly operands: readonly Tensor[]
  /** The operands that it changes. */
  readonly results: readonly Tensor[]
}

/**
 * Base of the optimizers: parameter groups, their state, and the loop over parameters with a
 * gradient. `Name` is the union of torch's names for the state's tensors. Source: torch.optim.Optimizer.
 */
export abstract class Optimizer<Options extends { lr: number }, Name extends string = string> {
  /** Groups with their options; changing `lr` here changes the next step. */
  readonly param_groups: ParamGroup<Options>[] = []
  /** Options of the groups that do not set their own. */
  readonly defaults: Options
  private states = new Map<Tensor, ParameterState<Name>>()
  /** That of groups that do not set their own. */
  private readonly rate: Rate

  constructor(params: unknown, defaults: Omit<Options, 'lr'> & { lr: Rate }) {
    defineInspection<Optimizer<Options, Name>>(Optimizer.prototype, String)
    if (new.target === Optimizer) throw new TypeError('Optimizer has no rule: use one of its subclasses')
    this.rate = defaults.lr
    this.defaults = withRate(copyArrays(defaults) as never, this.rate)
    this.check(this.defaults, true)
    if (!isIterable(params)) {
      throw new TypeError(
        `params argument given to the optimizer should be an iterable of Tensors or of groups, but got ${describe(params)}`,
      )
    }
    const given = [...params]
    if (given.length === 0) throw new ValueError('optimizer got an empty parameter list')
    const groups = isGroup(given[0]) ? given : [{ params: given }]
    for (const group of groups) this.add_param_group(group as NewParamGroup<Options>)
  }

  /** The groups and their options, as torch prints them. */
  toString(): string {
    const groups = this.param_groups.map((group, i) => {
      const names = Object.keys(group).filter((name) => name !== 'params')
      return [
        `Parameter Group ${i}`,
        ...names.sort().map((name) => `    ${name}: ${optionText(Reflect.get(group, name))}`),
      ]
    })
    return `${this.constructor.name} (\n${groups.flat().join('\n')}\n)`
  }

  /** The signature of the constructor, which also defines names and types of a group's options. @internal */
  protected abstract get declared(): Signature<readonly string[]>

  /**
   * Throws if an option has the wrong type or, if it `isNew`, is out of range. As in torch, later changes are not
   * checked for range: rounding may take a schedule slightly below 0.
   */
  protected abstract check(options: Options, isNew: boolean): void

  /** Names of the state tensors for these options, in torch's order. */
  protected abstract stateNames(options: Options): readonly Name[]

  /** Runs the kernel. The operands are in linear memory, and `step` includes this step. */
  protected abstract update(update: Update<Options, Name>): void

  /** Whether `step` is part of the state. */
  protected get countsSteps(): boolean {
    return true
  }

  /** The initial value of a state tensor. */
  protected initialState(parameter: Tensor, _name: Name, _options: Options): Tensor {
    return zeros(parameter.shape)
  }

  /** The initial values of the state's numbers other than the step, by torch's names. */
  protected initialNumbers(_options: Options): Record<string, number> {
    return {}
  }

  /**
   * Adds a group of parameters with its own options.
   *
   * @throws TypeError for an unknown option; ValueError if one of the tensors is in another group already
   * @example optimizer.add_param_group({ params: model.head.parameters(), lr: 1e-2 })
   */
  add_param_group(param_group: NewParamGroup<Options>): void
  add_param_group(...args: unknown[]): void {
    const [group] = ADD_PARAM_GROUP.read(args)
    if (!isGroup(group))
      throw new TypeError(`param_group must be an object with params, but got ${describe(group)}`)
    const named = Object.entries(group).filter(([name]) => !OF_GROUPS.includes(name))
    this.declared.read([[], Object.fromEntries(named)])
    const given: unknown[] = isIterable(group.params)
      ? [...unspent('add_param_group', 'params', group.params)]
      : [group.params]
    const { params, ...names } = splitNames(given)
    const options = copyArrays({ ...this.defaults, ...withoutUndefined(group), ...names })
    const added = withRate({ ...options, params } as ParamGroup<Options>, group.lr ?? this.rate)
    for (const parameter of params) checkParameter(parameter)
    this.check(added, true)
    const isNamed = added.param_names !== undefined
    if (this.param_groups.some(({ param_names }) => (param_names !== undefined) !== isNamed)) {
      throw new ValueError(
        `all optimizer param groups should be with/without names. cannot add param group ${isNamed ? 'with' : 'without'} names to the optimizer`,
      )
    }
    if (new Set(params).size !== params.length)
      throw new ValueError('optimizer contains a parameter group with duplicate parameters')
    const known = new Set(this.param_groups.flatMap((other) => other.params))
    if (added.params.some((parameter) => known.has(parameter)))
      throw new ValueError('some parameters appear in more than one parameter group')
    this.param_groups.push(added)
  }

  /**
   * Updates every parameter that has a gradient, all or none: errors, including lack of memory, come
   * before the first change. (If the parameters together exceed the memory budget they are updated one by
   * one, and only each single update is all or nothing.)
   *
   * @param closure recomputes the loss, which is returned
   */
  step(closure?: null): undefined
  step<T>(closure: () => T): T
  step(...args: unknown[]): unknown {
    const [closure] = STEP.read(args) as [(() => unknown) | null]
    const loss = closure === null ? undefined : enable_grad(closure)
    const updates = unscoped(() => this.plan())
    Storage.changeEach(updates, (update) => {
      const { owner, parameter, state } = update
      this.states.set(owner, state)
      state.step++
      this.update(update)
      if (parameter !== owner) copyStrided(parameter, owner)
      state.isNew = false
    })
    return loss
  }

  /** The updates of a step: allocates everything they need, and changes nothing. */
  private plan(): Update<Options, Name>[] {
    const updates: Update<Options, Name>[] = []
    // Users may change groups: their values are read once, and checked before a kernel uses them.
    for (const options of this.param_groups.map(copyGroup)) {
      if (!Array.isArray(options.params))
        throw new TypeError(
          `param_groups: params must be an array of Parameters, but got ${describe(options.params)}`,
        )
      for (const parameter of options.params) checkParameter(parameter)
      this.check(options, false)
      const names = this.stateNames(options)
      for (const parameter of options.params) {
        const lent = parameter.peekGrad
        if (lent === null) continue
        const state = this.stateOf(parameter, names, options)
        const results = [parameter]
        for (const name of names) results.push(state.tensors[name])
        const gradient = dense(withoutOverlap(lent, results))
        const elements = dense(parameter)
        const operands = [...results, gradient]
        if (elements !== parameter) operands.push(elements)
        updates.push({ owner: parameter, parameter: elements, gradient, options, state, operands, results })
      }
    }
    return updates
  }

  /** The state of a parameter, with new tensors for missing ones; the caller stores it. */
  private stateOf(parameter: Tensor, names: readonly Name[], options: Options): ParameterState<Name> {
    const kept = this.states.get(parameter)
    if (kept !== undefined && kept.names === names) return kept
    const tensors = { ...kept?.tensors } as Record<Name, Tensor>
    let isNew = false
    for (const name of names) {
      if (tensors[name] !== undefined) continue
      tensors[name] = this.initialState(parameter, name, options)
      isNew = true
    }
    const numbers = { ...(kept?.numbers ?? this.initialNumbers(options)) }
    return { step: kept?.step ?? 0, names, isNew, tensors, numbers }
  }

  /** Creates the state of every parameter before the first step, for rules that need it. */
  protected startAll(): void {
    for (const group of this.param_groups) {
      const names = this.stateNames(group)
      for (const parameter of group.params) {
        this.states.set(
          parameter,
          unscoped(() => this.stateOf(parameter, names, group)),
        )
      }
    }
  }

  /** Sets all gradients to null, or to 0. */
  zero_grad(set_to_none?: boolean | { set_to_none?: boolean }): void
  zero_grad(...args: unknown[]): void {
    const [set_to_none] = ZERO_GRAD.read(args)
    const groups = this.param_groups
    const all = groups.length === 1 ? groups[0].params : groups.flatMap(({ params }) => params)
    clearGradients(all, set_to_none)
  }

  /** The state tensors and `step` of each parameter, by torch's names. The tensors share memory with the optimizer's. */
  get state(): Map<Tensor, Record<string, number | Tensor>> {
    const state = new Map<Tensor, Record<string, number | Tensor>>()
    for (const [parameter, { step, tensors, numbers }] of this.states) {
      const entries = Object.entries<Tensor>(tensors).map(
        ([name, tensor]) => [name, tensor.detach()] as const,
      )
      if (this.countsSteps) state.set(parameter, { step, ...numbers, ...Object.fromEntries(entries) })
      else if (entries.length > 0) state.set(parameter, Object.fromEntries(entries))
    }
    return state
  }

  /**
   * State and options in torch's layout. The tensors share memory with the optimizer's: clone them
   * for a snapshot.
   *
   * @example
   * const saved = optimizer.state_dict()
   * saved.state[0].exp_avg // a tensor of the first parameter's shape, for Adam
   * saved.param_groups[0].params // [0, 1]
   */
  state_dict(): OptimizerStateDict<Options>
  state_dict(...args: unknown[]): OptimizerStateDict<Options> {
    STATE_DICT.read(args)
    return pack(this.param_groups, this.state)
  }

  /**
   * Restores the options and a copy of the state of another optimizer of the same kind, which may be
   * PyTorch's.
   *
   * @throws ValueError, before anything is changed, if groups, their sizes or shapes differ
   */
  load_state_dict(state_dict: OptimizerStateDict): void
  load_state_dict(...args: unknown[]): void {
    const [state_dict] = LOAD_STATE_DICT.read(args)
    const groups = unpackGroups(state_dict, this.param_groups, this.defaults)
    for (const group of groups) {
      for (const parameter of group.params) checkParameter(parameter)
      this.check(group, false)
    }
    const namesOf = (options: Options) => this.stateNames(options)
    const numbers = Object.keys(this.initialNumbers(this.defaults))
    this.states = unscoped(() => unpackState(state_dict, groups, namesOf, this.countsSteps, numbers))
    this.param_groups.splice(0, groups.length, ...groups)
  }
}

/** A gradient, or a copy if it may overlap the changed tensors: a kernel's operands never overlap its results. */
function withoutOverlap(gradient: Tensor, changed: readonly Tensor[]): Tensor {
  for (const { storage } of changed) if (storage === gradient.storage) return duplicate(gradient)
  return gradient
}

/** Separates tensors from their names, if they have names. */
function splitNames(given: readonly unknown[]): { params: unknown[]; param_names?: unknown[] } {
  const named = given.filter((each) => Array.isArray(each))
  if (named.length === 0) return { params: [...given] }
  if (named.length < given.length) {
    throw new ValueError('all optimizer params should be with/without names. Some param names are missing')
  }
  for (const pair of named) {
    if (pair.length === 2 && typeof pair[0] === 'string') continue
    throw new TypeError(
      `named parameters must be [name, parameter] pairs, but got an array of ${pair.length} with ${describe(pair[0])} first`,
    )
  }
  return { params: named.map((pair) => pair[1]), param_names: named.map((pair) => pair[0]) }
}

/** The options, whose `lr` is `rate`: that of a tensor is its element. */
function withRate<T extends { lr: number }>(options: T, rate: unknown): T {
  if (!(rate instanceof Tensor)) return options
  if (rate.numel() !== 1) throw new ValueError('Tensor lr must be 1-element')
  return Object.defineProperty(options, 'lr', {
    enumerable: true,
    configurable: true,
    get: () => rate.item(),
    set: (value: number) => inMode(false, () => fill_(rate, value)),
  })
}

const withoutUndefined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T

const isGroup = (value: unknown): value is { params: unknown; lr?: unknown } =>
  typeof value === 'object' && value !== null && 'params' in value

/** Whether it is an iterable of parameters; a tensor iterates over its rows. */
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

/** Throws torch's error unless `value` is a number, and at least 0 if it `isNew`. */
export function checkNotNegative(what: string, value: unknown, isNew: boolean): void {
  if (typeof value === 'number' && value >= (isNew ? 0 : Number.NEGATIVE_INFINITY)) return
  throw new ValueError(`Invalid ${what}: ${describe(value)}`)
}

/** An option as Python prints it, except that whole floats print like ints: both are numbers here. */
function optionText(value: unknown): string {
  if (Array.isArray(value)) return `(${value.join(', ')})`
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return value === null || value === undefined ? 'None' : String(value)
}
