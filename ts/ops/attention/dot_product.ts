/** Scaled dot-product attention. */

import * as calls from '#kernels/calls'
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { runningThreads } from '../../kernels/threads/fork.js'
import { Storage } from '../../memory/storage.js'
import { arange } from '../../tensor/create.js'
import { nameOf } from '../../tensor/promotion.js'
import {
  broadcastShapes,
  broadcastStrides,
  formatShape,
  numelOf,
  type Shape,
  sameShape,
} from '../../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { asWhole } from '../../tensor/trace.js'
import { add, eq, ge, mul } from '../elementwise/binary.js'
import { masked_fill, where } from '../elementwise/where.js'
import { matmul } from '../linear/matmul.js'
import { dropout } from '../random/dropout.js'
import { amax } from '../reduce/extreme.js'
import { softmax } from '../reduce/softmax.js'
import { expand } from '../shape/expand.js'
import { transpose } from '../shape/permute.js'
import { flatten, reshape, unsqueeze } from '../shape/view.js'

interface Rule {
  readonly scale: number
  readonly causal: boolean
  /** Where the mask of each pair starts, and from row to row, in elements. */
  readonly starts: readonly number[]
  readonly stride: number
}

/** Sizes of query [count, queries, width], key [count, keys, width] and value [count, keys, values]. */
function sizesOf(query: Tensor, key: Tensor, value: Tensor) {
  const [count, queries, width] = query.shape
  return { count, queries, keys: key.shape[1], width, values: value.shape[2] }
}

/** Runs `work` with memory for the products of all threads, which is freed afterwards. */
function inWorkspace(
  { queries, keys }: ReturnType<typeof sizesOf>,
  work: (workspace: number, workspace_length: number) => void,
): void {
  const bytes = runningThreads() * kernels.attention_workspace_bytes(queries, keys)
  const storage = new Storage(bytes)
  work(storage.pointer(), bytes / 4)
  storage.dispose()
}

/** Inputs are query, key, value, and what is added to the scores, which has no gradient. */
const record = define<Rule, { query: Tensor; key: Tensor; value: Tensor; weights: Tensor }>({
  name: 'scaled_dot_product_attention',
  shape: ([query, , value]) => [query.shape[0], query.shape[1], value.shape[2]],
  forward([query, key, value, mask], out, { scale, causal, starts, stride }) {
    const sizes = sizesOf(query, key, value)
    const weights = empty('attention', [sizes.count, sizes.queries, sizes.keys])
    const places = new Storage(4 * starts.length)
    places.write(0, new Uint8Array(Uint32Array.from(starts).buffer))
    inWorkspace(sizes, (workspace, workspace_length) => {
      calls.attention(kernels, {
        query: query.pointer(),
        key: key.pointer(),
        value: value.pointer(),
        mask: mask === undefined ? 0 : mask.pointer(),
        mask_starts: mask === undefined ? 0 : places.pointer(),
        mask_length: mask === undefined ? 0 : mask.numel(),
        mask_stride: stride,
        scale,
        causal,
        weights: weights.pointer(),
        out: out.pointer(),
        workspace,
        workspace_length,
        count: sizes.count,
        queries: sizes.queries,
        keys: sizes.keys,
        width: sizes.width,
        values: sizes.values,
      })
    })
    places.dispose()
    return { query, key, value, weights }
  },
  makes: ['weights'],
  backward(upstream, { query, key, value, weights }, { scale }, { needs }) {
    const sizes = sizesOf(query, key, value)
    const gradients = [query, key, value].map((x, i) => (needs[i] ? empty('backward', x.shape) : null))
    const [query_gradient, key_gradient, value_gradient] = gradients.map((x) => x?.pointer() ?? 0)
    inWorkspace(sizes, (workspace, workspace_length) => {
      calls.attention_backward(kernels, {
        upstream: upstream.pointer(),
        query: query.pointer(),
        key: key.pointer(),
        value: value.pointer(),
        weights: weights.pointer(),
        scale,
        query_gradient,
        key_gradient,
        value_gradient,
        workspace,
        workspace_length,
        count: sizes.count,
        queries: sizes.queries,
        keys: sizes.keys,
        width: sizes.width,
        values: sizes.values,
      })
    })
    return gradients
  },
})

/** Options of {@link scaled_dot_product_attention}. */
export interface AttentionOptions {
  /** Bool, true where a key is seen, or float32, added to the scores; broadcast to [..., queries, keys]. */
  readonly attn_mask: Tensor | null
  /** The probability of dropping a weight. */
  readonly dropout_p: number
  /** Whether query i sees keys 0 to i alone. */
  readonly is_causal: boolean
  /** The factor of the scores; `1 / sqrt(width)` by default. */
  readonly scale: number | null
  /** Whether several heads of the query share one of key and value. */
  readonly enable_gqa: boolean
}

const OP = 'scaled_dot_product_attention'

/** `softmax(scale query keyᵀ + mask) value`. A query that sees no key gets 0. */
export function scaled_dot_product_attention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { attn_mask, dropout_p, is_causal, scale, enable_gqa }: AttentionOptions,
): Tensor {
  check({ query, key, value })
  if (is_causal && attn_mask !== null)
    throw new RuntimeError(`${OP}: Explicit attn_mask should not be set when is_causal=True`)
  const [keys, values] = enable_gqa ? [key, value].map((x) => repeatedHeads(query, x)) : [key, value]
  const names = ['query', 'key'] as const
  const [batchOfQuery, batchOfKeys, batchOfValues] = [query, keys, values].map(({ shape }) =>
    shape.slice(0, -2),
  )
  const batch = broadcastShapes(OP, broadcastShapes(OP, batchOfQuery, batchOfKeys, names), batchOfValues, [
    'query',
    'value',
  ])
  const scores = [...batch, query.shape.at(-2) as number, keys.shape.at(-2) as number]
  const bias = attn_mask === null ? null : biasOf(attn_mask, scores)
  const factor = scale ?? 1 / Math.sqrt(query.shape.at(-1) as number)
  if (dropout_p !== 0 || bias?.requires_grad === true)
    return composed(query, keys, values, { bias, dropout_p, is_causal, factor, scores })
  const pairs = [query, keys, values].map((x) => asBatch(x, batch))
  const mask = bias === null ? null : wholeRows(bias, scores.at(-1) as number)
  const { starts, stride } = mask === null ? { starts: [], stride: 0 } : placesOf(mask.shape, scores)
  const inputs = mask === null ? pairs : [...pairs, mask]
  const out = apply(record, inputs, { scale: factor, causal: is_causal, starts, stride })
  const result = reshape(out, [...batch, ...out.shape.slice(1)])
  return asWhole('attention', [query, keys, values, bias], result, { factor, is_causal })
}

function check(inputs: Readonly<Record<string, Tensor>>): void {
  for (const [name, x] of Object.entries(inputs)) {
    checkTensor(OP, name, x)
    if (x.dim() < 2)
      throw new RuntimeError(
        `${OP}: ${name} must have at least 2 dimensions, but got shape ${formatShape(x.shape)}`,
      )
    if (x.dtype !== 'float32')
      throw new RuntimeError(`${OP}: ${name} must be float32, but got ${nameOf(x.dtype)}`)
  }
  const { query, key, value } = inputs
  const agree = query.shape.at(-1) === key.shape.at(-1) && key.shape.at(-2) === value.shape.at(-2)
  if (agree) return
  const got = [query, key, value].map(({ shape }) => formatShape(shape)).join(', ')
  throw new RuntimeError(
    `${OP}: query [..., L, E], key [..., S, E] and value [..., S, Ev] must match, but got shapes ${got}`,
  )
}

/** Key or value with each head as often as heads of the query share it. */
function repeatedHeads(query: Tensor, x: Tensor): Tensor {
  const [heads, own] = [query.shape.at(-3) ?? 0, x.shape.at(-3) ?? 0]
  if (own === 0 || heads % own !== 0) {
    throw new RuntimeError(
      `${OP}: with enable_gqa the number of heads in query must be a multiple of that in key and value, but got shapes ${formatShape(query.shape)} and ${formatShape(x.shape)}`,
    )
  }
  if (heads === own) return x
  const split = unsqueeze(x, -3)
  const shape = [...split.shape]
  shape[split.dim() - 3] = heads / own
  return flatten(expand(split, shape), -4, -3)
}

/** [..., rows, columns] as [count, rows, columns]. */
function asBatch(x: Tensor, batch: Shape): Tensor {
  const matrix = x.shape.slice(-2)
  const all = sameShape(x.shape.slice(0, -2), batch) ? x : expand(x, [...batch, ...matrix])
  return reshape(all, [numelOf(batch), ...matrix])
}

/** What is added to scores of shape `scores`. */
function biasOf(mask: Tensor, scores: Shape): Tensor {
  if (mask.dtype !== 'bool' && mask.dtype !== 'float32') {
    throw new RuntimeError(
      `${OP}: Expected attn_mask dtype to be bool or float32, but got attn_mask.dtype: ${nameOf(mask.dtype)}`,
    )
  }
  if (!sameShape(broadcastShapes(OP, mask.shape, scores, ['attn_mask', 'scores']), scores)) {
    throw new RuntimeError(
      `${OP}: attn_mask of shape ${formatShape(mask.shape)} cannot be broadcast to the scores ${formatShape(scores)}`,
    )
  }
  return mask.dtype === 'bool' ? where(mask, 0, Number.NEGATIVE_INFINITY) : mask
}

/** A mask whose rows have all columns. */
function wholeRows(mask: Tensor, columns: number): Tensor {
  if (mask.dim() === 0) return expand(mask, [columns])
  return mask.shape.at(-1) === columns ? mask : expand(mask, [...mask.shape.slice(0, -1), columns])
}

/** Where a contiguous mask of `shape`, broadcast to `scores`, starts for each pair. */
function placesOf(shape: Shape, scores: Shape): { starts: readonly number[]; stride: number } {
  const strides = broadcastStrides(shape, scores)
  let starts = [0]
  for (const [dim, size] of scores.slice(0, -2).entries())
    starts = starts.flatMap((start) => Array.from({ length: size }, (_, i) => start + i * strides[dim]))
  return { starts, stride: strides[scores.length - 2] }
}

interface Composed {
  readonly bias: Tensor | null
  readonly dropout_p: number
  readonly is_causal: boolean
  readonly factor: number
  readonly scores: Shape
}

/** The same of ordinary operations, with all gradients and with dropout. */
function composed(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { bias, dropout_p, is_causal, factor, scores: shape }: Composed,
): Tensor {
  let scores = mul(matmul(query, transpose(key, -2, -1)), factor)
  if (bias !== null) scores = add(scores, bias)
  if (is_causal) {
    const [queries, keys] = shape.slice(-2)
    const seen = ge(unsqueeze(arange(0, queries, 1, {}), 1), arange(0, keys, 1, {}))
    scores = add(scores, where(seen, 0, Number.NEGATIVE_INFINITY))
  }
  return matmul(dropout(weightsOf(scores), dropout_p), value)
}

/** The softmax; 0 where all scores are -inf. */
function weightsOf(scores: Tensor): Tensor {
  if (scores.numel() === 0) return softmax(scores, -1)
  const blind = eq(amax(scores.detach(), { dim: -1, keepdim: true }), Number.NEGATIVE_INFINITY)
  return masked_fill(softmax(masked_fill(scores, blind, 0), -1), blind, 0)
}
