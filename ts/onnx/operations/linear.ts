/** Products of matrices, attention, and layers that go through sequences. */
import type { Converters } from '../convert.js'
import type { Site } from '../site.js'
import { isFixed } from '../sizes.js'

/** `x weightᵀ + bias`. */
function linear(site: Site): string {
  const [x, weight] = [site.in(0), site.in(1)]
  const bias = site.count > 2 ? [site.in(2)] : []
  if (site.rank() === 2 && site.dtype() === 'float32')
    return site.add('Gemm', [x, weight, ...bias], { transB: 1 })
  const product = site.add('MatMul', [x, site.add('Transpose', [weight], { perm: [1, 0] })])
  return bias.length === 0 ? product : site.add('Add', [product, ...bias])
}

const product = (site: Site): string => site.add('MatMul', [site.in(0), site.in(1)])

/** The two last dimensions of input `i` exchanged. */
function transposed(site: Site, i: number): string {
  const perm = Array.from({ length: site.rank(i) }, (_, dim) => dim)
  perm.push(...perm.splice(-2).reverse())
  return site.add('Transpose', [site.in(i)], { perm })
}

/** 0, 1, 2, ... below a size of an input, as a row or a column. */
function range(site: Site, i: number, dim: number, added: number): string {
  const size = isFixed(site.size(dim, i))
    ? site.numbers([site.fixed(dim, i)], [], 'int32')
    : site.cast(site.add('Squeeze', [site.sizes.of({ from: site.given.inputs[i], dim })]), 'int32')
  const steps = site.add('Range', [site.numbers([0], [], 'int32'), size, site.numbers([1], [], 'int32')])
  return site.add('Unsqueeze', [steps, site.integers([added])])
}

/** `softmax(factor query keyᵀ + mask) value`; 0 for a query that sees no key. */
function attention(site: Site): string {
  const query = site.add('Mul', [site.in(0), site.numbers([site.option<number>('factor')])])
  let scores = site.add('MatMul', [query, transposed(site, 1)])
  const none = site.numbers([Number.NEGATIVE_INFINITY])
  if (site.option<boolean>('is_causal')) {
    const [rows, columns] = [range(site, 0, site.rank(0) - 2, 1), range(site, 1, site.rank(1) - 2, 0)]
    scores = site.add('Where', [site.add('GreaterOrEqual', [rows, columns]), scores, none])
  }
  if (site.count < 4) return site.add('MatMul', [site.add('Softmax', [scores], { axis: -1 }), site.in(2)])
  scores = site.add('Add', [scores, site.in(3)])
  const most = site.add('ReduceMax', [scores], { axes: [-1], keepdims: 1 })
  const isBlind = site.add('Equal', [most, none])
  const zero = site.numbers([0])
  const weights = site.add('Softmax', [site.add('Where', [isBlind, zero, scores])], { axis: -1 })
  return site.add('MatMul', [site.add('Where', [isBlind, zero, weights]), site.in(2)])
}

/** Gates of torch in the order of ONNX: input, output, forget, cell; update, reset, hidden. */
const ORDERS: Readonly<Record<string, readonly number[]>> = { LSTM: [0, 3, 1, 2], GRU: [1, 0, 2], RNN: [0] }

interface Layers {
  readonly mode: string
  readonly num_layers: number
  readonly bidirectional: boolean
  readonly bias: boolean
  readonly hidden_size: number
  readonly hasStates: boolean
}

/** Inputs are the sequence [steps, batch, features], the parameters of each layer and direction, and the first states. */
function recurrentLayers(site: Site): string[] {
  const { mode, num_layers, bidirectional, bias, hidden_size, hasStates } = site.agreed(
    'an option',
    (run) => site.given.options[run] as Layers,
  )
  const type = mode.startsWith('RNN') ? 'RNN' : mode
  const directions = bidirectional ? 2 : 1
  const each = bias ? 4 : 2
  const first = (k: number) => 1 + num_layers * directions * each + k
  const gates = (x: string) => {
    const order = ORDERS[type]
    const parts = order.length === 1 ? [x] : site.addEach('Split', [x], order.length, { axis: 0 })
    const ordered = order.map((gate) => parts[gate])
    return order.length === 1 ? x : site.add('Concat', ordered, { axis: 0 })
  }
  /** The parameters of all directions of a layer, one below the other. */
  const stacked = (layer: number, of: (place: number) => string) => {
    const own = Array.from({ length: directions }, (_, i) => {
      const place = 1 + (layer * directions + i) * each
      return site.add('Unsqueeze', [of(place), site.integers([0])])
    })
    return own.length === 1 ? own[0] : site.add('Concat', own, { axis: 0 })
  }
  const names = mode === 'RNN_RELU' ? ['Relu'] : mode === 'RNN_TANH' ? ['Tanh'] : null
  const ends: string[][] = type === 'LSTM' ? [[], []] : [[]]
  let x = site.in(0)
  for (let layer = 0; layer < num_layers; layer++) {
    const operands = [
      x,
      stacked(layer, (at) => gates(site.in(at))),
      stacked(layer, (at) => gates(site.in(at + 1))),
      bias
        ? stacked(layer, (at) =>
            site.add('Concat', [gates(site.in(at + 2)), gates(site.in(at + 3))], { axis: 0 }),
          )
        : '',
      '',
    ]
    if (hasStates) {
      const range = [site.integers([layer * directions]), site.integers([(layer + 1) * directions])]
      for (const k of ends.keys())
        operands.push(site.add('Slice', [site.in(first(k)), ...range, site.integers([0])]))
    }
    while (operands.at(-1) === '') operands.pop()
    const [all, ...last] = site.addEach(type, operands, 1 + ends.length, {
      hidden_size,
      direction: bidirectional ? 'bidirectional' : 'forward',
      ...(type === 'GRU' ? { linear_before_reset: 1 } : {}),
      ...(names === null ? {} : { activations: { strings: names.concat(bidirectional ? names : []) } }),
    })
    // [steps, directions, batch, hidden]
    const moved = site.add('Transpose', [all], { perm: [0, 2, 1, 3] })
    x = site.add('Reshape', [moved, site.integers([0, 0, -1])])
    last.forEach((state, k) => {
      ends[k].push(state)
    })
  }
  return [
    x,
    ...ends.map((states) => (states.length === 1 ? states[0] : site.add('Concat', states, { axis: 0 }))),
  ]
}

/** One step of a cell: inputs are the projected input, the weight of the state, how many rows, the states, and the bias. */
function step(site: Site): (string | null)[] {
  const cell = site.option<string>('cell')
  if (site.option<boolean>('reverse') || site.shapes(2).some(([length]) => length !== 1))
    return site.fail('over packed sequences has no form in ONNX here')
  const isLong = cell === 'lstm'
  const bias = site.option<boolean>('hasBias') ? [site.in(isLong ? 5 : 4)] : []
  const [input, h] = [site.in(0), site.in(3)]
  const state = site.add('Gemm', [h, site.in(1), ...bias], { transB: 1 })
  const split = (x: string, count: number) => site.addEach('Split', [x], count, { axis: 1 })
  const add = (a: string, b: string) => site.add('Add', [a, b])
  const times = (a: string, b: string) => site.add('Mul', [a, b])
  const sigmoid = (x: string) => site.add('Sigmoid', [x])
  const tanh = (x: string) => site.add('Tanh', [x])
  if (isLong) {
    const [enter, forget, candidate, leave] = split(add(input, state), 4)
    const kept = times(sigmoid(forget), site.in(4))
    const c = add(kept, times(sigmoid(enter), tanh(candidate)))
    const next = times(sigmoid(leave), tanh(c))
    return [next, next, c]
  }
  if (cell === 'gru') {
    const [inputs, states] = [split(input, 3), split(state, 3)]
    const reset = sigmoid(add(inputs[0], states[0]))
    const update = sigmoid(add(inputs[1], states[1]))
    const candidate = tanh(add(inputs[2], times(reset, states[2])))
    // (1 - update) candidate + update h
    const next = add(candidate, times(update, site.add('Sub', [h, candidate])))
    return [next, next]
  }
  const next = cell === 'relu' ? site.add('Relu', [add(input, state)]) : tanh(add(input, state))
  return [next, next]
}

export const linearAlgebra: Converters = {
  linear,
  matmul: product,
  bmm: product,
  attention,
  recurrent_layers: recurrentLayers,
  recurrent: step,
}
