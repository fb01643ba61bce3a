import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { BatchNorm1d, BatchNorm2d } from '../../ts/nn/batch_norm.js'
import type { Layer } from '../../ts/nn/container.js'
import { Conv2d } from '../../ts/nn/conv2d.js'
import { Dropout } from '../../ts/nn/dropout.js'
import { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d } from '../../ts/nn/pool2d.js'
import * as onnx from '../../ts/onnx/index.js'
import { expectClose } from '../helpers.js'
import { folder } from './consumer.js'
import { execute } from './execute.js'

const { Flatten, Identity, Linear, ReLU, Sequential, Sigmoid } = torch.nn

/** A batch norm that has seen numbers, so that its running statistics matter. */
function seasoned<N extends BatchNorm1d | BatchNorm2d>(norm: N, shape: number[]): N {
  for (let batch = 0; batch < 3; batch++) norm.forward(torch.randn(shape).mul(3).add(1))
  return norm
}

torch.manual_seed(0)
const cases: Record<string, { model: Layer; shape: number[] }> = {
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
}

describe('onnxruntime-web gives what the model gives', () => {
  let outputs: { dims: number[]; data: number[] }[]
  const inputs = Object.values(cases).map(({ shape }) => torch.randn(shape))

  beforeAll(async () => {
    const axes = { 0: 'batch' }
    const runs = Object.values(cases).map(({ model, shape }, i) => {
      // The example has another batch than the run.
      const example = torch.zeros([shape[0] + 1, ...shape.slice(1)])
      const dynamic_axes = { input: axes, output: axes }
      const bytes = onnx.export(model, example, { dynamic_axes })
      return { model: Buffer.from(bytes).toString('base64'), dims: shape, data: [...inputs[i].data()] }
    })
    const file = join(folder, 'onnx.json')
    await writeFile(file, JSON.stringify(runs))
    const script = join(import.meta.dirname, 'interop', 'run_onnx.mjs')
    outputs = JSON.parse(await execute(process.execPath, [script, file]))
  }, 60_000)

  test.each(Object.keys(cases).map((name, i) => [name, i] as const))('for %s', (name, i) => {
    const { model } = cases[name]
    model.eval()
    const wanted = torch.no_grad(() => model.forward(inputs[i]))
    expect(outputs[i].dims).toEqual(wanted.shape)
    expectClose(outputs[i].data, wanted.data(), { relative: 1e-5, absolute: 1e-5 })
  })
})
