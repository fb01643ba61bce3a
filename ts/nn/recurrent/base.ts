/** What recurrent layers share. */
import { describe } from '../../base/check.js'
import { RuntimeError, ValueError } from '../../base/errors.js'
import { Storage } from '../../memory/storage.js'
import { linear } from '../../ops/linear/linear.js'
import { dropout } from '../../ops/random/dropout.js'
import { type Cell, gatesOf, recurrent } from '../../ops/recurrent/recurrent.js'
import { cat, stack } from '../../ops/shape/join.js'
import { transpose } from '../../ops/shape/permute.js'
import { select } from '../../ops/shape/slice.js'
import { reshape, squeeze, unsqueeze } from '../../ops/shape/view.js'
import { zeros } from '../../tensor/create.js'
import { formatShape, sameShape } from '../../tensor/shape.js'
import { empty, Tensor } from '../../tensor/tensor.js'
import { watcher } from '../../tensor/trace.js'
import type { FactoryOptions } from '../factory.js'
import { uniform_ } from '../init.js'
import { Module } from '../module.js'
import { Parameter } from '../parameter.js'
import { repr } from '../repr.js'
import { integers, isPacked, type PackedSequence, reordered, sizesOf, withData } from './packed_sequence.js'
import { projected } from './projected.js'

/** Options of all recurrent layers. */
export interface RecurrentOptions extends FactoryOptions {
  /** Layers, each of which reads the outputs of the one before; 1 by default. */
  num_layers?: number
  /** Whether biases are learned; true by default. */
  bias?: boolean
  /** Whether inputs and outputs are [batch, steps, features]; false, the default, for [steps, batch, features]. */
  batch_first?: boolean
  /** Probability of dropping an output of each layer but the last; 0 by default. */
  dropout?: number
  /** Whether each layer also runs backwards in time; false by default. */
  bidirectional?: boolean
}

/** Settings of a layer, with torch's names. */
export interface Settings {
  readonly input_size: number
  readonly hidden_size: number
  readonly num_layers: number
  readonly bias: boolean
  readonly batch_first: boolean
  readonly dropout: number
  readonly bidirectional: boolean
  /** The size of the state of an LSTM that projects its output, 0 for hidden_size. */
  readonly proj_size?: number
}

/** Draws all parameters of a recurrent module anew, uniformly from ± 1 / sqrt(hidden_size), in order. */
export function drawParameters(module: Module, hidden_size: number): void {
  const bound = hidden_size > 0 ? 1 / Math.sqrt(hidden_size) : 0
  const parameters = [...module.parameters()]
  Storage.changeAll(parameters, () => {
    for (const parameter of parameters) uniform_(parameter, -bound, bound)
  })
}

/** Adds the parameters of one cell: those of the input, then those of the state. */
export function addParameters(
  module: Module,
  [inputs, hidden, state = hidden]: readonly [number, number, number?],
  cell: Cell,
  bias: boolean,
  suffix = '',
): void {
  const rows = gatesOf(cell) * hidden
  const shapes = {
    weight_ih: [rows, inputs],
    weight_hh: [rows, state],
    bias_ih: [rows],
    bias_hh: [rows],
    ...(state === hidden ? {} : { weight_hr: [state, hidden] }),
  }
  for (const [name, shape] of Object.entries(shapes)) {
    if (!bias && name.startsWith('bias')) continue
    module.register_parameter(name + suffix, new Parameter(empty('RNN', shape)))
  }
}

/** The parameters of one cell by their names without suffix; biases may be absent. */
export function parametersOf(module: Module, suffix = '') {
  const get = (name: string) => (Reflect.get(module, name + suffix) ?? null) as Parameter | null
  return {
    toInput: get('weight_ih') as Parameter,
    weight: get('weight_hh') as Parameter,
    inputBias: get('bias_ih'),
    bias: get('bias_hh'),
    toState: get('weight_hr'),
  }
}

/** Throws torch's errors for sizes out of range. */
function checkSettings(op: string, settings: Settings): void {
  const { input_size, hidden_size, num_layers, dropout, proj_size = 0 } = settings
  if (!(dropout >= 0 && dropout <= 1)) {
    throw new ValueError(
      `${op}: dropout should be a number in range [0, 1] representing the probability of an element being zeroed, but got ${describe(dropout)}`,
    )
  }
  for (const [name, size] of Object.entries({ input_size, hidden_size, num_layers })) {
    if (size <= 0) throw new ValueError(`${op}: ${name} must be greater than zero, but got ${size}`)
  }
  if (proj_size < 0) {
    throw new ValueError(
      `${op}: proj_size should be a positive integer or zero to disable projections, but got ${proj_size}`,
    )
  }
  if (proj_size >= hidden_size)
    throw new ValueError(`${op}: proj_size has to be smaller than hidden_size, but got ${proj_size}`)
  // So that a mistake does not ask for memory without bound.
  if (num_layers > 1000) throw new ValueError(`${op}: num_layers must be at most 1000, but got ${num_layers}`)
}

/** Output and last states. */
export interface Result<Input> {
  readonly output: Input
  /** h, and c of an LSTM. */
  readonly states: Tensor[]
}

/** Rows of all steps, and how many each step has. */
interface Rows {
  readonly rows: Tensor
  readonly sizes: readonly number[]
}

/** What a layer computes, with torch's names. */
const CELLS = { LSTM: 'lstm', GRU: 'gru', RNN_TANH: 'tanh', RNN_RELU: 'relu' } as const

/** A recurrent layer. Parameters have torch's names: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, with `_reverse`. */
export abstract class Recurrent extends Module {
  readonly mode: keyof typeof CELLS
  readonly input_size: number
  readonly hidden_size: number
  readonly num_layers: number
  readonly bias: boolean
  readonly batch_first: boolean
  readonly dropout: number
  readonly bidirectional: boolean
  readonly proj_size: number;
  [parameter: `${'weight' | 'bias'}_${'ih' | 'hh' | 'hr'}_l${string}`]: Parameter

  constructor(mode: keyof typeof CELLS, settings: Settings) {
    super()
    checkSettings(mode, settings)
    this.mode = mode
    this.input_size = settings.input_size
    this.hidden_size = settings.hidden_size
    this.num_layers = settings.num_layers
    this.bias = settings.bias
    this.batch_first = settings.batch_first
    this.dropout = settings.dropout
    this.bidirectional = settings.bidirectional
    this.proj_size = settings.proj_size ?? 0
    const directions = directionsOf(this)
    const state = stateSizeOf(this)
    for (const [i, suffix] of suffixesOf(this).entries()) {
      const inputs = i < directions ? this.input_size : directions * state
      addParameters(this, [inputs, this.hidden_size, state], CELLS[mode], this.bias, suffix)
    }
    drawParameters(this, this.hidden_size)
  }

  override extra_repr(): string {
    const parts = [`${this.input_size}, ${this.hidden_size}`]
    const defaults = {
      proj_size: 0,
      num_layers: 1,
      bias: true,
      batch_first: false,
      dropout: 0,
      bidirectional: false,
    }
    for (const [name, usual] of Object.entries(defaults)) {
      const value = this[name as keyof typeof defaults]
      if (value !== usual) parts.push(`${name}=${repr(value)}`)
    }
    return parts.join(', ')
  }
}

/** Elements of h; c has hidden_size. */
const stateSizeOf = ({ proj_size, hidden_size }: Recurrent) => proj_size || hidden_size

const directionsOf = ({ bidirectional }: Recurrent) => (bidirectional ? 2 : 1)

/** The ends of the parameters' names, a layer's directions together. */
function suffixesOf({ bidirectional, num_layers }: Recurrent): string[] {
  const ends = bidirectional ? ['', '_reverse'] : ['']
  return Array.from({ length: num_layers }, (_, layer) => ends.map((end) => `_l${layer}${end}`)).flat()
}

/** The whole of `layer`. `given` has the first states, h and c of an LSTM, or is null for zeros. */
export function run(
  layer: Recurrent,
  input: unknown,
  given: readonly Tensor[] | null,
): Result<Tensor | PackedSequence> {
  if (!isPacked(input)) return runTensor(layer, input, given)
  checkInput(layer, input.data, 2)
  const sizes = sizesOf(input)
  const { sorted_indices, unsorted_indices } = input
  const states = statesFor(layer, given, sizes[0])
  const ordered = states.map((state) => reordered(state, sorted_indices))
  const { output, states: last } = runRows(layer, { rows: input.data, sizes }, ordered)
  return {
    output: withData(input, output),
    states: last.map((state) => reordered(state, unsorted_indices)),
  }
}

function runTensor(layer: Recurrent, input: unknown, given: readonly Tensor[] | null): Result<Tensor> {
  const name = layer.mode
  if (!(input instanceof Tensor)) {
    throw new TypeError(
      `${name}.forward: input must be a Tensor or a PackedSequence, but got ${describe(input)}`,
    )
  }
  const rank = input.dim()
  if (rank !== 2 && rank !== 3)
    throw new ValueError(`${name}: Expected input to be 2D or 3D, got ${rank}D instead`)
  for (const state of given ?? []) {
    if (state.dim() === rank) continue
    const [kind, wanted] = rank === 3 ? ['batched 3-D', '3-D'] : ['unbatched 2-D', '2-D']
    throw new RuntimeError(
      `${name}: For ${kind} input, hx should also be ${wanted} but got ${state.dim()}-D tensor`,
    )
  }
  checkInput(layer, input, rank)
  if (rank === 2) {
    const batched = given?.map((state) => unsqueeze(state, 1)) ?? null
    const { output, states } = runBatch(layer, unsqueeze(input, 1), batched)
    return { output: squeeze(output, 1), states: states.map((state) => squeeze(state, 1)) }
  }
  if (!layer.batch_first) return runBatch(layer, input, given)
  const { output, states } = runBatch(layer, transpose(input, 0, 1), given)
  return { output: transpose(output, 0, 1), states }
}

/** input [steps, batch, features] */
function runBatch(layer: Recurrent, input: Tensor, given: readonly Tensor[] | null): Result<Tensor> {
  const [steps, batch, width] = input.shape
  if (steps === 0)
    throw new RuntimeError(`${layer.mode}: Expected sequence length to be larger than 0 in RNN`)
  const rows = reshape(input, [steps * batch, width])
  const sizes = new Array<number>(steps).fill(batch)
  const { output: last, states } = runRows(layer, { rows, sizes }, statesFor(layer, given, batch))
  const output = reshape(last, [steps, batch, last.shape[1]])
  if (watcher !== null) {
    const parameters = suffixesOf(layer).flatMap((suffix) => Object.values(parametersOf(layer, suffix)))
    const inputs = [input, ...parameters.filter((each) => each !== null), ...(given ?? [])]
    const { mode, num_layers, bidirectional, bias, hidden_size } = layer
    const options = { mode, num_layers, bidirectional, bias, hidden_size, hasStates: given !== null }
    watcher.operation('recurrent_layers', inputs, [output, ...states], options)
  }
  return { output, states }
}

/** All layers over packed rows; states are [layers directions, batch, hidden]. */
function runRows(layer: Recurrent, { rows, sizes }: Rows, states: readonly Tensor[]): Result<Tensor> {
  const steps = integers(sizes)
  const directions = directionsOf(layer)
  const suffixes = suffixesOf(layer)
  const ends: Tensor[][] = states.map(() => [])
  let output = rows
  for (let first = 0; first < suffixes.length; first += directions) {
    if (first > 0) output = dropout(output, layer.dropout, { training: layer.training })
    const outputs: Tensor[] = []
    for (let i = first; i < first + directions; i++) {
      const { toInput, weight, inputBias, bias, toState } = parametersOf(layer, suffixes[i])
      const starts = states.map((state) => select(state, 0, i))
      const inputs = linear(output, toInput, inputBias)
      const direction = { weight, bias, cell: CELLS[layer.mode], reverse: i > first }
      const [out, ...last] =
        toState === null
          ? recurrent(inputs, steps, starts, direction)
          : projected(inputs, sizes, starts, { ...direction, toState })
      outputs.push(out)
      last.forEach((state, k) => {
        ends[k].push(state)
      })
    }
    output = outputs.length === 1 ? outputs[0] : cat(outputs, 1)
  }
  return { output, states: ends.map((parts) => stack(parts)) }
}

function checkInput({ mode, input_size }: Recurrent, input: Tensor, rank: number): void {
  if (input.dim() !== rank)
    throw new RuntimeError(`${mode}: Expected a packed sequence of ${rank}-D data, got ${input.dim()}-D`)
  const width = input.shape[rank - 1]
  if (width !== input_size) {
    throw new RuntimeError(
      `${mode}: input.size(-1) must be equal to input_size. Expected ${input_size}, got ${width}`,
    )
  }
  if (input.dtype !== 'float32')
    throw new RuntimeError(`${mode}: input must be float32, but got ${input.dtype}`)
}

/** The first states, zeros if none are given. Throws unless they have the shape for this batch. */
function statesFor(layer: Recurrent, given: readonly Tensor[] | null, batch: number): readonly Tensor[] {
  const sizes = layer.mode === 'LSTM' ? [stateSizeOf(layer), layer.hidden_size] : [layer.hidden_size]
  const shapes = sizes.map((size) => [layer.num_layers * directionsOf(layer), batch, size])
  const states = given ?? shapes.map((shape) => zeros(shape))
  for (const [i, state] of states.entries()) {
    const shape = shapes[i]
    if (sameShape(state.shape, shape) && state.dtype === 'float32') continue
    const which = shapes.length === 1 ? '' : `[${i}]`
    throw new RuntimeError(
      `${layer.mode}: Expected hidden${which} size ${formatShape(shape)}, got ${formatShape(state.shape)} of ${state.dtype}`,
    )
  }
  return states
}
