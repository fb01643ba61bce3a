import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { testRefused, testSentences, untyped } from '../support/errors.js'
import { fixture, restore, restoreAll, type Stored } from '../support/fixture.js'
import { expectGradients } from '../support/gradient.js'
import { testOperations } from '../support/operations.js'
import { testSizes } from '../support/sizes.js'
import { stream } from '../support/stream.js'
import { uniform } from '../support/tensors.js'

const { nn, ones, randn, tensor, zeros } = torch
const F = nn.functional

interface BatchNorms {
  batch_norms: {
    name: string
    module: 'BatchNorm1d' | 'BatchNorm2d'
    num_features: number
    options: object
    state_dict: Record<string, Stored>
    steps: {
      training: boolean
      input: Stored
      output: Stored
      upstream: Stored
      grad: Stored
      state: Record<string, Stored>
    }[]
  }[]
}

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

// Gradients of few values in a channel nearly cancel.
testOperations('norm/batch_norm', { batch_norm: [batchNorm, { absolute: 2e-6 }] })

test('gradients equal central differences', () => {
  const [mean, variance] = [uniform([3], 1), uniform([3], 2).abs().div(2)]
  for (const training of [true, false]) {
    const normalized = (x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) =>
      F.batch_norm(x, mean.clone(), variance.clone(), { weight, bias, training, eps: 0.1 })
    expectGradients(normalized, [uniform([4, 3, 2, 2], 3).div(2), uniform([3], 4), uniform([3], 5)])
  }
})

describe('batch normalisation over several steps', () => {
  test.each(fixture<BatchNorms>('norm/batch_norm').batch_norms)(
    '$name',
    ({ module, num_features, options, state_dict, steps }) => {
      const layer = new nn[module](num_features, options)
      layer.load_state_dict(restoreAll(state_dict))
      for (const { training, input, output, upstream, grad, state } of steps) {
        layer.train(training)
        const x = restore(input, true)
        const result = layer.forward(x)
        result.backward(restore(upstream))
        expectClose(result.data(), output.data, { absolute: 1e-6 })
        expectClose(x.grad?.data() ?? [], grad.data, { absolute: 1e-6 })
        const now = layer.state_dict()
        expect(Object.keys(now)).toEqual(Object.keys(state))
        for (const [name, { data }] of Object.entries(state)) expectClose(now[name].data(), data)
      }
    },
  )

  test('statistics are right far from 0', () => {
    const values = Float32Array.from({ length: 999 }, (_, i) => 1e5 + (i % 3) - 1)
    const variance = zeros([1])
    F.batch_norm(tensor(values).reshape([999, 1]), zeros([1]), variance, { training: true, momentum: 1 })
    expectClose(variance.data(), [(2 / 3) * (999 / 998)], { relative: 1e-6 })
  })

  test('backward of an evaluation notices that the running statistics changed', () => {
    const layer = new nn.BatchNorm1d(2).eval()
    const result = layer.forward(randn([3, 2], { requires_grad: true })).sum()
    layer.train().forward(randn([3, 2]))
    expect(() => result.backward()).toThrow('has been modified by an inplace operation')
  })

  test('a failed forward leaves the statistics as they were', () => {
    const layer = new nn.BatchNorm2d(3)
    const before = Object.values(layer.state_dict()).map((value) => value.tolist())
    expect(() => layer.forward(ones([1, 3, 1, 1]))).toThrow('Expected more than 1 value per channel')
    expect(() => layer.forward(ones([2, 4, 2, 2]))).toThrow('running_mean should contain 4 elements not 3')
    expect(Object.values(layer.state_dict()).map((value) => value.tolist())).toEqual(before)
  })
})

test('outputs and gradients equal the definition at any size', () => {
  const sizes = fc.record({
    images: fc.integer({ min: 1, max: 70 }),
    channels: fc.integer({ min: 1, max: 35 }),
    length: fc.integer({ min: 1, max: 40 }),
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    training: fc.boolean(),
  })
  const property = fc.property(sizes, ({ images, channels, length, seed, training }) => {
    fc.pre(images * length > 8)
    const random = stream(seed)
    const noise = (n: number) => Float32Array.from({ length: n }, () => 4 * random() - 2)
    const [x, upstream] = [noise(images * channels * length), noise(images * channels * length)]
    const [weight, bias, mean] = [noise(channels), noise(channels), noise(channels)]
    const variance = noise(channels).map((value) => Math.abs(value) + 0.5)
    const leaves = [tensor(x).reshape([images, channels, length]), tensor(weight), tensor(bias)].map((t) =>
      t.clone().requires_grad_(),
    )
    const options = { weight: leaves[1], bias: leaves[2], training, eps: 0.01 }
    const result = F.batch_norm(leaves[0], tensor(mean), tensor(variance), options)
    result.backward(tensor(upstream).reshape([images, channels, length]))

    const count = images * length
    const want = [new Float64Array(x.length), ...[0, 1, 2].map(() => new Float64Array(channels))]
    const out = new Float64Array(x.length)
    for (let c = 0; c < channels; c++) {
      const places = Array.from(
        { length: count },
        (_, i) => (Math.floor(i / length) * channels + c) * length + (i % length),
      )
      const average = (of: (i: number) => number) => places.reduce((sum, i) => sum + of(i), 0) / count
      const m = training ? average((i) => x[i]) : mean[c]
      const v = training ? average((i) => (x[i] - m) ** 2) : variance[c]
      const std = Math.sqrt(v + 0.01)
      const normal = (i: number) => (x[i] - m) / std
      const [shift, slope] = [average((i) => upstream[i]), average((i) => upstream[i] * normal(i))]
      want[1][c] = slope * count
      want[2][c] = shift * count
      for (const i of places) {
        out[i] = normal(i) * weight[c] + bias[c]
        want[0][i] = (weight[c] / std) * (upstream[i] - (training ? shift + normal(i) * slope : 0))
      }
    }
    const tolerance = { relative: 1e-5, absolute: 1e-5 }
    expectClose(result.data(), out, tolerance)
    leaves.forEach((leaf, k) => {
      expectClose(leaf.grad?.data() ?? [], want[k], k === 0 ? tolerance : { relative: 1e-5, absolute: 2e-4 })
    })
  })
  fc.assert(property, { numRuns: 200 })
})

testSentences('norm/batch_norm', {
  'batch_norm: no running mean': () => F.batch_norm(ones([2, 3]), null, null),
  'batch_norm: no running variance': () => F.batch_norm(ones([2, 3]), ones([3]), null),
  'batch_norm: one of two': () => F.batch_norm(ones([2, 3]), ones([3]), null, { training: true }),
  'batch_norm: running mean': () => F.batch_norm(ones([2, 3]), ones([4]), ones([3])),
  'batch_norm: weight': () => F.batch_norm(ones([2, 3]), ones([3]), ones([3]), { weight: ones([4]) }),
  'batch_norm: one value': () => F.batch_norm(ones([1, 3]), null, null, { training: true }),
  'batch_norm: eps': () => F.batch_norm(ones([2, 3]), ones([3]), ones([3]), { eps: -1 }),
  'batch_norm: eps when training': () =>
    F.batch_norm(ones([2, 3]), ones([3]), ones([3]), { eps: 0, training: true }),
  'BatchNorm2d: rank': () => new nn.BatchNorm2d(3).forward(ones([2, 3])),
  'BatchNorm1d: rank': () => new nn.BatchNorm1d(3).forward(ones([2, 3, 4, 5])),
})

testSizes({ 'BatchNorm2d: num_features': (size) => new nn.BatchNorm2d(size) })

describe('bad input: a clear sentence', () =>
  testRefused([
    [
      'batch_norm: rank',
      () => F.batch_norm(ones([3]), null, null, { training: true }),
      'at least 2D input (got 1D input)',
    ],
    ['batch_norm: shape', () => F.batch_norm(ones([2, 3]), ones([3, 1]), ones([3])), 'but got shape [3, 1]'],
    [
      'batch_norm: eps',
      () => F.batch_norm(ones([2, 3]), ones([3]), ones([3]), { eps: untyped('1') }),
      'eps must be a number',
    ],
    [
      'batch_norm: integers',
      () => F.batch_norm(ones([2, 3]), zeros([3], { dtype: 'int32' }), ones([3])),
      'running_mean must be float32, but got int32',
    ],
    [
      'batch_norm: a running mean that is learned',
      () => F.batch_norm(ones([2, 3]), ones([3], { requires_grad: true }), ones([3])),
      "not differentiable with respect to argument 'running_mean'",
    ],
  ]))
