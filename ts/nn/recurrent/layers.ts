import { describe } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { DEVICE, DTYPE, type FactoryOptions } from '../factory.js'
import { Recurrent, type RecurrentOptions, run } from './base.js'
import type { PackedSequence } from './packed_sequence.js'

const SIZES = ['input_size: int', 'hidden_size: int', 'num_layers: int = 1'] as const
const OPTIONS = [
  'bias: bool = True',
  'batch_first: bool = False',
  'dropout: number = 0',
  'bidirectional: bool = False',
] as const
const FACTORY = [DEVICE, DTYPE] as const
const NONLINEARITY = "nonlinearity: str = 'tanh'"

const RNN_NAMES = signature('RNN', ...SIZES, NONLINEARITY, ...OPTIONS, ...FACTORY)
const GRU_NAMES = signature('GRU', ...SIZES, ...OPTIONS, ...FACTORY)
const LSTM_NAMES = signature('LSTM', ...SIZES, ...OPTIONS, 'proj_size: int = 0', ...FACTORY)
const RNN_FORWARD = signature('RNN.forward', 'input: value', 'hx: Tensor = None')
const GRU_FORWARD = signature('GRU.forward', 'input: value', 'hx: Tensor = None')
const LSTM_FORWARD = signature('LSTM.forward', 'input: value', 'hx: list = None')

/** The nonlinearity of a plain RNN. */
export type RNNNonlinearity = 'tanh' | 'relu'

/** Options of {@link RNN}. */
export interface RNNOptions extends RecurrentOptions {
  nonlinearity?: RNNNonlinearity
}

/** Throws torch's error unless `given` is a nonlinearity of a plain RNN. */
export function checkNonlinearity(op: string, given: string): asserts given is RNNNonlinearity {
  if (given === 'tanh' || given === 'relu') return
  throw new ValueError(`${op}: Unknown nonlinearity '${given.slice(0, 40)}'. Select from 'tanh' or 'relu'.`)
}

/** h and c of an LSTM. Throws unless `given` is null or has both. */
export function pairOf(op: string, given: readonly unknown[] | null): readonly [Tensor, Tensor] | null {
  if (given === null) return null
  if (given.length !== 2) throw new TypeError(`${op}: hx must be [h, c], but got ${describe(given)}`)
  for (const [i, state] of given.entries()) checkTensor(op, `hx[${i}]`, state)
  return given as unknown as readonly [Tensor, Tensor]
}

/**
 * `h' = tanh(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh)` at each step of a sequence, or relu. Initialised as in torch. Source: torch.nn.RNN.
 *
 * @throws ValueError for sizes out of range
 * @example
 * const [output, h] = new torch.nn.RNN(8, 16).forward(torch.zeros(5, 3, 8)) // [5, 3, 16], [1, 3, 16]
 */
export class RNN extends Recurrent {
  readonly nonlinearity: RNNNonlinearity

  constructor(
    input_size: number,
    hidden_size: number,
    num_layers?: number | RNNOptions,
    nonlinearity?: RNNNonlinearity | Omit<RNNOptions, 'num_layers'>,
    bias?: boolean | Omit<RNNOptions, 'num_layers' | 'nonlinearity'>,
    batch_first?: boolean,
    dropout?: number,
    bidirectional?: boolean,
    options?: FactoryOptions,
  )
  constructor(options: RNNOptions & { input_size: number; hidden_size: number })
  constructor(...args: unknown[]) {
    const [input_size, hidden_size, num_layers, nonlinearity, bias, batch_first, dropout, bidirectional] =
      RNN_NAMES.read(args)
    checkNonlinearity('RNN', nonlinearity)
    const settings = { input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional }
    super(nonlinearity === 'tanh' ? 'RNN_TANH' : 'RNN_RELU', settings)
    this.nonlinearity = nonlinearity
  }

  /**
   * Returns the states after each step, of the last layer, [steps, batch, directions hidden] or as `batch_first` says, and the last
   * states of all layers, [layers directions, batch, hidden]. An input without batch [steps, features] gives results without.
   *
   * @param hx the first states; zeros by default
   */
  override forward(input: Tensor, hx?: Tensor | { hx?: Tensor | null } | null): [output: Tensor, h_n: Tensor]
  override forward(
    input: PackedSequence,
    hx?: Tensor | { hx?: Tensor | null } | null,
  ): [output: PackedSequence, h_n: Tensor]
  override forward(...args: unknown[]): [never, Tensor] {
    const [input, hx] = RNN_FORWARD.read(args)
    const { output, states } = run(this, input, hx === null ? null : [hx])
    return [output as never, states[0]]
  }
}

/**
 * A gated recurrent unit (Cho et al. 2014) at each step of a sequence, with torch's order of gates: reset, update, new.
 * Source: torch.nn.GRU.
 *
 * @throws ValueError for sizes out of range
 * @example
 * const [output, h] = new torch.nn.GRU(8, 16, { bidirectional: true }).forward(torch.zeros(5, 3, 8)) // [5, 3, 32], [2, 3, 16]
 */
export class GRU extends Recurrent {
  constructor(
    input_size: number,
    hidden_size: number,
    num_layers?: number | RecurrentOptions,
    bias?: boolean | Omit<RecurrentOptions, 'num_layers'>,
    batch_first?: boolean | Omit<RecurrentOptions, 'num_layers' | 'bias'>,
    dropout?: number,
    bidirectional?: boolean,
    options?: FactoryOptions,
  )
  constructor(options: RecurrentOptions & { input_size: number; hidden_size: number })
  constructor(...args: unknown[]) {
    const [input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional] =
      GRU_NAMES.read(args)
    const settings = { input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional }
    super('GRU', settings)
  }

  /** As {@link RNN.forward}. */
  override forward(input: Tensor, hx?: Tensor | { hx?: Tensor | null } | null): [output: Tensor, h_n: Tensor]
  override forward(
    input: PackedSequence,
    hx?: Tensor | { hx?: Tensor | null } | null,
  ): [output: PackedSequence, h_n: Tensor]
  override forward(...args: unknown[]): [never, Tensor] {
    const [input, hx] = GRU_FORWARD.read(args)
    const { output, states } = run(this, input, hx === null ? null : [hx])
    return [output as never, states[0]]
  }
}

/** Options of {@link LSTM}. */
export interface LSTMOptions extends RecurrentOptions {
  /** The size that h is projected to (Sak et al. 2014), smaller than hidden_size; 0, the default, for none. */
  proj_size?: number
}

type States = readonly [h: Tensor, c: Tensor]

/**
 * A long short-term memory (Hochreiter & Schmidhuber 1997) at each step of a sequence, with torch's order of gates: input,
 * forget, cell, output. Source: torch.nn.LSTM.
 *
 * @throws ValueError for sizes out of range
 * @example
 * const [output, [h, c]] = new torch.nn.LSTM(8, 16, 2).forward(torch.zeros(5, 3, 8)) // [5, 3, 16], twice [2, 3, 16]
 */
export class LSTM extends Recurrent {
  constructor(
    input_size: number,
    hidden_size: number,
    num_layers?: number | LSTMOptions,
    bias?: boolean | Omit<LSTMOptions, 'num_layers'>,
    batch_first?: boolean | Omit<LSTMOptions, 'num_layers' | 'bias'>,
    dropout?: number,
    bidirectional?: boolean,
    proj_size?: number,
    options?: FactoryOptions,
  )
  constructor(options: LSTMOptions & { input_size: number; hidden_size: number })
  constructor(...args: unknown[]) {
    const [input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size] =
      LSTM_NAMES.read(args)
    const settings = {
      input_size,
      hidden_size,
      num_layers,
      bias,
      batch_first,
      dropout,
      bidirectional,
      proj_size,
    }
    super('LSTM', settings)
  }

  /**
   * Returns the output as {@link RNN.forward} does, and the last states `[h_n, c_n]`, each [layers directions, batch, hidden].
   *
   * @param hx the first states [h, c]; zeros by default
   */
  override forward(
    input: Tensor,
    hx?: States | { hx?: States | null } | null,
  ): [output: Tensor, states: [h_n: Tensor, c_n: Tensor]]
  override forward(
    input: PackedSequence,
    hx?: States | { hx?: States | null } | null,
  ): [output: PackedSequence, states: [h_n: Tensor, c_n: Tensor]]
  override forward(...args: unknown[]): [never, [Tensor, Tensor]] {
    const [input, hx] = LSTM_FORWARD.read(args)
    const { output, states } = run(this, input, pairOf('LSTM.forward', hx))
    return [output as never, [states[0], states[1]]]
  }
}
