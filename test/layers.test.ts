import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import torch from '../ts/index.js'
import type { Conv2dOptions } from '../ts/ops/conv/conv2d.js'
import type { AvgPoolOptions, MaxPoolOptions } from '../ts/ops/conv/pool2d.js'
import { checkOp, expectClose, numericGradient, stream, unchecked } from './helpers.js'

const F = torch.nn.functional

interface Running {
  running_mean: number[] | null
  running_var: number[] | null
  has_weight: boolean
  has_bias: boolean
}

/** `batch_norm` as its fixtures call it. */
function batchNorm([x, ...affine]: torch.Tensor[], options: object): torch.Tensor {
  const { running_mean, running_var, has_weight, has_bias, ...rest } = options as Running
  const [mean, variance] = [running_mean, running_var].map((values) => values && torch.tensor(values))
  const weight = has_weight ? affine[0] : null
  const bias = has_bias ? affine[affine.length - 1] : null
  return F.batch_norm(x, mean, variance, { weight, bias, ...rest })
}

describe('layers and their gradients equal torch', () => {
  test('conv2d', () =>
    checkOp('conv2d', ([x, w, b], options) => F.conv2d(x, w, b ?? null, options), { absolute: 5e-6 }))
  test('max_pool2d', () =>
    checkOp('max_pool2d', ([x], { kernel_size, ...options }) => F.max_pool2d(x, kernel_size, options)))
  test('avg_pool2d', () =>
    checkOp('avg_pool2d', ([x], { kernel_size, ...options }) => F.avg_pool2d(x, kernel_size, options), {
      absolute: 1e-7,
    }))
  test('adaptive_avg_pool2d', () =>
    checkOp('adaptive_avg_pool2d', ([x], { output_size }) => F.adaptive_avg_pool2d(x, output_size), {
      absolute: 1e-7,
    }))
  // Gradients of few values in a channel nearly cancel.
  test('batch_norm', () => checkOp('batch_norm', batchNorm, { absolute: 2e-6 }))
})

test('every fixture is run', () => expect(unchecked('fixtures/layers')).toEqual([]))

/** Distinct values, far enough apart that a step of central differences changes no maximum. */
function distinct(shape: number[]): torch.Tensor {
  const length = shape.reduce((a, b) => a * b, 1)
  const values = Float32Array.from({ length }, (_, i) => ((i * 7) % length) / 8 - length / 16)
  return torch.tensor(values).reshape(shape)
}

describe('gradients equal central differences', () => {
  const random = stream(5)
  const noise = (shape: number[]) =>
    torch.tensor(Float32Array.from(distinct(shape).data(), () => 2 * random() - 1)).reshape(shape)
  /** Holds the gradient of each argument of `f` to that of its sum, each element with a weight of its own. */
  function check(f: (...args: torch.Tensor[]) => torch.Tensor, ...args: torch.Tensor[]): void {
    const weights = noise([...f(...args).shape])
    args.forEach((argument, i) => {
      const g = (x: torch.Tensor) =>
        f(...args.map((other, k) => (k === i ? x : other)))
          .mul(weights)
          .sum()
      const leaf = argument.clone().requires_grad_()
      g(leaf).backward()
      expectClose(leaf.grad?.data() ?? [], numericGradient(g, argument), { relative: 1e-2, absolute: 5e-3 })
    })
  }

  test('conv2d', () => {
    const options = { stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2 } as const
    check((x, w, b) => F.conv2d(x, w, b, options), noise([2, 4, 5, 4]), noise([4, 2, 3, 2]), noise([4]))
    check((x, w) => F.conv2d(x, w, null, { padding: 'same' }), noise([1, 2, 4, 3]), noise([3, 2, 2, 4]))
  })
  test('max_pool2d', () => {
    check((x) => F.max_pool2d(x, [2, 3], { stride: [1, 2], padding: 1 }), distinct([2, 2, 4, 11]))
    check((x) => F.max_pool2d(x, 2, { dilation: 2, ceil_mode: true }), distinct([1, 2, 5, 6]))
  })
  test('avg_pool2d', () => {
    const options = { stride: [1, 2], padding: 1, ceil_mode: true } as const
    for (const count_include_pad of [true, false]) {
      check((x) => F.avg_pool2d(x, [2, 3], { ...options, count_include_pad }), noise([2, 1, 4, 11]))
    }
  })
  test('adaptive_avg_pool2d', () => check((x) => F.adaptive_avg_pool2d(x, [3, 2]), noise([2, 2, 5, 3])))
  test('batch_norm', () => {
    const [mean, variance] = [noise([3]), noise([3]).abs()]
    for (const training of [true, false]) {
      const normalized = (x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) =>
        F.batch_norm(x, mean.clone(), variance.clone(), { weight, bias, training, eps: 0.1 })
      check(normalized, noise([4, 3, 2, 2]), noise([3]), noise([3]))
    }
  })
})

/** Whole numbers, in which float32 sums are exact. */
const whole = (length: number, random: () => number) =>
  Float32Array.from({ length }, () => Math.floor(random() * 17) - 8)

/** Runs `f` and its gradients for a given upstream, all flat. */
function outcome(f: (...args: torch.Tensor[]) => torch.Tensor, args: torch.Tensor[], upstream: Float32Array) {
  const leaves = args.map((argument) => argument.clone().requires_grad_())
  const result = f(...leaves)
  result.backward(torch.tensor(upstream).reshape(result.shape))
  return { result, gradients: leaves.map(({ grad }) => [...(grad?.data() ?? [])]) }
}

/** One output of a window moving along a dimension: the input's positions under it, null in the padding. */
function positions(
  size: number,
  output: number,
  kernel: number,
  stride: number,
  before: number,
  dilation: number,
) {
  return Array.from({ length: output }, (_, o) =>
    Array.from({ length: kernel }, (_, k) => {
      const at = o * stride + k * dilation - before
      return at >= 0 && at < size ? at : null
    }),
  )
}

const small = fc.integer({ min: 1, max: 3 })
const axis = fc.record({
  size: fc.integer({ min: 1, max: 19 }),
  kernel: fc.integer({ min: 1, max: 5 }),
  stride: small,
  padding: fc.integer({ min: 0, max: 4 }),
  dilation: small,
})
const seeds = fc.integer({ min: 0, max: 2 ** 31 })

test('conv2d and its gradients equal the definition at any geometry', () => {
  const cases = fc.record({
    axes: fc.tuple(axis, axis),
    images: fc.integer({ min: 0, max: 2 }),
    groups: small,
    channels: small,
    outputs: small,
    same: fc.boolean(),
    seed: seeds,
  })
  const property = fc.property(cases, ({ axes, images, groups, channels, outputs, same, seed }) => {
    const places = axes.map(({ size, kernel, stride, padding, dilation }) => {
      const span = dilation * (kernel - 1) + 1
      if (same) return positions(size, size, kernel, 1, Math.floor((span - 1) / 2), dilation)
      const output = Math.floor((size + 2 * padding - span) / stride) + 1
      return positions(size, Math.max(output, 0), kernel, stride, padding, dilation)
    })
    const [rows, columns] = places
    fc.pre(rows.length > 0 && columns.length > 0)
    const [{ size: height, kernel: kh }, { size: width, kernel: kw }] = axes
    const shapes = {
      x: [images, groups * channels, height, width],
      weight: [groups * outputs, channels, kh, kw],
      out: [images, groups * outputs, rows.length, columns.length],
    }
    const random = stream(seed)
    const lengths = Object.values(shapes).map((shape) => shape.reduce((a, b) => a * b, 1))
    const [x, weight, upstream] = lengths.map((length) => whole(length, random))
    const want = {
      out: new Float32Array(lengths[2]),
      x: new Float32Array(lengths[0]),
      weight: new Float32Array(lengths[1]),
    }
    let at = 0
    for (let n = 0; n < images; n++) {
      for (let o = 0; o < groups * outputs; o++) {
        for (const ys of rows) {
          for (const xs of columns) {
            for (let c = 0; c < channels; c++) {
              const channel = Math.floor(o / outputs) * channels + c
              ys.forEach((y, ky) => {
                xs.forEach((column, kx) => {
                  if (y === null || column === null) return
                  const i = ((n * groups * channels + channel) * height + y) * width + column
                  const k = ((o * channels + c) * kh + ky) * kw + kx
                  want.out[at] += x[i] * weight[k]
                  want.x[i] += upstream[at] * weight[k]
                  want.weight[k] += upstream[at] * x[i]
                })
              })
            }
            at++
          }
        }
      }
    }
    const [vertical, horizontal] = axes
    const pair = (key: 'stride' | 'padding' | 'dilation') => [vertical[key], horizontal[key]] as const
    const options: Conv2dOptions = {
      dilation: pair('dilation'),
      groups,
      ...(same ? { padding: 'same' } : { stride: pair('stride'), padding: pair('padding') }),
    }
    const args = [torch.tensor(x).reshape(shapes.x), torch.tensor(weight).reshape(shapes.weight)]
    const { result, gradients } = outcome((a, b) => F.conv2d(a, b, null, options), args, upstream)
    expect(result.shape).toEqual(shapes.out)
    expect([...result.data()]).toEqual([...want.out])
    expect(gradients).toEqual([[...want.x], [...want.weight]])
  })
  fc.assert(property, { numRuns: 300 })
})

describe('pooling and its gradient equal the definition at any geometry', () => {
  const cases = fc.record({
    axes: fc.tuple(axis, axis),
    planes: small,
    ceil_mode: fc.boolean(),
    count_include_pad: fc.boolean(),
    seed: seeds,
  })
  type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never

  /** Windows of all output positions: pixels of a plane, and the area that counts with the padding. */
  function windows({ axes, ceil_mode }: Case, dilated: boolean) {
    const lines = axes.map(({ size, kernel, stride, padding, dilation: wanted }) => {
      const dilation = dilated ? wanted : 1
      const border = Math.min(padding, Math.floor(kernel / 2))
      const steps = (size + 2 * border - dilation * (kernel - 1) - 1) / stride
      let output = (ceil_mode ? Math.ceil(steps) : Math.floor(steps)) + 1
      if (ceil_mode && (output - 1) * stride >= size + border) output--
      return positions(size, Math.max(output, 0), kernel, stride, border, dilation).map((places, i) => ({
        places: places.filter((place) => place !== null),
        counted: Math.min(i * stride + kernel, size + 2 * border) - i * stride,
      }))
    })
    const width = axes[1].size
    const all = lines[0].flatMap((rows) =>
      lines[1].map((columns) => ({
        pixels: rows.places.flatMap((y) => columns.places.map((x) => y * width + x)),
        area: rows.counted * columns.counted,
      })),
    )
    return { all, shape: lines.map(({ length }) => length) }
  }

  function check(
    dilated: boolean,
    pool: (
      x: torch.Tensor,
      kernel: [number, number],
      options: MaxPoolOptions & AvgPoolOptions,
    ) => torch.Tensor,
    reduce: (
      values: Float32Array,
      window: { pixels: number[]; area: number },
      counts: boolean,
    ) => { value: number; shares: number[] },
  ): void {
    const property = fc.property(cases, (given) => {
      const { axes, planes, ceil_mode, count_include_pad, seed } = given
      const { all, shape } = windows(given, dilated)
      fc.pre(all.length > 0)
      const area = axes[0].size * axes[1].size
      const random = stream(seed)
      const [x, upstream] = [whole(planes * area, random), whole(planes * all.length, random)]
      const want = { out: new Float32Array(upstream.length), x: new Float32Array(x.length) }
      for (let plane = 0; plane < planes; plane++) {
        const values = x.subarray(plane * area, (plane + 1) * area)
        all.forEach((window, i) => {
          const at = plane * all.length + i
          const { value, shares } = reduce(values, window, count_include_pad)
          want.out[at] = value
          window.pixels.forEach((pixel, k) => {
            want.x[plane * area + pixel] += shares[k] * upstream[at]
          })
        })
      }
      const [rows, columns] = axes
      const options = {
        stride: [rows.stride, columns.stride] as const,
        padding: axes.map(({ padding, kernel }) => Math.min(padding, Math.floor(kernel / 2))) as [
          number,
          number,
        ],
        ceil_mode,
        ...(dilated ? { dilation: [rows.dilation, columns.dilation] as const } : { count_include_pad }),
      }
      const args = [torch.tensor(x).reshape([planes, rows.size, columns.size])]
      const { result, gradients } = outcome(
        (a) => pool(a, [rows.kernel, columns.kernel], options),
        args,
        upstream,
      )
      expect(result.shape).toEqual([planes, ...shape])
      expectClose(result.data(), want.out, { absolute: 1e-6 })
      expectClose(gradients[0], want.x, { absolute: 1e-5 })
    })
    fc.assert(property, { numRuns: 300 })
  }

  test('max_pool2d', () =>
    check(true, F.max_pool2d, (values, { pixels }) => {
      const maximum = Math.max(...pixels.map((pixel) => values[pixel]))
      const first = pixels.findIndex((pixel) => values[pixel] === maximum)
      return { value: maximum, shares: pixels.map((_, i) => (i === first ? 1 : 0)) }
    }))

  test('avg_pool2d', () =>
    check(false, F.avg_pool2d, (values, { pixels, area }, counts) => {
      const divisor = counts ? area : pixels.length
      const sum = pixels.reduce((total, pixel) => total + values[pixel], 0)
      return { value: sum / divisor, shares: pixels.map(() => 1 / divisor) }
    }))
})
