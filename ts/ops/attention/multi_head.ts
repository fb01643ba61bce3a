/** Attention of several heads, with projections before and behind. */

import { RuntimeError } from '../../base/errors.js'
import { zeros } from '../../tensor/create.js'
import { formatShape, sameShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { add, mul } from '../elementwise/binary.js'
import { where } from '../elementwise/where.js'
import { linear } from '../linear/linear.js'
import { matmul } from '../linear/matmul.js'
import { dropout } from '../random/dropout.js'
import { mean } from '../reduce/reduce.js'
import { softmax } from '../reduce/softmax.js'
import { expand } from '../shape/expand.js'
import { cat } from '../shape/join.js'
import { transpose } from '../shape/permute.js'
import { narrow } from '../shape/slice.js'
import { reshape, unsqueeze } from '../shape/view.js'
import { scaled_dot_product_attention } from './dot_product.js'
import { split_heads } from './heads.js'

/** What is learned. */
export interface Projections {
  /** [3 E, E]: those of query, key and value, one below the other; null if each has its own. */
  readonly in_proj_weight: Tensor | null
  readonly q_proj_weight: Tensor | null
  readonly k_proj_weight: Tensor | null
  readonly v_proj_weight: Tensor | null
  /** [3 E] */
  readonly in_proj_bias: Tensor | null
  /** [1, 1, E]: a further key and value. */
  readonly bias_k: Tensor | null
  readonly bias_v: Tensor | null
  readonly out_proj_weight: Tensor
  readonly out_proj_bias: Tensor | null
}

/** Options of {@link multi_head_attention}. */
export interface MultiHeadOptions {
  readonly num_heads: number
  /** Whether inputs are [batch, length, E], not [length, batch, E]. */
  readonly batchFirst: boolean
  /** Whether a key and value of zeros are added. */
  readonly add_zero_attn: boolean
  readonly dropout_p: number
  /** [batch, keys]: bool, true where a key is ignored, or float32, added to the scores. */
  readonly key_padding_mask: Tensor | null
  /** [queries, keys] or [batch heads, queries, keys], of the same kinds. */
  readonly attn_mask: Tensor | null
  readonly need_weights: boolean
  readonly average_attn_weights: boolean
  /** Says that `attn_mask` is the causal one. */
  readonly is_causal: boolean
}

const OP = 'multi_head_attention_forward'

/** The result, of the query's shape, and the weights [batch, queries, keys], or [batch, heads, queries, keys], or null. */
export function multi_head_attention(
  inputs: readonly [query: Tensor, key: Tensor, value: Tensor],
  projections: Projections,
  options: MultiHeadOptions,
): [Tensor, Tensor | null] {
  const { need_weights, average_attn_weights, num_heads: heads, batchFirst } = options
  checkRanks(inputs, options)
  const isBatched = inputs[0].dim() === 3
  const at = batchFirst ? 0 : 1
  // An input that is given twice stays one tensor: it is projected once.
  const copies = new Map(inputs.map((x) => [x, isBatched ? x : unsqueeze(x, at)]))
  const [query, key, value] = inputs.map((x) => copies.get(x) as Tensor)
  const width = query.shape[2]
  if (width % heads !== 0) throw new RuntimeError(`embed_dim ${width} not divisible by num_heads ${heads}`)
  checkMatch(query, key, value, projections, batchFirst)

  const [q, k, v] = withOthers(projected(query, key, value, projections, options), projections, options)
  const [batch, , queries] = q.shape
  const given = key.shape[1 - at]
  // Scores of keys that were added are not masked.
  const mask = masked({ ...options, batch, queries, keys: given, added: k.shape[2] - given })
  const { out_proj_weight, out_proj_bias } = projections
  // As in torch, which then does not look at the mask.
  const is_causal = options.is_causal && options.key_padding_mask === null && !need_weights
  if (options.is_causal && options.attn_mask === null) {
    throw new RuntimeError(
      'Need attn_mask if specifying the is_causal hint. You may use the Transformer module method `generate_square_subsequent_mask` to create this mask.',
    )
  }
  const { dropout_p } = options
  let attended: Tensor
  let weights: Tensor | null = null
  if (need_weights) {
    weights = weightsOf(q, k, mask, dropout_p)
    attended = matmul(weights, v)
  } else {
    attended = scaled_dot_product_attention(q, k, v, {
      attn_mask: is_causal ? null : mask,
      dropout_p,
      is_causal,
      scale: null,
      enable_gqa: false,
    })
  }
  // [batch, heads, queries, width]
  const together = batchFirst
    ? reshape(transpose(attended, 1, 2), [batch, queries, width])
    : reshape(transpose(transpose(attended, 1, 2), 0, 1), [queries, batch, width])
  const out = linear(together, out_proj_weight, out_proj_bias)
  if (weights !== null && average_attn_weights) weights = mean(weights, { dim: 1 })
  const single = (x: Tensor, dim: number) =>
    reshape(
      x,
      x.shape.filter((_, i) => i !== dim),
    )
  return isBatched ? [out, weights] : [single(out, at), weights === null ? null : single(weights, 0)]
}

function checkRanks(
  [query, key, value]: readonly Tensor[],
  { key_padding_mask, attn_mask }: MultiHeadOptions,
): void {
  const rank = query.dim()
  if (rank !== 2 && rank !== 3) {
    throw new RuntimeError(
      `query should be unbatched 2D or batched 3D tensor but received ${rank}-D query tensor`,
    )
  }
  const kind = rank === 3 ? 'batched (3-D)' : 'unbatched (2-D)'
  if (key.dim() !== rank || value.dim() !== rank) {
    throw new RuntimeError(
      `For ${kind} \`query\`, expected \`key\` and \`value\` to be ${rank}-D but found ${key.dim()}-D and ${value.dim()}-D tensors respectively`,
    )
  }
  if (key_padding_mask !== null && key_padding_mask.dim() !== rank - 1) {
    throw new RuntimeError(
      `For ${kind} \`query\`, expected \`key_padding_mask\` to be \`None\` or ${rank - 1}-D but found ${key_padding_mask.dim()}-D tensor instead`,
    )
  }
  if (attn_mask !== null && attn_mask.dim() !== 2 && attn_mask.dim() !== 3) {
    throw new RuntimeError(
      `For ${kind} \`query\`, expected \`attn_mask\` to be \`None\`, 2-D or 3-D but found ${attn_mask.dim()}-D tensor instead`,
    )
  }
}

/** Throws unless the sizes of inputs and projections fit. */
function checkMatch(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight, in_proj_bias }: Projections,
  batchFirst: boolean,
): void {
  const width = query.shape[2]
  const isShared = in_proj_weight !== null
  const whole = isShared ? 3 : 2
  if (!sameShape(key.shape.slice(0, whole), value.shape.slice(0, whole))) {
    throw new RuntimeError(
      `key shape ${formatShape(key.shape)} does not match value shape ${formatShape(value.shape)}`,
    )
  }
  const batch = batchFirst ? 0 : 1
  if (query.shape[batch] !== key.shape[batch]) {
    throw new RuntimeError(
      `${OP}: query and key must have as many sequences, but got shapes ${formatShape(query.shape)} and ${formatShape(key.shape)}`,
    )
  }
  const wanted: [string, Tensor | null, number[]][] = isShared
    ? [['in_proj_weight', in_proj_weight, [3 * width, key.shape[2]]]]
    : [
        ['q_proj_weight', q_proj_weight, [width, width]],
        ['k_proj_weight', k_proj_weight, [width, key.shape[2]]],
        ['v_proj_weight', v_proj_weight, [width, value.shape[2]]],
      ]
  wanted.push(['in_proj_bias', in_proj_bias, [3 * width]])
  for (const [name, x, shape] of wanted) {
    if (x === null && name === 'in_proj_bias') continue
    if (x === null || !sameShape(x.shape, shape)) {
      const got = x === null ? 'None' : `shape ${formatShape(x.shape)}`
      throw new RuntimeError(`${OP}: ${name} must have shape ${formatShape(shape)}, but got ${got}`)
    }
  }
  if (isShared && key.shape[2] !== width) {
    throw new RuntimeError(
      `${OP}: query and key must have the same width, but got shapes ${formatShape(query.shape)} and ${formatShape(key.shape)}`,
    )
  }
}

/** Query, key and value [batch, heads, length, width] after their projections: as few products as inputs differ. */
function projected(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { in_proj_weight: weight, in_proj_bias: bias, q_proj_weight, k_proj_weight, v_proj_weight }: Projections,
  { num_heads, batchFirst }: MultiHeadOptions,
): Tensor[] {
  const width = query.shape[2]
  const rows = (x: Tensor, first: number, count: number) => narrow(x, 0, first * width, count * width)
  const project = (x: Tensor, own: Tensor | null, first: number, count: number) => {
    const matrix = own ?? (weight as Tensor)
    const factors = own === null && count < 3 ? rows(matrix, first, count) : matrix
    const shift = bias === null || count === 3 ? bias : rows(bias, first, count)
    return split_heads(linear(x, factors, shift), count, num_heads, batchFirst)
  }
  if (weight === null || key !== value)
    return [
      ...project(query, q_proj_weight, 0, 1),
      ...project(key, k_proj_weight, 1, 1),
      ...project(value, v_proj_weight, 2, 1),
    ]
  if (query === key) return project(query, null, 0, 3)
  return [...project(query, null, 0, 1), ...project(key, null, 1, 2)]
}

/** Query, key and value with the keys and values that are added to each sequence. */
function withOthers(
  [q, k, v]: Tensor[],
  { bias_k, bias_v }: Projections,
  { add_zero_attn }: MultiHeadOptions,
): Tensor[] {
  let [keys, values] = [k, v]
  const [batch, heads, , width] = k.shape
  const shape = [batch, heads, 1, width]
  if ((bias_k === null) !== (bias_v === null))
    throw new RuntimeError(`${OP}: bias_k and bias_v must both be given, or neither`)
  const asHeads = (bias: Tensor) => expand(reshape(bias, [1, heads, 1, width]), shape)
  if (bias_k !== null && bias_v !== null) {
    keys = cat([keys, asHeads(bias_k)], 2)
    values = cat([values, asHeads(bias_v)], 2)
  }
  if (add_zero_attn) {
    keys = cat([keys, zeros(shape)], 2)
    values = cat([values, zeros(shape)], 2)
  }
  return [q, keys, values]
}

interface MaskParts extends MultiHeadOptions {
  readonly batch: number
  readonly queries: number
  /** Keys that are masked, and those added behind them. */
  readonly keys: number
  readonly added: number
}

/** Both masks as one, which is added to scores [batch, heads, queries, keys]; null without any. */
function masked({
  attn_mask,
  key_padding_mask,
  num_heads: heads,
  batch,
  queries,
  keys,
  added,
}: MaskParts): Tensor | null {
  const canonical = (name: string, mask: Tensor) => {
    if (mask.dtype !== 'bool' && mask.dtype !== 'float32')
      throw new RuntimeError(`only bool and floating types of ${name} are supported`)
    const bias = mask.dtype === 'bool' ? where(mask, Number.NEGATIVE_INFINITY, 0) : mask
    return added === 0 ? bias : cat([bias, zeros([...bias.shape.slice(0, -1), added])], -1)
  }
  const all = keys + added
  let mask: Tensor | null = null
  if (attn_mask !== null) {
    const is2d = attn_mask.dim() === 2
    const wanted = is2d ? [queries, keys] : [batch * heads, queries, keys]
    if (!sameShape(attn_mask.shape, wanted)) {
      throw new RuntimeError(
        `The shape of the ${attn_mask.dim()}D attn_mask is ${formatShape(attn_mask.shape)}, but should be ${formatShape(wanted)}.`,
      )
    }
    const bias = canonical('attn_mask', attn_mask)
    mask = reshape(bias, is2d ? [1, 1, queries, all] : [batch, heads, queries, all])
  }
  if (key_padding_mask !== null) {
    const [wanted, own] = [[batch, keys], key_padding_mask]
    const bias2d = own.dim() === 1 ? unsqueeze(own, 0) : own
    if (!sameShape(bias2d.shape, wanted)) {
      throw new RuntimeError(
        `${OP}: key_padding_mask must have shape ${formatShape(wanted)}, but got ${formatShape(own.shape)}`,
      )
    }
    const bias = reshape(canonical('key_padding_mask', bias2d), [batch, 1, 1, all])
    mask = mask === null ? bias : add(mask, bias)
  }
  return mask
}

/** The weights after dropout. Those of a query that sees no key are NaN, as torch's are where they are asked for. */
function weightsOf(q: Tensor, k: Tensor, mask: Tensor | null, dropout_p: number): Tensor {
  const scores = matmul(mul(q, Math.sqrt(1 / q.shape[3])), transpose(k, -2, -1))
  return dropout(softmax(mask === null ? scores : add(scores, mask), -1), dropout_p)
}
