import { isThenable } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { unspent } from '../call/unspent.js'
import { randperm } from '../ops/random/sample.js'
import { checkIndex } from '../ops/shape/slice.js'
import type { Generator } from '../random/generator.js'
import { tensor } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import { collate } from './collate.js'
import { type Dataset, rowsOf, sizeOf } from './dataset.js'

const SUBSET = signature('Subset', 'dataset: any', 'indices: iterable')
const GET = signature('Subset.get', 'index: int')
const BATCH = signature('Subset.batch', 'indices: Tensor')

/** A dataset whose rows, or promises of them, are `Got`. */
type Source<Row, Got> = Dataset<Row> & { get(index: number): Got }

/**
 * The rows of a dataset at `indices`, in their order. Source: torch.utils.data.Subset.
 *
 * @throws IndexError if there is no such row
 * @example new torch.utils.data.Subset(dataset, [4, 0, 2]).get(0) // dataset.get(4)
 */
export class Subset<Row, Got extends Row | Promise<Row> = Row> implements Dataset<Row> {
  readonly dataset: Source<Row, Got>
  /** Number of rows. */
  readonly length: number
  /** Indices into the whole dataset, one for each row of the subset. */
  readonly indices: readonly number[]

  constructor(dataset: Source<Row, Got>, indices: Iterable<number> | { indices: Iterable<number> })
  constructor(...args: unknown[]) {
    const [dataset, indices] = SUBSET.read(args)
    const rows = rowsOf('Subset', dataset)
    this.dataset = dataset as Source<Row, Got>
    this.indices = Array.from(unspent('Subset', 'indices', indices as Iterable<number>), (index) =>
      checkIndex(index, 0, rows),
    )
    this.length = this.indices.length
  }

  /** Row `index` of the subset. */
  get(index: number): Got
  get(...args: unknown[]): Got {
    const [index] = GET.read(args)
    return this.dataset.get(this.indices[checkIndex(index, 0, this.length)]) as Got
  }

  /** The rows at `indices` (int32) of the subset, stacked. */
  batch(indices: Tensor): unknown
  batch(...args: unknown[]): unknown {
    const [indices] = BATCH.read(args)
    const rows = indices.data<Int32Array>().map((index) => this.indices[checkIndex(index, 0, this.length)])
    const made = this.dataset.batch?.(tensor(rows))
    if (made !== undefined) return made
    const list = Array.from(rows, (row) => this.dataset.get(row))
    const isAsync = list.some(isThenable)
    return isAsync ? Promise.all(list).then(collate) : collate(list)
  }
}

const RANDOM_SPLIT = signature('random_split', 'dataset: any', 'lengths: list', 'generator: Generator = None')

/**
 * Splits a dataset randomly into parts: of `lengths` rows, or of fractions that add up to
 * 1, where the first parts get the remainder. The same as torch's for the same seed.
 * Source: torch.utils.data.random_split.
 *
 * @throws TypeError for arguments of another type; ValueError if the lengths do not add up to the dataset's
 * @example const [train, test] = torch.utils.data.random_split(dataset, [0.8, 0.2])
 */
export function random_split<Row, Got extends Row | Promise<Row>, const Lengths extends readonly number[]>(
  dataset: Source<Row, Got>,
  lengths: Lengths | { lengths: Lengths; generator?: Generator | null },
  generator?: Generator | null | { generator?: Generator | null },
): { -readonly [K in keyof Lengths]: Subset<Row, Got> }
export function random_split(...args: unknown[]): unknown {
  const [given, lengths, generator] = RANDOM_SPLIT.read(args)
  const dataset = given as Dataset
  const rows = sizeOf('random_split', dataset)
  const counts = countsOf('random_split', rows, Array.from(lengths))
  const random = generator === null ? {} : { generator }
  const order = [...randperm(rows, random).data<Int32Array>()]
  let start = 0
  return counts.map((count) => {
    start += count
    return new Subset(dataset, order.slice(start - count, start))
  })
}

/** The number of rows of each part. */
export function countsOf(op: string, rows: number, given: readonly unknown[]): readonly number[] {
  const lengths = given.map((length, i) => {
    if (typeof length !== 'number' || !(length >= 0))
      throw new ValueError(`${op}: lengths[${i}] must be a number of at least 0, but got ${describe(length)}`)
    return length
  })
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  const isFractions = Math.abs(sum(lengths) - 1) <= 1e-9
  const counts = isFractions ? lengths.map((fraction) => Math.floor(rows * fraction)) : [...lengths]
  if (isFractions) {
    const rest = rows - sum(counts)
    for (let i = 0; i < rest; i++) counts[i % counts.length]++
  }
  if (sum(counts) !== rows || !counts.every(Number.isInteger)) {
    throw new ValueError(
      `Sum of input lengths does not equal the length of the input dataset! (${sum(counts)} and ${rows})`,
    )
  }
  return counts
}
