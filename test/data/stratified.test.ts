import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'

const { MultilabelStratifiedKFold, stratified_split, TensorDataset } = torch.utils.data
type Targets = Parameters<InstanceType<typeof MultilabelStratifiedKFold>['split']>[0]

const seeded = (seed: number) => new torch.Generator().manual_seed(seed)
const untyped = (call: unknown) => call as (...args: unknown[]) => unknown

/** Targets whose labels have these rates, independent of each other. */
function table(rows: number, rates: readonly number[], seed: number): torch.Tensor {
  const given = { generator: seeded(seed) }
  const columns = rates.map((rate) => torch.rand([rows], given).lt(rate).to('uint8'))
  return torch.stack(columns, 1)
}

const foldsOf = (targets: Targets, n_splits: number, seed?: number) => {
  const options = seed === undefined ? {} : { shuffle: true, generator: seeded(seed) }
  return [...new MultilabelStratifiedKFold({ n_splits, ...options }).split(targets)].map(([train, test]) => ({
    train: [...train.data<Int32Array>()],
    test: [...test.data<Int32Array>()],
  }))
}

/** The greatest distance of a label's rate in a part from its rate in all rows. */
function worstRate(targets: torch.Tensor, parts: readonly (readonly number[])[]): number {
  const values = targets.to('float32')
  const whole = values.mean(0)
  return Math.max(
    ...parts.map((part) => {
      const rows = values.index_select(0, torch.tensor(Int32Array.from(part)))
      return rows.mean(0).sub(whole).abs().max().item()
    }),
  )
}

/** Label rates of the yeast set. */
const YEAST = [762, 1038, 983, 862, 722, 597, 428, 480, 178, 253, 289, 1816, 1799, 34].map((n) => n / 2417)

describe('MultilabelStratifiedKFold', () => {
  test('every row is in one fold, sizes differ by at most 1, and indices ascend', () => {
    const targets = table(103, [0.5, 0.1, 0.02], 1)
    const folds = foldsOf(targets, 10, 2)
    expect(folds.flatMap(({ test }) => test).sort((a, b) => a - b)).toEqual([...Array(103).keys()])
    expect(folds.map(({ test }) => test.length).sort()).toEqual([10, 10, 10, 10, 10, 10, 10, 11, 11, 11])
    for (const { train, test } of folds) {
      expect([...train, ...test].sort((a, b) => a - b)).toEqual([...Array(103).keys()])
      expect(train).toEqual([...train].sort((a, b) => a - b))
      expect(test).toEqual([...test].sort((a, b) => a - b))
    }
  })

  test('rates of 2417 x 14 in ten folds are nearer than those of the package, 0.028', () => {
    for (let seed = 0; seed < 5; seed++) {
      const targets = table(2417, YEAST, seed)
      expect(
        worstRate(
          targets,
          foldsOf(targets, 10, seed).map(({ test }) => test),
        ),
      ).toBeLessThan(0.028)
    }
  })

  test('the same folds for the same seed, others for another; without shuffle always the same', () => {
    const targets = table(200, [0.3, 0.2, 0.1], 5)
    expect(foldsOf(targets, 4, 7)).toEqual(foldsOf(targets, 4, 7))
    expect(foldsOf(targets, 4, 7)).not.toEqual(foldsOf(targets, 4, 8))
    expect(foldsOf(targets, 4)).toEqual(foldsOf(targets, 4))
    // In every runtime: these digits are from Node.
    expect(foldsOf(table(12, [0.5, 0.3], 3), 3, 4).map(({ test }) => test)).toMatchInlineSnapshot(`
      [
        [
          1,
          2,
          7,
          10,
        ],
        [
          0,
          3,
          8,
          11,
        ],
        [
          4,
          5,
          6,
          9,
        ],
      ]
    `)
  })

  test('dense, sparse and listed targets of any dtype give the same folds', () => {
    const targets = table(60, [0.4, 0.2, 0.1], 9)
    const lists = (targets.tolist() as number[][]).map((row) =>
      row.flatMap((is, label) => (is ? [label] : [])),
    )
    const crow = [0]
    for (const labels of lists) crow.push(crow[crow.length - 1] + labels.length)
    const sparse = torch.sparse_csr_tensor(crow, lists.flat(), lists.flat().fill(1), [60, 3])
    const wanted = foldsOf(targets, 5, 1)
    for (const other of [targets.to('float32'), targets.to('int32'), targets.to('bool'), sparse, lists])
      expect(foldsOf(other, 5, 1)).toEqual(wanted)
  })

  test('a label with fewer rows than folds is in as many folds as it has rows', () => {
    const rows = Array.from({ length: 50 }, (_, i) => (i < 3 ? [1, 0] : [0, i % 2]))
    const folds = foldsOf(torch.tensor(rows), 10, 3)
    expect(folds.filter(({ test }) => test.some((row) => row < 3))).toHaveLength(3)
  })

  test('more folds than 64 go by groups: exact sizes, even rates, and the same folds for the same seed', () => {
    const targets = table(3000, Array(20).fill(0.08), 4)
    const folds = foldsOf(targets, 100, 2)
    expect(folds.map(({ test }) => test.length)).toEqual(Array(100).fill(30))
    expect(folds.flatMap(({ test }) => test).sort((a, b) => a - b)).toEqual([...Array(3000).keys()])
    const parts = folds.map(({ test }) => test)
    // The package's worst rate is off by 0.15, as it fills some folds last.
    expect(worstRate(targets, parts)).toBeLessThan(0.07)
    expect(foldsOf(targets, 100, 2)).toEqual(folds)
    expect(foldsOf(targets, 100, 3)).not.toEqual(folds)
  })

  test('as many folds as rows, of as many labels, take no time of their product', () => {
    const rows = 50_000
    const labels = Array.from({ length: rows }, (_, row) => [row, row % 7])
    for (const targets of [labels, Array(rows).fill([])]) {
      const [[train, own]] = new MultilabelStratifiedKFold(rows).split(targets)
      expect([train.shape, own.shape]).toEqual([[rows - 1], [1]])
    }
    const dataset = new TensorDataset(torch.arange(3000))
    const lengths = [...Array(1000).fill(2), 0, ...Array(999).fill(1), 1]
    const parts = stratified_split(dataset, labels.slice(0, 3000), lengths)
    expect(parts.map((part) => part.length)).toEqual(lengths)
    const all = parts.flatMap((part) => Array.from({ length: part.length }, (_, i) => part.get(i)[0].item()))
    expect(all.sort((a, b) => a - b)).toEqual([...Array(3000).keys()])
  })

  test('missing targets count as not positive; rows and labels without any are spread evenly', () => {
    const missing = torch.tensor([
      [Number.NaN, -1],
      [-1, 7],
      [0, 1],
      [1, 0],
      [1, 1],
      [0, 0],
    ])
    expect([...new MultilabelStratifiedKFold(2).split(missing, { ignore_index: 7 })]).toHaveLength(2)
    for (const none of [torch.full([10, 3], -1), torch.full([10, 2], Number.NaN), torch.zeros([10, 0])])
      expect(foldsOf(none, 5, 1).map(({ test }) => test.length)).toEqual([2, 2, 2, 2, 2])
    expect(
      foldsOf(
        Array.from({ length: 4 }, () => []),
        4,
      ).map(({ test }) => test),
    ).toHaveLength(4)
  })

  test('labels of huge indices take no memory', () => {
    expect(foldsOf([[2 ** 40], [0], [2 ** 40, 0], []], 2, 1)).toHaveLength(2)
    const sparse = torch.sparse_csr_tensor([0, 1, 2], [2 ** 31 - 2, 5], [1, 1], [2, 2 ** 31 - 1])
    expect(foldsOf(sparse, 2, 1)).toHaveLength(2)
  })

  test('100,000 rows of 100 labels, all positive, are split too', () => {
    expect(foldsOf(torch.ones([2000, 50]), 7, 1).map(({ test }) => test.length)).toContain(286)
  })

  test('what is wrong', () => {
    const folds = new MultilabelStratifiedKFold(3)
    const split = untyped(folds.split.bind(folds))
    expect(() => split(torch.ones([2, 2]))).toThrow(
      'n_splits=3 greater than the number of samples: n_samples=2',
    )
    expect(() => split(torch.full([4, 2], 0.5))).toThrow('targets must be 0 or 1')
    expect(() => split(torch.ones([4]))).toThrow('targets must have shape [N, C], but got [4]')
    expect(() => split([[0], 1, [2]])).toThrow('targets[1] must be an array of label indices')
    expect(() => split([[0], [-1], [2]])).toThrow('targets[1] must be label indices from 0 on, but it has -1')
    expect(() => split('abc')).toThrow('targets must be a Tensor')
    expect(() => new MultilabelStratifiedKFold(1)).toThrow('n_splits must be at least 2')
    expect(() => new MultilabelStratifiedKFold({ generator: seeded(1) })).toThrow('no effect without shuffle')
    expect(folds.get_n_splits()).toBe(3)
  })
})

describe('stratified_split', () => {
  test('parts of the lengths, with the rate of each label', () => {
    const targets = table(1000, [0.5, 0.2, 0.05, 0.01], 6)
    const dataset = new TensorDataset(torch.arange(1000), targets)
    for (const lengths of [
      [0.8, 0.2],
      [700, 200, 100],
      [0.5, 0.5],
    ]) {
      const parts = stratified_split(dataset, targets, lengths, { generator: seeded(4) })
      expect(parts.map(({ length }) => length)).toEqual(lengths.map((n) => (n < 1 ? n * 1000 : n)))
      expect(parts.flatMap(({ indices }) => indices).sort((a, b) => a - b)).toEqual([...Array(1000).keys()])
      expect(
        worstRate(
          targets,
          parts.map(({ indices }) => indices),
        ),
      ).toBeLessThan(0.03)
    }
    expect(stratified_split(dataset, targets, [0.8, 0.2], seeded(4))[1].indices).toEqual(
      stratified_split(dataset, targets, [0.8, 0.2], { generator: seeded(4) })[1].indices,
    )
  })

  test('empty parts, and what does not fit', () => {
    const targets = table(10, [0.5], 6)
    const dataset = new TensorDataset(targets)
    expect(stratified_split(dataset, targets, [0, 10, 0]).map(({ length }) => length)).toEqual([0, 10, 0])
    expect(() => stratified_split(dataset, targets, [5, 4])).toThrow('Sum of input lengths does not equal')
    expect(() => stratified_split(dataset, table(9, [0.5], 1), [5, 5])).toThrow(
      "each of the dataset's 10, but have 9",
    )
    expect(() => stratified_split(dataset, targets, [-1, 11])).toThrow('stratified_split: lengths[0] must be')
    const none = new TensorDataset(torch.zeros([0, 2]))
    expect(stratified_split(none, torch.zeros([0, 2]), [0, 0]).map(({ length }) => length)).toEqual([0, 0])
  })
})
