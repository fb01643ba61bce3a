import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { BatchNorm1d } from '../../ts/nn/batch_norm.js'
import { Dropout } from '../../ts/nn/dropout.js'
import { MaxPool2d } from '../../ts/nn/pool2d.js'
import * as onnx from '../../ts/onnx/index.js'

const { Linear, ReLU, Sequential } = torch.nn

class Sorted extends Linear {
  override forward(x: torch.Tensor): torch.Tensor {
    return super.forward(x).erfinv()
  }
}

describe('onnx.export', () => {
  test('leaves the model as it was', () => {
    const dropout = new Dropout()
    const norm = new BatchNorm1d(3)
    norm.eval()
    const model = new Sequential(new Linear(2, 3), norm, dropout)
    const before = norm.running_mean?.tolist()
    onnx.export(model, torch.ones([4, 2]))
    expect([model.training, norm.training, dropout.training]).toEqual([true, false, true])
    expect(norm.running_mean?.tolist()).toEqual(before)
  })

  test('leaves it so where it fails too', () => {
    const model = new Sequential(new Linear(2, 3), new Sorted(3, 3))
    expect(() => onnx.export(model, torch.ones([4, 2]))).toThrow('1.Sorted (erfinv) has no form in ONNX here')
    expect([...model.modules()].every(({ training }) => training)).toBe(true)
  })

  const model = new Linear(2, 3)
  const x = torch.ones([4, 2])
  const images = torch.ones([1, 2, 8, 8])
  test('leaves the example as it was, and draws nothing', () => {
    const x = torch.tensor([[-1, 2]])
    const before = torch.get_rng_state().tolist()
    onnx.export(new Sequential(new ReLU({ inplace: true }), new Dropout(0.5)), x)
    expect(x.tolist()).toEqual([[-1, 2]])
    expect(torch.get_rng_state().tolist()).toEqual(before)
  })

  test('writes activations as nodes', () => {
    const { ELU, SELU, Hardswish, Hardsigmoid, Softsign } = torch.nn
    const layers = [new ELU(), new SELU(), new Hardswish(), new Hardsigmoid(), new Softsign()]
    const text = new TextDecoder('latin1').decode(onnx.export(new Sequential(...layers), torch.ones([4, 2])))
    for (const name of ['Elu', 'Selu', 'HardSwish', 'HardSigmoid', 'Softsign']) expect(text).toContain(name)
  })

  test('takes a layer whose hooks are gone', () => {
    const layer = new Linear(2, 3)
    const bytes = onnx.export(layer, torch.ones([4, 2]))
    layer.register_forward_hook(() => undefined).remove()
    expect(onnx.export(layer, torch.ones([4, 2]))).toEqual(bytes)
  })

  test('holds weights once that layers share', () => {
    const shared = new Linear(100, 100)
    const bytes = onnx.export(new Sequential(shared, new ReLU(), shared), torch.ones([1, 100]))
    expect(bytes.length).toBeLessThan(50_000)
  })

  const loop = new Sequential(new ReLU())
  Object.assign(loop, { 1: loop })

  test.each<[string, () => unknown, string]>([
    ['a Sequential in itself', () => onnx.export(loop, x), 'a Sequential contains itself'],
    [
      'windows of padding alone',
      () =>
        onnx.export(new MaxPool2d([2, 1], { padding: [1, 0], dilation: [3, 1] }), torch.ones([1, 1, 2, 1])),
      'MaxPool2d (max_pool2d) has windows that hold padding alone',
    ],
    [
      'a layer for one size of a dimension of any',
      () => onnx.export(model, x, { dynamic_axes: { input: { 1: 'features' } } }),
      'Linear takes one size of dimension 1, which dynamic_axes lets vary as features',
    ],
    [
      'channels of any number',
      () => onnx.export(new torch.nn.Conv2d(2, 2, 1), images, { dynamic_axes: { input: { 1: 'c' } } }),
      'Conv2d takes one size of dimension 1',
    ],
    ['nothing', () => onnx.export(new ReLU(), torch.ones([0, 2])), 'args must have elements'],
    ['no model', () => onnx.export(3 as never, x), 'model must be a Module, but got 3'],
    [
      'no example',
      () => onnx.export(model, [1, 2]),
      'args must be a Tensor, or an array of them, but got Array',
    ],
    ['labels where scores are taken', () => onnx.export(model, x.gt(0)), 'but got: bool != float32'],
    ['an example of another size', () => onnx.export(model, torch.ones([4, 3])), '(4x3 and 2x3)'],
    [
      'a batch norm that keeps no statistics',
      () => onnx.export(new BatchNorm1d(2, { track_running_stats: false }), x),
      'BatchNorm1d (batch_norm) without running statistics has no form in ONNX',
    ],
    [
      'one name twice',
      () => onnx.export(model, x, { input_names: ['x'], output_names: ['x'] }),
      'two values would have the name x',
    ],
    [
      'a name that is a weight’s',
      () => onnx.export(new Sequential(new ReLU(), model), x, { input_names: ['1.weight'] }),
      'two values would have the name 1.weight',
    ],
    [
      'a name that is no list',
      () => onnx.export(model, x, { input_names: 'x' as never }),
      'input_names must be a list of one string, but got string x',
    ],
    [
      'an axis of nothing',
      () => onnx.export(model, x, { dynamic_axes: { inputs: { 0: 'batch' } } }),
      'dynamic_axes must name input and output, but got inputs',
    ],
    [
      'an axis that is not there',
      () => onnx.export(model, x, { dynamic_axes: { input: { 2: 'batch' } } }),
      'dynamic_axes must name dimensions of input, below 2, but got 2: string batch',
    ],
    [
      'an axis without a name',
      () => onnx.export(model, x, { dynamic_axes: { input: { 0: 3 as never } } }),
      'dynamic_axes must name dimensions of input, below 2, but got 0: 3',
    ],
    [
      'axes that are no object',
      () => onnx.export(model, x, { dynamic_axes: { input: 3 as never } }),
      'dynamic_axes of input must be an object of dimensions and their names, but got 3',
    ],
    [
      'axes in a Map',
      () => onnx.export(model, x, { dynamic_axes: { output: new Map([[0, 'batch']]) as never } }),
      'dynamic_axes of output must be an object of dimensions and their names, but got Map',
    ],
  ])('refuses %s', (_what, run, message) => {
    expect(run).toThrow(message)
  })
})
