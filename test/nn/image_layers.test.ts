import { describe, expect, test } from 'vitest'
import torch, { type Tensor } from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { testRefused, untyped } from '../support/errors.js'
import { fixture, restore, type Stored } from '../support/fixture.js'

const { nn } = torch

interface Case {
  name: string
  layer: keyof typeof nn
  args: unknown[]
  options: Record<string, unknown>
  seed: number
  str: string
  names: string[]
  state: Stored[]
  x: Stored
  output: Stored[]
  after: Stored[]
  upstream: Stored
  grads: Stored[]
}

const { cases } = fixture<{ cases: Case[] }>('nn/image_layers')

const hold = (got: Tensor, want: Stored) => {
  expect(got.shape).toEqual(want.shape)
  if (want.dtype !== undefined) expect(got.dtype).toBe(want.dtype.replace('int64', 'int32'))
  expectClose(got.data(), want.data, { relative: 4e-6, absolute: 1e-5 })
}

describe('layers equal torch: how they print, initialisation, results, gradients', () => {
  test.each(cases)('$name', (one) => {
    torch.manual_seed(one.seed)
    const Layer = nn[one.layer] as unknown as new (...given: unknown[]) => torch.nn.Module
    const module = new Layer(...one.args, one.options)
    expect(String(module)).toBe(one.str)
    const state = module.state_dict()
    expect(Object.keys(state)).toEqual(one.names)
    Object.values(state).forEach((tensor, i) => {
      expect(tensor.tolist()).toEqual(restore(one.state[i]).tolist())
    })
    const x = restore(one.x, true)
    torch.manual_seed(1000 + one.seed)
    const result = (module.forward as (x: Tensor) => Tensor | Tensor[])(x.mul(1))
    const output = Array.isArray(result) ? result : [result]
    expect(output.length).toBe(one.output.length)
    output.forEach((tensor, i) => {
      hold(tensor, one.output[i])
    })
    Array.from(module.buffers()).forEach((buffer, i) => {
      hold(buffer, one.after[i])
    })
    output[0].backward(restore(one.upstream))
    for (const [i, tensor] of [x, ...module.parameters()].entries()) hold(tensor.grad as Tensor, one.grads[i])
  })
})

describe('bad input: a clear sentence', () => {
  const { ones } = torch
  testRefused([
    ['groups', () => new nn.Conv1d(3, 4, 3, { groups: 2 }), 'in_channels must be divisible by groups'],
    ['padding', () => new nn.Conv1d(3, 4, 3, { padding: untyped('full') }), "Invalid padding string 'full'"],
    [
      'padding_mode',
      () => new nn.Conv1d(3, 4, 3, { padding_mode: untyped('x') }),
      'padding_mode must be one of',
    ],
    ['same', () => new nn.Conv1d(3, 4, 3, { padding: 'same', stride: 2 }), 'not supported for strided'],
    ['channels', () => new nn.Conv1d(3, 4, 3).forward(ones(1, 2, 5)), 'to have 3 channels, but got 2'],
    ['rank', () => new nn.Conv1d(3, 4, 3).forward(ones(3)), 'Expected 2D (unbatched) or 3D (batched) input'],
    [
      'transposed',
      () => new nn.ConvTranspose2d(3, 4, 3).forward(ones(1, 2, 5, 5)),
      'to have 3 channels, but got 2',
    ],
    [
      'output_padding',
      () => new nn.ConvTranspose1d(3, 4, 3, { output_padding: 1 }).forward(ones(1, 3, 5)),
      'output padding must be smaller than either stride or dilation',
    ],
    [
      'output_size',
      () => new nn.ConvTranspose1d(3, 4, 3, { stride: 2 }).forward(ones(1, 3, 5), [9]),
      'valid sizes range from [11] to [12]',
    ],
    ['num_groups', () => new nn.GroupNorm(3, 4), 'must be divisible by num_groups (3)'],
    ['instances', () => new nn.InstanceNorm1d(3).forward(ones(3)), 'expected 2D or 3D input (got 1D input)'],
    ['p', () => new nn.AlphaDropout(2), 'has to be between 0 and 1'],
    ['pads', () => new nn.ReflectionPad2d(untyped([1, 2])), 'ReflectionPad2d: padding must be'],
    ['depth', () => new nn.MaxPool3d(9).forward(ones(1, 2, 4, 4, 4)), 'Output size is too small'],
  ])
})

test('a transposed convolution for a size that is asked for', () => {
  const layer = new nn.ConvTranspose2d(3, 2, 3, { stride: 2 })
  expect(layer.forward(torch.ones(1, 3, 4, 4), [1, 2, 10, 9]).shape).toEqual([1, 2, 10, 9])
})
