/** Datasets of datasets. */
import { isThenable } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { isPlainObject } from '../call/kinds.js'
import { signature } from '../call/signature.js'
import { unspent } from '../call/unspent.js'
import { checkIndex } from '../ops/shape/slice.js'
import { type Dataset, IterableDataset, rowsOf } from './dataset.js'

const CONCAT = signature('ConcatDataset', 'datasets: iterable')
const CONCAT_GET = signature('ConcatDataset.get', 'index: int')

/**
 * The rows of several datasets, one after another. Source: torch.utils.data.ConcatDataset.
 *
 * @throws ValueError if there are none, TypeError for what has no rows by index
 */
export class ConcatDataset<Row> implements Dataset<Row> {
  readonly datasets: readonly Dataset<Row>[]
  /** Where the rows of each dataset end. */
  readonly cumulative_sizes: readonly number[]

  constructor(datasets: Iterable<Dataset<Row>>)
  constructor(...args: unknown[]) {
    const [datasets] = CONCAT.read(args)
    this.datasets = [...unspent('ConcatDataset', 'datasets', datasets)] as Dataset<Row>[]
    if (this.datasets.length === 0) throw new ValueError('datasets should not be an empty iterable')
    let end = 0
    this.cumulative_sizes = this.datasets.map((dataset) => {
      if (dataset instanceof IterableDataset) {
        throw new ValueError('ConcatDataset does not support IterableDataset')
      }
      end += rowsOf('ConcatDataset', dataset)
      return end
    })
  }

  /** Number of rows. */
  get length(): number {
    return this.cumulative_sizes[this.cumulative_sizes.length - 1]
  }

  /** Row `index`; negative ones count from the end. */
  get(index: number): Row | Promise<Row>
  get(...args: unknown[]): Row | Promise<Row> {
    const [given] = CONCAT_GET.read(args)
    const index = checkIndex(given, 0, this.length)
    const part = this.cumulative_sizes.findIndex((end) => index < end)
    return this.datasets[part].get(part === 0 ? index : index - this.cumulative_sizes[part - 1])
  }
}

const CHAIN = signature('ChainDataset', 'datasets: iterable')

/** Streams of rows, one after another. Source: torch.utils.data.ChainDataset. */
export class ChainDataset<Row> extends IterableDataset<Row> {
  readonly datasets: readonly (Iterable<Row> | AsyncIterable<Row>)[]

  constructor(datasets: Iterable<Iterable<Row> | AsyncIterable<Row>>)
  constructor(...args: unknown[]) {
    super()
    const [datasets] = CHAIN.read(args)
    this.datasets = [...unspent('ChainDataset', 'datasets', datasets)] as Iterable<Row>[]
  }

  /** All rows, dataset after dataset. */
  override *[Symbol.iterator](): Generator<Row, undefined> {
    for (const dataset of this.datasets) {
      if (!isIterable(dataset)) {
        throw new TypeError(`ChainDataset: datasets must be iterable, but got ${describe(dataset)}`)
      }
      yield* dataset
    }
  }

  /** The same, of datasets whose rows arrive later. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Row, undefined> {
    for (const dataset of this.datasets) yield* dataset
  }
}

const isIterable = (value: unknown): value is Iterable<never> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value

const STACK = signature('StackDataset', '*datasets: any')
const STACK_GET = signature('StackDataset.get', 'index: int')

type RowOf<D> = D extends Dataset<infer Row> ? Row : never
type Parts = readonly Dataset<unknown>[] | Readonly<Record<string, Dataset<unknown>>>

/**
 * Rows of several datasets side by side: an array of a row of each, or an object if they are given by name.
 * Source: torch.utils.data.StackDataset.
 *
 * @example new torch.utils.data.StackDataset({ image: images, text: texts }).get(0) // { image: …, text: … }
 */
export class StackDataset<P extends Parts> implements Dataset<{ [K in keyof P]: RowOf<P[K]> }> {
  readonly datasets: P
  /** Number of rows. */
  readonly length: number

  constructor(...datasets: P extends readonly unknown[] ? P : never)
  constructor(datasets: P)
  constructor(...args: unknown[]) {
    const [given] = STACK.read(args)
    const named = given.length === 1 && isPlainObject(given[0]) && !('get' in given[0]) ? given[0] : null
    this.datasets = (named ?? given) as P
    const parts = Object.values<unknown>(this.datasets)
    if (parts.length === 0) throw new ValueError('At least one dataset should be passed')
    const sizes = parts.map((dataset) => rowsOf('StackDataset', dataset))
    this.length = sizes[0]
    if (sizes.some((size) => size !== sizes[0])) {
      throw new ValueError(`Size mismatch between datasets (StackDataset: ${sizes.join(', ')} rows)`)
    }
  }

  /** Row `index` of each; a promise of them if one is a promise. */
  get(index: number): { [K in keyof P]: RowOf<P[K]> }
  get(...args: unknown[]): unknown {
    const [index] = STACK_GET.read(args)
    const at = checkIndex(index, 0, this.length)
    const entries = Object.entries<Dataset<unknown>>(this.datasets as never)
    const rows = entries.map(([, dataset]) => dataset.get(at))
    const joined = (list: readonly unknown[]): unknown =>
      Array.isArray(this.datasets) ? list : Object.fromEntries(entries.map(([name], i) => [name, list[i]]))
    return rows.some(isThenable) ? Promise.all(rows).then(joined) : joined(rows)
  }
}
