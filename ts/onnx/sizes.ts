/**
 * Sizes that follow from those of the inputs. The model runs several times, with other sizes of the dynamic dimensions each
 * time: a size that is the same in all runs is fixed, any other is found among the sizes of the operation's inputs.
 */
import type { Shape } from '../tensor/shape.js'
import type { Attributes } from './graph.js'

/** A number in each of the runs. */
export type Varying = readonly number[]

/** A value whose shape is known in each of the runs. */
export interface Known {
  readonly shapes: readonly Shape[]
  name(): string
}

export const isFixed = (size: Varying): boolean => size.every((each) => each === size[0])

const isSame = (a: Varying, b: Varying): boolean => a.every((each, run) => each === b[run])

/** The sizes of each dimension. */
export const dimsOf = (shapes: readonly Shape[]): Varying[] =>
  shapes[0].map((_, dim) => shapes.map((shape) => shape[dim]))

/** A size of an input that is not fixed. */
interface Source {
  readonly from: Known
  readonly dim: number
  readonly size: Varying
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

export class Sizes {
  constructor(
    private readonly add: (type: string, inputs: readonly string[], attributes?: Attributes) => string,
    private readonly integers: (values: readonly number[]) => string,
    private readonly inputs: readonly Known[],
  ) {}

  private sources(): Source[] {
    return this.inputs.flatMap((from) =>
      dimsOf(from.shapes).flatMap((size, dim) => (isFixed(size) ? [] : [{ from, dim, size }])),
    )
  }

  /** The size of one dimension as a vector of one int64. */
  of({ from, dim }: { from: Known; dim: number }): string {
    return this.add('Shape', [from.name()], { start: dim, end: dim + 1 })
  }

  /** A number as a vector of one int64; null if it does not follow from the sizes. */
  vector(size: Varying): string | null {
    if (isFixed(size)) return this.integers([size[0]])
    const sources = this.sources()
    const own = sources.find((source) => isSame(source.size, size))
    if (own !== undefined) return this.of(own)
    return this.multiple(size, sources) ?? this.product(size, sources) ?? this.linear(size, sources)
  }

  /** A source times a fraction. */
  private multiple(size: Varying, sources: readonly Source[]): string | null {
    for (const source of sources) {
      const scaled = this.scaled(size, source.size)
      if (scaled !== null) return this.times(this.of(source), scaled)
    }
    return null
  }

  /** `size / of` if it is the same in all runs. */
  private scaled(size: Varying, of: Varying): readonly [number, number] | null {
    if (size[0] === 0 || of[0] === 0) return null
    if (!size.every((each, run) => each * of[0] === size[0] * of[run])) return null
    const common = divisor(Math.abs(size[0]), of[0])
    return [size[0] / common, of[0] / common]
  }

  private times(x: string, [up, down]: readonly [number, number]): string {
    const product = up === 1 ? x : this.add('Mul', [x, this.integers([up])])
    return down === 1 ? product : this.add('Div', [product, this.integers([down])])
  }

  /** A product of two or three sources, or a quotient of two, times a fraction. */
  private product(size: Varying, sources: readonly Source[]): string | null {
    for (const [i, a] of sources.entries()) {
      for (const [k, b] of sources.entries()) {
        if (i === k) continue
        const quotient = this.scaled(
          size.map((each, run) => each * b.size[run]),
          a.size,
        )
        if (quotient !== null)
          return this.times(this.add('Div', [this.times(this.of(a), [quotient[0], 1]), this.of(b)]), [
            1,
            quotient[1],
          ])
        if (k < i) continue
        const both = a.size.map((each, run) => each * b.size[run])
        const scaled = this.scaled(size, both)
        if (scaled !== null) return this.times(this.add('Mul', [this.of(a), this.of(b)]), scaled)
      }
    }
    return null
  }

  /** A whole multiple of a source, and a number. */
  private linear(size: Varying, sources: readonly Source[]): string | null {
    for (const source of sources) {
      const factor = (size[1] - size[0]) / (source.size[1] - source.size[0])
      const shift = size[0] - factor * source.size[0]
      if (!Number.isInteger(factor) || factor === 0) continue
      if (!size.every((each, run) => each === factor * source.size[run] + shift)) continue
      return this.add('Add', [this.times(this.of(source), [factor, 1]), this.integers([shift])])
    }
    return null
  }

  /** Several as one vector. */
  list(sizes: readonly Varying[], fail: () => never): string {
    if (sizes.every(isFixed)) return this.integers(sizes.map((size) => size[0]))
    const parts = sizes.map((size) => this.vector(size) ?? fail())
    return parts.length === 1 ? parts[0] : this.add('Concat', parts, { axis: 0 })
  }

  /** The target of a Reshape of `from`: 0 copies a size, -1 is what is left. */
  target(from: Known, target: readonly Varying[], fail: () => never): string {
    const own = dimsOf(from.shapes)
    const numbers = target.map((size, dim) =>
      isFixed(size) ? size[0] : own[dim] !== undefined && isSame(own[dim], size) ? 0 : null,
    )
    const open = numbers.flatMap((number, dim) => (number === null ? [dim] : []))
    if (open.length < 2) return this.integers(numbers.map((number) => number ?? -1))
    // All but one are computed.
    const vectors = open.map((dim) => this.vector(target[dim]))
    const missing = vectors.indexOf(null)
    const rest = missing < 0 ? vectors.length - 1 : missing
    if (vectors.some((vector, i) => vector === null && i !== rest)) fail()
    const parts = numbers.map((number, dim) => {
      const at = open.indexOf(dim)
      if (at < 0) return this.integers([number as number])
      return at === rest ? this.integers([-1]) : (vectors[at] as string)
    })
    return this.add('Concat', parts, { axis: 0 })
  }
}
