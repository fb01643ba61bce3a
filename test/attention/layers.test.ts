import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { expectClose, type Tolerance } from '../support/close.js'
import { testRefused } from '../support/errors.js'
import { fixture, restore, type Stored } from '../support/fixture.js'

const { nn } = torch
type Options = Record<string, never>

interface Case {
  layer: string
  args: (number | string)[]
  options: Options
  seed: number
  str: string
  state: Record<string, Stored>
  changed: Record<string, Stored>
  inputs: Stored[]
  forward: Record<string, unknown>
  output: Stored
  weights: Stored | null
  upstream: Stored
  grads: { inputs: (Stored | null)[]; parameters: Record<string, Stored | null> }
  dropped: boolean
}

const { cases } = fixture<{ cases: Case[] }>('attention/layers')

type Made = InstanceType<typeof nn.Module> & { forward(...args: unknown[]): unknown }

function make({ layer, args, options }: Case): Made {
  const type = (name: string) => (nn as unknown as Record<string, new (...args: unknown[]) => Made>)[name]
  if (layer !== 'Encoder' && layer !== 'Decoder') return new (type(layer))(...args, options)
  const [width, heads, count] = args
  const one = new (type(`Transformer${layer}Layer`))(width, heads, options)
  return new (type(`Transformer${layer}`))(one, count, new nn.LayerNorm(width as number))
}

const isStored = (value: unknown): value is Stored =>
  typeof value === 'object' && value !== null && 'data' in value

function checkEach(
  got: Record<string, Tensor | null>,
  want: Record<string, Stored | null>,
  tolerance: Tolerance,
) {
  for (const [name, stored] of Object.entries(want)) {
    if (stored === null) continue
    try {
      expect(got[name]?.shape).toEqual(stored.shape)
      expectClose(got[name]?.data() ?? [], stored.data, tolerance)
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`)
    }
  }
}

describe('layers with attention are as in torch', () => {
  test.each(
    cases.map(
      (one, i) => [i, one.layer, JSON.stringify(one.options), Object.keys(one.forward), one] as const,
    ),
  )('%d: %s %s, %s', (_i, _layer, _options, _names, one) => {
    torch.manual_seed(one.seed)
    const module = make(one)
    // JavaScript has one zero.
    expect(String(module)).toBe(one.str.replaceAll('p=0.0,', 'p=0,'))
    const state = module.state_dict()
    expect(Object.keys(state)).toEqual(Object.keys(one.state))
    for (const [name, stored] of Object.entries(one.state))
      expect(state[name].data()).toEqual(restore(stored).data())
    for (const [name, stored] of Object.entries(one.changed)) state[name].copy_(restore(stored))
    const inputs = one.inputs.map((input) => restore(input, true))
    const keywords = Object.entries(one.forward).map(([name, value]) => [
      name,
      isStored(value) ? restore(value) : value,
    ])
    const given: unknown[] = [...inputs]
    while (one.layer === 'MultiheadAttention' && given.length < 3) given.push(given.at(-1))
    torch.manual_seed(1)
    const result = module.forward(...given, Object.fromEntries(keywords))
    const [output, weights] = (Array.isArray(result) ? result : [result, null]) as [Tensor, Tensor | null]
    const tolerance = { absolute: 2e-6, relative: one.dropped ? 1e-5 : 5e-6 }
    expect(output.shape).toEqual(one.output.shape)
    expectClose(output.data(), one.output.data, tolerance)
    expect(weights === null).toBe(one.weights === null)
    if (weights !== null && one.weights !== null) {
      expect(weights.shape).toEqual(one.weights.shape)
      expectClose(weights.data(), one.weights.data, tolerance)
    }
    output.backward(restore(one.upstream))
    const gradients = { absolute: 1e-5, relative: 1e-5 }
    checkEach(
      Object.fromEntries(inputs.map(({ grad }, i) => [`input ${i}`, grad])),
      Object.fromEntries(one.grads.inputs.map((stored, i) => [`input ${i}`, stored])),
      gradients,
    )
    const parameters = Object.fromEntries(
      Array.from(module.named_parameters(), ([name, { grad }]) => [name, grad]),
    )
    checkEach(parameters, one.grads.parameters, gradients)
  })
})

describe('layers with attention refuse what torch refuses', () => {
  const x = torch.ones([4, 2, 6])
  const attention = new nn.MultiheadAttention(6, 2)
  testRefused([
    [
      'heads that do not divide',
      () => new nn.MultiheadAttention(6, 4),
      torch.RuntimeError,
      'must be divisible by num_heads',
    ],
    ['no heads', () => new nn.MultiheadAttention(6, 0), torch.ValueError, 'must be greater than 0'],
    [
      'another width',
      () => attention.forward(torch.ones([4, 2, 5]), x, x),
      torch.RuntimeError,
      'embedding dimension of 6',
    ],
    [
      'a vector',
      () => attention.forward(torch.ones([6]), x, x),
      torch.RuntimeError,
      'unbatched 2D or batched 3D',
    ],
    [
      'a mask of another shape',
      () => attention.forward(x, x, x, { attn_mask: torch.ones([3, 4]) }),
      torch.RuntimeError,
      'The shape of the 2D attn_mask is [3, 4], but should be [4, 4].',
    ],
    [
      'is_causal without a mask',
      () => attention.forward(x, x, x, { is_causal: true }),
      torch.RuntimeError,
      'Need attn_mask if specifying the is_causal hint',
    ],
    [
      'an unknown activation',
      () => new nn.TransformerEncoderLayer(6, 2, { activation: 'tanh' as never }),
      torch.RuntimeError,
      'activation should be relu/gelu',
    ],
    [
      'another batch',
      () =>
        new nn.Transformer({ d_model: 4, nhead: 2, num_encoder_layers: 1, num_decoder_layers: 1 }).forward(
          torch.ones([3, 2, 4]),
          torch.ones([3, 1, 4]),
        ),
      torch.RuntimeError,
      'the batch number of src and tgt must be equal',
    ],
  ])

  test('layers of a stack are copies with parameters of their own', () => {
    const layer = new nn.TransformerEncoderLayer(4, 2, { activation: new nn.SiLU() })
    const stack = new nn.TransformerEncoder(layer, 2)
    const [first, second] = [...stack.layers]
    expect(first.linear1.weight).not.toBe(second.linear1.weight)
    expect(first.linear1.weight.data()).toEqual(layer.linear1.weight.data())
    expect([...stack.parameters()]).toHaveLength(2 * [...layer.parameters()].length)
    first.linear1.weight.detach().fill_(0)
    expect(second.linear1.weight.detach().abs().sum().item()).toBeGreaterThan(0)
    expect(first.activation).not.toBe(second.activation)
  })
})
