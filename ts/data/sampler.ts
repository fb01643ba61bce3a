import { checkNumber, describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { unspent } from '../call/unspent.js'
import { randint, randperm } from '../ops/random/sample.js'
import { default_generator, Generator } from '../random/generator.js'
import { Tensor } from '../tensor/tensor.js'

/** The order of an epoch: indices of rows, or lists of them for a `batch_sampler`. */
export interface Order<Index = number> extends Iterable<Index> {
  /** The number of indices, if it is known. */
  readonly length?: number
}

/**
 * Base of the samplers. A subclass says how to walk, and how long that is.
 * Source: torch.utils.data.Sampler.
 */
export abstract class Sampler<Index = number> implements Order<Index> {
  constructor() {
    if (new.target === Sampler) throw new TypeError('Sampler has no order: use one of its subclasses')
  }

  /** The indices of one epoch. */
  abstract [Symbol.iterator](): Iterator<Index>
}

/** Something with a number of rows. */
export interface Sized {
  readonly length: number
}

/** The length of a data source, which may be a user's. */
export function lengthOf(owner: string, source: unknown): number {
  const length = (source as { length?: unknown } | null | undefined)?.length
  if (typeof length === 'number' && Number.isInteger(length) && length >= 0 && length < 2 ** 29) return length
  throw new ValueError(`${owner}: data_source.length must be a number of rows, but got ${describe(length)}`)
}

/** The given generator, or one of its own with a seed of the default one, as each epoch of torch's samplers makes it. */
const generatorOf = (given: Generator | null): Generator =>
  given ?? new Generator().manual_seed(default_generator().next_seed())

const SEQUENTIAL = signature('SequentialSampler', 'data_source: any')

/** The rows in their order. Source: torch.utils.data.SequentialSampler. */
export class SequentialSampler extends Sampler {
  readonly data_source: Sized

  constructor(data_source: Sized)
  constructor(...args: unknown[]) {
    super()
    const [source] = SEQUENTIAL.read(args)
    lengthOf('SequentialSampler', source)
    this.data_source = source as Sized
  }

  /** Number of rows. */
  get length(): number {
    return lengthOf('SequentialSampler', this.data_source)
  }

  /** The indices of one epoch. */
  override *[Symbol.iterator](): globalThis.Generator<number, undefined> {
    const { length } = this
    for (let i = 0; i < length; i++) yield i
  }
}

/** Options of RandomSampler. */
export interface RandomSamplerOptions {
  /** Draws each index anew, so that rows may come twice. */
  replacement?: boolean
  /** Indices of an epoch; null, the default, for as many as there are rows. */
  num_samples?: number | null
  generator?: Generator | null
}

const RANDOM = signature(
  'RandomSampler',
  'data_source: any',
  'replacement: bool = False',
  'num_samples: int = None',
  'generator: Generator = None',
)

/**
 * A new random order in each epoch, the same as torch's for the same seed. Source: torch.utils.data.RandomSampler.
 *
 * @throws ValueError if there are no rows
 * @example new torch.utils.data.RandomSampler(dataset, { replacement: true, num_samples: 1000 })
 */
export class RandomSampler extends Sampler {
  readonly data_source: Sized
  readonly replacement: boolean
  readonly generator: Generator | null
  private readonly count: number | null

  constructor(
    data_source: Sized,
    replacement?: boolean | RandomSamplerOptions,
    num_samples?: number | null | Omit<RandomSamplerOptions, 'replacement'>,
    generator?: Generator | null,
  )
  constructor(...args: unknown[]) {
    super()
    const [source, replacement, num_samples, generator] = RANDOM.read(args)
    const rows = lengthOf('RandomSampler', source)
    const count = num_samples ?? rows
    if (count <= 0) {
      throw new ValueError(`num_samples should be a positive integer value, but got num_samples=${count}`)
    }
    this.data_source = source as Sized
    this.replacement = replacement
    this.count = num_samples
    this.generator = generator
  }

  /** Indices of an epoch. */
  get num_samples(): number {
    return this.count ?? lengthOf('RandomSampler', this.data_source)
  }

  /** The same. */
  get length(): number {
    return this.num_samples
  }

  /** The indices of one epoch. */
  override *[Symbol.iterator](): globalThis.Generator<number, undefined> {
    const rows = lengthOf('RandomSampler', this.data_source)
    const { num_samples } = this
    if (rows === 0) throw new RuntimeError('RandomSampler: data_source has no rows to draw from')
    const generator = generatorOf(this.generator)
    const draw = (count: number) =>
      this.replacement
        ? randint('randint', 0, rows, [count], 'int32', { generator })
        : randperm(rows, { generator })
    const portion = this.replacement ? 32 : rows
    // torch draws the last portion too if nothing of it is needed.
    for (let left = num_samples; ; left -= portion) {
      const count = Math.min(left, portion)
      if (this.replacement && count === 0) return
      const indices = draw(count).data<Int32Array>()
      for (let i = 0; i < count; i++) yield indices[i]
      if (left < portion) return
    }
  }
}

const SUBSET = signature('SubsetRandomSampler', 'indices: iterable', 'generator: Generator = None')

/** Given indices in a new random order in each epoch. Source: torch.utils.data.SubsetRandomSampler. */
export class SubsetRandomSampler extends Sampler {
  readonly indices: readonly number[]
  readonly generator: Generator | null

  constructor(indices: Iterable<number>, generator?: Generator | null | { generator?: Generator | null })
  constructor(...args: unknown[]) {
    super()
    const [indices, generator] = SUBSET.read(args)
    this.indices = Array.from(unspent('SubsetRandomSampler', 'indices', indices), (index) => {
      checkNumber('SubsetRandomSampler', 'indices', index)
      return index
    })
    this.generator = generator
  }

  /** Number of indices. */
  get length(): number {
    return this.indices.length
  }

  /** The indices of one epoch. */
  override *[Symbol.iterator](): globalThis.Generator<number, undefined> {
    const random = this.generator === null ? {} : { generator: this.generator }
    for (const i of randperm(this.length, random).data<Int32Array>()) yield this.indices[i]
  }
}

const WEIGHTED = signature(
  'WeightedRandomSampler',
  'weights: value',
  'num_samples: value',
  'replacement: bool = True',
  'generator: Generator = None',
)

/** Options of WeightedRandomSampler. */
export interface WeightedRandomSamplerOptions {
  /** Whether rows may come twice; true by default. */
  replacement?: boolean
  generator?: Generator | null
}

/**
 * Random rows, each with a probability proportional to its weight, such as the inverse frequency of its label; the same as torch's
 * for the same seed on processors that are not Intel's. Source: torch.utils.data.WeightedRandomSampler.
 *
 * @throws ValueError for an invalid number of samples; RuntimeError from iterating if a weight is negative or not finite, or all are 0
 * @example new torch.utils.data.WeightedRandomSampler(weights, weights.length)
 */
export class WeightedRandomSampler extends Sampler {
  readonly weights: readonly number[]
  readonly num_samples: number
  readonly replacement: boolean
  readonly generator: Generator | null

  constructor(
    weights: Tensor | Iterable<number>,
    num_samples: number,
    replacement?: boolean | WeightedRandomSamplerOptions,
    generator?: Generator | null | Pick<WeightedRandomSamplerOptions, 'generator'>,
  )
  constructor(...args: unknown[]) {
    super()
    const [weights, num_samples, replacement, generator] = WEIGHTED.read(args)
    if (typeof num_samples !== 'number' || !Number.isInteger(num_samples) || num_samples <= 0) {
      throw new ValueError(
        `num_samples should be a positive integer value, but got num_samples=${describe(num_samples)}`,
      )
    }
    this.weights = weightsOf(weights)
    this.num_samples = num_samples
    this.replacement = replacement
    this.generator = generator
  }

  /** Indices of an epoch. */
  get length(): number {
    return this.num_samples
  }

  /** The indices of one epoch. */
  override *[Symbol.iterator](): globalThis.Generator<number, undefined> {
    const { weights, num_samples, replacement } = this
    const generator = this.generator ?? default_generator()
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const invalid = weights.find((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY))
    if (invalid !== undefined) {
      throw new RuntimeError(
        `probability tensor contains either \`inf\`, \`nan\` or element < 0 (WeightedRandomSampler: ${invalid})`,
      )
    }
    if (!(total > 0)) {
      throw new RuntimeError('invalid multinomial distribution (sum of probabilities <= 0)')
    }
    const uniform = () => generator.next_seed() * 2 ** -53
    // As torch.multinomial in float64. It draws a single index as without replacement.
    if (replacement && num_samples > 1) yield* byProbability(weights, total, num_samples, uniform)
    else yield* withoutReplacement(weights, num_samples, uniform)
  }
}

/** Numbers of a tensor, a typed array or any iterable. */
function weightsOf(given: unknown): number[] {
  if (given instanceof Tensor && given.dim() !== 1) {
    throw new ValueError(
      `weights should be a 1d sequence but given weights have shape (${given.shape.join(', ')})`,
    )
  }
  const values = given instanceof Tensor ? given.data() : given
  if (typeof values !== 'object' || values === null || !(Symbol.iterator in values)) {
    throw new TypeError(
      `WeightedRandomSampler: weights must be an iterable of numbers, but got ${describe(given)}`,
    )
  }
  return Array.from(values as Iterable<unknown>, (weight) => {
    checkNumber('WeightedRandomSampler', 'weights', weight)
    return weight
  })
}

function* byProbability(weights: readonly number[], total: number, count: number, uniform: () => number) {
  const bounds: number[] = []
  let sum = 0
  for (const weight of weights) {
    sum += weight
    bounds.push(sum / total)
  }
  bounds[bounds.length - 1] = 1
  const found = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    const sample = uniform()
    let [low, high] = [0, bounds.length]
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2)
      if (bounds[middle] < sample) low = middle + 1
      else high = middle
    }
    found[i] = low
  }
  yield* found
}

/** The greatest of weights over exponential variates. */
function* withoutReplacement(weights: readonly number[], count: number, uniform: () => number) {
  if (count > weights.length) {
    throw new RuntimeError('cannot sample n_sample > prob_dist.size(-1) samples without replacement')
  }
  const ranked = weights.map((weight, i) => ({ i, rank: weight / -Math.log1p(-uniform()) }))
  ranked.sort((a, b) => b.rank - a.rank)
  for (const { i } of ranked.slice(0, count)) yield i
}

const BATCH = signature('BatchSampler', 'sampler: iterable', 'batch_size: value', 'drop_last: value')

/**
 * Lists of `batch_size` indices of another sampler. Source: torch.utils.data.BatchSampler.
 *
 * @example [...new torch.utils.data.BatchSampler([0, 1, 2], 2, false)] // [[0, 1], [2]]
 */
export class BatchSampler<Index = number> extends Sampler<Index[]> {
  readonly sampler: Order<Index>
  readonly batch_size: number
  readonly drop_last: boolean

  constructor(
    sampler: Order<Index>,
    batch_size: number | { batch_size: number; drop_last: boolean },
    drop_last?: boolean | { drop_last: boolean },
  )
  constructor(...args: unknown[]) {
    super()
    const [sampler, batch_size, drop_last] = BATCH.read(args)
    checkBatchSize(batch_size)
    if (typeof drop_last !== 'boolean') {
      throw new ValueError(`drop_last should be a boolean value, but got drop_last=${describe(drop_last)}`)
    }
    this.sampler = sampler as Order<Index>
    this.batch_size = batch_size
    this.drop_last = drop_last
  }

  /** Number of batches. */
  get length(): number {
    const batches = lengthOf('BatchSampler', this.sampler) / this.batch_size
    return this.drop_last ? Math.floor(batches) : Math.ceil(batches)
  }

  /** The indices of one epoch. */
  override *[Symbol.iterator](): globalThis.Generator<Index[], undefined> {
    let batch: Index[] = []
    for (const index of this.sampler) {
      batch.push(index)
      if (batch.length < this.batch_size) continue
      yield batch
      batch = []
    }
    if (batch.length > 0 && !this.drop_last) yield batch
  }
}

/** Throws torch's error unless it is a number of rows. */
export function checkBatchSize(batch_size: unknown): asserts batch_size is number {
  if (typeof batch_size === 'number' && Number.isInteger(batch_size) && batch_size > 0) return
  throw new ValueError(
    `batch_size should be a positive integer value, but got batch_size=${describe(batch_size)}`,
  )
}
