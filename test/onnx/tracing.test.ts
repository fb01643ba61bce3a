import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import * as onnx from '../../ts/onnx/index.js'

const { nn } = torch
type Tensor = torch.Tensor

/** A module of a function. */
class Of extends nn.Module {
  constructor(readonly work: (...inputs: Tensor[]) => unknown) {
    super()
  }

  override forward(...inputs: Tensor[]): unknown {
    return this.work(...inputs)
  }
}

const x = torch.ones([3, 4])
const batch = { dynamic_axes: { input: { 0: 'batch' } } }
const textOf = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes)

describe('onnx.export by what forward does', () => {
  test('takes hooks, a forward that was assigned, and a subclass of a layer', () => {
    class Doubled extends nn.Linear {
      override forward(x: Tensor): Tensor {
        return super.forward(x).mul(2)
      }
    }
    const hooked = new nn.Linear(4, 4)
    hooked.register_forward_hook((_module, _inputs, output) => torch.tanh(output))
    const assigned = new nn.Linear(4, 4)
    Object.assign(assigned, { forward: (x: Tensor) => torch.sin(x) })
    const text = textOf(onnx.export(new nn.Sequential(hooked, assigned, new Doubled(4, 2)), x, batch))
    for (const type of ['Gemm', 'Tanh', 'Sin', 'Mul']) expect(text).toContain(type)
    // Of the module whose forward is another one.
    expect(text).not.toContain('1.weight')
  })

  test('names constants as state_dict does', () => {
    const model = new nn.TransformerEncoderLayer(4, 2, 8, { batch_first: true })
    const text = textOf(onnx.export(model, torch.ones([2, 3, 4])))
    for (const name of Object.keys(model.state_dict())) expect(text).toContain(name)
  })

  test('leaves hooks and modes as they were', () => {
    const model = new nn.Sequential(new nn.Linear(4, 2), new nn.Dropout())
    onnx.export(model, x, batch)
    expect(model.training).toBe(true)
    expect(Object.hasOwn(model[0] as object, 'forward')).toBe(false)
  })

  test('writes nothing that no output depends on', () => {
    const text = textOf(
      onnx.export(
        new Of((x) => {
          x.sinh()
          return x.cosh()
        }),
        x,
      ),
    )
    expect(text).toContain('Cosh')
    expect(text).not.toContain('Sinh')
  })

  test('names inputs by keywords and outputs by keys', () => {
    class Masked extends nn.Module {
      override forward(x: Tensor, { mask }: { mask: Tensor }): { kept: Tensor; count: Tensor } {
        return { kept: x.mul(mask), count: mask.sum(1) }
      }
    }
    const text = textOf(onnx.export(new Masked(), [x, { mask: x }]))
    for (const name of ['input_0', 'mask', 'kept', 'count']) expect(text).toContain(name)
  })

  test('adds labels', () => {
    const model = new nn.Linear(4, 2)
    const text = textOf(onnx.export(model, x, { ...batch, thresholds: [0.3, 0.6] }))
    for (const name of ['Sigmoid', 'GreaterOrEqual', 'labels']) expect(text).toContain(name)
    const own = textOf(
      onnx.export(new nn.Sequential(model, new nn.Sigmoid()), x, { thresholds: torch.tensor(0.5) }),
    )
    expect(own.match(/Sigmoid/g)).toHaveLength(1)
    const named = textOf(onnx.export(model, x, { thresholds: 0.5, output_names: ['logits', 'tags'] }))
    expect(named).toContain('tags')
    expect(named).not.toContain('labels')
  })

  const refuses = (work: (x: Tensor) => unknown, options = {}) =>
    onnx.export(new Of(work), x, { ...batch, ...options })

  test.each<[string, () => unknown, string]>([
    ['an operation without a form', () => refuses((x) => x.erfinv()), 'Of (erfinv) has no form in ONNX here'],
    [
      'elements that a mask takes',
      () => refuses((x) => x.index([x.gt(0)])),
      'Of (reshape) takes index, which has no form in ONNX here',
    ],
    [
      'random numbers',
      () => refuses((x) => x.add(torch.randn([4]))),
      'Of (add) takes randn, which has no form',
    ],
    [
      'other operations for other sizes',
      () => refuses((x) => (x.shape[0] > 3 ? x.sin() : x.cos())),
      'forward does something else for another size of a dynamic dimension: cos, then sin',
    ],
    [
      'numbers that follow from no size',
      () => refuses((x) => x.mul(x.shape[0] === 3 ? 0.3 : 0.7)),
      'Of (scale) has a number that a dynamic dimension changes',
    ],
    [
      'constants that follow from no size',
      () => refuses((x) => x.add(torch.tensor(Array.from({ length: x.shape[0] }, (_, i) => [i * i])))),
      'takes numbers that change with a dynamic dimension',
    ],
    [
      'sizes that follow from no other',
      () =>
        refuses((x) =>
          torch
            .ones([x.shape[0] ** 3])
            .sum()
            .add(x),
        ),
      'takes numbers that change with a dynamic dimension',
    ],
    [
      'a part that is changed in place',
      () =>
        refuses((x) => {
          const y = x.clone()
          y.select(1, 0).copy_(x.select(1, 1))
          return y
        }),
      'takes a tensor of which a part was changed in place',
    ],
    ['no output', () => refuses(() => null), 'forward gives no tensor'],
    [
      'an output that is no tensor',
      () => refuses(() => 3),
      'forward must give a Tensor, or arrays or objects of them, but gave 3',
    ],
    [
      'a name too few',
      () => refuses((x) => [x, x.sin()], { output_names: ['a'] }),
      'output_names must be a list of 2 strings',
    ],
    [
      'one name for two sizes',
      () => refuses((x) => x, { dynamic_axes: { input: { 0: 'n', 1: 'n' } } }),
      'dynamic_axes names n for sizes 3 and 4 (dimension 1 of input): one name is one size',
    ],
    [
      'thresholds for other labels',
      () => refuses((x) => x, { thresholds: [0.5] }),
      'or one for each of 4 labels, but got 1',
    ],
    [
      'a threshold that is no number',
      () => refuses((x) => x, { thresholds: Number.NaN }),
      'thresholds must be numbers, but got NaN',
    ],
    [
      'thresholds that are none',
      () => refuses((x) => x, { thresholds: 'high' }),
      'thresholds must be a number, or a list or vector',
    ],
    [
      'thresholds of labels',
      () => refuses((x) => x.gt(0), { thresholds: 0.5 }),
      'thresholds are for scores of float32, but the output is bool',
    ],
  ])('refuses %s', (_what, run, message) => {
    expect(run).toThrow(message)
  })
})
