/** torch.nn.utils.rnn: sequences of different lengths. */
import { describe } from '../../base/check.js'
import { RuntimeError, ValueError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { index_select } from '../../ops/shape/index_select.js'
import { cat, stack } from '../../ops/shape/join.js'
import { transpose } from '../../ops/shape/permute.js'
import { narrow, select } from '../../ops/shape/slice.js'
import { reshape } from '../../ops/shape/view.js'
import { full } from '../../tensor/create.js'
import { checkShape, formatShape, numelOf, sameShape } from '../../tensor/shape.js'
import { checkTensor, Tensor } from '../../tensor/tensor.js'
import { integers, integersOf, inverse, isPacked, PackedSequence, sizesOf } from './packed_sequence.js'

export { PackedSequence } from './packed_sequence.js'

const PACK_PADDED_SEQUENCE = signature(
  'pack_padded_sequence',
  'input: Tensor',
  'lengths: Tensor|list',
  'batch_first: bool = False',
  'enforce_sorted: bool = True',
)
const PAD_PACKED_SEQUENCE = signature(
  'pad_packed_sequence',
  'sequence: value',
  'batch_first: bool = False',
  'padding_value: number = 0',
  'total_length: int = None',
)
const PACK_SEQUENCE = signature('pack_sequence', 'sequences: list', 'enforce_sorted: bool = True')
const PAD_SEQUENCE = signature(
  'pad_sequence',
  'sequences: Tensor|list',
  'batch_first: bool = False',
  'padding_value: number = 0',
  "padding_side: 'left'|'right' = 'right'",
)
const UNPAD_SEQUENCE = signature(
  'unpad_sequence',
  'padded_sequences: Tensor',
  'lengths: Tensor|list',
  'batch_first: bool = False',
)
const UNPACK_SEQUENCE = signature('unpack_sequence', 'packed_sequences: value')

/** Lengths of sequences. */
export type Lengths = Tensor | readonly number[]

function lengthsOf(op: string, given: unknown): readonly number[] {
  if (given instanceof Tensor && (given.dtype !== 'int32' || given.dim() !== 1))
    throw new RuntimeError(
      `${op}: lengths must be an int32 vector, but got ${given.dtype} of shape ${formatShape(given.shape)}`,
    )
  const lengths = given instanceof Tensor ? integersOf(given) : [...(given as readonly number[])]
  if (!lengths.every(Number.isInteger))
    throw new TypeError(`${op}: lengths must be integers, but got ${formatShape(lengths)}`)
  return lengths
}

/** Keywords of {@link pack_padded_sequence}. */
export interface PackOptions {
  /** Whether the input is [batch, steps, ...]; false, the default, for [steps, batch, ...]. */
  batch_first?: boolean
  /** Whether the sequences must be in falling order of length; true by default. */
  enforce_sorted?: boolean
}

/**
 * Packs sequences that were padded to one length.
 *
 * @param input [steps, batch, ...]
 * @param lengths the length of each sequence, at least 1
 * @throws RuntimeError if lengths do not match, or rise although `enforce_sorted`
 * @example
 * const packed = torch.nn.utils.rnn.pack_padded_sequence(x, [3, 5], { batch_first: true, enforce_sorted: false })
 * const [output] = lstm.forward(packed)
 */
export function pack_padded_sequence(
  input: Tensor,
  lengths: Lengths,
  batch_first?: boolean | PackOptions,
  enforce_sorted?: boolean | Pick<PackOptions, 'enforce_sorted'>,
): PackedSequence
export function pack_padded_sequence(...args: unknown[]): PackedSequence {
  const [input, lengths, batch_first, enforce_sorted] = PACK_PADDED_SEQUENCE.read(args)
  return pack(input, lengthsOf('pack_padded_sequence', lengths), batch_first, enforce_sorted)
}

function pack(
  input: Tensor,
  given: readonly number[],
  batch_first: boolean,
  sorted: boolean,
): PackedSequence {
  const op = 'pack_padded_sequence'
  if (input.dim() < 2) throw new RuntimeError(`${op}: input must have at least 2 dimensions`)
  const [steps, batch] = batch_first ? [input.shape[1], input.shape[0]] : input.shape
  if (numelOf(input.shape) === 0) throw new RuntimeError(`Cannot pack empty tensors.`)
  if (given.length !== batch) {
    throw new RuntimeError(
      `Expected \`len(lengths)\` to be equal to batch_size, but got ${given.length} (batch_size=${batch})`,
    )
  }
  const order = given.map((_, i) => i)
  if (!sorted) order.sort((a, b) => given[b] - given[a])
  const lengths = order.map((i) => given[i])
  if (lengths.some((length) => length <= 0)) {
    throw new RuntimeError(
      'Length of all samples has to be greater than 0, but found an element in `lengths` that is <= 0',
    )
  }
  if (lengths.some((length, i) => i > 0 && length > lengths[i - 1])) {
    throw new RuntimeError(
      '`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not need ONNX exportability.',
    )
  }
  if (lengths[0] > steps)
    throw new RuntimeError(
      `Expected \`lengths\` to be at most ${steps}, the number of steps, but got ${lengths[0]}`,
    )
  const sizes = sizesFrom(lengths)
  const at = (step: number, sample: number) =>
    batch_first ? order[sample] * steps + step : step * batch + order[sample]
  const rows = sizes.flatMap((size, step) => Array.from({ length: size }, (_, sample) => at(step, sample)))
  const flat = reshape(input, [steps * batch, ...input.shape.slice(2)])
  const data = index_select(flat, 0, integers(rows))
  const permuted = sorted ? [null, null] : [integers(order), inverse(order)]
  return new PackedSequence(data, integers(sizes), permuted[0], permuted[1])
}

/** How many of `lengths`, in falling order, have each step. */
const sizesFrom = (lengths: readonly number[]): number[] => {
  const sizes: number[] = []
  let alive = lengths.length
  for (let step = 0; step < lengths[0]; step++) {
    while (lengths[alive - 1] <= step) alive--
    sizes.push(alive)
  }
  return sizes
}

/** Keywords of {@link pad_packed_sequence}. */
export interface PadPackedOptions {
  batch_first?: boolean
  /** 0 by default. */
  padding_value?: number
  /** The number of steps of the result, at least that of the longest sequence; null, the default, for that. */
  total_length?: number | null
}

/**
 * The inverse of {@link pack_padded_sequence}: padded sequences [steps, batch, ...], in the order of before they were packed, and their
 * lengths (int32).
 */
export function pad_packed_sequence(
  sequence: PackedSequence,
  batch_first?: boolean | PadPackedOptions,
  padding_value?: number | Omit<PadPackedOptions, 'batch_first'>,
  total_length?: number | null | Pick<PadPackedOptions, 'total_length'>,
): [padded: Tensor, lengths: Tensor]
export function pad_packed_sequence(...args: unknown[]): [padded: Tensor, lengths: Tensor] {
  const [sequence, batch_first, padding_value, total_length] = PAD_PACKED_SEQUENCE.read(args)
  return unpack('pad_packed_sequence', sequence, { batch_first, padding_value, total_length })
}

function unpack(
  op: string,
  sequence: unknown,
  { batch_first = false, padding_value = 0, total_length = null }: PadPackedOptions,
): [Tensor, Tensor] {
  if (!isPacked(sequence))
    throw new TypeError(`${op}: sequence must be a PackedSequence, but got ${describe(sequence)}`)
  const sizes = sizesOf(sequence)
  const [batch, steps] = [sizes[0], total_length ?? sizes.length]
  if (steps < sizes.length) {
    throw new ValueError(
      `Expected total_length to be at least the length of the longest sequence in input, but got total_length=${steps} and max sequence length being ${sizes.length}`,
    )
  }
  const { data, unsorted_indices } = sequence
  const inner = data.shape.slice(1)
  checkShape(op, [steps, batch, ...inner])
  const order = unsorted_indices === null ? sizes.slice(0, 0) : integersOf(unsorted_indices)
  const from = (sample: number) => order[sample] ?? sample
  const starts: number[] = []
  sizes.reduce((start, size) => {
    starts.push(start)
    return start + size
  }, 0)
  const padding = data.shape[0]
  const at = (step: number, sample: number) =>
    from(sample) < sizes[step] ? starts[step] + from(sample) : padding
  const [outer, count] = batch_first ? [batch, steps] : [steps, batch]
  const rows = Array.from({ length: outer * count }, (_, i) => {
    const [a, b] = [Math.floor(i / count), i % count]
    return batch_first ? at(b, a) : at(a, b)
  })
  const row = full([1, ...inner], padding_value, { dtype: data.dtype })
  const padded = index_select(cat([data, row]), 0, integers(rows))
  const lengths = Array.from({ length: batch }, (_, i) => sizes.filter((size) => size > from(i)).length)
  return [reshape(padded, [outer, count, ...inner]), integers(lengths)]
}

/**
 * Packs sequences [steps, ...] of different lengths.
 *
 * @example torch.nn.utils.rnn.pack_sequence([torch.ones(3, 2), torch.ones(5, 2)], { enforce_sorted: false })
 */
export function pack_sequence(
  sequences: readonly Tensor[],
  enforce_sorted?: boolean | Pick<PackOptions, 'enforce_sorted'>,
): PackedSequence
export function pack_sequence(...args: unknown[]): PackedSequence {
  const [sequences, enforce_sorted] = PACK_SEQUENCE.read(args)
  const own = sequencesOf('pack_sequence', sequences)
  const padded = pad(own, { batch_first: true })
  return pack(
    padded,
    own.map(({ shape }) => shape[0]),
    true,
    enforce_sorted,
  )
}

/** Keywords of {@link pad_sequence}. */
export interface PadOptions {
  batch_first?: boolean
  /** 0 by default. */
  padding_value?: number
  /** Where padding is added; 'right' by default. */
  padding_side?: 'left' | 'right'
}

/**
 * Stacks sequences [steps, ...] of different lengths, padded to the longest: [steps, batch, ...], or as `batch_first` says.
 *
 * @throws RuntimeError if they differ in more than their length
 * @example torch.nn.utils.rnn.pad_sequence([torch.ones(1), torch.ones(2)], true).tolist() // [[1, 0], [1, 1]]
 */
export function pad_sequence(
  sequences: readonly Tensor[] | Tensor,
  batch_first?: boolean | PadOptions,
  padding_value?: number | Omit<PadOptions, 'batch_first'>,
  padding_side?: 'left' | 'right' | Pick<PadOptions, 'padding_side'>,
): Tensor
export function pad_sequence(...args: unknown[]): Tensor {
  const [sequences, batch_first, padding_value, padding_side] = PAD_SEQUENCE.read(args)
  return pad(sequencesOf('pad_sequence', sequences), { batch_first, padding_value, padding_side })
}

function pad(
  sequences: readonly Tensor[],
  { batch_first = false, padding_value = 0, padding_side = 'right' }: PadOptions,
): Tensor {
  const longest = sequences.reduce((most, { shape }) => Math.max(most, shape[0]), 0)
  const [{ shape, dtype }] = sequences
  checkShape('pad_sequence', [sequences.length, longest, ...shape.slice(1)])
  const padded = sequences.map((x) => {
    const missing = longest - x.shape[0]
    if (missing === 0) return x
    const padding = full([missing, ...shape.slice(1)], padding_value, { dtype })
    return cat(padding_side === 'left' ? [padding, x] : [x, padding])
  })
  return stack(padded, batch_first ? 0 : 1)
}

function sequencesOf(op: string, given: Tensor | readonly unknown[]): readonly Tensor[] {
  const list =
    given instanceof Tensor
      ? Array.from({ length: given.shape[0] ?? 0 }, (_, i) => select(given, 0, i))
      : [...given]
  if (list.length === 0) throw new RuntimeError(`${op}: received an empty list of sequences`)
  return list.map((x, i) => {
    checkTensor(op, `sequences[${i}]`, x)
    const [first] = list as Tensor[]
    if (x.dim() === 0) throw new RuntimeError(`${op}: sequences[${i}] has no dimension of steps`)
    if (sameShape(x.shape.slice(1), first.shape.slice(1)) && x.dtype === first.dtype) return x
    throw new RuntimeError(
      `${op}: sequences must have the same type, and the same shape but for their length, but got ${first.dtype} ${formatShape(first.shape)} and ${x.dtype} ${formatShape(x.shape)} at entry ${i}`,
    )
  })
}

/**
 * The sequences without their padding, as {@link pad_sequence} took them.
 *
 * @param padded_sequences [steps, batch, ...]
 */
export function unpad_sequence(
  padded_sequences: Tensor,
  lengths: Lengths,
  batch_first?: boolean | Pick<PackOptions, 'batch_first'>,
): Tensor[]
export function unpad_sequence(...args: unknown[]): Tensor[] {
  const [padded, lengths, batch_first] = UNPAD_SEQUENCE.read(args)
  return unpad(padded, lengthsOf('unpad_sequence', lengths), batch_first)
}

function unpad(padded: Tensor, lengths: readonly number[], batch_first: boolean): Tensor[] {
  if (padded.dim() < 2) throw new RuntimeError('unpad_sequence: the input must have at least 2 dimensions')
  const rows = batch_first ? padded : transpose(padded, 0, 1)
  if (lengths.length !== rows.shape[0])
    throw new RuntimeError(`unpad_sequence: expected ${rows.shape[0]} lengths, but got ${lengths.length}`)
  return lengths.map((length, i) => {
    const row = select(rows, 0, i)
    return narrow(row, 0, 0, Math.min(length, row.shape[0]))
  })
}

/** The sequences that {@link pack_sequence} took. */
export function unpack_sequence(packed_sequences: PackedSequence): Tensor[]
export function unpack_sequence(...args: unknown[]): Tensor[] {
  const [packed] = UNPACK_SEQUENCE.read(args)
  const [padded, lengths] = unpack('unpack_sequence', packed, { batch_first: true })
  return unpad(padded, integersOf(lengths), true)
}
