import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { fixture } from '../support/fixture.js'

interface Matrix {
  crow: number[]
  col: number[]
  values: number[]
  size: [number, number]
}

const { printed, refused } = fixture<{
  printed: (Matrix & { dtype: torch.DType; text: string })[]
  refused: (Matrix & { message: string })[]
}>('sparse/sparse_csr')

const { sparse_csr_tensor } = torch
const untyped = (call: unknown) => call as (...args: unknown[]) => unknown
const { TensorDataset, DataLoader, Subset, ConcatDataset, default_collate, random_split } = torch.utils.data

/** Rows [0, 1, 2], [], [0, 0, 3], [4, 5, 6]. */
const example = () => sparse_csr_tensor([0, 2, 2, 3, 6], [1, 2, 2, 0, 1, 2], [1, 2, 3, 4, 5, 6], [4, 3])
const DENSE = [
  [0, 1, 2],
  [0, 0, 0],
  [0, 0, 3],
  [4, 5, 6],
]

describe('sparse_csr_tensor', () => {
  test.each(printed)('prints as in torch: %j', ({ crow, col, values, size, dtype, text }) => {
    const matrix = sparse_csr_tensor(crow, col, values, size, { dtype })
    expect(String(matrix)).toBe(text)
    expect(inspect(matrix)).toBe(text)
  })

  test.each(refused)('refuses what torch refuses: $message', ({ crow, col, values, size, message }) => {
    const core = message.replace(/.*(tensor dimensionality must be).*/, '$1')
    const sorted = core.includes('are sorted and distinct') ? 'must be sorted and distinct in each row' : core
    expect(() => sparse_csr_tensor(crow, col, values, size)).toThrow(sorted.replace(/\.$/, ''))
    expect(() => sparse_csr_tensor(crow, col, values, size)).toThrow(torch.RuntimeError)
  })

  test('refuses rows that end before they begin, or have more elements than columns', () => {
    const sentence =
      '0 <= crow_indices[..., 1:] - crow_indices[..., :-1] <= ncols` is not satisfied for row 0'
    expect(() => sparse_csr_tensor([0, 2, 1], [0], [1], [2, 2])).toThrow(sentence)
    expect(() => sparse_csr_tensor([0, 3], [0, 1, 2], [1, 2, 3], [1, 2])).toThrow(sentence)
    expect(() => sparse_csr_tensor([0, -1, 1], [0], [1], [2, 2])).toThrow(sentence)
  })

  test('of tensors, arrays and typed arrays, copied', () => {
    const col = Int32Array.of(1, 2)
    const values = Float32Array.of(5, 6)
    const x = sparse_csr_tensor(torch.tensor(Int32Array.of(0, 1, 2)), col, values)
    col[0] = 100
    values[0] = 100
    expect(x.to_dense().tolist()).toEqual([
      [0, 5, 0],
      [0, 0, 6],
    ])
    expect([x.shape, x.size(), x.size(-1), x.dim(), x.numel(), x._nnz()]).toEqual([
      [2, 3],
      [2, 3],
      3,
      2,
      6,
      2,
    ])
    expect([x.layout, x.device, x.dtype, x.requires_grad]).toEqual(['sparse_csr', 'cpu', 'float32', false])
    expect(x.crow_indices()).toEqual(torch.tensor(Int32Array.of(0, 1, 2)))
    expect(x.col_indices()).toEqual(torch.tensor(Int32Array.of(1, 2)))
    expect(x.values()).toEqual(torch.tensor([5, 6]))
  })

  test('of every dtype', () => {
    const x = sparse_csr_tensor([0, 2], [0, 2], [true, false])
    expect(x.dtype).toBe('bool')
    expect(x.to_dense()).toEqual(torch.tensor([[true, false, false]]))
    expect(x.to('int32').to_dense()).toEqual(torch.tensor([[1, 0, 0]], { dtype: 'int32' }))
    expect(sparse_csr_tensor([0, 1], [0], [3], { dtype: 'uint8' }).to_dense('float32').tolist()).toEqual([
      [3],
    ])
    expect(sparse_csr_tensor([0, 1], [0], [Number.NaN]).to_dense().tolist()).toEqual([[Number.NaN]])
  })

  test('two are equal by value', () => {
    expect(example()).toEqual(example())
    expect(example()).not.toEqual(
      sparse_csr_tensor([0, 2, 2, 3, 6], [1, 2, 2, 0, 1, 2], [1, 2, 3, 4, 5, 7], [4, 3]),
    )
    expect(example()).not.toEqual(
      sparse_csr_tensor([0, 2, 2, 3, 6], [1, 2, 2, 0, 1, 2], [1, 2, 3, 4, 5, 6], [4, 4]),
    )
  })

  test('of huge sizes takes no memory for what is not stored', () => {
    const x = sparse_csr_tensor([0, 0, 1], [2 ** 31 - 2], [1], [2, 2 ** 31 - 1])
    expect(x.shape).toEqual([2, 2 ** 31 - 1])
    expect(() => x.to_dense()).toThrow('does not fit linear memory')
    expect(x.narrow(0, 1, 1)._nnz()).toBe(1)
    expect(() => sparse_csr_tensor([0, 1], [0], [1], [1, 2 ** 31])).toThrow(
      'sizes must be from 0 to 2^31 - 1',
    )
    expect(() => sparse_csr_tensor([0, 1], [0], [1], [2 ** 31 - 1, 1])).toThrow(
      'number of rows + 1 (=2147483648)',
    )
    expect(() => sparse_csr_tensor([0, 1], [0], [1], [-1, 1])).toThrow('sizes must be')
  })

  test('says what is wrong with its arguments', () => {
    const make = untyped(sparse_csr_tensor)
    expect(() => make('0', [], [])).toThrow('crow_indices must be a Tensor or an array of integers')
    expect(() => make([0, 0.5], [], [])).toThrow('crow_indices[1] must be an integer of 32 bits, but got 0.5')
    expect(() => make([0, 2 ** 31], [], [])).toThrow('crow_indices[1] must be an integer')
    expect(() => make(BigInt64Array.of(0n), [], [])).toThrow('crow_indices[0] must be an integer')
    expect(() => make(torch.tensor([0, 1]), [], [])).toThrow(
      'crow_indices must be an int32 vector, but got float32',
    )
    expect(() => make([0, 1], [0], [[1]])).toThrow('values must be a vector')
    expect(() => make([0, 1], [0], torch.ones([1], { requires_grad: true }))).toThrow(
      'must not require a gradient',
    )
    expect(() => make([0, 1], [0], [1], [1, 1], { requires_grad: true })).toThrow('requires_grad must be')
    expect(() => new (torch.SparseCSRTensor as unknown as new () => unknown)()).toThrow(
      'use torch.sparse_csr_tensor',
    )
    expect(() => untyped(torch.add)(example(), 1)).toThrow(
      'must be a Tensor or a number, but got SparseCSRTensor',
    )
  })
})

describe('rows', () => {
  test('narrow and index_select', () => {
    const x = example()
    expect(x.to_dense().tolist()).toEqual(DENSE)
    expect(x.narrow(0, 1, 2).to_dense().tolist()).toEqual(DENSE.slice(1, 3))
    expect(x.narrow(0, -1, 1).to_dense().tolist()).toEqual(DENSE.slice(3))
    expect(x.narrow(0, 4, 0).shape).toEqual([0, 3])
    const rows = x.index_select(0, torch.tensor(Int32Array.of(3, 1, 3, 0)))
    expect(rows.to_dense().tolist()).toEqual([DENSE[3], DENSE[1], DENSE[3], DENSE[0]])
    expect(x.index_select(0, torch.tensor(new Int32Array())).shape).toEqual([0, 3])
    // A part of a part.
    expect(
      x
        .narrow(0, 1, 3)
        .index_select(0, torch.tensor(Int32Array.of(2)))
        .to_dense()
        .tolist(),
    ).toEqual([DENSE[3]])
  })

  test('that are long', () => {
    const columns = Array.from({ length: 100 }, (_, i) => 2 * i)
    const x = sparse_csr_tensor(
      [0, 100, 200],
      [...columns, ...columns],
      Array.from({ length: 200 }, (_, i) => i),
    )
    const [row] = x
      .index_select(0, torch.tensor(Int32Array.of(1)))
      .to_dense()
      .tolist() as number[][]
    expect(row).toEqual(Array.from({ length: 199 }, (_, i) => (i % 2 === 0 ? 100 + i / 2 : 0)))
  })

  test('that do not exist, and other dimensions', () => {
    const x = example()
    expect(() => x.index_select(0, torch.tensor(Int32Array.of(4)))).toThrow(torch.IndexError)
    expect(() => x.index_select(0, torch.tensor(Int32Array.of(-1)))).toThrow('index out of range in self')
    expect(() => x.index_select(0, torch.tensor([0]))).toThrow('Expected dtype int32/int64 for index')
    expect(() => untyped(x.index_select.bind(x))(1, torch.tensor(Int32Array.of(0)))).toThrow(
      'along dimension 0 only',
    )
    expect(() => x.narrow(0, 0, 5)).toThrow('start (0) + length (5) exceeds dimension size (4).')
    expect(() => x.narrow(0, 5, 0)).toThrow('start out of range')
    expect(() => untyped(x.narrow.bind(x))(1, 0, 1)).toThrow('along dimension 0 only')
  })
})

describe('datasets', () => {
  const targets = torch.tensor([[0], [1], [2], [3]])

  test('batches are sparse again', () => {
    const dataset = new TensorDataset(example(), targets)
    const [x, y] = dataset.get(-1)
    expect([x.to_dense().tolist(), y.tolist()]).toEqual([[DENSE[3]], [3]])
    const batches = [...new DataLoader(dataset, { batch_size: 3 })].map(([x, y]) => [
      x.to_dense().tolist(),
      y.tolist(),
    ])
    expect(batches).toEqual([
      [DENSE.slice(0, 3), [[0], [1], [2]]],
      [DENSE.slice(3), [[3]]],
    ])
    const [[first]] = new DataLoader(dataset, { batch_size: 2, shuffle: true })
    expect(first).toBeInstanceOf(torch.SparseCSRTensor)
  })

  test('parts, joined datasets and default_collate', () => {
    const dataset = new TensorDataset(example(), targets)
    const [part] = new DataLoader(new Subset(dataset, [3, 0]), { batch_size: 2 })
    expect(part[0].to_dense().tolist()).toEqual([DENSE[3], DENSE[0]])
    const [train, test_] = random_split(dataset, [3, 1])
    expect([train.length, test_.length]).toEqual([3, 1])
    const [both] = new DataLoader(new ConcatDataset([dataset, dataset]), { batch_size: 8 })
    expect(both[0].to_dense().tolist()).toEqual([...DENSE, ...DENSE])
    const collated = default_collate([{ x: example().narrow(0, 3, 1) }, { x: example().narrow(0, 1, 1) }])
    expect(collated.x.to_dense().tolist()).toEqual([DENSE[3], DENSE[1]])
  })

  test('that do not fit together', () => {
    expect(() => new TensorDataset(example(), torch.ones([3]))).toThrow('Size mismatch between tensors')
    expect(() => default_collate([example(), torch.ones([1, 3])] as unknown[])).toThrow('rows must be alike')
    const wider = sparse_csr_tensor([0, 0], [], [], [1, 5])
    expect(() => default_collate([example(), wider])).toThrow('must have as many columns')
    expect(() => new TensorDataset(example(), targets).get(4)).toThrow(torch.IndexError)
  })
})
