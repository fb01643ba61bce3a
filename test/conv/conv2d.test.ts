import fc from 'fast-check'
import { expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Conv2dOptions } from '../../ts/ops/conv/conv2d.js'
import { expectGradients } from '../support/gradient.js'
import { testOperations } from '../support/operations.js'
import { stream } from '../support/stream.js'
import { uniform } from '../support/tensors.js'
import { axis, outcome, positions, seeds, small, whole } from './windows.js'

const F = torch.nn.functional

testOperations('conv/conv2d', {
  conv2d: [([x, w, b], options) => F.conv2d(x, w, b ?? null, options), { absolute: 5e-6 }],
})

test('gradients equal central differences', () => {
  const options = { stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2 } as const
  const operands = [uniform([2, 4, 5, 4], 1), uniform([4, 2, 3, 2], 2), uniform([4], 3)].map((t) => t.div(2))
  expectGradients((x, w, b) => F.conv2d(x, w, b, options), operands)
  const others = [uniform([1, 2, 4, 3], 4), uniform([3, 2, 2, 4], 5)].map((t) => t.div(2))
  expectGradients((x, w) => F.conv2d(x, w, null, { padding: 'same' }), others)
})

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
