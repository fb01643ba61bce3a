/** One operation of the model, and the nodes that it becomes. */
import { ValueError } from '../base/errors.js'
import type { DType, TypedArray } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import { type Attributes, type Graph, TYPES } from './graph.js'
import { type Known, Sizes, type Varying } from './sizes.js'

/** A value with its shape in each of the runs, and its name in the file. */
export interface Given extends Known {
  readonly dtype: DType
  /** Whether it is made of the inputs, not a constant. */
  readonly isComputed: boolean
}

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** An operation in each of the runs. */
export interface Occurrence {
  readonly name: string
  readonly path: string
  /** In each of the runs. */
  readonly options: readonly unknown[]
  readonly inputs: readonly Given[]
  readonly results: readonly Pick<Given, 'shapes' | 'dtype'>[]
}

export class Site {
  readonly sizes: Sizes
  private readonly base: string

  constructor(
    readonly graph: Graph,
    readonly given: Occurrence,
    axes: readonly Known[],
  ) {
    const path = given.path.slice(0, given.path.lastIndexOf(' '))
    this.base = path === '' ? given.name : `${path}.${given.name}`
    this.sizes = new Sizes(
      (type, inputs, attributes) => this.add(type, inputs, attributes),
      (values) => graph.integers(`${this.base}.sizes`, values),
      [...given.inputs, ...axes],
    )
  }

  /** Throws what the caller should know, with the operation and the layer that runs it. */
  fail(why: string): never {
    throw new ValueError(`onnx.export: ${this.where} ${why}`)
  }

  private get where(): string {
    const { name, path } = this.given
    const at = path.lastIndexOf(' ')
    const layer = [path.slice(0, Math.max(at, 0)), path.slice(at + 1)].filter((part) => part !== '').join('.')
    return layer === '' ? name : `${layer} (${name})`
  }

  get count(): number {
    return this.given.inputs.length
  }

  /** The name of input `i`. */
  in(i: number): string {
    return this.given.inputs[i].name()
  }

  /** The shape of input `i` in each of the runs. */
  shapes(i = 0): readonly Shape[] {
    return this.given.inputs[i].shapes
  }

  rank(i = 0): number {
    return this.shapes(i)[0].length
  }

  dtype(i = 0): DType {
    return this.given.inputs[i].dtype
  }

  get result(): Pick<Given, 'shapes' | 'dtype'> {
    return this.given.results[0]
  }

  /** What is the same in all runs; `what` names it otherwise. */
  agreed<T>(what: string, pick: (run: number) => T): T {
    const values = this.given.options.map((_, run) => pick(run))
    if (values.every((value) => equal(value, values[0]))) return values[0]
    return this.fail(`has ${what} that a dynamic dimension changes`)
  }

  /** A field of the options, which is the same in all runs. */
  option<T>(name: string): T {
    return this.agreed(name, (run) => (this.given.options[run] as Record<string, T>)[name])
  }

  /** Sizes of one dimension of an input, in each of the runs. */
  size(dim: number, i = 0): Varying {
    return this.shapes(i).map((shape) => shape[dim])
  }

  /** The size of a dimension that must be the same in all runs. */
  fixed(dim: number, i = 0): number {
    const size = this.size(dim, i)
    if (size.some((each) => each !== size[0])) this.fail(`takes one size of dimension ${dim}`)
    return size[0]
  }

  add(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.addEach(type, inputs, 1, attributes)[0]
  }

  addEach(type: string, inputs: readonly string[], count: number, attributes: Attributes = {}): string[] {
    return this.graph.addEach(type, this.base, inputs, attributes, count)
  }

  /** A constant of these numbers. */
  numbers(values: readonly number[], shape: Shape = [], dtype: DType = 'float32'): string {
    const Elements = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array
    return this.graph.numbers(`${this.base}.constant`, dtype, shape, Elements.from(values))
  }

  integers(values: readonly number[]): string {
    return this.graph.integers(`${this.base}.integers`, values)
  }

  cast(x: string, dtype: DType): string {
    return this.add('Cast', [x], { to: TYPES[dtype] })
  }

  reshape(x: string, from: Known, target: readonly Varying[]): string {
    return this.add('Reshape', [x, this.sizes.target(from, target, () => this.failOfSizes())])
  }

  failOfSizes(): never {
    return this.fail('has sizes that do not follow from those of its inputs')
  }
}

/** The elements of a constant in each of the runs. */
export type Elements = readonly TypedArray[]
