/** Layers of transformers. */
import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { gelu } from '../ops/elementwise/activation.js'
import { add } from '../ops/elementwise/binary.js'
import { relu } from '../ops/elementwise/relu.js'
import { transpose } from '../ops/shape/permute.js'
import type { Tensor } from '../tensor/tensor.js'
import { MultiheadAttention } from './attention.js'
import { Dropout } from './dropout.js'
import { DEVICE, DTYPE, type FactoryOptions } from './factory.js'
import { LayerNorm } from './layer_norm.js'
import { Linear } from './linear.js'
import { Module } from './module.js'

/** A function between the two products of a layer: a name, a function, or a module such as `new nn.SiLU()`. */
export type Activation = 'relu' | 'gelu' | ((x: Tensor) => Tensor) | Module

/** Options of {@link TransformerEncoderLayer} and {@link TransformerDecoderLayer}. */
export interface TransformerLayerOptions extends FactoryOptions {
  /** Features between the two products; 2048 by default. */
  dim_feedforward?: number
  /** The probability of dropout; 0.1 by default. */
  dropout?: number
  /** 'relu' by default. */
  activation?: Activation
  /** Added to variances; 1e-5 by default. */
  layer_norm_eps?: number
  /** Whether tensors are [N, L, E], not [L, N, E]. */
  batch_first?: boolean
  /** Whether normalisation comes before each part, not after it. */
  norm_first?: boolean
  /** Whether projections and normalisations have biases; true by default. */
  bias?: boolean
}

const OPTIONS = [
  'd_model: int',
  'nhead: int',
  'dim_feedforward: int = 2048',
  'dropout: number = 0.1',
  "activation: value = 'relu'",
  'layer_norm_eps: number = 1e-5',
  'batch_first: bool = False',
  'norm_first: bool = False',
  'bias: bool = True',
  DEVICE,
  DTYPE,
] as const
const ENCODER_LAYER = signature('TransformerEncoderLayer', ...OPTIONS)
const DECODER_LAYER = signature('TransformerDecoderLayer', ...OPTIONS)
const ENCODE = signature(
  'TransformerEncoderLayer.forward',
  'src: Tensor',
  'src_mask: Tensor = None',
  'src_key_padding_mask: Tensor = None',
  'is_causal: bool = False',
)
const DECODE = signature(
  'TransformerDecoderLayer.forward',
  'tgt: Tensor',
  'memory: Tensor',
  'tgt_mask: Tensor = None',
  'memory_mask: Tensor = None',
  'tgt_key_padding_mask: Tensor = None',
  'memory_key_padding_mask: Tensor = None',
  'tgt_is_causal: bool = False',
  'memory_is_causal: bool = False',
)

/** The function of an activation. */
function functionOf(activation: unknown): (x: Tensor) => Tensor {
  if (activation === 'relu') return relu
  if (activation === 'gelu') return (x) => gelu(x)
  if (activation instanceof Module)
    return (x) => (activation as Module & { forward(x: Tensor): Tensor }).forward(x)
  if (typeof activation === 'function') return activation as (x: Tensor) => Tensor
  throw new RuntimeError(`activation should be relu/gelu, not ${describe(activation)}`)
}

/** Masks of one attention. */
interface Masks {
  readonly attn_mask: Tensor | null
  readonly key_padding_mask: Tensor | null
  readonly is_causal: boolean
}

/** What `attention` gives for each of `x`, after dropout. */
function attended(
  attention: MultiheadAttention,
  drop: Dropout,
  x: Tensor,
  memory: Tensor,
  masks: Masks,
): Tensor {
  const [out] = attention.forward(x, memory, memory, { ...masks, need_weights: false })
  // In torch the result is laid out [L, N, E], and the mask is drawn in that order.
  const isDrawnAcross = attention.batch_first && out.dim() === 3 && drop.training && drop.p > 0
  return isDrawnAcross ? transpose(drop.forward(transpose(out, 0, 1)), 0, 1) : drop.forward(out)
}

/**
 * Self-attention and two products, each with a residual connection and normalisation (Vaswani et al. 2017).
 * Source: torch.nn.TransformerEncoderLayer.
 *
 * @throws TypeError for arguments of another type; RuntimeError for an unknown activation
 * @example new torch.nn.TransformerEncoderLayer(64, 8, { batch_first: true }).forward(torch.randn([4, 10, 64])).shape // [4, 10, 64]
 */
export class TransformerEncoderLayer extends Module {
  declare self_attn: MultiheadAttention
  declare linear1: Linear
  declare dropout: Dropout
  declare linear2: Linear
  declare norm1: LayerNorm
  declare norm2: LayerNorm
  declare dropout1: Dropout
  declare dropout2: Dropout
  declare readonly norm_first: boolean
  declare activation: unknown

  constructor(d_model: number, nhead: number, options?: TransformerLayerOptions)
  constructor(
    d_model: number,
    nhead: number,
    dim_feedforward: number,
    dropout?: number | Omit<TransformerLayerOptions, 'dim_feedforward'>,
    activation?: Activation,
    layer_norm_eps?: number,
    batch_first?: boolean,
    norm_first?: boolean,
    bias?: boolean,
  )
  constructor(options: TransformerLayerOptions & { d_model: number; nhead: number })
  constructor(...args: unknown[]) {
    super()
    const [d_model, nhead, width, p, activation, eps, batch_first, norm_first, bias] =
      ENCODER_LAYER.read(args)
    functionOf(activation)
    this.self_attn = new MultiheadAttention(d_model, nhead, { dropout: p, bias, batch_first })
    this.linear1 = new Linear(d_model, width, bias)
    this.dropout = new Dropout(p)
    this.linear2 = new Linear(width, d_model, bias)
    this.norm_first = norm_first
    this.norm1 = new LayerNorm(d_model, { eps, bias })
    this.norm2 = new LayerNorm(d_model, { eps, bias })
    this.dropout1 = new Dropout(p)
    this.dropout2 = new Dropout(p)
    this.activation = activation
  }

  /** src [L, N, d_model], or [N, L, d_model] if `batch_first`, or without N -> the same shape. Masks as in `MultiheadAttention`. */
  override forward(
    src: Tensor,
    src_mask?:
      | Tensor
      | { src_mask?: Tensor | null; src_key_padding_mask?: Tensor | null; is_causal?: boolean }
      | null,
    src_key_padding_mask?: Tensor | { src_key_padding_mask?: Tensor | null; is_causal?: boolean } | null,
    is_causal?: boolean | { is_causal?: boolean },
  ): Tensor
  override forward(...args: unknown[]): Tensor {
    const [src, attn_mask, key_padding_mask, is_causal] = ENCODE.read(args)
    const { norm_first, norm1, norm2, self_attn, dropout1 } = this
    const attend = (x: Tensor) =>
      attended(self_attn, dropout1, x, x, { attn_mask, key_padding_mask, is_causal })
    if (norm_first) {
      const x = add(src, attend(norm1.forward(src)))
      return add(x, this.feed(norm2.forward(x)))
    }
    const x = norm1.forward(add(src, attend(src)))
    return norm2.forward(add(x, this.feed(x)))
  }

  private feed(x: Tensor): Tensor {
    const hidden = functionOf(this.activation)(this.linear1.forward(x))
    return this.dropout2.forward(this.linear2.forward(this.dropout.forward(hidden)))
  }
}

/**
 * Self-attention, attention to what an encoder gave, and two products, each with a residual connection and normalisation
 * (Vaswani et al. 2017). Source: torch.nn.TransformerDecoderLayer.
 *
 * @throws TypeError for arguments of another type; RuntimeError for an unknown activation
 */
export class TransformerDecoderLayer extends Module {
  declare self_attn: MultiheadAttention
  declare multihead_attn: MultiheadAttention
  declare linear1: Linear
  declare dropout: Dropout
  declare linear2: Linear
  declare norm1: LayerNorm
  declare norm2: LayerNorm
  declare norm3: LayerNorm
  declare dropout1: Dropout
  declare dropout2: Dropout
  declare dropout3: Dropout
  declare readonly norm_first: boolean
  declare activation: unknown

  constructor(d_model: number, nhead: number, options?: TransformerLayerOptions)
  constructor(
    d_model: number,
    nhead: number,
    dim_feedforward: number,
    dropout?: number | Omit<TransformerLayerOptions, 'dim_feedforward'>,
    activation?: Activation,
    layer_norm_eps?: number,
    batch_first?: boolean,
    norm_first?: boolean,
    bias?: boolean,
  )
  constructor(options: TransformerLayerOptions & { d_model: number; nhead: number })
  constructor(...args: unknown[]) {
    super()
    const [d_model, nhead, width, p, activation, eps, batch_first, norm_first, bias] =
      DECODER_LAYER.read(args)
    functionOf(activation)
    this.self_attn = new MultiheadAttention(d_model, nhead, { dropout: p, bias, batch_first })
    this.multihead_attn = new MultiheadAttention(d_model, nhead, { dropout: p, bias, batch_first })
    this.linear1 = new Linear(d_model, width, bias)
    this.dropout = new Dropout(p)
    this.linear2 = new Linear(width, d_model, bias)
    this.norm_first = norm_first
    this.norm1 = new LayerNorm(d_model, { eps, bias })
    this.norm2 = new LayerNorm(d_model, { eps, bias })
    this.norm3 = new LayerNorm(d_model, { eps, bias })
    this.dropout1 = new Dropout(p)
    this.dropout2 = new Dropout(p)
    this.dropout3 = new Dropout(p)
    this.activation = activation
  }

  /** tgt [T, N, d_model] and memory [S, N, d_model], or with N first if `batch_first` -> the shape of tgt. */
  override forward(
    tgt: Tensor,
    memory: Tensor,
    tgt_mask?: Tensor | DecodeOptions | null,
    memory_mask?: Tensor | Omit<DecodeOptions, 'tgt_mask'> | null,
    tgt_key_padding_mask?: Tensor | null,
    memory_key_padding_mask?: Tensor | null,
    tgt_is_causal?: boolean,
    memory_is_causal?: boolean,
  ): Tensor
  override forward(...args: unknown[]): Tensor {
    const [tgt, memory, tgt_mask, memory_mask, tgt_padding, memory_padding, tgt_causal, memory_causal] =
      DECODE.read(args)
    const { norm_first, norm1, norm2, norm3, self_attn, multihead_attn, dropout1, dropout2 } = this
    const own = { attn_mask: tgt_mask, key_padding_mask: tgt_padding, is_causal: tgt_causal }
    const other = { attn_mask: memory_mask, key_padding_mask: memory_padding, is_causal: memory_causal }
    const attend = (x: Tensor) => attended(self_attn, dropout1, x, x, own)
    const look = (x: Tensor) => attended(multihead_attn, dropout2, x, memory, other)
    if (norm_first) {
      let x = add(tgt, attend(norm1.forward(tgt)))
      x = add(x, look(norm2.forward(x)))
      return add(x, this.feed(norm3.forward(x)))
    }
    let x = norm1.forward(add(tgt, attend(tgt)))
    x = norm2.forward(add(x, look(x)))
    return norm3.forward(add(x, this.feed(x)))
  }

  private feed(x: Tensor): Tensor {
    const hidden = functionOf(this.activation)(this.linear1.forward(x))
    return this.dropout3.forward(this.linear2.forward(this.dropout.forward(hidden)))
  }
}

/** Keywords of `forward` of decoders. */
export interface DecodeOptions {
  /** [T, T] or [N nhead, T, T], as `attn_mask` of `MultiheadAttention`. */
  tgt_mask?: Tensor | null
  /** [T, S] or [N nhead, T, S]. */
  memory_mask?: Tensor | null
  /** [N, T], as `key_padding_mask` of `MultiheadAttention`. */
  tgt_key_padding_mask?: Tensor | null
  /** [N, S] */
  memory_key_padding_mask?: Tensor | null
  /** Says that `tgt_mask` is the causal one; null looks whether it is. */
  tgt_is_causal?: boolean | null
  memory_is_causal?: boolean
}
