import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { randperm } from '../ops/random/sample.js'
import { default_generator, Generator } from '../random/generator.js'
import { tensor } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import { collate, type Dataset, rowsOf, sizeOf } from './dataset.js'

export interface DataLoaderOptions {
  /** Rows of a batch; 1 by default. */
  batch_size?: number
  /** A new random order in each epoch; the same as torch's for the same seed. */
  shuffle?: boolean
  /** Drops an incomplete last batch. */
  drop_last?: boolean
  /** Generator of the orders; null for the default generator. */
  generator?: Generator | null
  /** torch's options for workers, for compatibility: batches are made in order, in this thread, when they are needed. */
  sampler?: null
  batch_sampler?: null
  num_workers?: 0
  collate_fn?: null
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
  'sampler: None = None',
  'batch_sampler: None = None',
  'num_workers: 0 = 0',
  'collate_fn: None = None',
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

/**
 * Batches of a dataset. Source: torch.utils.data.DataLoader with num_workers 0.
 *
 * @throws TypeError for arguments of another type; ValueError for an invalid size
 * @example
 * for (const [x, y] of new torch.utils.data.DataLoader(dataset, { batch_size: 64, shuffle: true })) { … }
 */
export class DataLoader<Row extends readonly Tensor[]> implements Iterable<Row> {
  readonly dataset: Dataset<Row>
  readonly batch_size: number
  private readonly shuffle: boolean
  private readonly drop_last: boolean
  private readonly generator: Generator | null

  constructor(
    dataset: Dataset<Row>,
    batch_size?: number | DataLoaderOptions,
    shuffle?: boolean | null | Omit<DataLoaderOptions, 'batch_size'>,
    options?: Omit<DataLoaderOptions, 'batch_size' | 'shuffle'>,
  )
  constructor(...args: unknown[]) {
    const [dataset, batch_size, shuffle, , , , , , drop_last, , , , generator] = DATA_LOADER.read(args)
    if (typeof batch_size !== 'number' || !Number.isInteger(batch_size) || batch_size <= 0) {
      throw new ValueError(
        `batch_size should be a positive integer value, but got batch_size=${describe(batch_size)}`,
      )
    }
    if (rowsOf('DataLoader', dataset) === 0 && shuffle === true) {
      throw new ValueError('num_samples should be a positive integer value, but got num_samples=0')
    }
    this.dataset = dataset as Dataset<Row>
    this.batch_size = batch_size
    this.shuffle = shuffle ?? false
    this.drop_last = drop_last
    this.generator = generator
  }

  /** Number of batches. */
  get length(): number {
    const batches = sizeOf('DataLoader', this.dataset) / this.batch_size
    return this.drop_last ? Math.floor(batches) : Math.ceil(batches)
  }

  /** One epoch: iterates over the batches. */
  [Symbol.iterator](): Iterator<Row> & Iterable<Row> {
    // torch first draws a seed for its workers, even if there are none.
    const generator = this.generator ?? default_generator()
    const goBack = generator.mark()
    generator.next_seed()
    return this.batches(goBack)
  }

  /** `goBack` restores the generator if the first batch of an epoch fails. */
  private *batches(goBack: () => void): globalThis.Generator<Row, undefined> {
    // The length of the dataset is read at the start of an epoch.
    let order: Int32Array
    let batch: Row | undefined
    try {
      order = this.order()
      batch = this.batchOf(order, 0)
    } catch (error) {
      goBack()
      throw error
    }
    for (let start = this.batch_size; batch !== undefined; start += this.batch_size) {
      yield batch
      batch = this.batchOf(order, start)
    }
    // Its sampler does so once more if a generator was given.
    if (this.shuffle && this.generator) randperm(order.length, { generator: this.generator })
  }

  /** The batch that starts at `start` in the order, or undefined after the last one. */
  private batchOf(order: Int32Array, start: number): Row | undefined {
    const end = this.drop_last ? order.length - (order.length % this.batch_size) : order.length
    if (start >= end) return undefined
    const indices = order.subarray(start, start + this.batch_size)
    return (
      this.dataset.batch?.(tensor(indices)) ??
      collate(Array.from(indices, (index) => this.dataset.get(index)))
    )
  }

  /** The order of one epoch, as torch's RandomSampler draws it. */
  private order(): Int32Array {
    const length = sizeOf('DataLoader', this.dataset)
    if (!this.shuffle) return inOrder(length)
    const generator = this.generator ?? new Generator().manual_seed(default_generator().next_seed())
    return randperm(length, { generator }).data<Int32Array>()
  }
}

/** 0 to `length - 1`. */
function inOrder(length: number): Int32Array {
  const order = new Int32Array(length)
  for (let i = 0; i < length; i++) order[i] = i
  return order
}
