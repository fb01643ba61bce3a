/** Stacks of transformer layers. */
import { RuntimeError, ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { eq, ge } from '../ops/elementwise/binary.js'
import { where } from '../ops/elementwise/where.js'
import { unsqueeze } from '../ops/shape/view.js'
import { arange } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import { ModuleList } from './container.js'
import { deepCopy } from './deep_copy.js'
import { DEVICE, DTYPE } from './factory.js'
import { xavier_uniform_ } from './init.js'
import { LayerNorm } from './layer_norm.js'
import { Module } from './module.js'
import {
  type DecodeOptions,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from './transformer_layer.js'

const ENCODER = signature(
  'TransformerEncoder',
  'encoder_layer: value',
  'num_layers: int',
  'norm: value = None',
  'enable_nested_tensor: bool = True',
  'mask_check: bool = True',
)
const ENCODE = signature(
  'TransformerEncoder.forward',
  'src: Tensor',
  'mask: Tensor = None',
  'src_key_padding_mask: Tensor = None',
  'is_causal: bool = None',
)
const DECODER = signature(
  'TransformerDecoder',
  'decoder_layer: value',
  'num_layers: int',
  'norm: value = None',
)
const DECODE = signature(
  'TransformerDecoder.forward',
  'tgt: Tensor',
  'memory: Tensor',
  'tgt_mask: Tensor = None',
  'memory_mask: Tensor = None',
  'tgt_key_padding_mask: Tensor = None',
  'memory_key_padding_mask: Tensor = None',
  'tgt_is_causal: bool = None',
  'memory_is_causal: bool = False',
)
const TRANSFORMER = signature(
  'Transformer',
  'd_model: int = 512',
  'nhead: int = 8',
  'num_encoder_layers: int = 6',
  'num_decoder_layers: int = 6',
  'dim_feedforward: int = 2048',
  'dropout: number = 0.1',
  "activation: value = 'relu'",
  'custom_encoder: value = None',
  'custom_decoder: value = None',
  'layer_norm_eps: number = 1e-5',
  'batch_first: bool = False',
  'norm_first: bool = False',
  'bias: bool = True',
  DEVICE,
  DTYPE,
)
const TRANSFORM = signature(
  'Transformer.forward',
  'src: Tensor',
  'tgt: Tensor',
  'src_mask: Tensor = None',
  'tgt_mask: Tensor = None',
  'memory_mask: Tensor = None',
  'src_key_padding_mask: Tensor = None',
  'tgt_key_padding_mask: Tensor = None',
  'memory_key_padding_mask: Tensor = None',
  'src_is_causal: bool = None',
  'tgt_is_causal: bool = None',
  'memory_is_causal: bool = False',
)
const SUBSEQUENT = signature('generate_square_subsequent_mask', 'sz: int', DEVICE, DTYPE)

/** A module from one tensor to one tensor. */
type Norm = Module & { forward(x: Tensor): Tensor }

/** Copies of a layer, as many as asked for. */
function copiesOf<M extends Module>(owner: string, layer: unknown, count: number): ModuleList<M> {
  if (!(layer instanceof Module)) throw new TypeError(`${owner}: a layer must be a Module`)
  if (count < 0) throw new ValueError(`${owner}: num_layers must not be negative, but got ${count}`)
  return new ModuleList(Array.from({ length: count }, () => deepCopy(layer) as unknown as M))
}

function checkNorm(owner: string, norm: unknown): asserts norm is Norm | null {
  if (norm !== null && !(norm instanceof Module))
    throw new TypeError(`${owner}: norm must be a Module or null`)
}

/** 0 where query i may see key j, `j <= i`, and -inf elsewhere: [size, size]. */
function subsequentMask(size: number): Tensor {
  const indices = arange(0, size, 1, {})
  return where(ge(unsqueeze(indices, 1), indices), 0, Number.NEGATIVE_INFINITY)
}

/** Whether `mask` is the causal one, if nobody has said so. */
function isCausal(mask: Tensor | null, said: boolean | null, x: Tensor, batchFirst: boolean): boolean {
  if (said !== null || mask === null) return said === true
  const length = x.shape[x.dim() === 3 && batchFirst ? 1 : 0]
  if (mask.dim() !== 2 || mask.shape[0] !== length || mask.shape[1] !== length) return false
  return eq(mask, subsequentMask(length))
    .data<Uint8Array>()
    .every((same) => same !== 0)
}

const isBatchFirst = (layers: ModuleList<Module>): boolean => {
  const [first] = layers
  return (first as TransformerEncoderLayer | undefined)?.self_attn?.batch_first === true
}

/**
 * Copies of a layer, one after the other. Source: torch.nn.TransformerEncoder.
 *
 * @throws TypeError for arguments of another type
 * @example
 * const layer = new torch.nn.TransformerEncoderLayer(64, 8, { batch_first: true })
 * new torch.nn.TransformerEncoder(layer, 2).forward(torch.randn([4, 10, 64])).shape // [4, 10, 64]
 */
export class TransformerEncoder extends Module {
  declare layers: ModuleList<TransformerEncoderLayer>
  declare readonly num_layers: number
  declare norm: Norm | null

  constructor(
    encoder_layer: Module,
    num_layers: number,
    norm?: Norm | { norm?: Norm | null; enable_nested_tensor?: boolean; mask_check?: boolean } | null,
    enable_nested_tensor?: boolean,
    mask_check?: boolean,
  )
  constructor(...args: unknown[]) {
    super()
    const [layer, num_layers, norm] = ENCODER.read(args)
    checkNorm('TransformerEncoder', norm)
    this.layers = copiesOf('TransformerEncoder', layer, num_layers)
    this.num_layers = num_layers
    this.add_module('norm', norm)
  }

  /** src as the layers take it -> the same shape. `is_causal` says that `mask` is the causal one; null looks whether it is. */
  override forward(
    src: Tensor,
    mask?:
      | Tensor
      | { mask?: Tensor | null; src_key_padding_mask?: Tensor | null; is_causal?: boolean | null }
      | null,
    src_key_padding_mask?:
      | Tensor
      | { src_key_padding_mask?: Tensor | null; is_causal?: boolean | null }
      | null,
    is_causal?: boolean | { is_causal?: boolean | null } | null,
  ): Tensor
  override forward(...args: unknown[]): Tensor {
    const [src, src_mask, src_key_padding_mask, said] = ENCODE.read(args)
    const is_causal = isCausal(src_mask, said, src, isBatchFirst(this.layers))
    let x = src
    for (const layer of this.layers) x = layer.forward(x, { src_mask, src_key_padding_mask, is_causal })
    return this.norm === null ? x : this.norm.forward(x)
  }
}

/** Copies of a layer, one after the other. Source: torch.nn.TransformerDecoder. */
export class TransformerDecoder extends Module {
  declare layers: ModuleList<TransformerDecoderLayer>
  declare readonly num_layers: number
  declare norm: Norm | null

  constructor(decoder_layer: Module, num_layers: number, norm?: Norm | { norm?: Norm | null } | null)
  constructor(...args: unknown[]) {
    super()
    const [layer, num_layers, norm] = DECODER.read(args)
    checkNorm('TransformerDecoder', norm)
    this.layers = copiesOf('TransformerDecoder', layer, num_layers)
    this.num_layers = num_layers
    this.add_module('norm', norm)
  }

  /** tgt and memory as the layers take them -> the shape of tgt. */
  override forward(
    tgt: Tensor,
    memory: Tensor,
    tgt_mask?: Tensor | DecodeOptions | null,
    memory_mask?: Tensor | Omit<DecodeOptions, 'tgt_mask'> | null,
    tgt_key_padding_mask?: Tensor | null,
    memory_key_padding_mask?: Tensor | null,
    tgt_is_causal?: boolean | null,
    memory_is_causal?: boolean,
  ): Tensor
  override forward(...args: unknown[]): Tensor {
    const [tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask, said, causal] =
      DECODE.read(args)
    const tgt_is_causal = isCausal(tgt_mask, said, tgt, isBatchFirst(this.layers))
    const options = { tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask, tgt_is_causal }
    let x = tgt
    for (const layer of this.layers) x = layer.forward(x, memory, { ...options, memory_is_causal: causal })
    return this.norm === null ? x : this.norm.forward(x)
  }
}

/** Options of {@link Transformer}. */
export interface TransformerOptions extends TransformerLayerOptions {
  /** 512 by default. */
  d_model?: number
  /** 8 by default. */
  nhead?: number
  /** 6 by default. */
  num_encoder_layers?: number
  /** 6 by default. */
  num_decoder_layers?: number
  custom_encoder?: Module | null
  custom_decoder?: Module | null
}

/** Keywords of `Transformer.forward`. */
export interface TransformOptions extends DecodeOptions {
  src_mask?: Tensor | null
  src_key_padding_mask?: Tensor | null
  src_is_causal?: boolean | null
}

/**
 * An encoder and a decoder (Vaswani et al. 2017). Source: torch.nn.Transformer.
 *
 * @throws TypeError for arguments of another type
 */
export class Transformer extends Module {
  declare encoder: TransformerEncoder
  declare decoder: TransformerDecoder
  declare readonly d_model: number
  declare readonly nhead: number
  declare readonly batch_first: boolean

  constructor(options?: TransformerOptions)
  constructor(
    d_model: number,
    nhead?: number | Omit<TransformerOptions, 'd_model'>,
    num_encoder_layers?: number | Omit<TransformerOptions, 'd_model' | 'nhead'>,
    num_decoder_layers?: number,
    dim_feedforward?: number,
    dropout?: number,
    options?: Omit<TransformerOptions, 'd_model' | 'nhead' | 'num_encoder_layers'>,
  )
  constructor(...args: unknown[]) {
    super()
    const [
      d_model,
      nhead,
      encoders,
      decoders,
      dim_feedforward,
      dropout,
      activation,
      encoder,
      decoder,
      ...rest
    ] = TRANSFORMER.read(args)
    const [layer_norm_eps, batch_first, norm_first, bias] = rest
    const options = {
      ...{ dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias },
    } as TransformerLayerOptions
    const norm = () => new LayerNorm(d_model, { eps: layer_norm_eps, bias })
    this.encoder = (encoder ??
      new TransformerEncoder(
        new TransformerEncoderLayer(d_model, nhead, options),
        encoders,
        norm(),
      )) as TransformerEncoder
    this.decoder = (decoder ??
      new TransformerDecoder(
        new TransformerDecoderLayer(d_model, nhead, options),
        decoders,
        norm(),
      )) as TransformerDecoder
    for (const parameter of this.parameters()) if (parameter.dim() > 1) xavier_uniform_(parameter)
    this.d_model = d_model
    this.nhead = nhead
    this.batch_first = batch_first
  }

  /** src [S, N, d_model] and tgt [T, N, d_model], or with N first if `batch_first`, or without N -> the shape of tgt. */
  override forward(src: Tensor, tgt: Tensor, options?: TransformOptions): Tensor
  override forward(src: Tensor, tgt: Tensor, ...masks: (Tensor | TransformOptions | boolean | null)[]): Tensor
  override forward(...args: unknown[]): Tensor {
    const [src, tgt, src_mask, tgt_mask, memory_mask, src_padding, tgt_padding, memory_padding, ...hints] =
      TRANSFORM.read(args)
    const [src_is_causal, tgt_is_causal, memory_is_causal] = hints
    const at = this.batch_first ? 0 : 1
    if (src.dim() === 3 && src.shape[at] !== tgt.shape[at])
      throw new RuntimeError('the batch number of src and tgt must be equal')
    if (src.shape.at(-1) !== this.d_model || tgt.shape.at(-1) !== this.d_model)
      throw new RuntimeError('the feature number of src and tgt must be equal to d_model')
    const memory = this.encoder.forward(src, {
      mask: src_mask,
      src_key_padding_mask: src_padding,
      is_causal: src_is_causal,
    })
    return this.decoder.forward(tgt, memory, {
      ...{
        tgt_mask,
        memory_mask,
        tgt_key_padding_mask: tgt_padding,
        memory_key_padding_mask: memory_padding,
      },
      ...{ tgt_is_causal, memory_is_causal },
    })
  }

  /**
   * The causal mask [sz, sz]: 0 where query i may see key j, `j <= i`, -inf elsewhere.
   *
   * @example torch.nn.Transformer.generate_square_subsequent_mask(2).tolist() // [[0, -Infinity], [0, 0]]
   */
  static generate_square_subsequent_mask(sz: number): Tensor
  static generate_square_subsequent_mask(...args: unknown[]): Tensor {
    const [sz] = SUBSEQUENT.read(args)
    if (sz < 0)
      throw new RuntimeError(`generate_square_subsequent_mask: sz must not be negative, but got ${sz}`)
    return subsequentMask(sz)
  }
}
