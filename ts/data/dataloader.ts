import { isThenable } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { default_generator, type Generator } from '../random/generator.js'
import { tensor } from '../tensor/create.js'
import { type Collated, collate, convert } from './collate.js'
import { type Dataset, isStream, rowsOf, sizeOf } from './dataset.js'
import {
  BatchSampler,
  checkBatchSize,
  lengthOf,
  type Order,
  RandomSampler,
  SequentialSampler,
} from './sampler.js'

/** Keywords of {@link DataLoader}. */
export interface DataLoaderOptions<Row = never, Batch = never> {
  /** Rows of a batch; 1 by default; null for single rows, without a dimension of the batch. */
  batch_size?: number | null
  /** A new random order in each epoch; the same as torch's for the same seed. */
  shuffle?: boolean | null
  /** The order of the rows, instead of `shuffle`: any iterable of indices, such as a {@link RandomSampler}. */
  sampler?: Order | null
  /** The batches, instead of all others: any iterable of lists of indices, such as a {@link BatchSampler}. */
  batch_sampler?: Order<readonly number[]> | null
  /** Makes a batch of rows; {@link default_collate} by default. */
  collate_fn?: ((rows: Row[]) => Batch) | null
  /** Drops an incomplete last batch. */
  drop_last?: boolean
  /** Generator of the orders; null for the default generator. */
  generator?: Generator | null
  /** torch's options for workers, for compatibility: batches are made in order, in this thread, when they are needed. */
  num_workers?: 0
  pin_memory?: false
  timeout?: 0
  worker_init_fn?: null
  multiprocessing_context?: null
  prefetch_factor?: null
  persistent_workers?: false
  pin_memory_device?: ''
  in_order?: boolean
}

const DATA_LOADER = signature(
  'DataLoader',
  'dataset: any',
  'batch_size: value = 1',
  'shuffle: bool = None',
  'sampler: iterable = None',
  'batch_sampler: iterable = None',
  'num_workers: 0 = 0',
  'collate_fn: function = None',
  'pin_memory: False = False',
  'drop_last: bool = False',
  'timeout: 0 = 0',
  'worker_init_fn: None = None',
  'multiprocessing_context: None = None',
  'generator: Generator = None',
  '*',
  'prefetch_factor: None = None',
  'persistent_workers: False = False',
  "pin_memory_device: '' = ''",
  'in_order: bool = True',
)

/** Rows by index, or a stream of them. */
type Source<Row> = Dataset<Row> | Iterable<Row> | AsyncIterable<Row>

/** Indices of one batch; one index where rows are not batched. */
type Indices = readonly number[] | Int32Array | number

/**
 * Batches of a dataset. `for await` where the dataset's rows are promises, or come from an async iterator.
 * Source: torch.utils.data.DataLoader with num_workers 0.
 *
 * @throws TypeError for arguments of another type; ValueError for an invalid size, or options that exclude each other
 * @example
 * for (const [x, y] of new torch.utils.data.DataLoader(dataset, { batch_size: 64, shuffle: true })) { … }
 * for await (const [x, y] of new torch.utils.data.DataLoader(files, { batch_size: 64 })) { … }
 */
export class DataLoader<Row, Batch = Collated<Row>> implements Iterable<Batch>, AsyncIterable<Batch> {
  readonly dataset: Source<Row>
  readonly batch_size: number | null
  readonly sampler: Order | null
  readonly batch_sampler: Order<readonly number[]> | null
  readonly drop_last: boolean
  readonly generator: Generator | null
  /** Makes a batch of rows; null for {@link default_collate}. */
  readonly collate_fn: ((rows: Row[]) => Batch) | null

  constructor(
    dataset: Source<Row>,
    batch_size?: number | null | DataLoaderOptions<Row, Batch>,
    shuffle?: boolean | null | Omit<DataLoaderOptions<Row, Batch>, 'batch_size'>,
    options?: Omit<DataLoaderOptions<Row, Batch>, 'batch_size' | 'shuffle'>,
  )
  constructor(...args: unknown[]) {
    const [dataset, batch_size, shuffle, sampler, batch_sampler, , collate_fn, , drop_last, ...rest] =
      DATA_LOADER.read(args)
    const [, , , generator] = rest
    const isBatched = batch_size !== null || batch_sampler !== null
    if (batch_size !== null) checkBatchSize(batch_size)
    if (sampler !== null && shuffle === true) {
      throw new ValueError('sampler option is mutually exclusive with shuffle')
    }
    const hasOthers = batch_size !== 1 || shuffle === true || sampler !== null || drop_last
    if (batch_sampler !== null && hasOthers) {
      throw new ValueError(
        'batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last',
      )
    }
    if (!isBatched && drop_last) {
      throw new ValueError(
        'batch_size=None option disables auto-batching and is mutually exclusive with drop_last',
      )
    }
    if (isStream(dataset)) refuseOrder({ shuffle, sampler, batch_sampler })
    else if (rowsOf('DataLoader', dataset) === 0 && shuffle === true) {
      throw new ValueError('num_samples should be a positive integer value, but got num_samples=0')
    }
    this.dataset = dataset as Source<Row>
    this.batch_size = batch_sampler === null ? batch_size : null
    this.drop_last = drop_last
    this.generator = generator
    this.collate_fn = collate_fn as ((rows: Row[]) => Batch) | null
    this.sampler = isStream(dataset)
      ? null
      : ((sampler as Order | null) ??
        (shuffle === true
          ? new RandomSampler(dataset as Dataset<Row>, { generator })
          : new SequentialSampler(dataset as Dataset<Row>)))
    this.batch_sampler = batch_sampler as Order<readonly number[]> | null
  }

  /** Number of batches. */
  get length(): number {
    if (this.batch_sampler !== null) return lengthOf('DataLoader', this.batch_sampler)
    const { sampler, dataset, batch_size } = this
    const rows = sampler === null ? sizeOf('DataLoader', dataset) : lengthOf('DataLoader', sampler)
    const batches = rows / (batch_size ?? 1)
    return this.drop_last ? Math.floor(batches) : Math.ceil(batches)
  }

  /** One epoch: iterates over the batches. */
  [Symbol.iterator](): Iterator<Batch> & Iterable<Batch> {
    return this.batches(this.begin())
  }

  /** One epoch, of rows that may be promises. */
  [Symbol.asyncIterator](): AsyncIterator<Batch> & AsyncIterable<Batch> {
    return this.asyncBatches(this.begin())
  }

  /**
   * One epoch, whose batches are made, perhaps as promises, when they are asked for: of rows by index, those that are passed over are
   * not read.
   *
   * @internal
   */
  steps(): Iterator<() => unknown> | AsyncIterator<() => unknown> {
    this.begin()
    const { dataset } = this
    if (!isStream(dataset)) return this.stepsByIndex()
    return Symbol.iterator in dataset
      ? this.stepsOfStream(this.listsOfRows())
      : this.asyncStepsOfStream(this.asyncListsOfRows())
  }

  private *stepsByIndex(): globalThis.Generator<() => unknown, undefined> {
    for (const indices of this.order()) {
      yield () => {
        const rows = this.rowsAt(indices)
        const made = 'made' in rows ? [rows.made] : rows.rows
        if (!made.some(isThenable)) return this.batchOf(rows)
        return Promise.all(made).then((all) =>
          this.batchOf('made' in rows ? { made: all[0] } : { ...rows, rows: all as Row[] }),
        )
      }
    }
  }

  private *stepsOfStream(lists: Iterable<Rows<Row>>): globalThis.Generator<() => unknown, undefined> {
    for (const rows of lists) yield () => this.batchOf(rows)
  }

  private async *asyncStepsOfStream(
    lists: AsyncIterable<Rows<Row>>,
  ): AsyncGenerator<() => unknown, undefined> {
    for await (const rows of lists) yield () => this.batchOf(rows)
  }

  /** Returns a function that restores the generator. */
  private begin(): () => void {
    // torch first draws a seed for its workers, even if there are none.
    const generator = this.generator ?? default_generator()
    const goBack = generator.mark()
    generator.next_seed()
    return goBack
  }

  /** `goBack` restores the generator if the first batch of an epoch fails. */
  private *batches(goBack: () => void): globalThis.Generator<Batch, undefined> {
    let isFirst = true
    try {
      for (const rows of this.listsOfRows()) {
        const batch = this.batchOf(rows)
        isFirst = false
        yield batch
      }
    } catch (error) {
      if (isFirst) goBack()
      throw error
    }
  }

  private async *asyncBatches(goBack: () => void): AsyncGenerator<Batch, undefined> {
    let isFirst = true
    try {
      for await (const rows of this.asyncListsOfRows()) {
        const batch = this.batchOf(rows)
        isFirst = false
        yield batch
      }
    } catch (error) {
      if (isFirst) goBack()
      throw error
    }
  }

  /** A batch of rows, or what the dataset made of them itself. */
  private batchOf(rows: Rows<Row>): Batch {
    const made = 'made' in rows ? [rows.made] : rows.rows
    for (const row of made) {
      if (!isThenable(row)) continue
      throw new TypeError(
        'DataLoader: dataset.get returned a Promise: write `for await (const batch of loader)`',
      )
    }
    if ('made' in rows) return rows.made as Batch
    if (this.collate_fn !== null)
      return (this.collate_fn as (rows: unknown) => Batch)(rows.isOne ? rows.rows[0] : rows.rows)
    return (rows.isOne ? convert(rows.rows[0]) : collate(rows.rows)) as Batch
  }

  /** The rows of each batch. */
  private *listsOfRows(): globalThis.Generator<Rows<Row>, undefined> {
    const { dataset } = this
    if (isStream(dataset)) {
      if (!(Symbol.iterator in dataset)) {
        throw new TypeError(
          'DataLoader: the dataset is an async iterable: write `for await (const batch of loader)`',
        )
      }
      yield* this.grouped(dataset as Iterable<Row>)
      return
    }
    for (const indices of this.order()) yield this.rowsAt(indices)
  }

  private async *asyncListsOfRows(): AsyncGenerator<Rows<Row>, undefined> {
    const { dataset, batch_size } = this
    if (!isStream(dataset)) {
      for (const indices of this.order()) {
        const rows = this.rowsAt(indices)
        if ('made' in rows) yield { made: await rows.made }
        else yield { ...rows, rows: await Promise.all(rows.rows) }
      }
      return
    }
    let rows: Row[] = []
    for await (const row of dataset as AsyncIterable<Row>) {
      rows.push(row)
      if (rows.length < (batch_size ?? 1)) continue
      yield { rows, isOne: batch_size === null }
      rows = []
    }
    if (rows.length > 0 && !this.drop_last) yield { rows, isOne: false }
  }

  /** Rows of a stream in batches. */
  private *grouped(stream: Iterable<Row>): globalThis.Generator<Rows<Row>, undefined> {
    const { batch_size } = this
    if (batch_size === null) for (const row of stream) yield { rows: [row], isOne: true }
    else {
      for (const rows of new BatchSampler<Row>(stream, batch_size, this.drop_last)) {
        yield { rows, isOne: false }
      }
    }
  }

  /** The indices of each batch. */
  private order(): Iterable<Indices> {
    const { batch_sampler, batch_size, drop_last } = this
    const sampler = this.sampler as Order
    if (batch_sampler !== null) return batch_sampler
    return batch_size === null ? sampler : new BatchSampler(sampler, batch_size, drop_last)
  }

  private rowsAt(indices: Indices): Rows<Row> {
    const dataset = this.dataset as Dataset<Row>
    if (typeof indices === 'number' && this.batch_sampler === null)
      return { rows: [dataset.get(indices) as Row], isOne: true }
    if (typeof indices !== 'object' || indices === null) {
      throw new TypeError(
        `DataLoader: batch_sampler must give arrays of indices, but got ${describe(indices)}`,
      )
    }
    if (dataset.batch !== undefined && this.collate_fn === null) {
      return { made: dataset.batch(tensor(Int32Array.from(indices))) }
    }
    return { rows: Array.from(indices, (index) => dataset.get(index) as Row), isOne: false }
  }
}

/** Rows of a batch (one that is no batch if `isOne`), or what a dataset made itself. */
type Rows<Row> = { readonly rows: readonly Row[]; readonly isOne: boolean } | { readonly made: unknown }

/** Throws torch's error if a stream is given an order. */
function refuseOrder(options: Readonly<Record<'shuffle' | 'sampler' | 'batch_sampler', unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === null || value === false) continue
    throw new ValueError(
      `DataLoader with IterableDataset: expected unspecified ${name} option, but got ${name}=${describe(value)}`,
    )
  }
}
