/**
 * Large work, whose products and sums are one instruction: the bits are the machine's, but all ways to compute the
 * same thing have the same. Work that is not as large has the bits of the plain kernels.
 */
import binaryen from 'binaryen'
import { describe, expect, test } from 'vitest'
import { expectClose } from '../../support/close.js'
import { isTrue, out, outBytes, product, tame } from '../simd/inputs.js'
import { type Argument, compare, type Elements, relaxed, simd } from '../simd/instance.js'
import { conv2dScratch, outputSize, pooledScratch } from '../simd/layers.js'

/** `MIN_FUSED` of `kernels/linear/gemm_tile.rs` and of `kernels/loss/multilabel_soft_margin.rs`. */
const [LEAST_MULTIPLY_ADDS, LEAST_ELEMENTS] = [2 ** 24, 2 ** 16]

/** Whether this machine rounds `(1 + 2^-12)² - 1` once. */
const roundsOnce = (() => {
  const module = binaryen.parseText(`(module (func (export "run") (result f32)
    (f32x4.extract_lane 0 (f32x4.relaxed_madd
      (f32x4.splat (f32.const 0x1.001p0)) (f32x4.splat (f32.const 0x1.001p0)) (f32x4.splat (f32.const -1))))))`)
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(module.emitBinary())))
    .exports
  module.dispose()
  return (run as () => number)() === 2 ** -11 + 2 ** -24
})()

/** The arrays of floats that fused kernels leave. */
function run(name: string, args: readonly Argument[]): Elements[] {
  return (relaxed as typeof simd).call(name, args).arrays
}

/** Expects the plain kernels' numbers in the last array, and where the machine has the instruction not all of their bits. */
function expectFused(name: string, args: readonly Argument[]): void {
  const [got, want] = [run(name, args), simd.call(name, args).arrays].map(
    (arrays) => arrays.filter((array) => array instanceof Float32Array).at(-1) as Float32Array,
  )
  const largest = want.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  expectClose(got, want, { relative: 1e-6, absolute: 1e-5 * largest })
  expect(got.some((value, i) => value !== want[i])).toBe(roundsOnce)
}

describe('gemm', () => {
  const workspace = { workspace: simd.call('gemm_workspace_bytes', []).returned as number }
  type Call = [sizes: number[], operands: (Elements | 0)[], flags: boolean[]]
  const call = (...[[m, n, k], operands, flags]: Call) =>
    ['gemm', [...operands, out(m * n), workspace, 1, m, n, k, ...flags]] as const

  test.each([...product(isTrue, isTrue, isTrue)])('bias %s, transposed %s and %s', (hasBias, ...flags) => {
    const operands = (m: number, n: number, k: number) =>
      call([m, n, k], [tame(m * k), tame(k * n), hasBias ? tame(n) : 0], flags)
    expect(256 ** 3).toBe(LEAST_MULTIPLY_ADDS)
    expectFused(...operands(256, 256, 256))
    expectFused(...operands(101, 263, 1030))
    compare(...operands(256, 256, 255))
    compare(...operands(101, 263, 515))
  })

  test('has the same bits in tiles of any height', () => {
    // 258 rows are tall tiles, of 256 the last four are a short one.
    const [m, n, k] = [258, 256, 256]
    const [a, b] = [tame(m * k), tame(k * n)]
    const [, , all] = run(...call([m, n, k], [a, b, 0], [false, false]))
    const [, , some] = run(...call([256, n, k], [a.slice(0, 256 * k), b, 0], [false, false]))
    expect(some).toEqual(all.slice(0, 256 * n))
  })

  test('has the same values where it passes over zeros', () => {
    const [m, n, k] = [512, 256, 128]
    const [a, b] = [tame(m * k).map((value) => Math.max(value, 0)), tame(k * n)]
    expectFused(...call([m, n, k], [a, b, 0], [true, false]))
    const transposed = Float32Array.from(a, (_, i) => a[(i % k) * m + Math.floor(i / k)])
    const [, , sparse] = run(...call([m, n, k], [a, b, 0], [true, false]))
    const [, , dense] = run(...call([m, n, k], [transposed, b, 0], [false, false]))
    // But for the sign of zeros.
    const [got, want] = [sparse, dense].map((array) => Float32Array.from(array as Float32Array, (x) => x + 0))
    expect(got).toEqual(want)
    // Smaller ones pass over zeros where the plain kernels do.
    for (const zeros of [0.5, 0.7, 0.9]) {
      const some = tame(511 * k).map((value) => (Math.abs(value) < 4 * zeros ? 0 : value))
      compare(...call([511, n, k], [some, b, 0], [true, false]))
    }
  })
})

interface Sizes {
  images: number
  groups?: number
  channels: number
  outputs: number
  size: number
  kernel: number
  stride?: number
  /** Of the pool that follows. */
  window?: readonly [number, number]
}

/** A convolution as the kernels take it. */
function convolution(sizes: Sizes) {
  const { images, groups = 1, channels, outputs, size, kernel, stride = 1, window = [2, 2] } = sizes
  const padding = kernel >> 1
  const side = outputSize(size, kernel, stride, padding, 1)
  const planes = images * groups * outputs
  const pooled = window.map((length) => Math.floor(side / length))
  const pool = Uint32Array.of(planes, side, side, ...pooled, ...window, ...window, 0, 0, 1, 1)
  const fields = [images, groups, channels, outputs, size, size, kernel, kernel, side, side]
  const dims = Uint32Array.of(...fields, stride, stride, padding, padding, 1, 1)
  const lengths = {
    x: images * groups * channels * size ** 2,
    weight: groups * outputs * channels * kernel ** 2,
    map: planes * side ** 2,
    pooled: planes * pooled[0] * pooled[1],
  }
  const [x, weight, bias] = [tame(lengths.x), tame(lengths.weight), tame(groups * outputs)]
  const [alone, scratch] = [conv2dScratch(dims), pooledScratch(dims, pool)]
  const maxima = [out(lengths.pooled), outBytes(lengths.pooled)] as const
  const [, , positions] = simd.call('max_pool2d', [tame(lengths.map), ...maxima, pool]).arrays
  const upstream = [tame(lengths.pooled), positions, false, false] as const
  return {
    multiplyAdds: lengths.map * channels * kernel ** 2,
    pool,
    upstream,
    whole: {
      conv2d: [x, weight, bias, false, out(lengths.map), ...alone],
      conv2d_backward_weight: [x, tame(lengths.map), out(lengths.weight), ...alone],
      conv2d_backward_input: [weight, tame(lengths.map), out(lengths.x), ...alone],
    } satisfies Record<string, Argument[]>,
    pooled: {
      conv2d_max_pool2d: [x, weight, bias, false, ...maxima, ...scratch],
      conv2d_max_pool2d_backward_weight: [x, ...upstream, out(lengths.weight), ...scratch],
      conv2d_max_pool2d_backward_input: [weight, ...upstream, out(lengths.x), ...scratch],
    } satisfies Record<string, Argument[]>,
  }
}

/** The first is large and, with an image or an output less, not. */
const convolutions: Record<string, [large: Sizes, small: Partial<Sizes>]> = {
  'of rows, 3 wide': [{ images: 2, channels: 8, outputs: 29, size: 64, kernel: 3 }, { outputs: 28 }],
  'of rows, 5 wide': [{ images: 2, channels: 5, outputs: 17, size: 64, kernel: 5 }, { outputs: 16 }],
  'of rows, 7 wide': [{ images: 1, channels: 6, outputs: 14, size: 64, kernel: 7 }, { outputs: 13 }],
  'by tiles': [
    { images: 2, channels: 16, outputs: 29, size: 64, kernel: 3 },
    { channels: 17, outputs: 16, images: 1 },
  ],
  'of patches': [{ images: 4, channels: 16, outputs: 29, size: 64, kernel: 3, stride: 2 }, { outputs: 28 }],
  'of many images and groups': [
    { images: 5, groups: 3, channels: 4, outputs: 8, size: 64, kernel: 3 },
    { images: 4 },
  ],
  'whose gradient is spread out': [
    { images: 2, channels: 8, outputs: 29, size: 64, kernel: 3, window: [1, 3] },
    { outputs: 28 },
  ],
}

describe.each(Object.entries(convolutions))('convolution %s', (_, [sizes, small]) => {
  const large = convolution(sizes)
  const below = convolution({ ...sizes, ...small })

  test('is fused if it is large', () => {
    expect(large.multiplyAdds).toBeGreaterThanOrEqual(LEAST_MULTIPLY_ADDS)
    for (const [name, args] of Object.entries({ ...large.whole, ...large.pooled })) expectFused(name, args)
  })

  test('has the bits of the plain kernels if it is not', () => {
    expect(below.multiplyAdds).toBeLessThan(LEAST_MULTIPLY_ADDS)
    for (const [name, args] of Object.entries({ ...below.whole, ...below.pooled })) compare(name, args)
  })

  test('has the same bits pooled strip by strip', () => {
    const [, , , map] = run('conv2d', large.whole.conv2d)
    const [, , , pooled, positions] = run('conv2d_max_pool2d', large.pooled.conv2d_max_pool2d)
    const wanted = run('max_pool2d', [map, out(pooled.length), outBytes(pooled.length), large.pool])
    expect([pooled, positions]).toEqual(wanted.slice(1, 3))
  })
})

test("gradients that are spread out have the whole map's bits", () => {
  const { upstream, pool, whole, pooled } = convolution(convolutions['whose gradient is spread out'][0])
  const spread = run('max_pool2d_backward', [...upstream, whole.conv2d[4] as Elements, pool])[2]
  for (const of of ['weight', 'input'] as const) {
    const [operand, , ...rest] = whole[`conv2d_backward_${of}`]
    const want = run(`conv2d_backward_${of}`, [operand, spread, ...rest])[2]
    const got = run(`conv2d_max_pool2d_backward_${of}`, pooled[`conv2d_max_pool2d_backward_${of}`])[3]
    expect(got).toEqual(want)
  }
})

describe('multilabel_soft_margin', () => {
  const [NONE, MEAN] = [0, 1]
  const calls = (rows: number, classes: number, reduction: number): [string, Argument[]][] => {
    const n = rows * classes
    const labels = Float32Array.from(tame(n), (value) => (value > 2 ? 1 : 0))
    const columns = [...labels.keys()].filter((i) => labels[i] === 1)
    const isBefore = (row: number) => (i: number) => i < row * classes
    const starts = Int32Array.from({ length: rows + 1 }, (_, row) => columns.filter(isBefore(row)).length)
    const positives = Int32Array.from(columns, (i) => i % classes)
    const losses = out(reduction === NONE ? rows : 1)
    const rest = [tame(classes), 1, out(n), losses, rows, classes, reduction] as const
    const x = tame(n)
    const none = [0, 0, 0, Number.POSITIVE_INFINITY]
    return [
      ['multilabel_soft_margin', [x, labels, false, ...rest, ...none]],
      ['multilabel_soft_margin', [x, Uint8Array.from(labels), true, ...rest, ...none]],
      ['multilabel_soft_margin_positives', [x, starts, positives, columns.length, ...rest, 0, 0, 0]],
    ]
  }
  /** Gradient and losses. */
  const resultsOf = (arrays: Elements[]) => arrays.slice(-2)

  test('is fused from so many elements on', () => {
    expect(256 * 256).toBe(LEAST_ELEMENTS)
    // The mean alone might have the same bits.
    const fused = calls(256, 256, NONE)
    for (const call of fused) expectFused(...call)
    const [floats, ...others] = fused.map((call) => resultsOf(run(...call)))
    for (const other of others) expect(other).toEqual(floats)
  })

  test('has the bits of the plain kernels below', () => {
    for (const reduction of [NONE, MEAN]) for (const call of calls(255, 257, reduction)) compare(...call)
  })
})
