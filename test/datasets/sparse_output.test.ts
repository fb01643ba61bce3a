/** Targets as sparse matrices. */
import { describe, expect, test } from 'vitest'
import { parse_arff, parse_csv, parse_libsvm } from '../../ts/datasets/index.js'
import torch, { SparseCSRTensor } from '../../ts/index.js'

const sparse_output = true

/** Targets of both kinds have the same elements. */
function expectSame(sparse: SparseCSRTensor, dense: torch.Tensor): void {
  expect(sparse).toBeInstanceOf(SparseCSRTensor)
  expect([sparse.dtype, sparse.shape]).toEqual(['float32', dense.shape])
  expect(sparse.to_dense().tolist()).toEqual(dense.tolist())
}

describe('are the dense ones without their zeros', () => {
  test('in CSV, of columns', () => {
    const text = 'a,x,y,z\n1,0,1,\n2,0,0,0\n3,.5,0,1\n'
    const { targets } = parse_csv(text, { labels: 3, sparse_output })
    expectSame(targets, parse_csv(text, { labels: 3 }).targets)
    expect(targets._nnz()).toBe(4)
  })

  test('in CSV, of tags', () => {
    const text = 'a,t\n1,"c b, c"\n2,\n3,"a,c,b,c b"\n'
    const options = { labels: 't', separator: ',' } as const
    const { targets } = parse_csv(text, { ...options, sparse_output })
    expectSame(targets, parse_csv(text, options).targets)
    expect(targets.col_indices().tolist()).toEqual([2, 3, 0, 1, 2, 3])
  })

  test('in libsvm', async () => {
    const text = '7,0,7,3 1:1\n 1:1\n3 2:1\n'
    const { targets } = await parse_libsvm(new Blob([text]), { sparse_output })
    expectSame(targets, parse_libsvm(text).targets)
    expect(targets.col_indices().tolist()).toEqual([0, 3, 7, 3])
  })

  test.each([
    ['dense', '1,0,1\n2,?,0\n'],
    ['sparse', '{0 1,2 1}\n{1 ?}\n{}\n'],
  ])('in %s ARFF', (_, rows) => {
    const text = `@relation r\n@attribute a numeric\n@attribute x {1,0}\n@attribute y {0,1}\n@data\n${rows}`
    const { targets } = parse_arff(text, { labels: 2, sparse_output })
    expectSame(targets, parse_arff(text, { labels: 2 }).targets)
  })
})

describe('with more labels than a dense matrix may have', () => {
  const rows = 4000
  const labels = 200_000
  const text = `${rows} 3 ${labels}\n${Array.from({ length: rows }, (_, i) => `${(i * 97) % labels},${labels - 1} 0:1\n`).join('')}`

  test('they must be asked for', () => {
    expect(() => parse_libsvm(text)).toThrow(
      'parse_libsvm: 4000 rows of 200000 labels are more than a dense tensor holds: give sparse_output: true',
    )
    const { targets, label_names } = parse_libsvm(text, { sparse_output })
    expect([targets.shape, targets._nnz(), label_names.length]).toEqual([[rows, labels], 2 * rows, labels])
  })

  test('a loader gives sparse batches, which are made dense for the loss', () => {
    const { features, targets } = parse_libsvm(text, { sparse_output })
    const loader = new torch.utils.data.DataLoader(new torch.utils.data.TensorDataset(features, targets), {
      batch_size: 2,
    })
    const [[x, y]] = loader
    const dense = y.to_dense()
    const criterion = new torch.nn.BCEWithLogitsLoss()
    const output = new torch.nn.Sequential(new torch.nn.Linear(3, 8)).forward(x)
    expect([x.shape, dense.shape, dense.sum().item()]).toEqual([[2, 3], [2, labels], 4])
    expect(criterion.forward(output, dense.narrow(1, 0, 8)).item()).toBeGreaterThan(0)
  })
})

test('labels without bound are refused, or have no names', () => {
  expect(() => parse_libsvm('0 1:1\n', { num_labels: 2 ** 31 - 1 })).toThrow(/^parse_libsvm: /)
  expect(() => parse_libsvm('2147483646 1:1\n')).toThrow('makes 2147483647 columns of targets')
  expect(() => parse_libsvm('2147483647 1:1\n', { sparse_output })).toThrow('makes 2147483648 columns')
  expect(() => parse_libsvm('1 4294967296 3\n')).toThrow(
    'parse_libsvm: line 1, column 1: the count of features must be below 2^31, but is 4294967296',
  )
  const { targets, label_names } = parse_libsvm('2147483646 1:1\n', { sparse_output })
  expect([targets.shape, label_names]).toEqual([[1, 2 ** 31 - 1], []])
})
