import { describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import { isIterable, isPlainObject } from '../call/kinds.js'
import { signature } from '../call/signature.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import { checkFree, checkName, parametersOf } from './members.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'

const PARAMETER_DICT = signature('ParameterDict', 'parameters: any = None')
const HAS = signature('ParameterDict.has', 'key: str')
const GET = signature('ParameterDict.get', 'key: str')
const SET = signature('ParameterDict.set', 'key: str', 'value: Tensor')
const POP = signature('ParameterDict.pop', 'key: str')
const UPDATE = signature('ParameterDict.update', 'parameters: any')
const CLEAR = signature('ParameterDict.clear')
const KEYS = signature('ParameterDict.keys')
const VALUES = signature('ParameterDict.values')
const ITEMS = signature('ParameterDict.items')

/** Parameters by name: an object, or pairs. */
type Named = Readonly<Record<string, Tensor>> | Iterable<readonly [string, Tensor]>

/**
 * Parameters by name; tensors become parameters. Names are fields: those that every object of this class has, such as 'keys',
 * are taken, and numeric names come first. Source: torch.nn.ParameterDict.
 *
 * @throws TypeError if one of them is not a tensor; ValueError if a name is taken
 * @example scales = new torch.nn.ParameterDict({ left: torch.ones([8]), right: torch.ones([8]) })
 */
export class ParameterDict extends Module {
  constructor(parameters?: Named | null)
  constructor(...args: unknown[]) {
    super()
    const [parameters] = PARAMETER_DICT.read(args)
    this.add(parameters ?? [])
  }

  /** Number of parameters. */
  get length(): number {
    return [...parametersOf(this)].length
  }

  /** The names. */
  *[Symbol.iterator](): Generator<string> {
    yield* this.keys()
  }

  /** Whether there is a parameter of that name. */
  has(key: string): boolean
  has(...args: unknown[]): boolean {
    return this.find(HAS.read(args)[0]) !== undefined
  }

  /** The parameter of that name. @throws ValueError if there is none */
  get(key: string): Parameter
  get(...args: unknown[]): Parameter {
    return this.present(GET.read(args)[0])
  }

  /** Adds a parameter, or replaces the one of that name. */
  set(key: string, value: Tensor): this
  set(...args: unknown[]): this {
    return this.add([SET.read(args)])
  }

  /** Removes and returns the parameter of that name. @throws ValueError if there is none */
  pop(key: string): Parameter
  pop(...args: unknown[]): Parameter {
    const [key] = POP.read(args)
    const parameter = this.present(key)
    Reflect.deleteProperty(this, key)
    return parameter
  }

  /** Adds parameters, and replaces those of the same names. */
  update(parameters: Named): this
  update(...args: unknown[]): this {
    return this.add(UPDATE.read(args)[0])
  }

  /** Removes all. */
  clear(): void
  clear(...args: unknown[]): void {
    CLEAR.read(args)
    for (const key of this.keys()) Reflect.deleteProperty(this, key)
  }

  /** The names. */
  keys(): string[]
  keys(...args: unknown[]): string[] {
    KEYS.read(args)
    return Array.from(parametersOf(this), ([name]) => name)
  }

  /** The parameters. */
  values(): Parameter[]
  values(...args: unknown[]): Parameter[] {
    VALUES.read(args)
    return Array.from(parametersOf(this), ([, parameter]) => parameter)
  }

  /** Names and parameters. */
  items(): [string, Parameter][]
  items(...args: unknown[]): [string, Parameter][] {
    ITEMS.read(args)
    return [...parametersOf(this)]
  }

  /** Adds all of them or none. */
  private add(given: unknown): this {
    const pairs: unknown = isPlainObject(given) ? Object.entries(given) : given
    if (!isIterable(pairs)) {
      throw new TypeError(
        `ParameterDict: parameters must be an object or pairs of a name and a Tensor, but got ${describe(given)}`,
      )
    }
    const added = Array.from(pairs, (pair): readonly [string, Parameter] => {
      const [key, value]: readonly unknown[] = Array.isArray(pair) ? pair : []
      if (typeof key !== 'string') {
        throw new TypeError(
          `ParameterDict: parameters must be pairs of a name and a Tensor, but got ${describe(pair)}`,
        )
      }
      checkTensor('ParameterDict', key, value)
      checkName('parameter', key)
      checkFree(this, key, Parameter)
      return [key, value instanceof Parameter ? value : new Parameter(value)]
    })
    for (const [key, parameter] of added) this.register_parameter(key, parameter)
    return this
  }

  private present(key: string): Parameter {
    const parameter = this.find(key)
    if (parameter === undefined) throw new ValueError(`ParameterDict has no parameter '${key.slice(0, 80)}'`)
    return parameter
  }

  private find(key: string): Parameter | undefined {
    for (const [name, parameter] of parametersOf(this)) if (name === key) return parameter
    return undefined
  }

  override forward(): never {
    throw new RuntimeError('ParameterDict should not be called.')
  }

  override extra_repr(): string {
    const lines = this.items().map(
      ([key, { dtype, shape }]) =>
        `  (${key}): Parameter containing: [torch.${dtype} of size ${shape.join('x')}]`,
    )
    return lines.join('\n')
  }
}
