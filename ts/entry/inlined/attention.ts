/** Attention, with its kernels. */
import family from '#attention.wasm?inlined'
import * as attention from '../../nn/attention.js'
import * as stacks from '../../nn/transformer.js'
import * as layers from '../../nn/transformer_layer.js'
import * as functions from '../../surface/attention.js'
import { norm } from './norm.js'
import { withKernels } from './with_kernels.js'

const Encoder = withKernels(layers.TransformerEncoderLayer, 'batch_norm', norm)
const Decoder = withKernels(layers.TransformerDecoderLayer, 'batch_norm', norm)
const Both = withKernels(stacks.Transformer, 'batch_norm', norm)

export const MultiheadAttention = withKernels(attention.MultiheadAttention, 'attention', family)
export const TransformerEncoderLayer = withKernels(Encoder, 'attention', family)
export const TransformerDecoderLayer = withKernels(Decoder, 'attention', family)
export const Transformer = withKernels(Both, 'attention', family)
export const scaled_dot_product_attention = withKernels(
  functions.scaled_dot_product_attention,
  'attention',
  family,
)
export const multi_head_attention_forward = withKernels(
  functions.multi_head_attention_forward,
  'attention',
  family,
)
