import { describe, expect, test } from 'vitest'
import torch, { type Tensor } from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { testRefused, untyped } from '../support/errors.js'
import { fixture, restore, type Stored } from '../support/fixture.js'

const { nn } = torch
const { rnn } = nn.utils

interface Case {
  name: string
  layer: 'LSTM' | 'GRU' | 'RNN' | 'LSTMCell' | 'GRUCell' | 'RNNCell'
  args: number[]
  options: { batch_first?: boolean; dropout?: number }
  seed: number
  names: string[]
  str: string
  state: Stored[]
  x: Stored
  hx: Stored[]
  lengths: number[] | null
  enforce_sorted: boolean
  output: Stored
  states: Stored[]
  upstream: Stored
  grads: Stored[]
}

interface Sequences {
  given: Stored[]
  data: Stored
  right: Stored
  left: Stored
  unpacked: Stored
  batch_sizes: number[]
  sorted_indices: number[]
  unsorted_indices: number[]
  lengths: number[]
}

const { cases, sequences } = fixture<{ cases: Case[]; sequences: Sequences }>('recurrent/layers')

const TOLERANCE = { relative: 4e-6, absolute: 4e-6 }

const hold = (got: Tensor, want: Stored, tolerance = TOLERANCE) => {
  expect(got.shape).toEqual(want.shape)
  expectClose(got.data(), want.data, tolerance)
}

describe('layers equal torch: initialisation, results, gradients', () => {
  test.each(cases)('$name', (one) => {
    const {
      layer,
      args,
      options,
      batch_first = options.batch_first ?? false,
    } = one as Case & {
      batch_first?: boolean
    }
    torch.manual_seed(one.seed)
    const Layer = nn[layer] as unknown as new (...given: unknown[]) => torch.nn.LSTM
    const module = new Layer(...args, options)
    const parameters = [...module.named_parameters()]
    expect(parameters.map(([name]) => name)).toEqual(one.names)
    expect(Object.keys(module.state_dict())).toEqual(one.names)
    expect(String(module)).toBe(one.str)
    parameters.forEach(([, parameter], i) => {
      expect(parameter.tolist()).toEqual(restore(one.state[i]).tolist())
    })

    const given = [one.x, ...one.hx].map((stored) => restore(stored, true))
    const [x, ...states] = given
    const { lengths, enforce_sorted } = one
    const fed = lengths ? rnn.pack_padded_sequence(x, lengths, { batch_first, enforce_sorted }) : x
    torch.manual_seed(1000 + one.seed)
    const hx = layer.startsWith('LSTM') ? states : states[0]
    const result = (module.forward as (...given: unknown[]) => unknown)(fed, hx)
    const [first, second] = (Array.isArray(result) ? result : [result]) as unknown[]
    const last = (
      layer.endsWith('Cell') ? (Array.isArray(result) ? result : [result]) : [second].flat()
    ) as Tensor[]
    const output = lengths
      ? rnn.pad_packed_sequence(first as torch.nn.utils.rnn.PackedSequence, batch_first)[0]
      : (first as Tensor)
    hold(output, one.output)
    last.forEach((state, i) => {
      hold(state, one.states[i])
    })

    const losses = last.map((state) => {
      const cosines = Float32Array.from({ length: state.numel() }, (_, i) => Math.cos(i))
      return state.mul(torch.tensor(cosines).reshape(state.shape)).sum()
    })
    losses.reduce((sum, loss) => sum.add(loss), output.mul(restore(one.upstream)).sum()).backward()
    for (const [i, tensor] of [...given, ...module.parameters()].entries()) {
      hold(tensor.grad as Tensor, one.grads[i], { relative: 1e-5, absolute: 1e-5 })
    }
  })
})

describe('sequences', () => {
  const given = sequences.given.map((stored) => restore(stored, true))

  test('pack_sequence orders by length', () => {
    const packed = rnn.pack_sequence(given, { enforce_sorted: false })
    expect(packed.data.tolist()).toEqual(restore(sequences.data).tolist())
    expect(packed.batch_sizes.tolist()).toEqual(sequences.batch_sizes)
    expect(packed.sorted_indices?.tolist()).toEqual(sequences.sorted_indices)
    expect(packed.unsorted_indices?.tolist()).toEqual(sequences.unsorted_indices)
    expect(rnn.unpack_sequence(packed).map((x) => x.tolist())).toEqual(given.map((x) => x.tolist()))
    const [padded, lengths] = rnn.pad_packed_sequence(packed, {
      batch_first: true,
      padding_value: 3,
      total_length: 5,
    })
    expect(padded.tolist()).toEqual(restore(sequences.unpacked).tolist())
    expect(lengths.tolist()).toEqual(sequences.lengths)
    padded.sum().backward()
    expect(given.map(({ grad }) => grad?.data().every((value) => value === 1))).toEqual([true, true, true])
  })

  test('pad_sequence and back', () => {
    const right = rnn.pad_sequence(given, { padding_value: -1 })
    expect(right.tolist()).toEqual(restore(sequences.right).tolist())
    expect(rnn.pad_sequence(given, true, 0, 'left').tolist()).toEqual(restore(sequences.left).tolist())
    expect(rnn.unpad_sequence(right, [2, 4, 1]).map((x) => x.tolist())).toEqual(given.map((x) => x.tolist()))
  })
})

test('without recording, nothing is kept', () => {
  const lstm = new nn.LSTM(3, 4)
  const x = torch.ones(5, 2, 3)
  torch.no_grad(() => lstm.forward(x))
  const before = torch.wasm.memory().resident_bytes
  const [output, [h, c]] = torch.no_grad(() => lstm.forward(x))
  for (const tensor of [output, h, c]) tensor.dispose()
  torch.no_grad(() => torch.scope(() => lstm.forward(x)))
  expect(output.requires_grad).toBe(false)
  expect(before).toBeGreaterThan(0)
})

describe('bad input: a clear sentence', () => {
  const lstm = new nn.LSTM(3, 4)
  const x = torch.ones(5, 2, 3)
  testRefused([
    ['hidden_size', () => new nn.LSTM(3, 0), 'hidden_size must be greater than zero'],
    ['num_layers', () => new nn.GRU(3, 2, 0), 'num_layers must be greater than zero'],
    ['dropout', () => new nn.GRU(3, 2, { dropout: 2 }), 'dropout should be a number in range [0, 1]'],
    ['proj_size', () => new nn.LSTM(3, 4, { proj_size: 4 }), 'proj_size has to be smaller than hidden_size'],
    ['no input_size', () => new nn.LSTM(0, 4), 'input_size must be greater than zero'],
    ['nonlinearity', () => new nn.RNN(3, 4, 1, untyped('gelu')), "Unknown nonlinearity 'gelu'"],
    ['rank', () => lstm.forward(torch.ones(3)), 'Expected input to be 2D or 3D, got 1D instead'],
    ['width', () => lstm.forward(torch.ones(5, 2, 4)), 'must be equal to input_size. Expected 3, got 4'],
    ['dtype', () => lstm.forward(torch.ones(5, 2, 3).to('int32')), 'input must be float32, but got int32'],
    ['no steps', () => lstm.forward(torch.ones(0, 2, 3)), 'Expected sequence length to be larger than 0'],
    ['one state', () => lstm.forward(x, untyped([torch.zeros(1, 2, 4)])), 'hx must be [h, c]'],
    [
      'state',
      () => lstm.forward(x, [torch.zeros(1, 2, 4), torch.zeros(1, 3, 4)]),
      'Expected hidden[1] size [1, 2, 4], got [1, 3, 4]',
    ],
    ['cell', () => new nn.GRUCell(3, 4).forward(torch.ones(2, 5)), 'got 5, expected 3'],
    [
      'batch_sizes',
      () => lstm.forward(new rnn.PackedSequence(torch.ones(4, 3), torch.tensor(new Int32Array([2, 1])))),
      'batch_sizes sum up to 3 rows',
    ],
    [
      'batch_sizes that rise',
      () => lstm.forward(new rnn.PackedSequence(torch.ones(4, 3), torch.tensor(new Int32Array([1, 3])))),
      'must be positive integers that do not rise',
    ],
    ['lengths', () => rnn.pack_padded_sequence(x, [5]), 'equal to batch_size, but got 1'],
    ['order', () => rnn.pack_padded_sequence(x, [2, 5]), 'must be sorted in decreasing order'],
    ['too long', () => rnn.pack_padded_sequence(x, [6, 5]), 'at most 5'],
    ['length 0', () => rnn.pack_padded_sequence(x, [5, 0]), 'has to be greater than 0'],
  ])
})
