import { RuntimeError } from '../errors.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import { parametersOf } from './members.js'
import { Module } from './module.js'
import { iterate, place } from './module_sequence.js'
import { Parameter } from './parameter.js'

/**
 * Parameters in a row, named '0', '1', …; tensors become parameters. Source: torch.nn.ParameterList.
 *
 * @throws TypeError if one of them is no tensor
 * @example scales = new torch.nn.ParameterList([torch.ones([8]), torch.ones([8])])
 */
export class ParameterList extends Module implements Iterable<Parameter> {
  /** The parameter at `index`; see {@link at} for those counted from the end. */
  [index: number]: Parameter

  constructor(values: Iterable<Tensor> = []) {
    super()
    this.extend(values)
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
  at(index: number): Parameter {
    const all = this.all()
    return all[place(index, all.length)]
  }

  /** Adds a parameter at the end. */
  append(value: Tensor): this {
    return this.extend([value])
  }

  /** Adds parameters at the end. */
  extend(values: Iterable<Tensor>): this {
    const added = [...iterate('ParameterList', values)]
    for (const value of added) checkTensor('ParameterList', 'value', value)
    const first = this.length
    for (const [i, value] of added.entries()) {
      this.register_parameter(String(first + i), value instanceof Parameter ? value : new Parameter(value))
    }
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
