/** Splits that keep the share of each label. Source: Sechidis, Tsoumakas, Vlahavas 2011. */
import * as calls from '#kernels/calls'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import { randperm } from '../ops/random/sample.js'
import type { Generator } from '../random/generator.js'
import { tensor } from '../tensor/create.js'
import { checkShape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { type Dataset, rowsOf } from './dataset.js'
import { type LabelTargets, ofRows, type Positives, positivesOf } from './positives.js'
import { countsOf, Subset } from './subset.js'

/** Parts of a table: the rows of each, which add up to those of the table, and the share of every label that each should have. */
interface Parts {
  readonly counts: readonly number[]
  readonly shares: readonly number[]
}

/** The most parts among which each row is placed. */
const MOST_PARTS = 64

/**
 * The part of each row. More than {@link MOST_PARTS} are first joined into groups, and each group's rows are placed among its parts:
 * the time grows with the logarithm of the parts, not with their number.
 */
function partsOf(
  op: string,
  positives: Positives,
  parts: Parts,
  order: Int32Array,
  seed: number,
): Int32Array {
  const count = parts.counts.length
  if (count <= MOST_PARTS) return placed(op, positives, parts, order, seed)
  const groups = Math.min(MOST_PARTS, Math.ceil(count / MOST_PARTS))
  const firsts = Array.from({ length: groups + 1 }, (_, group) => Math.floor((count * group) / groups))
  const grouped = (values: readonly number[]) =>
    firsts.slice(1).map((end, group) => values.slice(firsts[group], end).reduce((sum, value) => sum + value))
  const joined = { counts: grouped(parts.counts), shares: grouped(parts.shares) }
  const group_of = placed(op, positives, joined, order, seed)
  const members = joined.counts.map((rows) => new Int32Array(rows))
  const filled = new Int32Array(groups)
  for (const row of order) members[group_of[row]][filled[group_of[row]]++] = row
  const part_of = new Int32Array(positives.rows)
  for (const [group, rows] of members.entries()) {
    const [first, end] = firsts.slice(group, group + 2)
    const share = joined.shares[group]
    const own = {
      counts: parts.counts.slice(first, end),
      shares: parts.shares.slice(first, end).map((of) => of / share),
    }
    const ascending = Int32Array.from(rows, (_, i) => i)
    const of_group = partsOf(op, ofRows(positives, rows), own, ascending, mix(seed, group))
    for (const [i, row] of rows.entries()) part_of[row] = first + of_group[i]
  }
  return part_of
}

/** The part of each row, of all parts. */
function placed(
  op: string,
  { rows, labels, offsets, of_rows }: Positives,
  { counts, shares }: Parts,
  order: Int32Array,
  seed: number,
): Int32Array {
  const parts = counts.length
  const count = of_rows.length
  checkShape(op, [labels, parts, 2])
  const tensors = [offsets, of_rows, order, Int32Array.from(counts)].map((values) => tensor(values))
  const [at, flat, taken, capacity] = tensors
  const given = new Storage(8 * parts)
  given.write(0, new Uint8Array(Float64Array.from(shares).buffer))
  const result = empty(op, [rows], 'int32')
  const [lacking, workspace] = [
    new Storage(8 * labels * parts),
    new Storage(4 * (count + 4 * labels + rows + 2)),
  ]
  launch(() =>
    calls.stratify(kernels, {
      offsets: at.pointer(),
      of_rows: flat.pointer(),
      order: taken.pointer(),
      rows,
      labels,
      count,
      capacity: capacity.pointer(),
      shares: given.pointer(),
      parts,
      seed,
      part_of: result.pointer(),
      lacking: lacking.pointer(),
      workspace: workspace.pointer(),
    }),
  )
  const part_of = result.data<Int32Array>()
  for (const made of [...tensors, given, result, lacking, workspace]) made.dispose()
  return part_of
}

/** A step of FNV-1a. */
const mix = (seed: number, value: number) => Math.imul(seed ^ value, 0x01000193) >>> 0

/** An order of rows and a seed for ties, of a generator, null for the default one. */
function drawn(rows: number, generator: Generator | null): { order: Int32Array; seed: number } {
  const order = randperm(rows, generator === null ? {} : { generator }).data<Int32Array>()
  return { order, seed: order.reduce(mix, 0x811c9dc5) >>> 0 }
}

/** Keywords of {@link MultilabelStratifiedKFold}. */
export interface MultilabelStratifiedKFoldOptions {
  /** Number of folds, at least 2; 5 by default. */
  n_splits?: number
  /** Whether rows are taken in a random order, so that other seeds give other folds; false by default. */
  shuffle?: boolean
  /** Generator of that order; null for the default generator. */
  generator?: Generator | null
}

const KFOLD = signature(
  'MultilabelStratifiedKFold',
  'n_splits: int = 5',
  'shuffle: bool = False',
  'generator: Generator = None',
)
const SPLIT = signature('MultilabelStratifiedKFold.split', 'targets: value', 'ignore_index: number = None')
const GET_N_SPLITS = signature('MultilabelStratifiedKFold.get_n_splits')

/**
 * Folds of a multi-label table for cross-validation, each with nearly the share of every label that the whole has, by iterative
 * stratification. Fold sizes differ by at most 1. A label with fewer rows than folds is in as many folds as it has rows, up to 64
 * folds; more are first joined into groups. The same folds for the same seed, in every runtime.
 * Source: Sechidis et al. 2011; the names are those of the Python package iterative-stratification.
 *
 * @throws ValueError for fewer than 2 folds, or a generator without `shuffle`
 * @example
 * const folds = new torch.utils.data.MultilabelStratifiedKFold({ n_splits: 5, shuffle: true, generator })
 * for (const [train, test] of folds.split(targets)) {
 *   const dataset = new torch.utils.data.TensorDataset(x.index_select(0, train), targets.index_select(0, train))
 * }
 */
export class MultilabelStratifiedKFold {
  readonly n_splits: number
  readonly shuffle: boolean
  readonly generator: Generator | null

  constructor(
    n_splits?: number | MultilabelStratifiedKFoldOptions,
    shuffle?: boolean | Omit<MultilabelStratifiedKFoldOptions, 'n_splits'>,
    generator?: Generator | null | Pick<MultilabelStratifiedKFoldOptions, 'generator'>,
  )
  constructor(...args: unknown[]) {
    const [n_splits, shuffle, generator] = KFOLD.read(args)
    if (n_splits < 2) {
      throw new ValueError(`MultilabelStratifiedKFold: n_splits must be at least 2, but got ${n_splits}`)
    }
    if (generator !== null && !shuffle) {
      throw new ValueError('MultilabelStratifiedKFold: a generator has no effect without shuffle: true')
    }
    this.n_splits = n_splits
    this.shuffle = shuffle
    this.generator = generator
  }

  /** The number of folds. */
  get_n_splits(): number
  get_n_splits(...args: unknown[]): number {
    GET_N_SPLITS.read(args)
    return this.n_splits
  }

  /**
   * For each fold, the rows for training and those of the fold: int32 vectors of ascending indices.
   *
   * @param targets [N, C] of 0 and 1, or -1, NaN or `ignore_index` where a label is missing, which counts as not positive; a
   * SparseCSRTensor of them; or a list of the labels of each row
   * @throws ValueError if there are fewer rows than folds; RuntimeError for other targets
   */
  split(
    targets: LabelTargets,
    ignore_index?: number | null | { ignore_index?: number | null },
  ): IterableIterator<[train: Tensor<readonly [number]>, test: Tensor<readonly [number]>]>
  split(...args: unknown[]): IterableIterator<[Tensor<readonly [number]>, Tensor<readonly [number]>]> {
    const op = 'MultilabelStratifiedKFold.split'
    const [targets, ignore_index] = SPLIT.read(args)
    const { n_splits, shuffle, generator } = this
    const positives = positivesOf(op, targets, ignore_index)
    const { rows } = positives
    if (rows < n_splits) {
      throw new ValueError(
        `Cannot have number of splits n_splits=${n_splits} greater than the number of samples: n_samples=${rows}`,
      )
    }
    const counts = Array.from(
      { length: n_splits },
      (_, fold) => Math.floor(rows / n_splits) + Number(fold < rows % n_splits),
    )
    const { order, seed } = shuffle
      ? drawn(rows, generator)
      : { order: Int32Array.from({ length: rows }, (_, row) => row), seed: 0 }
    const shares = counts.map(() => 1 / n_splits)
    return folds(partsOf(op, positives, { counts, shares }, order, seed), counts)
  }
}

/** Indices of the rows that are not in each fold, and of those that are. */
function* folds(
  part_of: Int32Array,
  counts: readonly number[],
): globalThis.Generator<[Tensor<readonly [number]>, Tensor<readonly [number]>]> {
  for (const [fold, count] of counts.entries()) {
    const [train, test] = [new Int32Array(part_of.length - count), new Int32Array(count)]
    let [others, own] = [0, 0]
    for (let row = 0; row < part_of.length; row++) {
      if (part_of[row] === fold) test[own++] = row
      else train[others++] = row
    }
    yield [tensor(train), tensor(test)]
  }
}

const STRATIFIED_SPLIT = signature(
  'stratified_split',
  'dataset: any',
  'targets: value',
  'lengths: list',
  'generator: Generator = None',
  'ignore_index: number = None',
)

/** Keywords of {@link stratified_split}. */
export interface StratifiedSplitOptions {
  /** Generator of the order in which rows are taken; null for the default generator. */
  generator?: Generator | null
  /** Another value of missing targets, beside -1 and NaN. */
  ignore_index?: number | null
}

/**
 * Splits a dataset into parts that have nearly the same share of every label, by iterative stratification: of `lengths` rows, or
 * of fractions that add up to 1, as `random_split`. The same parts for the same seed, in every runtime.
 * Source: Sechidis et al. 2011.
 *
 * @param targets of the dataset's rows, as in {@link MultilabelStratifiedKFold.split}
 * @throws ValueError if the lengths do not add up to the dataset's, or there are not as many targets as rows
 * @example
 * const dataset = new torch.utils.data.TensorDataset(x, targets)
 * const [train, validation] = torch.utils.data.stratified_split(dataset, targets, [0.8, 0.2], { generator })
 */
export function stratified_split<
  Row,
  Got extends Row | Promise<Row>,
  const Lengths extends readonly number[],
>(
  dataset: Dataset<Row> & { get(index: number): Got },
  targets: LabelTargets,
  lengths: Lengths,
  generator?: Generator | null | StratifiedSplitOptions,
  options?: Pick<StratifiedSplitOptions, 'ignore_index'>,
): { -readonly [K in keyof Lengths]: Subset<Row, Got> }
export function stratified_split(...args: unknown[]): unknown {
  const op = 'stratified_split'
  const [dataset, targets, lengths, generator, ignore_index] = STRATIFIED_SPLIT.read(args)
  const rows = rowsOf(op, dataset)
  const counts = countsOf(op, rows, Array.from(lengths))
  const positives = positivesOf(op, targets, ignore_index)
  if (positives.rows !== rows) {
    throw new ValueError(
      `${op}: targets must have a row for each of the dataset's ${rows}, but have ${positives.rows}`,
    )
  }
  const filled = counts.filter((count) => count > 0)
  const { order, seed } = drawn(rows, generator)
  const shares = filled.map((count) => count / rows)
  const part_of =
    rows === 0 ? new Int32Array() : partsOf(op, positives, { counts: filled, shares }, order, seed)
  const members: number[][] = filled.map(() => [])
  for (let row = 0; row < rows; row++) members[part_of[row]].push(row)
  let next = 0
  return counts.map((count) => new Subset(dataset as Dataset, count > 0 ? members[next++] : []))
}
