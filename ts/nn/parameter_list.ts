import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import { parametersOf } from './members.js'
import { Module } from './module.js'
import { resolveIndex } from './module_sequence.js'
import { Parameter } from './parameter.js'

const PARAMETER_LIST = signature('ParameterList', 'values: iterable = None')
const AT = signature('ParameterList.at', 'index: int')
const APPEND = signature('ParameterList.append', 'value: Tensor')
const EXTEND = signature('ParameterList.extend', 'values: iterable')

/**
 * A list of parameters, named '0', '1', …; tensors become parameters. Source: torch.nn.ParameterList.
 *
 * @throws TypeError if one of them is not a tensor
 * @example scales = new torch.nn.ParameterList([torch.ones([8]), torch.ones([8])])
 */
export class ParameterList extends Module implements Iterable<Parameter> {
  /** The parameter at `index`; {@link at} also counts from the end. */
  [index: number]: Parameter

  constructor(values?: Iterable<Tensor> | null | { values: Iterable<Tensor> | null })
  constructor(...args: unknown[]) {
    super()
    const [values] = PARAMETER_LIST.read(args)
    this.add(values ?? [])
  }

  /** Number of parameters. */
  get length(): number {
    return this.all().length
  }

  /** The parameters, in order. */
  *[Symbol.iterator](): Generator<Parameter> {
    yield* this.all()
  }

  /**
   * The parameter at `index`; negative ones count from the end.
   *
   * @throws IndexError if there is none
   */
  at(index: number): Parameter
  at(...args: unknown[]): Parameter {
    const [index] = AT.read(args)
    const all = this.all()
    return all[resolveIndex(index, all.length)]
  }

  /** Adds a parameter at the end. */
  append(value: Tensor): this
  append(...args: unknown[]): this {
    return this.add(APPEND.read(args))
  }

  /** Adds parameters at the end. */
  extend(values: Iterable<Tensor>): this
  extend(...args: unknown[]): this {
    return this.add(EXTEND.read(args)[0])
  }

  /** Adds all of them or none. */
  private add(values: Iterable<unknown>): this {
    const added = [...values].map((value) => {
      checkTensor('ParameterList', 'value', value)
      return value instanceof Parameter ? value : new Parameter(value)
    })
    const first = this.length
    for (const [i, parameter] of added.entries()) this.register_parameter(String(first + i), parameter)
    return this
  }

  override forward(): never {
    throw new RuntimeError('ParameterList should not be called.')
  }

  override extra_repr(): string {
    const lines = this.all().map(
      ({ dtype, shape }, i) => `  (${i}): Parameter containing: [torch.${dtype} of size ${shape.join('x')}]`,
    )
    return lines.join('\n')
  }

  private all(): Parameter[] {
    return Array.from(parametersOf(this), ([, parameter]) => parameter)
  }
}
