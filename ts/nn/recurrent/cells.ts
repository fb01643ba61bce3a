import { RuntimeError, ValueError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { linear } from '../../ops/linear/linear.js'
import { type Cell, recurrent } from '../../ops/recurrent/recurrent.js'
import { squeeze, unsqueeze } from '../../ops/shape/view.js'
import { zeros } from '../../tensor/create.js'
import { formatShape, sameShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { DEVICE, DTYPE, type FactoryOptions } from '../factory.js'
import { Module } from '../module.js'
import type { Parameter } from '../parameter.js'
import { addParameters, drawParameters, parametersOf } from './base.js'
import { checkNonlinearity, pairOf, type RNNNonlinearity } from './layers.js'
import { integers } from './packed_sequence.js'

const SIZES = ['input_size: int', 'hidden_size: int', 'bias: bool = True'] as const
const RNN_NAMES = signature('RNNCell', ...SIZES, "nonlinearity: str = 'tanh'", DEVICE, DTYPE)
const GRU_NAMES = signature('GRUCell', ...SIZES, DEVICE, DTYPE)
const LSTM_NAMES = signature('LSTMCell', ...SIZES, DEVICE, DTYPE)
const RNN_FORWARD = signature('RNNCell.forward', 'input: Tensor', 'hx: Tensor = None')
const GRU_FORWARD = signature('GRUCell.forward', 'input: Tensor', 'hx: Tensor = None')
const LSTM_FORWARD = signature('LSTMCell.forward', 'input: Tensor', 'hx: list = None')

/** Options of a cell. */
export interface CellOptions extends FactoryOptions {
  /** Whether biases are learned; true by default. */
  bias?: boolean
}

/** Options of {@link RNNCell}. */
export interface RNNCellOptions extends CellOptions {
  nonlinearity?: RNNNonlinearity
}

/** One step of a recurrent layer. */
abstract class RecurrentCell extends Module {
  readonly input_size: number
  readonly hidden_size: number
  readonly bias: boolean
  declare weight_ih: Parameter
  declare weight_hh: Parameter
  /** Absent without a bias. */
  declare bias_ih?: Parameter
  declare bias_hh?: Parameter

  constructor(
    name: string,
    /** @internal */
    readonly cell: Cell,
    [input_size, hidden_size, bias]: readonly [number, number, boolean],
  ) {
    super()
    if (input_size < 0) throw new ValueError(`${name}: input_size must be a size, but got ${input_size}`)
    if (hidden_size <= 0)
      throw new ValueError(`${name}: hidden_size must be greater than zero, but got ${hidden_size}`)
    this.input_size = input_size
    this.hidden_size = hidden_size
    this.bias = bias
    addParameters(this, [input_size, hidden_size], cell, bias)
    drawParameters(this, hidden_size)
  }

  /** As torch prints it. */
  override extra_repr(): string {
    return `${this.input_size}, ${this.hidden_size}${this.bias ? '' : ', bias=False'}`
  }
}

/** Names in errors. */
const NAMES: Readonly<Record<Cell, string>> = {
  lstm: 'LSTMCell',
  gru: 'GRUCell',
  tanh: 'RNNCell',
  relu: 'RNNCell',
}

/** The states after one step; `given` has those before it, or is null for zeros. */
function step(module: RecurrentCell, input: Tensor, given: readonly Tensor[] | null): Tensor[] {
  const { cell, input_size, hidden_size } = module
  const name = NAMES[cell]
  const rank = input.dim()
  if (rank !== 1 && rank !== 2)
    throw new ValueError(`${name}: Expected input to be 1D or 2D, got ${rank}D instead`)
  if (input.shape[rank - 1] !== input_size) {
    throw new RuntimeError(
      `${name}: input has inconsistent input_size: got ${input.shape[rank - 1]}, expected ${input_size}`,
    )
  }
  const shape = [...input.shape.slice(0, -1), hidden_size]
  const states = given ?? Array.from({ length: cell === 'lstm' ? 2 : 1 }, () => zeros(shape))
  for (const state of states) {
    if (sameShape(state.shape, shape) && state.dtype === 'float32') continue
    throw new RuntimeError(
      `${name}: Expected hidden size ${formatShape(shape)}, got ${formatShape(state.shape)} of ${state.dtype}`,
    )
  }
  const rows = (x: Tensor) => (rank === 1 ? unsqueeze(x, 0) : x)
  const { toInput, weight, inputBias, bias } = parametersOf(module)
  const projected = linear(rows(input), toInput, inputBias)
  const layer = { weight, bias, cell, reverse: false }
  const [, ...last] = recurrent(projected, integers([projected.shape[0]]), states.map(rows), layer)
  return rank === 1 ? last.map((state) => squeeze(state, 0)) : last
}

/**
 * One step of {@link RNN}: input [batch, features] or [features], and the state before it -> the state after it.
 * Source: torch.nn.RNNCell.
 */
export class RNNCell extends RecurrentCell {
  readonly nonlinearity: RNNNonlinearity

  constructor(
    input_size: number,
    hidden_size: number,
    bias?: boolean | RNNCellOptions,
    nonlinearity?: RNNNonlinearity | FactoryOptions,
  )
  constructor(options: RNNCellOptions & { input_size: number; hidden_size: number })
  constructor(...args: unknown[]) {
    const [input_size, hidden_size, bias, nonlinearity] = RNN_NAMES.read(args)
    checkNonlinearity('RNNCell', nonlinearity)
    super('RNNCell', nonlinearity, [input_size, hidden_size, bias])
    this.nonlinearity = nonlinearity
  }

  /** @param hx the state before the step; zeros by default */
  /**
   * The next hidden state [N, hidden_size], from [N, input_size] and the state before, zeros by default; both also without N.
   */
  override forward(input: Tensor, hx?: Tensor | { hx?: Tensor | null } | null): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input, hx] = RNN_FORWARD.read(args)
    return step(this, input, hx === null ? null : [hx])[0]
  }

  /** As torch prints it. */
  override extra_repr(): string {
    const { nonlinearity } = this
    return `${super.extra_repr()}${nonlinearity === 'tanh' ? '' : `, nonlinearity=${nonlinearity}`}`
  }
}

/** One step of {@link GRU}: input [batch, features] or [features], and the state before it -> the state after it. Source: torch.nn.GRUCell. */
export class GRUCell extends RecurrentCell {
  constructor(input_size: number, hidden_size: number, bias?: boolean | CellOptions, options?: FactoryOptions)
  constructor(options: CellOptions & { input_size: number; hidden_size: number })
  constructor(...args: unknown[]) {
    const [input_size, hidden_size, bias] = GRU_NAMES.read(args)
    super('GRUCell', 'gru', [input_size, hidden_size, bias])
  }

  /** @param hx the state before the step; zeros by default */
  /**
   * The next hidden state [N, hidden_size], from [N, input_size] and the state before, zeros by default; both also without N.
   */
  override forward(input: Tensor, hx?: Tensor | { hx?: Tensor | null } | null): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input, hx] = GRU_FORWARD.read(args)
    return step(this, input, hx === null ? null : [hx])[0]
  }
}

type States = readonly [h: Tensor, c: Tensor]

/** One step of {@link LSTM}: input [batch, features] or [features], and [h, c] before it -> [h, c] after it. Source: torch.nn.LSTMCell. */
export class LSTMCell extends RecurrentCell {
  constructor(input_size: number, hidden_size: number, bias?: boolean | CellOptions, options?: FactoryOptions)
  constructor(options: CellOptions & { input_size: number; hidden_size: number })
  constructor(...args: unknown[]) {
    const [input_size, hidden_size, bias] = LSTM_NAMES.read(args)
    super('LSTMCell', 'lstm', [input_size, hidden_size, bias])
  }

  /** @param hx [h, c] before the step; zeros by default */
  /** The next hidden and cell state [N, hidden_size] each, from those before, zeros by default; all also without N. */
  override forward(input: Tensor, hx?: States | { hx?: States | null } | null): [h: Tensor, c: Tensor]
  override forward(...args: unknown[]): [h: Tensor, c: Tensor] {
    const [input, hx] = LSTM_FORWARD.read(args)
    const [h, c] = step(this, input, pairOf('LSTMCell.forward', hx))
    return [h, c]
  }
}
