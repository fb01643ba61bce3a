import { beforeAll, describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { BatchNorm1d, BatchNorm2d } from '../../ts/nn/batch_norm.js'
import type { Layer } from '../../ts/nn/container.js'
import { Conv2d } from '../../ts/nn/conv2d.js'
import { Dropout } from '../../ts/nn/dropout.js'
import { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d } from '../../ts/nn/pool2d.js'
import * as onnx from '../../ts/onnx/index.js'
import { expectSame, type Result, runAll } from './onnx_runs.js'
import { randomModel } from './random_models.js'

const { Flatten, Identity, LeakyReLU, Linear, LogSoftmax, ReLU, Sequential, Sigmoid, SiLU, Softmax, Tanh } =
  torch.nn

/** A batch norm that has seen numbers, so that its running statistics matter. */
function seasoned<N extends BatchNorm1d | BatchNorm2d>(norm: N, shape: number[]): N {
  for (let batch = 0; batch < 3; batch++) norm.forward(torch.randn(shape).mul(3).add(1))
  return norm
}

torch.manual_seed(0)
const relu = new ReLU()
const square = new Linear(5, 5)
const tied = new Linear(5, 5)
tied.register_parameter('weight', square.weight)
const cases: Record<string, { model: Layer; shape: number[]; free?: number[] }> = {
  'one Linear': { model: new Linear(5, 3), shape: [4, 5] },
  'a Linear without a bias': { model: new Linear(5, 3, { bias: false }), shape: [4, 5] },
  'a Linear on three dimensions': { model: new Linear(5, 3), shape: [4, 2, 5] },
  'nothing but Identity': { model: new Sequential(new Identity()), shape: [4, 5] },
  'a tagger with dropout': {
    model: new Sequential(new Linear(7, 9), new ReLU(), new Dropout(0.5), new Linear(9, 4), new Sigmoid()),
    shape: [6, 7],
  },
  'a Sequential in a Sequential': {
    model: new Sequential(new Sequential(new Linear(3, 8), new ReLU()), new Linear(8, 2)),
    shape: [3, 3],
  },
  'a network for images': {
    model: new Sequential(
      new Conv2d(3, 8, 3, { padding: 1, stride: 2 }),
      seasoned(new BatchNorm2d(8), [4, 8, 5, 5]),
      new ReLU(),
      new MaxPool2d(2, { stride: 1, padding: 1 }),
      new AvgPool2d(2, { padding: 1 }),
      new AdaptiveAvgPool2d(1),
      new Flatten(),
      new Linear(8, 5),
    ),
    shape: [2, 3, 16, 11],
  },
  'a convolution in groups, with dilation': {
    model: new Conv2d(4, 6, [3, 2], { groups: 2, dilation: [1, 2], bias: false }),
    shape: [2, 4, 9, 8],
  },
  'a convolution that keeps the size with an even kernel': {
    model: new Conv2d(2, 3, [4, 3], { padding: 'same' }),
    shape: [1, 2, 7, 6],
  },
  'a dilated MaxPool2d': { model: new MaxPool2d(2, { dilation: 2 }), shape: [1, 2, 9, 9] },
  'an AvgPool2d that leaves padding out': {
    model: new AvgPool2d(3, { padding: 1, stride: 2, count_include_pad: false }),
    shape: [1, 2, 7, 7],
  },
  'a BatchNorm1d without a weight': {
    model: seasoned(new BatchNorm1d(5, { affine: false, eps: 1e-3 }), [16, 5]),
    shape: [4, 5],
  },
  'a Flatten of the middle': { model: new Flatten(1, 2), shape: [2, 3, 4, 5] },
  'a Flatten of everything': { model: new Flatten(0), shape: [2, 3] },
  'a Flatten before a dimension of any size': { model: new Flatten(0, 1), shape: [2, 3, 4], free: [0, 2] },
  'a Flatten of one dimension': { model: new Flatten(1, 1), shape: [2, 3, 4], free: [0, 1] },
  'layers that are there twice, also below': {
    model: new Sequential(square, relu, square, relu, new Sequential(relu, square), tied),
    shape: [3, 5],
  },
  'a layer that changes its input': { model: new Sequential(new ReLU({ inplace: true })), shape: [3, 5] },
  'an AvgPool2d with a divisor of its own': {
    model: new AvgPool2d([3, 2], { padding: 1, divisor_override: 4, count_include_pad: false }),
    shape: [1, 2, 7, 7],
  },
  'images of any size': {
    model: new Sequential(
      new Conv2d(2, 4, 3, { stride: 2, padding: 1 }),
      new MaxPool2d(2),
      new AdaptiveAvgPool2d(1),
      new Flatten(),
      new Linear(4, 3),
    ),
    shape: [2, 2, 13, 17],
    free: [0, 2, 3],
  },
  'maps of any size': { model: new Conv2d(2, 4, 3, { stride: 2 }), shape: [2, 2, 13, 17], free: [2, 3] },
  'a Softmax of labels': { model: new Sequential(new Linear(5, 3), new Softmax(-1)), shape: [4, 5] },
  'a LogSoftmax of rows': { model: new LogSoftmax(0), shape: [4, 5] },
  'a Softmax of the middle': { model: new Softmax(1), shape: [2, 3, 4] },
  'other activations': { model: new Sequential(new Tanh(), new SiLU(), new LeakyReLU(0.2)), shape: [4, 5] },
}

/** Names for dimensions that may have any size. */
const axesOf = (dims: number[]) => Object.fromEntries(dims.map((dim) => [dim, `axis_${dim}`]))

describe('onnxruntime-web gives what the model gives', () => {
  let outputs: Result[]
  const inputs = Object.values(cases).map(({ shape }) => torch.randn(shape))

  beforeAll(async () => {
    const runs = Object.values(cases).map(({ model, shape, free = [0] }, i) => {
      // The example has other sizes than the run where these are free.
      const example = torch.zeros(shape.map((size, dim) => size + Number(free.includes(dim))))
      const bytes = onnx.export(model, example, { dynamic_axes: { input: axesOf(free) } })
      return { bytes, inputs: { input: inputs[i] } }
    })
    outputs = await runAll('onnx', runs)
  }, 60_000)

  test.each(Object.keys(cases).map((name, i) => [name, i] as const))('for %s', (name, i) => {
    const { model } = cases[name]
    model.eval()
    expectSame(outputs[i], [torch.no_grad(() => model.forward(inputs[i].clone()))])
  })
})

const KNOWN_REFUSALS =
  /^onnx.export: .*(takes one size of dimension|takes \[N, C, H, W\] in ONNX|windows that hold padding alone)/

test('random models give in onnxruntime-web what they give here, or are refused', async () => {
  torch.manual_seed(12)
  const runs: { bytes: Uint8Array; inputs: { input: torch.Tensor }; model: Layer }[] = []
  const refusals: string[] = []
  while (runs.length < 150) {
    const { model, shape, free } = randomModel()
    try {
      const bytes = onnx.export(model, torch.randn(shape), { dynamic_axes: { input: axesOf(free) } })
      const larger = shape.map((size, dim) => (free.includes(dim) ? size + 1 + (dim % 2) : size))
      runs.push({ bytes, inputs: { input: torch.randn(larger) }, model })
    } catch (error) {
      refusals.push((error as Error).message)
    }
  }
  expect(refusals.filter((message) => !KNOWN_REFUSALS.test(message))).toEqual([])
  const results = await runAll('random_onnx', runs)
  for (const [i, { model, inputs }] of runs.entries()) {
    const x = inputs.input
    const wanted = torch.no_grad(() => model.eval().forward(x.clone()))
    try {
      expectSame(results[i], [wanted])
    } catch (error) {
      throw new Error(`${model}\non [${x.shape}]: ${(error as Error).message}`)
    }
  }
}, 120_000)
