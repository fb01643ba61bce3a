/** Records what `forward` does with its inputs: operations, and the values that go in and come out. */
import type { Storage } from '../memory/storage.js'
import { bytesPerElement, type DType, type TypedArray } from '../tensor/dtype.js'
import { isDense } from '../tensor/elements.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Watcher } from '../tensor/trace.js'

/** A tensor at one time. */
export interface Value {
  readonly id: number
  readonly shape: Shape
  readonly dtype: DType
  /** The number of the operation that gives it, and its place among the results. */
  from?: { readonly operation: number; readonly result: number }
  /** Elements that do not depend on the inputs. */
  readonly constant?: TypedArray
  /** The name of a parameter or buffer. */
  readonly parameter?: string
  /** Why it is not known where it comes from. */
  readonly unknown?: string
}

export interface Operation {
  readonly name: string
  readonly inputs: readonly Value[]
  readonly results: readonly Value[]
  readonly options: unknown
  /** The module that runs it, as its path and class. */
  readonly path: string
}

/** What is known of a storage. */
interface Facts {
  /** What made it; undefined if it was there before. */
  readonly maker: string | undefined
  /** Whether elements came from an operation. */
  isResult: boolean
  /** Values by their place in the storage, and its version. */
  readonly values: Map<string, Value>
  /** The value of all elements, and the version of which it is. */
  whole: { readonly value: Value; readonly version: number } | null
}

/** What makes tensors of numbers that the caller wrote down. */
const MAKERS = [
  'tensor',
  'scalar',
  'full',
  'zeros',
  'ones',
  'arange',
  'eye',
  'expand',
  'linspace',
  'logspace',
  'from_numpy',
]

const placeOf = ({ byteOffset, shape, strides, dtype }: Tensor): string =>
  `${byteOffset} ${shape} ${strides ?? ''} ${dtype}`

export class Recorder implements Watcher {
  readonly operations: Operation[] = []
  readonly values: Value[] = []
  /** The modules that are running, as paths and classes. */
  readonly running: string[] = []
  private readonly facts = new Map<Storage, Facts>()
  private readonly parameters = new Map<Storage, Map<string, string>>()

  /** `named` are the parameters and buffers; operations that are one as a whole are those that `isKnown`. */
  constructor(
    named: Iterable<readonly [name: string, tensor: Tensor]>,
    private readonly isKnown: (name: string) => boolean,
  ) {
    for (const [name, tensor] of named) {
      const places = this.parameters.get(tensor.storage) ?? new Map<string, string>()
      if (!places.has(placeOf(tensor))) places.set(placeOf(tensor), name)
      this.parameters.set(tensor.storage, places)
    }
  }

  /** Says that `x` is an input. */
  input(x: Tensor): Value {
    return this.result(x)
  }

  operation(
    name: string,
    inputs: readonly (Tensor | null)[],
    results: readonly Tensor[],
    options: unknown,
  ): void {
    // The operations that it is made of say as much.
    if (results.some((x) => this.known(x) !== undefined) && !this.isKnown(name)) return
    const given = inputs.flatMap((x) => (x === null ? [] : [this.valueOf(x)]))
    const own = results.map((x) => this.result(x))
    const operation = this.operations.push({
      name,
      inputs: given,
      results: own,
      options,
      path: this.running.at(-1) ?? '',
    })
    for (const [result, value] of own.entries()) value.from = { operation: operation - 1, result }
  }

  made(name: string, tensor: Tensor): void {
    this.factsOf(tensor.storage, name)
  }

  written(target: Tensor, source: Tensor): void {
    const value = this.known(source) ?? this.known(source, source.storage.version - 1) ?? this.valueOf(source)
    const facts = this.factsOf(target.storage)
    if (value.constant !== undefined && facts.maker !== undefined && !facts.isResult) return
    facts.isResult = true
    const { version, bytes } = target.storage
    if (!isDense(target) || target.numel() * bytesPerElement[target.dtype] !== bytes) return
    facts.whole = { value, version }
    facts.values.set(`${version} ${placeOf(target)}`, value)
  }

  /** Lets go of tensors. */
  close(): void {
    this.facts.clear()
    this.parameters.clear()
  }

  /** The value of `x` now. */
  valueOf(x: Tensor): Value {
    const known = this.known(x)
    if (known !== undefined) return known
    const facts = this.factsOf(x.storage)
    const { version } = x.storage
    if (facts.whole?.version === version && isDense(x) && x.numel() === numelOf(facts.whole.value)) {
      const value = this.result(x)
      const operation = this.operations.push({
        name: 'reshape',
        inputs: [facts.whole.value],
        results: [value],
        options: 0,
        path: this.running.at(-1) ?? '',
      })
      value.from = { operation: operation - 1, result: 0 }
      return value
    }
    return this.remember(x, this.outside(x, facts))
  }

  private outside(x: Tensor, { isResult, maker }: Facts): Omit<Value, 'id'> {
    const { shape, dtype } = x
    if (isResult) return { shape, dtype, unknown: 'a tensor of which a part was changed in place' }
    if (maker !== undefined && !MAKERS.includes(maker))
      return { shape, dtype, unknown: `${maker}, which has no form in ONNX here` }
    const parameter = this.parameters.get(x.storage)?.get(placeOf(x))
    return parameter === undefined
      ? { shape, dtype, constant: x.data<TypedArray>() }
      : { shape, dtype, parameter }
  }

  /** A new value for `x`, which no tensor had before. */
  private result(x: Tensor): Value {
    const facts = this.factsOf(x.storage)
    facts.isResult = true
    const { shape, dtype } = x
    return this.remember(x, { shape, dtype })
  }

  private remember(x: Tensor, value: Omit<Value, 'id'>): Value {
    const own = { ...value, id: this.values.length }
    this.values.push(own)
    this.factsOf(x.storage).values.set(`${x.storage.version} ${placeOf(x)}`, own)
    return own
  }

  private known(x: Tensor, version = x.storage.version): Value | undefined {
    return this.facts.get(x.storage)?.values.get(`${version} ${placeOf(x)}`)
  }

  private factsOf(storage: Storage, maker?: string): Facts {
    const known = this.facts.get(storage)
    if (known !== undefined) return known
    const facts: Facts = { maker, isResult: false, values: new Map(), whole: null }
    this.facts.set(storage, facts)
    return facts
  }
}

const numelOf = ({ shape }: Value): number => shape.reduce((product, size) => product * size, 1)
