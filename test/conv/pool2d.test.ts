import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { AvgPoolOptions, MaxPoolOptions } from '../../ts/ops/conv/pool2d.js'
import { expectClose } from '../support/close.js'
import { expectGradients } from '../support/gradient.js'
import { testOperations } from '../support/operations.js'
import { stream } from '../support/stream.js'
import { uniform } from '../support/tensors.js'
import { axis, outcome, positions, seeds, small, whole } from './windows.js'

const F = torch.nn.functional

testOperations('conv/pool2d', {
  max_pool2d: ([x], { kernel_size, ...options }) => F.max_pool2d(x, kernel_size, options),
  avg_pool2d: [
    ([x], { kernel_size, ...options }) => F.avg_pool2d(x, kernel_size, options),
    { absolute: 1e-7 },
  ],
  adaptive_avg_pool2d: [([x], { output_size }) => F.adaptive_avg_pool2d(x, output_size), { absolute: 1e-7 }],
})

/** Distinct values, far enough apart that a step of central differences changes no maximum. */
function distinct(shape: number[]): torch.Tensor {
  const length = shape.reduce((a, b) => a * b, 1)
  const values = Float32Array.from({ length }, (_, i) => ((i * 7) % length) / 8 - length / 16)
  return torch.tensor(values).reshape(shape)
}

describe('gradients equal central differences', () => {
  test('max_pool2d', () => {
    expectGradients((x) => F.max_pool2d(x, [2, 3], { stride: [1, 2], padding: 1 }), [distinct([2, 2, 4, 11])])
    expectGradients((x) => F.max_pool2d(x, 2, { dilation: 2, ceil_mode: true }), [distinct([1, 2, 5, 6])])
  })
  test('avg_pool2d', () => {
    const options = { stride: [1, 2], padding: 1, ceil_mode: true } as const
    for (const count_include_pad of [true, false]) {
      expectGradients(
        (x) => F.avg_pool2d(x, [2, 3], { ...options, count_include_pad }),
        [uniform([2, 1, 4, 11], 1)],
      )
    }
  })
  test('adaptive_avg_pool2d', () =>
    expectGradients((x) => F.adaptive_avg_pool2d(x, [3, 2]), [uniform([2, 2, 5, 3], 2)]))
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
