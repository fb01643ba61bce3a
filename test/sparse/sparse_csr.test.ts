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

const { printed, refused, linear } = fixture<{
  printed: (Matrix & { dtype: torch.DType; text: string })[]
  refused: (Matrix & { message: string })[]
  linear: (Matrix &
    Record<'weight' | 'out' | 'upstream' | 'weight_grad', number[]> &
    Record<'bias' | 'bias_grad', number[] | null>)[]
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

const { functional: F } = torch.nn

/** Rows of normal numbers, each stored with the probability `density`. */
function randomRows(rows: number, columns: number, density: number) {
  const dense = torch.randn([rows, columns]).mul(torch.rand([rows, columns]).lt(density).to('float32'))
  const crow = [0]
  const [col, values]: number[][] = [[], []]
  for (const row of dense.tolist() as number[][]) {
    for (const [column, value] of row.entries()) {
      if (value === 0) continue
      col.push(column)
      values.push(value)
    }
    crow.push(col.length)
  }
  return { dense, sparse: sparse_csr_tensor(crow, col, values, [rows, columns]) }
}

/** The greatest difference, in parts of the greatest element. */
const differs = (a: torch.Tensor, b: torch.Tensor) =>
  a.numel() === 0 ? 0 : a.sub(b).abs().max().item() / Math.max(1e-6, b.abs().max().item())

describe('linear', () => {
  test.each(linear.map((entry, i) => [i, entry] as const))('as in torch: %i', (_, entry) => {
    const [rows, columns] = entry.size
    const x = sparse_csr_tensor(entry.crow, entry.col, entry.values, entry.size)
    const outputs = entry.weight.length / columns
    const weight = torch.tensor(entry.weight).reshape([outputs, columns]).requires_grad_()
    const bias = entry.bias === null ? null : torch.tensor(entry.bias).requires_grad_()
    const out = F.linear(x, weight, bias)
    const near = (given: torch.Tensor | null | undefined, wanted: number[]) => {
      for (const [i, value] of (given as torch.Tensor).reshape([-1]).tolist().entries())
        expect(value).toBeCloseTo(wanted[i], 4)
    }
    expect(out.shape).toEqual([rows, outputs])
    near(out, entry.out)
    out.backward(torch.tensor(entry.upstream).reshape([rows, outputs]))
    near(weight.grad, entry.weight_grad)
    if (bias !== null) near(bias.grad, entry.bias_grad as number[])
  })

  // Beyond the tile of columns, the group of outputs, the group of rows and the columns that are cleared together.
  test.each([
    [5, 700, 33, 0.5],
    [2100, 90, 70, 0.05],
    [4200, 7, 3, 0.3],
    [3, 5000, 40, 0.02],
    [64, 300, 64, 0.01],
    [1, 1, 1, 1],
    [0, 9, 4, 1],
    [6, 9, 0, 1],
    [6, 0, 4, 1],
  ])('as dense: %i rows of %i columns to %i outputs, density %f', (rows, columns, outputs, density) => {
    torch.manual_seed(8)
    const { dense, sparse } = randomRows(rows, columns, density)
    const [weight, other] = [0, 1].map(() => torch.randn([outputs, columns]))
    other.copy_(weight)
    const biases = [torch.ones([outputs]), torch.ones([outputs])]
    for (const leaf of [weight, other, ...biases]) leaf.requires_grad_()
    const out = F.linear(sparse, weight, biases[0])
    const wanted = F.linear(dense, other, biases[1])
    expect(differs(out, wanted)).toBeLessThan(1e-5)
    const upstream = torch.randn([rows, outputs])
    out.backward(upstream)
    wanted.backward(upstream)
    expect(differs(weight.grad as torch.Tensor, other.grad as torch.Tensor)).toBeLessThan(1e-5)
    expect(differs(biases[0].grad as torch.Tensor, biases[1].grad as torch.Tensor)).toBeLessThan(1e-5)
    expect(torch.no_grad(() => F.linear(sparse, weight, biases[0]))).toEqual(out.detach())
  })

  test('a model learns from sparse batches as from dense ones', () => {
    const run = (isSparse: boolean) => {
      torch.manual_seed(3)
      const { dense, sparse } = randomRows(40, 30, 0.1)
      const targets = torch.rand([40, 4]).lt(0.3).to('float32')
      const model = new torch.nn.Sequential(
        new torch.nn.Linear(30, 8),
        new torch.nn.ReLU(),
        new torch.nn.Linear(8, 4),
      )
      const loss_fn = new torch.nn.MultiLabelSoftMarginLoss()
      const optimizer = new torch.optim.Adam(model.parameters(), { lr: 0.01 })
      const dataset = new TensorDataset<[torch.Tensor | torch.SparseCSRTensor, torch.Tensor]>(
        isSparse ? sparse : dense,
        targets,
      )
      const losses: number[] = []
      for (let epoch = 0; epoch < 3; epoch++) {
        for (const [x, y] of new DataLoader(dataset, { batch_size: 16, shuffle: true })) {
          optimizer.zero_grad()
          const loss = loss_fn.forward(model.forward(x), y)
          loss.backward()
          optimizer.step()
          losses.push(loss.item())
        }
      }
      return losses
    }
    const [sparse, dense] = [run(true), run(false)]
    expect(sparse.length).toBe(9)
    for (const [i, loss] of sparse.entries()) expect(loss).toBeCloseTo(dense[i], 4)
  })

  test('NaN where it is stored, and in the weight where a column is stored', () => {
    const x = sparse_csr_tensor([0, 1, 2], [0, 1], [Number.NaN, 1], [2, 3])
    const weight = torch.tensor([[1, 1, Number.NaN]])
    expect(F.linear(x, weight).tolist()).toEqual([[Number.NaN], [1]])
  })

  test('what does not fit', () => {
    const layer = new torch.nn.Linear(4, 2)
    expect(() => untyped(layer.forward.bind(layer))(example())).toThrow(
      'mat1 and mat2 shapes cannot be multiplied (4x3 and 4x2)',
    )
    expect(() => F.linear(example().to('int32'), torch.ones([2, 3]))).toThrow("write input.to('float32')")
    expect(() => F.linear(example(), torch.ones([3]))).toThrow('weight must be a matrix [out, in]')
    expect(() => F.linear(example(), torch.ones([2, 3]), torch.ones([3]))).toThrow('bias must have shape [2]')
    expect(() => F.linear(example(), torch.ones([2, 3], { dtype: 'int32' }))).toThrow(
      'weight must be float32',
    )
    const huge = sparse_csr_tensor([0, 1], [2 ** 31 - 2], [1], [1, 2 ** 31 - 1])
    expect(() => untyped(layer.forward.bind(layer))(huge)).toThrow('cannot be multiplied (1x2147483647')
    expect(() => untyped(layer.forward.bind(layer))([1])).toThrow(
      'input must be a Tensor or a SparseCSRTensor',
    )
  })
})
