/** An optimizer's state in torch's layout. */
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { to } from '../tensor/convert.js'
import { duplicate } from '../tensor/copy.js'
import { formatSize } from '../tensor/format.js'
import { sameShape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'

/** Parameters that share options. */
export type ParamGroup<Options> = {
  params: Tensor[]
  /** Names of the tensors, if the group was made from `named_parameters()`. */
  param_names?: string[]
  initial_lr?: number
} & Options

/** An optimizer's state for one parameter. */
export interface ParameterState<Name extends string> {
  /** The number of steps. */
  step: number
  /** The list of names that was checked last, or null; compared by identity, so pass a constant. */
  readonly names: readonly Name[] | null
  /** Whether some of the tensors have their initial values. */
  isNew: boolean
  /** Tensors of the parameter's shape, by torch's names. */
  readonly tensors: Readonly<Record<Name, Tensor>>
  /** Numbers other than the step, by torch's names. */
  readonly numbers: Record<string, number>
}

/** An optimizer's state in torch's layout. */
export interface OptimizerStateDict<Options = object> {
  /** For each parameter, numbered across all groups: its tensors by torch's names, and its `step` as a number. */
  state: Record<number, Record<string, number | Tensor>>
  /** The groups' options, with the indices of their parameters. */
  param_groups: ({ params: number[]; param_names?: string[]; initial_lr?: number } & Options)[]
}

/** The state of the parameters of `groups` in torch's layout. */
export function pack<Options>(
  groups: readonly ParamGroup<Options>[],
  state: ReadonlyMap<Tensor, Record<string, number | Tensor>>,
): OptimizerStateDict<Options> {
  const packed: OptimizerStateDict<Options> = { state: {}, param_groups: [] }
  let next = 0
  for (const { params, ...options } of groups) {
    const numbers = params.map((parameter) => {
      const kept = state.get(parameter)
      if (kept !== undefined) packed.state[next] = kept
      return next++
    })
    packed.param_groups.push({ ...copyArrays(options), params: numbers } as never)
  }
  return packed
}

/**
 * The groups that a state_dict describes, with the parameters of `groups`.
 *
 * @throws ValueError if its groups do not match
 */
export function unpackGroups<Options>(
  state_dict: unknown,
  groups: readonly ParamGroup<Options>[],
  defaults: Options,
): ParamGroup<Options>[] {
  const { param_groups: saved } = contentsOf(state_dict)
  if (saved.length !== groups.length) {
    throw new ValueError('loaded state dict has a different number of parameter groups')
  }
  return groups.map(({ params, param_names }, i) => {
    const options = saved[i]
    if (!Array.isArray(options?.params) || options.params.length !== params.length) {
      throw new ValueError(
        "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
      )
    }
    const names = param_names === undefined ? {} : { param_names }
    return { ...defaults, ...names, ...copyArrays(withoutTensors(options)), params }
  })
}

/**
 * Copies of the state of the parameters of `groups`, which come from {@link unpackGroups}.
 *
 * @throws ValueError if it is not a state of this kind of optimizer, or shapes differ
 */
export function unpackState<Options, Name extends string>(
  state_dict: unknown,
  groups: readonly ParamGroup<Options>[],
  namesOf: (options: Options) => readonly Name[],
  countsSteps: boolean,
  numberNames: readonly string[],
): Map<Tensor, ParameterState<Name>> {
  const { state, param_groups } = contentsOf(state_dict)
  const states = new Map<Tensor, ParameterState<Name>>()
  for (const [i, group] of groups.entries()) {
    for (const [k, parameter] of group.params.entries()) {
      const number = String(param_groups[i].params[k])
      const saved: unknown = Object.hasOwn(state, number) ? state[number] : undefined
      if (saved === undefined) continue
      if (!isRecord(saved)) throw invalid(number, `state must be an object, but got ${describe(saved)}`)
      const missing = namesOf(group).find((name) => !Object.hasOwn(saved, name))
      if (missing !== undefined) throw invalid(number, `there is no ${missing}`)
      states.set(parameter, {
        step: countsSteps ? stepOf(number, saved.step) : 0,
        names: null,
        isNew: false,
        tensors: tensorsOf(number, saved, parameter, numberNames) as Record<Name, Tensor>,
        numbers: numbersOf(number, saved, numberNames),
      })
    }
  }
  return states
}

/** Options with tensors converted to numbers: torch allows and saves a tensor as a rate or a beta. */
const withoutTensors = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      name === 'params' ? value : Array.isArray(value) ? value.map(numberOf) : numberOf(value),
    ]),
  )

const numberOf = (value: unknown): unknown =>
  value instanceof Tensor && value.numel() === 1 ? value.item() : value

type Contents = {
  state: Record<string, unknown>
  param_groups: (Record<string, unknown> & { params: unknown[] })[]
}

function contentsOf(state_dict: unknown): Contents {
  if (!isRecord(state_dict)) {
    throw new TypeError(`Expected state_dict to be dict-like, got ${describe(state_dict)}.`)
  }
  const { state, param_groups } = state_dict
  if (!isRecord(state) || !Array.isArray(param_groups)) {
    throw new TypeError(
      `Expected state_dict to have an object state and an array param_groups, got ${describe(state)} and ${describe(param_groups)}.`,
    )
  }
  return state_dict as Contents
}

function stepOf(number: string, saved: unknown): number {
  const step = saved instanceof Tensor && saved.numel() === 1 ? saved.item() : saved
  if (typeof step !== 'number' || !(step >= 0 && step < Number.POSITIVE_INFINITY)) {
    throw invalid(number, `step must be a number of at least 0, but got ${describe(step)}`)
  }
  return step
}

/** The numbers of a state, which torch saves as tensors. */
function numbersOf(number: string, saved: Record<string, unknown>, names: readonly string[]) {
  const numbers: Record<string, number> = {}
  for (const name of names) {
    const value = numberOf(saved[name])
    if (typeof value !== 'number')
      throw invalid(number, `${name} must be a number, but got ${describe(value)}`)
    numbers[name] = value
  }
  return numbers
}

function tensorsOf(
  number: string,
  saved: Record<string, unknown>,
  parameter: Tensor,
  numbers: readonly string[],
) {
  const tensors: Record<string, Tensor> = {}
  for (const [name, value] of Object.entries(saved)) {
    // torch saves null for a buffer that was not needed yet.
    if (name === 'step' || value === null || numbers.includes(name)) continue
    if (!(value instanceof Tensor)) {
      throw invalid(number, `${name} must be a Tensor, but got ${describe(value)}`)
    }
    if (!sameShape(value.shape, parameter.shape)) {
      const [got, wanted] = [formatSize(value.shape), formatSize(parameter.shape)]
      throw invalid(number, `${name} has shape ${got}, but the parameter has ${wanted}`)
    }
    tensors[name] = ownFloats(value)
  }
  return tensors
}

/** A copy as float32: the optimizer changes it in place. */
function ownFloats(tensor: Tensor): Tensor {
  const floats = to(tensor.detach(), 'float32')
  return floats.storage === tensor.storage ? duplicate(floats) : floats
}

const invalid = (number: string, what: string) =>
  new ValueError(`loaded state dict does not fit parameter ${number}: ${what}`)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A snapshot of a group: later changes do not affect it, and getters run only once. */
export function copyGroup<Options>(group: ParamGroup<Options>): ParamGroup<Options> {
  // Runs in every step: this is faster than Object.entries.
  const copy: Record<string, unknown> = { ...group }
  for (const name in copy) {
    const value = copy[name]
    if (Array.isArray(value)) copy[name] = [...value]
  }
  return copy as ParamGroup<Options>
}

/** Options with copied arrays, so that a change of a pair of betas does not affect other groups. */
export const copyArrays = <T extends object>(options: T): T =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]),
  ) as T
