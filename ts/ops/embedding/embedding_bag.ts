/** Rows of a table reduced bag by bag. */

import * as calls from '#kernels/calls'
import { describe } from '../../base/check.js'
import { RuntimeError, ValueError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { onlyFloat } from '../../tensor/convert.js'
import { tensor } from '../../tensor/create.js'
import { zerosLike } from '../../tensor/parts.js'
import { checkShape, formatShape, sameShape } from '../../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { checkIndices, outOfRange, resolvePadding } from './embedding.js'

/** How the rows of a bag are combined. */
export type BagMode = 'sum' | 'mean' | 'max'

/** Options of {@link embedding_bag}. */
export interface EmbeddingBagOptions {
  /** 'mean' by default. */
  mode?: BagMode
  /** One factor for each index, float32 of the input's shape; for mode 'sum' only. */
  per_sample_weights?: Tensor | null
  /** Whether the last offset is the end of the input, not the start of a last bag. */
  include_last_offset?: boolean
  /** A row that is ignored in all bags and gets no gradient. */
  padding_idx?: number | null
}

interface Options {
  mode: BagMode
  bags: number
  /** A row, or -1. */
  padding: number
}

/** Pointers and sizes that define the rows of each bag for kernels. */
function bagsOf(indices: Tensor, offsets: Tensor, padding: number) {
  return {
    indices: indices.pointer(),
    length: indices.numel(),
    offsets: offsets.pointer(),
    bags: offsets.numel() - 1,
    padding,
  }
}

/** The rows with the maxima, or the operands of the sums. */
type BagSaved = {
  chosen?: Tensor
  indices?: Tensor
  offsets?: Tensor
  factors?: Tensor | undefined
  table?: Tensor | undefined
}

/** Inputs are indices, offsets including the end (only 0 if bags have no elements), the table and perhaps factors. */
const record = define<Options, BagSaved>({
  name: 'embedding_bag',
  shape: ([, , table], { bags }) => [bags, table.shape[1]],
  forward([indices, offsets, table, factors], out, { mode, padding }) {
    const bags = bagsOf(indices, offsets, padding)
    const read = { table: table.pointer(), rows: table.shape[0], width: table.shape[1], ...bags }
    if (mode === 'max') {
      const chosen = empty('embedding_bag', out.shape, 'int32')
      calls.embedding_bag_max(kernels, { ...read, out: out.pointer(), chosen: chosen.pointer() })
      return { chosen }
    }
    const per_sample = factors === undefined ? 0 : factors.pointer()
    calls.embedding_bag_sum(kernels, { ...read, mean: mode === 'mean', per_sample, out: out.pointer() })
    return {
      indices,
      offsets,
      factors: table.requires_grad ? factors : undefined,
      table: factors?.requires_grad ? table : undefined,
    }
  },
  makes: ['chosen'],
  backward(
    upstream,
    { chosen, indices, offsets, factors, table },
    { mode, padding },
    { needs, inputShapes },
  ) {
    const [rows, width] = inputShapes[2]
    let gradient: Tensor | null = null
    if (chosen) {
      gradient = zerosLike([rows, width])
      calls.embedding_bag_max_backward(kernels, {
        upstream: upstream.pointer(),
        chosen: chosen.pointer(),
        gradient: gradient.pointer(),
        rows,
        width,
        bags: upstream.shape[0],
      })
      return [null, null, gradient]
    }
    if (!indices || !offsets) return []
    const bags = bagsOf(indices, offsets, padding)
    if (needs[2]) {
      gradient = zerosLike([rows, width])
      calls.embedding_bag_sum_backward(kernels, {
        upstream: upstream.pointer(),
        rows,
        width,
        ...bags,
        mean: mode === 'mean',
        per_sample: factors ? factors.pointer() : 0,
        gradient: gradient.pointer(),
      })
    }
    if (!table) return [null, null, gradient]
    const weights = empty('backward', inputShapes[3])
    calls.embedding_bag_per_sample_backward(kernels, {
      upstream: upstream.pointer(),
      table: table.pointer(),
      rows,
      width,
      ...bags,
      gradient: weights.pointer(),
    })
    return [null, null, gradient, weights]
  },
})

/**
 * Sum, mean or maximum of rows of `weight` [rows, width] for each bag -> [bags, width]; 0 for an empty
 * bag. `input`, int32, is [bags, indices], or one vector with the start of each bag in
 * `offsets`, int32. Source: torch.nn.functional.embedding_bag.
 *
 * @throws RuntimeError if an index is out of range, or the offsets do not ascend within the input
 */
export function embedding_bag(
  input: Tensor,
  weight: Tensor,
  offsets: Tensor | null = null,
  options: EmbeddingBagOptions = {},
): Tensor {
  const {
    mode = 'mean',
    per_sample_weights = null,
    include_last_offset = false,
    padding_idx = null,
  } = options
  checkIndices('embedding_bag', input)
  checkTensor('embedding_bag', 'weight', weight)
  checkMode(mode)
  if (weight.dim() !== 2)
    throw new ValueError(`weight has to be a 2D Tensor, but got Tensor of dimension ${weight.dim()}`)
  const factors = checkFactors(input, mode, per_sample_weights)
  const [rows, width] = weight.shape
  const { bags, starts } = bagsIn(input, offsets, include_last_offset, width)
  const padding = resolvePadding(padding_idx, rows) ?? -1
  const wrong = outOfRange(input, rows)
  if (wrong !== null) {
    throw new RuntimeError(
      `Index ${wrong} of input takes value ${input.data()[wrong]} which is not in the valid range [0, ${rows})`,
    )
  }
  const inputs = [input, tensor(starts), onlyFloat('embedding_bag', 'weight', weight), ...factors]
  return apply(record, inputs, { mode, bags, padding })
}

/** Throws torch's error unless it is valid. */
export function checkMode(mode: unknown): asserts mode is BagMode {
  if (mode === 'sum' || mode === 'mean' || mode === 'max') return
  throw new ValueError(`mode has to be one of sum, mean or max, but got ${describe(mode)}`)
}

function checkFactors(input: Tensor, mode: BagMode, factors: Tensor | null): Tensor[] {
  if (factors === null) return []
  checkTensor('embedding_bag', 'per_sample_weights', factors)
  if (mode !== 'sum') {
    throw new RuntimeError(
      `embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got mode='${mode}').`,
    )
  }
  if (!sameShape(factors.shape, input.shape)) {
    throw new ValueError(
      `embedding_bag: If per_sample_weights (${formatShape(factors.shape)}) is not None, then it must have the same shape as the input (${formatShape(input.shape)})`,
    )
  }
  return [onlyFloat('embedding_bag', 'per_sample_weights', factors)]
}

/** The number of bags, and the start of each and the end of the last one; only 0 if they have no elements. */
function bagsIn(input: Tensor, offsets: Tensor | null, include_last_offset: boolean, width: number) {
  const length = input.numel()
  if (input.dim() === 2) {
    if (offsets !== null) {
      throw new ValueError(
        'if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length sequences.',
      )
    }
    const [bags, size] = input.shape
    checkShape('embedding_bag', [bags, width])
    const ends = width === 0 ? 1 : bags + 1
    checkShape('embedding_bag', [ends])
    const starts = new Int32Array(ends)
    for (let bag = 1; bag < starts.length; bag++) starts[bag] = bag * size
    return { bags, starts }
  }
  if (input.dim() !== 1)
    throw new ValueError(`input has to be 1D or 2D Tensor, but got Tensor of dimension ${input.dim()}`)
  if (offsets === null) throw new ValueError('offsets has to be a 1D Tensor but got null')
  checkTensor('embedding_bag', 'offsets', offsets)
  if (offsets.dim() !== 1 || offsets.dtype !== 'int32') {
    throw new ValueError(
      `offsets has to be a 1D Tensor of int32, but got ${offsets.dtype} of shape ${formatShape(offsets.shape)}`,
    )
  }
  const given = offsets.data<Int32Array>()
  if (include_last_offset && given.length === 0)
    throw new RuntimeError('include_last_offset: number of offset should be at least 1')
  if (given.length > 0 && given[0] !== 0) {
    throw new RuntimeError(
      `offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got ${given[0]}`,
    )
  }
  const fall = given.findIndex((start, i) => i > 0 && start < given[i - 1])
  if (fall >= 0) {
    throw new RuntimeError(
      `embedding_bag: offsets must not fall, but got offsets[${fall}] = ${given[fall]} after ${given[fall - 1]}`,
    )
  }
  const last = given.at(-1) ?? 0
  if (last > length) {
    throw new RuntimeError(
      `offsets[-1] can not be greater than input's length ${length} but got offsets[-1] of ${last}`,
    )
  }
  if (include_last_offset) return { bags: given.length - 1, starts: given }
  const starts = new Int32Array(given.length + 1).fill(length)
  starts.set(given)
  return { bags: given.length, starts }
}
