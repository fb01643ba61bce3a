/** Sizes whose products pass 32 bits: of several tensors, and of shapes that have no elements. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'

const { zeros, ones, nn } = torch
const F = nn.functional
const int32 = (shape: number[]) => zeros(shape, { dtype: 'int32' })

/** The most that a size may be. */
const MOST = 2 ** 29 - 16

interface Convolution {
  channels: number
  outputs: number
  size: [number, number]
  kernel: [number, number]
  padding?: [number, number]
  stride?: [number, number]
  groups?: number
}

/** How many elements of the kernel lie over the image, at each position of an axis; and positions over each pixel, and over each element. */
function overlaps(size: number, kernel: number, padding: number, stride: number) {
  const positions = Math.floor((size + 2 * padding - kernel) / stride) + 1
  const counts = { positions: new Map<number, number>(), pixels: new Map<number, number>() }
  const elements = new Array<number>(kernel).fill(0)
  const add = (map: Map<number, number>, key: number) => map.set(key, (map.get(key) ?? 0) + 1)
  for (let pixel = 0; pixel < size; pixel++) {
    for (let element = 0; element < kernel; element++) {
      const position = (pixel + padding - element) / stride
      if (!Number.isInteger(position) || position < 0 || position >= positions) continue
      add(counts.positions, position)
      add(counts.pixels, pixel)
      elements[element]++
    }
  }
  const listed = (map: Map<number, number>, length: number) =>
    Array.from({ length }, (_, i) => map.get(i) ?? 0)
  return { positions: listed(counts.positions, positions), pixels: listed(counts.pixels, size), elements }
}

/** The outer product, times a factor, over and over. */
const planes = (count: number, factor: number, rows: number[], columns: number[]) =>
  Array.from({ length: count }, () =>
    rows.flatMap((row) => columns.map((column) => factor * row * column)),
  ).flat()

describe('convolutions of ones count', () => {
  // biome-ignore format: a table
  const cases: Record<string, Convolution> = {
    'outputs, positions and inputs of 2^32': { channels: 16, outputs: 16, size: [64, 64], kernel: [3, 3], padding: [1, 1] },
    'of many channels': { channels: 64, outputs: 64, size: [32, 32], kernel: [3, 3], padding: [1, 1] },
    'of one channel': { channels: 1, outputs: 1, size: [256, 256], kernel: [3, 3], padding: [1, 1] },
    'of single pixels': { channels: 256, outputs: 256, size: [16, 16], kernel: [1, 1] },
    'of 2^33': { channels: 32, outputs: 16, size: [64, 64], kernel: [5, 5], padding: [2, 2] },
    'with a stride': { channels: 16, outputs: 64, size: [64, 64], kernel: [2, 2], stride: [2, 2] },
    'in groups': { channels: 64, outputs: 64, size: [64, 64], kernel: [3, 3], padding: [1, 1], groups: 4 },
    'of a wide kernel': { channels: 4, outputs: 4, size: [128, 128], kernel: [9, 9], padding: [4, 4] },
  }
  test.each(Object.entries(cases))('%s', (_name, { channels, outputs, size, kernel, ...given }) => {
    const { padding = [0, 0], stride = [1, 1], groups = 1 } = given
    const [rows, columns] = [0, 1].map((i) => overlaps(size[i], kernel[i], padding[i], stride[i]))
    const x = ones([1, channels, ...size], { requires_grad: true })
    const weight = ones([outputs, channels / groups, ...kernel], { requires_grad: true })
    const bias = ones([outputs], { requires_grad: true })
    const y = F.conv2d(x, weight, bias, { padding, stride, groups })
    y.backward(ones(y.shape))
    // Those by tiles round counts as they do all sums: to less than a millionth.
    const isByTiles = kernel[0] * kernel[1] === 9 && Math.min(channels, outputs) / groups >= 16
    const difference = (got: ArrayLike<number> | undefined, wanted: number[]) =>
      firstDifference(got, wanted, isByTiles ? 1e-6 : 0)
    const counts = planes(outputs, channels / groups, rows.positions, columns.positions)
    const biased = counts.map((count) => count + 1)
    expect(difference(y.data(), biased)).toBeNull()
    const pixels = planes(channels, outputs / groups, rows.pixels, columns.pixels)
    expect(difference(x.grad?.data(), pixels)).toBeNull()
    const elements = planes((outputs * channels) / groups, 1, rows.elements, columns.elements)
    expect(difference(weight.grad?.data(), elements)).toBeNull()
    expect(new Set(bias.grad?.data())).toEqual(new Set([y.numel() / outputs]))
  })

  test('a map that is only pooled, and its gradients', () => {
    const run = (whole: boolean) => {
      torch.manual_seed(0)
      const conv = new nn.Conv2d(16, 16, 3, { padding: 1 })
      const x = torch.randn([1, 16, 64, 64], { requires_grad: true })
      const map = conv.forward(x)
      // Asked for, it is computed; else only what pooling leaves of it.
      if (whole) map.data()
      F.max_pool2d(map, 2).sum().backward()
      return [x, conv.weight].map(({ grad }) => grad?.abs().sum().item() ?? 0)
    }
    const [pooled, whole] = [run(false), run(true)]
    for (const i of [0, 1]) {
      expect(whole[i]).toBeGreaterThan(100)
      expect(Math.abs(pooled[i] / whole[i] - 1)).toBeLessThan(1e-5)
    }
  })

  test('a kernel that reaches over more than 32 bits count is refused', () => {
    const wide = () =>
      F.conv2d(ones([1, 1, 4, 4]), ones([1, 1, 9, 9]), null, { padding: 'same', dilation: 2 ** 29 })
    expect(wide).toThrow(/reaches over more than/)
  })
})

function firstDifference(
  got: ArrayLike<number> | undefined,
  wanted: ArrayLike<number>,
  tolerance: number,
): string | null {
  if (got?.length !== wanted.length) return `${got?.length} elements instead of ${wanted.length}`
  for (let i = 0; i < wanted.length; i++)
    if (Math.abs(got[i] - wanted[i]) > tolerance * wanted[i])
      return `[${i}] is ${got[i]} instead of ${wanted[i]}`
  return null
}

describe('of 2^26 columns', () => {
  const columns = 2 ** 26
  test('sums over rows, and means', () => {
    const x = ones([1, columns])
    for (const reduced of [x.sum({ dim: 0 }), x.mean({ dim: 0 })]) {
      expect(reduced.shape).toEqual([columns])
      expect(reduced.sum().item()).toBe(columns)
      reduced.dispose()
    }
    x.dispose()
  })

  test('gradients of what was broadcast', () => {
    const bias = zeros([columns], { requires_grad: true })
    const total = ones([1, columns]).add(bias)
    total.sum().backward()
    expect(bias.grad?.sum().item()).toBe(columns)
    for (const tensor of [bias, bias.grad, total]) tensor?.dispose()
  })
})

/** What every shape without elements must give at once, whatever its other sizes: a shape, a value, or an error. */
const cases: Record<string, [run: () => Tensor, shape: readonly number[], value?: number]> = {
  softmax: [() => zeros([MOST, 0, MOST]).softmax(1), [MOST, 0, MOST]],
  'softmax of 2^32 columns': [() => zeros([65536, 0, 65536]).softmax(1), [65536, 0, 65536]],
  log_softmax: [() => torch.log_softmax(zeros([MOST, 0, MOST]), 1), [MOST, 0, MOST]],
  'softmax and back': [() => gradientOf(zeros([MOST, 0, MOST]), (x) => x.softmax(1)), [MOST, 0, MOST]],
  'log_softmax and back': [
    () => gradientOf(zeros([MOST, 0, MOST]), (x) => torch.log_softmax(x, 1)),
    [MOST, 0, MOST],
  ],
  sum: [() => zeros([MOST, MOST, 0]).sum(), [], 0],
  'sum of a dimension': [() => zeros([MOST, MOST, 0]).sum({ dim: 0 }), [MOST, 0]],
  'sum of no rows': [() => zeros([0, 3]).sum({ dim: 0 }), [3], 0],
  mean: [() => zeros([MOST, MOST, 0]).mean(), [], Number.NaN],
  'mean of some dimensions': [() => zeros([MOST, 0, MOST]).mean({ dim: [0, 2] }), [0]],
  amax: [() => zeros([MOST, 0, MOST]).amax({ dim: 2 }), [MOST, 0]],
  'amax and back': [() => gradientOf(zeros([MOST, 0, MOST]), (x) => x.amax({ dim: 0 })), [MOST, 0, MOST]],
  argmax: [() => zeros([MOST, 0, MOST]).argmax({ dim: 2 }), [MOST, 0]],
  narrow: [() => zeros([65535, 65535, 0]).narrow(1, 0, 10), [65535, 10, 0]],
  slice: [() => zeros([MOST, 0, MOST]).slice(2, 0, 1e6, 3), [MOST, 0, 333334]],
  select: [() => zeros([MOST, 0, MOST]).select(2, 5), [MOST, 0]],
  permute: [() => zeros([MOST, MOST, 0]).permute([2, 1, 0]), [0, MOST, MOST]],
  cat: [() => torch.cat([zeros([MOST, 0]), zeros([MOST, 0])], 1), [MOST, 0]],
  stack: [() => torch.stack([zeros([65535, 65535, 0]), zeros([65535, 65535, 0])], 2), [65535, 65535, 2, 0]],
  expand: [() => zeros([1, 1, 0]).expand([MOST, MOST, 0]), [MOST, MOST, 0]],
  add: [() => zeros([MOST, 1, 0]).add(zeros([1, MOST, 0])), [MOST, MOST, 0]],
  'mul and back': [() => gradientOf(zeros([1, MOST, 0]), (x) => x.mul(zeros([MOST, 1, 0]))), [1, MOST, 0]],
  where: [() => torch.where(zeros([MOST, MOST, 0]).gt(0), 1, 0), [MOST, MOST, 0]],
  index_select: [() => zeros([MOST, 0]).index_select(0, int32([3])), [3, 0]],
  embedding: [() => F.embedding(int32([4, 5]), zeros([MOST, 0])), [4, 5, 0]],
  embedding_bag: [() => F.embedding_bag(int32([MOST, 0]), zeros([4, 0])), [MOST, 0]],
  layer_norm: [() => gradientOf(zeros([MOST, 0]), (x) => F.layer_norm(x, [0])), [MOST, 0]],
  'layer_norm of no rows': [() => F.layer_norm(zeros([0, MOST]), [MOST]), [0, MOST]],
  batch_norm: [
    () => gradientOf(zeros([MOST, 4, 0]), (x) => F.batch_norm(x, null, null, { training: true })),
    [MOST, 4, 0],
  ],
  'batch_norm of long runs': [
    () => F.batch_norm(zeros([0, 4, MOST, MOST]), zeros([4]), ones([4])),
    [0, 4, MOST, MOST],
  ],
  matmul: [() => zeros([0, MOST]).matmul(zeros([MOST, 0])), [0, 0]],
  'matmul of no depth': [() => ones([300, 0]).matmul(ones([0, 200])), [300, 200], 0],
  'matmul of many rows': [() => zeros([MOST, MOST, 0]).matmul(zeros([0, 0])), [MOST, MOST, 0]],
  'linear with nothing but a bias': [() => F.linear(zeros([3, 0]), zeros([4, 0]), ones([4])), [3, 4], 1],
  'conv2d of no images': [
    () => F.conv2d(zeros([0, 3, MOST, MOST]), zeros([2, 3, 3, 3])),
    [0, 2, MOST - 2, MOST - 2],
  ],
  'conv2d of no channels': [
    () => F.conv2d(zeros([2, 0, 9, 9]), zeros([2, 0, 3, 3]), ones([2])),
    [2, 2, 7, 7],
    1,
  ],
  max_pool2d: [() => F.max_pool2d(zeros([0, MOST, 4, 4]), 2), [0, MOST, 2, 2]],
  avg_pool2d: [() => F.avg_pool2d(zeros([0, MOST, MOST, MOST]), 2), [0, MOST, MOST / 2, MOST / 2]],
  adaptive_avg_pool2d: [() => F.adaptive_avg_pool2d(zeros([MOST, 0, 4, 4]), MOST), [MOST, 0, MOST, MOST]],
  'cross_entropy of no rows': [() => F.cross_entropy(zeros([0, MOST]), int32([0])), [], Number.NaN],
  'cross_entropy of no classes': [() => F.cross_entropy(zeros([MOST, 0]), zeros([MOST, 0])), [], Number.NaN],
  'cross_entropy of no classes, one by one': [
    () => F.cross_entropy(zeros([3, 0]), zeros([3, 0]), { reduction: 'none' }),
    [3],
    0,
  ],
  'multilabel_soft_margin_loss of 2^32 rows': [
    () =>
      F.multilabel_soft_margin_loss(zeros([65536, 65536, 0]), zeros([65536, 65536, 0]), { reduction: 'sum' }),
    [],
    Number.NaN,
  ],
  'multilabel_margin_loss of no rows': [
    () => F.multilabel_margin_loss(zeros([0, MOST]), int32([0, MOST]), { reduction: 'sum' }),
    [],
    0,
  ],
  mse_loss: [() => F.mse_loss(zeros([MOST, MOST, 0]), zeros([MOST, MOST, 0])), [], Number.NaN],
  rand: [() => torch.rand([MOST, 0, MOST]), [MOST, 0, MOST]],
  clone: [() => zeros([MOST, MOST, 0]).clone(), [MOST, MOST, 0]],
  int32: [() => zeros([MOST, 0, MOST]).to('int32'), [MOST, 0, MOST]],
}

function gradientOf(x: Tensor, run: (x: Tensor) => Tensor): Tensor {
  x.requires_grad = true
  run(x).sum().backward()
  return x.grad as Tensor
}

describe('where there are no elements, there is nothing to do', () => {
  test.each(Object.entries(cases))('%s', (_name, [run, shape, value]) => {
    const started = performance.now()
    const result = run()
    expect(result.shape).toEqual(shape)
    if (value !== undefined) expect(new Set(result.data())).toEqual(new Set([value]))
    else expect(result.numel()).toBe(0)
    // Machines that do much else take their time too, but no loop over 2^29 rows is this fast.
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test('statistics of no values are NaN, their gradients 0', () => {
    const parameters = [ones([4], { requires_grad: true }), ones([4], { requires_grad: true })]
    const [weight, bias] = parameters
    F.batch_norm(zeros([MOST, 4, 0]), null, null, { weight, bias, training: true })
      .sum()
      .backward()
    for (const { grad } of parameters) expect(grad?.tolist()).toEqual([0, 0, 0, 0])
  })

  test('lists of rows without elements end', () => {
    expect(zeros([2, 0, MOST]).tolist()).toEqual([[], []])
    for (const shape of [
      [MOST, 0],
      [65536, 65536, 0],
    ]) {
      expect(() => zeros(shape).tolist()).toThrow('too many for arrays')
    }
    expect(String(zeros([MOST, 0]))).toBe(`tensor([], size=(${MOST}, 0))`)
  })

  test('metrics of no rows', () => {
    const metric = new torch.metrics.MultilabelF1Score({ num_labels: 2 })
    metric.update(zeros([0, 2, MOST]), zeros([0, 2, MOST]))
    metric.update(zeros([MOST, 2, 0]), zeros([MOST, 2, 0]))
    expect(metric.compute().item()).toBe(0)
    expect(torch.metrics.pos_weight(zeros([MOST, 2, 0])).tolist()).toEqual([1, 1])
  })
})

describe('clamp', () => {
  const x = torch.tensor([1, -2, Number.NaN])
  // biome-ignore format: a table
  const bounds: [{ min?: number; max?: number }, number[]][] = [
    [{ min: -Infinity }, [1, -2, NaN]],
    [{ max: Infinity }, [1, -2, NaN]],
    [{ min: -Infinity, max: Infinity }, [1, -2, NaN]],
    [{ min: -Infinity, max: 0 }, [0, -2, NaN]],
    [{ min: Infinity }, [Infinity, Infinity, NaN]],
    [{ min: Infinity, max: -Infinity }, [-Infinity, -Infinity, NaN]],
    [{ min: NaN }, [NaN, NaN, NaN]],
    [{ min: 0, max: NaN }, [NaN, NaN, NaN]],
  ]
  test.each(bounds)('%o', (given, wanted) => expect(x.clamp(given).tolist()).toEqual(wanted))
})
