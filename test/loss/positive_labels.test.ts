/** Targets as lists of positive labels: the bits of the dense ones, and what is refused. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { HeapArray, softMarginLoss, softMarginLossGrad } from '../../ts/loss.js'

const REDUCTIONS = ['none', 'mean', 'sum'] as const

/** Rows of labels, dense and compressed; each row another share of positives, from none to all. */
function labelsOf(rows: number, classes: number) {
  const dense = new Uint8Array(rows * classes)
  const [starts, columns]: [number[], number[]] = [[0], []]
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < classes; c++) {
      if (((c * 7919 + row * 104_729) % 101) / 101 >= row / Math.max(rows - 1, 1)) continue
      dense[row * classes + c] = 1
      columns.push(c)
    }
    starts.push(columns.length)
  }
  return { dense, starts: Int32Array.from(starts), columns: Int32Array.from(columns) }
}

const SHAPES = [
  [0, 5],
  [1, 1],
  [9, 1],
  [5, 3],
  [40, 7],
  [33, 32],
  [7, 33],
  [3, 511],
  [4, 512],
  [5, 1300],
  [2, 100_003],
] as const

describe.each(SHAPES)('%i x %i has the bits of the dense targets', (rows, classes) => {
  torch.manual_seed(rows * classes)
  const logits = torch.randn([rows, classes]).data()
  const { dense, starts, columns } = labelsOf(rows, classes)
  const perClass = torch.rand([classes]).data()
  const perElement = torch.rand([rows, classes]).data()

  test.each(REDUCTIONS)('in softmargin/loss, reduction %s', (reduction) => {
    for (const weight of [null, perClass, perElement]) {
      const options = { numClasses: classes, weight, reduction }
      const lists = { rowStarts: starts, columns }
      expect(softMarginLoss(logits, lists, options)).toEqual(softMarginLoss(logits, dense, options))
      const got = softMarginLossGrad(logits, lists, options)
      expect(got).toEqual(softMarginLossGrad(logits, dense, options))
      const heap = softMarginLossGrad(new HeapArray(logits), lists, options)
      expect(heap).toEqual(got)
    }
  })

  test.each(REDUCTIONS)('in the module, reduction %s', (reduction) => {
    for (const weight of [null, torch.tensor(perClass), torch.tensor(perElement).reshape([rows, classes])]) {
      const criterion = new torch.nn.MultiLabelSoftMarginLoss({ weight, reduction })
      const run = (target: torch.Tensor | { crow_indices: Int32Array; col_indices: Int32Array }) => {
        const x = torch.tensor(logits).reshape([rows, classes]).detach().requires_grad_()
        const loss = criterion.forward(x, target)
        loss.backward(torch.ones(loss.shape))
        return [loss.data(), x.grad?.data()]
      }
      const want = run(torch.tensor(dense).reshape([rows, classes]))
      expect(run({ crow_indices: starts, col_indices: columns })).toEqual(want)
    }
  })
})

describe('refused before anything is computed', () => {
  const logits = new Float32Array(6)
  const starts = Int32Array.of(0, 1, 3)
  const columns = Int32Array.of(2, 0, 1)
  // biome-ignore format: a table
  const cases: [name: string, starts: unknown, columns: unknown, error: string][] = [
    ['an array', [0, 1, 3], columns, 'rowStarts must be an Int32Array, but got Array'],
    ['no columns', starts, undefined, 'columns must be an Int32Array, but got undefined'],
    ['a row too few', Int32Array.of(0, 3), columns, 'rowStarts must have 3 elements, one more than there are rows, from 0 to the 3 of columns, but got 2 from 0 to 3'],
    ['a start of 1', Int32Array.of(1, 1, 3), columns, 'but got 3 from 1 to 3'],
    ['an early end', Int32Array.of(0, 1, 2), columns, 'but got 3 from 0 to 2'],
    ['starts that fall', Int32Array.of(0, 4, 3), columns, 'rowStarts must not fall, but got 4 and then 3 at row 1'],
    ['a negative start', Int32Array.of(0, -1, 3), columns, 'rowStarts must not fall, but got 0 and then -1 at row 0'],
    ['a column too large', starts, Int32Array.of(3, 0, 1), 'columns must rise within a row, from 0 to less than 3, but got 3 after -1 in row 0'],
    ['a negative column', starts, Int32Array.of(2, -1, 1), 'but got -1 after -1 in row 1'],
    ['a column twice', starts, Int32Array.of(2, 1, 1), 'but got 1 after 1 in row 1'],
    ['columns that fall', starts, Int32Array.of(2, 1, 0), 'but got 0 after 1 in row 1'],
  ]
  test.each(cases)('%s', (_, rowStarts, list, error) => {
    const targets = { rowStarts, columns: list } as { rowStarts: Int32Array; columns: Int32Array }
    expect(() => softMarginLoss(logits, targets, { numClasses: 3 })).toThrow(error)
    const named = error.replaceAll('rowStarts', 'crow_indices').replaceAll('columns', 'col_indices')
    const target = { crow_indices: rowStarts, col_indices: list } as {
      crow_indices: Int32Array
      col_indices: Int32Array
    }
    const criterion = new torch.nn.MultiLabelSoftMarginLoss()
    expect(() => criterion.forward(torch.zeros([2, 3]), target)).toThrow(named)
  })

  test('arrays that change while they are read', () => {
    let reads = 0
    const targets = {
      columns,
      get rowStarts() {
        return reads++ === 0 ? starts : new Int32Array(0)
      },
    }
    const loss = softMarginLoss(logits, targets, { numClasses: 3 })
    expect(loss).toBeCloseTo(Math.log(2), 6)
  })

  test('other ranks, and weights that broadcast the input or require a gradient', () => {
    const criterion = new torch.nn.MultiLabelSoftMarginLoss()
    const target = { crow_indices: starts, col_indices: columns }
    expect(() => criterion.forward(torch.zeros([6]), target)).toThrow(
      'input must be [N, C] for positive labels, but got [6]',
    )
    const { multilabel_soft_margin_loss } = torch.nn.functional
    const weights = [torch.ones([4, 2, 3]), torch.ones([3], { requires_grad: true })]
    for (const weight of weights) {
      expect(() => multilabel_soft_margin_loss(torch.zeros([2, 3]), target, { weight })).toThrow(
        'weight must be [C] or [N, C] and require no grad',
      )
    }
  })
})

test('a million labels take no dense target', () => {
  const [rows, classes] = [4, 1_000_000]
  const x = torch.zeros([rows, classes], { requires_grad: true })
  const before = torch.wasm.memory().resident_bytes
  const target = { crow_indices: Int32Array.of(0, 1, 1, 3, 4), col_indices: Int32Array.of(7, 0, 999_999, 5) }
  const loss = new torch.nn.MultiLabelSoftMarginLoss().forward(x, target)
  expect(loss.item()).toBeCloseTo(Math.log(2), 6)
  // The gradient, the loss, and nothing of the size of the logits besides.
  expect(torch.wasm.memory().resident_bytes - before).toBeLessThan(4 * rows * classes + 1000)
  loss.backward()
  expect(x.grad?.data()[2_999_999]).toBeCloseTo(-0.5 / rows / classes, 12)
  expect(x.grad?.data()[1]).toBeCloseTo(0.5 / rows / classes, 12)
})
