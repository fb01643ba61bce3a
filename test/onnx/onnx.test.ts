import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { BatchNorm1d } from '../../ts/nn/batch_norm.js'
import type { Layer } from '../../ts/nn/container.js'
import { Dropout } from '../../ts/nn/dropout.js'
import { AdaptiveAvgPool2d, MaxPool2d } from '../../ts/nn/pool2d.js'
import * as onnx from '../../ts/onnx/index.js'

const { Linear, Module, ReLU, Sequential } = torch.nn

class Doubled extends Linear {
  override forward(x: torch.Tensor): torch.Tensor {
    return super.forward(x).mul(2)
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
    const model = new Sequential(new Linear(2, 3), new Doubled(3, 3))
    expect(() => onnx.export(model, torch.ones([4, 2]))).toThrow(/Doubled/)
    expect([...model.modules()].every(({ training }) => training)).toBe(true)
  })

  const model = new Linear(2, 3)
  const x = torch.ones([4, 2])
  const images = torch.ones([1, 2, 8, 8])
  class Custom extends Module {
    override forward(input: torch.Tensor): torch.Tensor {
      return input
    }
  }

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

  const hooked = (kind: 'forward' | 'forward_pre', layer: Layer) => {
    layer[`register_${kind}_hook`](() => undefined)
    return layer
  }
  const replaced = new Linear(2, 3)
  Object.assign(replaced, { forward: (x: torch.Tensor) => replaced.weight.mul(x.sum()) })
  const loop = new Sequential(new ReLU())
  Object.assign(loop, { 1: loop })
  const own = 'hooks or a forward of its own, which have no form in ONNX'

  test.each<[string, () => unknown, string]>([
    ['a hook', () => onnx.export(hooked('forward', new Linear(2, 3)), x), `Linear has ${own}`],
    [
      'a hook before a layer',
      () => onnx.export(new Sequential(new ReLU(), hooked('forward_pre', new ReLU())), x),
      `1.ReLU has ${own}`,
    ],
    [
      'a hook on layers below',
      () => onnx.export(new Sequential(hooked('forward', new Sequential(model))), x),
      `0.Sequential has ${own}`,
    ],
    ['a forward that was assigned', () => onnx.export(new Sequential(replaced), x), `0.Linear has ${own}`],
    ['a Sequential in itself', () => onnx.export(loop, x), 'a Sequential contains itself'],
    [
      'windows of padding alone',
      () =>
        onnx.export(new MaxPool2d([2, 1], { padding: [1, 0], dilation: [3, 1] }), torch.ones([1, 1, 2, 1])),
      'MaxPool2d has windows that hold padding alone',
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
    ['a Softmax along nothing', () => onnx.export(new torch.nn.Softmax(), x), 'Softmax must have a dim'],
    ['no model', () => onnx.export(3 as never, x), 'model must be a Module, but got 3'],
    ['no example', () => onnx.export(model, [1, 2] as never), 'args must be a Tensor, but got Array'],
    ['labels', () => onnx.export(model, x.gt(0)), 'args must be float32, but got bool'],
    [
      'a class of one’s own',
      () => onnx.export(new Custom(), x),
      'Custom has no form in ONNX here, but Sequential',
    ],
    ['a subclass of a layer', () => onnx.export(new Doubled(2, 3), x), 'Doubled has no form in ONNX here'],
    ['an example of another size', () => onnx.export(model, torch.ones([4, 3])), '(4x3 and 2x3)'],
    [
      'windows that ceil_mode adds',
      () => onnx.export(new MaxPool2d(3, { ceil_mode: true }), images),
      'MaxPool2d with ceil_mode has no form in ONNX',
    ],
    [
      'images without a batch',
      () => onnx.export(new MaxPool2d(2), torch.ones([2, 8, 8])),
      'MaxPool2d takes [N, C, H, W] in ONNX, but got [2,8,8]',
    ],
    [
      'an adaptive pool to more than one pixel',
      () => onnx.export(new AdaptiveAvgPool2d(2), images),
      'AdaptiveAvgPool2d must have the output_size 1, but has 2',
    ],
    [
      'a batch norm that keeps no statistics',
      () => onnx.export(new BatchNorm1d(2, { track_running_stats: false }), x),
      'a batch norm without running statistics has no form in ONNX',
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
