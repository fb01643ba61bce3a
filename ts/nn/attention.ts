import { RuntimeError, ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { Storage } from '../memory/storage.js'
import { multi_head_attention } from '../ops/attention/multi_head.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { DEVICE, DTYPE, type FactoryOptions } from './factory.js'
import { constant_, xavier_normal_, xavier_uniform_ } from './init.js'
import { Linear } from './linear.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'

/** Options of {@link MultiheadAttention}. */
export interface MultiheadAttentionOptions extends FactoryOptions {
  /** The probability of dropping a weight in training; 0 by default. */
  dropout?: number
  /** Whether projections have biases; true by default. */
  bias?: boolean
  /** Whether a learned key and value are added to each sequence. */
  add_bias_kv?: boolean
  /** Whether a key and value of zeros are added to each sequence. */
  add_zero_attn?: boolean
  /** Features of keys and of values; `embed_dim` by default. */
  kdim?: number | null
  vdim?: number | null
  /** Whether tensors are [N, L, E], not [L, N, E]. */
  batch_first?: boolean
}

/** Keywords of `MultiheadAttention.forward`. */
export interface AttendOptions {
  /** Of shape [N, S], as bool, true where a key is ignored, or float32, added to the scores. */
  key_padding_mask?: Tensor | null
  /** Whether the weights are a result too; true by default. Faster without. */
  need_weights?: boolean
  /** [L, S] or [N num_heads, L, S]: bool, true where a query does not see a key, or float32, added to the scores. */
  attn_mask?: Tensor | null
  /** Whether weights are averaged over the heads; true by default. */
  average_attn_weights?: boolean
  /** Says that `attn_mask` is the causal one. */
  is_causal?: boolean
}

const MULTIHEAD_ATTENTION = signature(
  'MultiheadAttention',
  'embed_dim: int',
  'num_heads: int',
  'dropout: number = 0',
  'bias: bool = True',
  'add_bias_kv: bool = False',
  'add_zero_attn: bool = False',
  'kdim: int = None',
  'vdim: int = None',
  'batch_first: bool = False',
  DEVICE,
  DTYPE,
)
const FORWARD = signature(
  'MultiheadAttention.forward',
  'query: Tensor',
  'key: Tensor',
  'value: Tensor',
  'key_padding_mask: Tensor = None',
  'need_weights: bool = True',
  'attn_mask: Tensor = None',
  'average_attn_weights: bool = True',
  'is_causal: bool = False',
)

/** The projection behind the heads; it prints under torch's name. */
class NonDynamicallyQuantizableLinear extends Linear {}

/**
 * Attention of several heads (Vaswani et al. 2017): each attends in a part of the features. Parameters, their names and their
 * initial values are torch's. Source: torch.nn.MultiheadAttention.
 *
 * @throws TypeError for arguments of another type; RuntimeError if `num_heads` does not divide `embed_dim`
 * @example
 * const attention = new torch.nn.MultiheadAttention(64, 8, { batch_first: true })
 * const [out, weights] = attention.forward(x, x, x)
 */
export class MultiheadAttention extends Module {
  readonly embed_dim: number
  readonly num_heads: number
  readonly head_dim: number
  readonly dropout: number
  readonly batch_first: boolean
  readonly add_zero_attn: boolean
  readonly kdim: number
  readonly vdim: number
  /** [3 embed_dim, embed_dim], or null if keys or values have other features. */
  declare in_proj_weight: Parameter | null
  /** [embed_dim, embed_dim], [embed_dim, kdim] and [embed_dim, vdim], or null. */
  declare q_proj_weight: Parameter | null
  declare k_proj_weight: Parameter | null
  declare v_proj_weight: Parameter | null
  /** [3 embed_dim], or null. */
  declare in_proj_bias: Parameter | null
  /** [1, 1, embed_dim], or null. */
  declare bias_k: Parameter | null
  declare bias_v: Parameter | null
  declare out_proj: Linear

  constructor(
    embed_dim: number,
    num_heads: number,
    dropout?: number | MultiheadAttentionOptions,
    bias?: boolean | Omit<MultiheadAttentionOptions, 'dropout'>,
    add_bias_kv?: boolean,
    add_zero_attn?: boolean,
    kdim?: number | null,
    vdim?: number | null,
    batch_first?: boolean,
  )
  constructor(options: MultiheadAttentionOptions & { embed_dim: number; num_heads: number })
  constructor(...args: unknown[]) {
    super()
    const [embed_dim, num_heads, dropout, bias, add_bias_kv, add_zero_attn, kdim, vdim, batch_first] =
      MULTIHEAD_ATTENTION.read(args)
    if (embed_dim <= 0 || num_heads <= 0) {
      throw new ValueError(
        `embed_dim and num_heads must be greater than 0, got embed_dim=${embed_dim} and num_heads=${num_heads} instead`,
      )
    }
    if (embed_dim % num_heads !== 0) throw new RuntimeError('embed_dim must be divisible by num_heads')
    this.embed_dim = embed_dim
    this.num_heads = num_heads
    this.head_dim = embed_dim / num_heads
    this.dropout = dropout
    this.batch_first = batch_first
    this.add_zero_attn = add_zero_attn
    this.kdim = kdim ?? embed_dim
    this.vdim = vdim ?? embed_dim
    const isShared = this.kdim === embed_dim && this.vdim === embed_dim
    const make = (isThere: boolean, ...shape: number[]) =>
      isThere ? new Parameter(empty('MultiheadAttention', shape)) : null
    this.register_parameter('in_proj_weight', make(isShared, 3 * embed_dim, embed_dim))
    this.register_parameter('q_proj_weight', make(!isShared, embed_dim, embed_dim))
    this.register_parameter('k_proj_weight', make(!isShared, embed_dim, this.kdim))
    this.register_parameter('v_proj_weight', make(!isShared, embed_dim, this.vdim))
    this.register_parameter('in_proj_bias', make(bias, 3 * embed_dim))
    this.register_parameter('bias_k', make(add_bias_kv, 1, 1, embed_dim))
    this.register_parameter('bias_v', make(add_bias_kv, 1, 1, embed_dim))
    this.out_proj = new NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias)
    this.initialize()
  }

  /** In torch's order, after `out_proj` has drawn. */
  private initialize(): void {
    const { in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight, in_proj_bias, bias_k, bias_v } = this
    const weights = [in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight].filter((x) => x !== null)
    const biases = [in_proj_bias, in_proj_bias && this.out_proj.bias].filter((x) => x !== null)
    const others = [bias_k, bias_v].filter((x) => x !== null)
    Storage.changeAll([...weights, ...biases, ...others], () => {
      for (const weight of weights) xavier_uniform_(weight)
      for (const bias of biases) constant_(bias, 0)
      for (const bias of others) xavier_normal_(bias)
    })
  }

  /**
   * query [L, N, embed_dim], key [S, N, kdim], value [S, N, vdim], each [N, ...] if `batch_first`, or all without N -> the result, of
   * the query's shape, and the weights [N, L, S], or [N, num_heads, L, S], or null.
   */
  override forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    key_padding_mask?: Tensor | AttendOptions | null,
    need_weights?: boolean | Omit<AttendOptions, 'key_padding_mask'>,
    attn_mask?: Tensor | Omit<AttendOptions, 'key_padding_mask' | 'need_weights'> | null,
    average_attn_weights?: boolean | Pick<AttendOptions, 'average_attn_weights' | 'is_causal'>,
    is_causal?: boolean | Pick<AttendOptions, 'is_causal'>,
  ): [Tensor, Tensor | null]
  override forward(...args: unknown[]): [Tensor, Tensor | null] {
    const [query, key, value, key_padding_mask, need_weights, attn_mask, average_attn_weights, is_causal] =
      FORWARD.read(args)
    const { num_heads, batch_first: batchFirst, add_zero_attn, training, dropout, out_proj } = this
    if (query.shape.at(-1) !== this.embed_dim) {
      throw new RuntimeError(
        `was expecting embedding dimension of ${this.embed_dim}, but got ${query.shape.at(-1) ?? 'a number'}`,
      )
    }
    const { in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight, in_proj_bias, bias_k, bias_v } = this
    return multi_head_attention(
      [query, key, value],
      {
        ...{ in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight, in_proj_bias, bias_k, bias_v },
        ...{ out_proj_weight: out_proj.weight, out_proj_bias: out_proj.bias },
      },
      {
        ...{ num_heads, batchFirst, add_zero_attn, dropout_p: training ? dropout : 0 },
        ...{ key_padding_mask, attn_mask, need_weights, average_attn_weights, is_causal },
      },
    )
  }
}
