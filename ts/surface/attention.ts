/** Public functions of torch.nn.functional: attention. */

import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import * as products from '../ops/attention/dot_product.js'
import * as heads from '../ops/attention/multi_head.js'
import type { Tensor } from '../tensor/tensor.js'

const DOT_PRODUCT = signature(
  'scaled_dot_product_attention',
  'query: Tensor',
  'key: Tensor',
  'value: Tensor',
  'attn_mask: Tensor = None',
  'dropout_p: number = 0',
  'is_causal: bool = False',
  '*',
  'scale: number = None',
  'enable_gqa: bool = False',
)
const MULTI_HEAD = signature(
  'multi_head_attention_forward',
  'query: Tensor',
  'key: Tensor',
  'value: Tensor',
  'embed_dim_to_check: int',
  'num_heads: int',
  'in_proj_weight: Tensor|None',
  'in_proj_bias: Tensor|None',
  'bias_k: Tensor|None',
  'bias_v: Tensor|None',
  'add_zero_attn: bool',
  'dropout_p: number',
  'out_proj_weight: Tensor',
  'out_proj_bias: Tensor|None',
  'training: bool = True',
  'key_padding_mask: Tensor = None',
  'need_weights: bool = True',
  'attn_mask: Tensor = None',
  'use_separate_proj_weight: bool = False',
  'q_proj_weight: Tensor = None',
  'k_proj_weight: Tensor = None',
  'v_proj_weight: Tensor = None',
  'static_k: None = None',
  'static_v: None = None',
  'average_attn_weights: bool = True',
  'is_causal: bool = False',
)

/** Keywords of {@link scaled_dot_product_attention}. */
export interface AttentionOptions {
  /** Bool, true where a query sees a key, or float32, added to the scores; broadcast to [..., L, S]. */
  attn_mask?: Tensor | null
  /** The probability of dropping a weight, always, as there is no training mode here; 0 by default. */
  dropout_p?: number
  /** Whether query i sees keys 0 to i alone; then there is no mask. */
  is_causal?: boolean
  /** The factor of the scores; `1 / sqrt(E)` by default. */
  scale?: number | null
  /** Whether several heads of the query share one of key and value. */
  enable_gqa?: boolean
}

/**
 * `softmax(scale query keyᵀ + mask) value`, in one kernel: query [..., L, E], key [..., S, E], value [..., S, Ev] ->
 * [..., L, Ev]. A query that sees no key gets 0. Source: torch.nn.functional.scaled_dot_product_attention.
 *
 * @throws RuntimeError if shapes do not match, or there is a mask although `is_causal`
 * @example scaled_dot_product_attention(q, k, v, { is_causal: true })
 */
export function scaled_dot_product_attention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  attn_mask?: Tensor | AttentionOptions | null,
  dropout_p?: number | Omit<AttentionOptions, 'attn_mask'>,
  is_causal?: boolean | Omit<AttentionOptions, 'attn_mask' | 'dropout_p'>,
  options?: Pick<AttentionOptions, 'scale' | 'enable_gqa'>,
): Tensor
export function scaled_dot_product_attention(...args: unknown[]): Tensor {
  const [query, key, value, attn_mask, dropout_p, is_causal, scale, enable_gqa] = DOT_PRODUCT.read(args)
  const options = { attn_mask, dropout_p, is_causal, scale, enable_gqa }
  return products.scaled_dot_product_attention(query, key, value, options)
}

/** Keywords of {@link multi_head_attention_forward}. */
export interface MultiHeadAttentionOptions {
  /** Whether weights are dropped; true by default. */
  training?: boolean
  /** Of shape [N, S], as bool, true where a key is ignored, or float32, added to the scores. */
  key_padding_mask?: Tensor | null
  /** Whether the weights are a result too; true by default. */
  need_weights?: boolean
  /** [L, S] or [N num_heads, L, S], of the same kinds. */
  attn_mask?: Tensor | null
  /** Whether query, key and value have weights of their own. */
  use_separate_proj_weight?: boolean
  q_proj_weight?: Tensor | null
  k_proj_weight?: Tensor | null
  v_proj_weight?: Tensor | null
  static_k?: null
  static_v?: null
  /** Whether the weights are averaged over the heads; true by default. */
  average_attn_weights?: boolean
  /** Says that `attn_mask` is the causal one. */
  is_causal?: boolean
}

/**
 * Attention of several heads, with its projections: query [L, N, E], key and value [S, N, E], or all without N -> the result
 * [L, N, E], and the weights [N, L, S], or null. Source: torch.nn.functional.multi_head_attention_forward.
 *
 * @throws RuntimeError if shapes do not match
 */
export function multi_head_attention_forward(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  embed_dim_to_check: number,
  num_heads: number,
  in_proj_weight: Tensor | null,
  in_proj_bias: Tensor | null,
  bias_k: Tensor | null,
  bias_v: Tensor | null,
  add_zero_attn: boolean,
  dropout_p: number,
  out_proj_weight: Tensor,
  out_proj_bias: Tensor | null,
  ...rest: (MultiHeadAttentionOptions | Tensor | boolean | null)[]
): [Tensor, Tensor | null]
export function multi_head_attention_forward(...args: unknown[]): [Tensor, Tensor | null] {
  const [
    query,
    key,
    value,
    width,
    num_heads,
    packed,
    in_proj_bias,
    bias_k,
    bias_v,
    add_zero_attn,
    p,
    ...more
  ] = MULTI_HEAD.read(args)
  const [out_proj_weight, out_proj_bias, training, key_padding_mask, need_weights, attn_mask, isSeparate] =
    more
  const [q_proj_weight, k_proj_weight, v_proj_weight, , , average_attn_weights, is_causal] = more.slice(
    7,
  ) as [Tensor | null, Tensor | null, Tensor | null, null, null, boolean, boolean]
  if (query.shape.at(-1) !== width) {
    throw new RuntimeError(
      `was expecting embedding dimension of ${width}, but got ${query.shape.at(-1) ?? 'a number'}`,
    )
  }
  const in_proj_weight = isSeparate ? null : packed
  return heads.multi_head_attention(
    [query, key, value],
    {
      ...{ in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight, in_proj_bias },
      ...{ bias_k, bias_v, out_proj_weight, out_proj_bias },
    },
    {
      ...{ num_heads, batchFirst: false, add_zero_attn, dropout_p: training ? p : 0, key_padding_mask },
      ...{ attn_mask, need_weights, average_attn_weights, is_causal },
    },
  )
}
