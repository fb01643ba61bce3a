/** Bags of embeddings, with their kernels. */
import family from '#embedding.wasm?inlined'
import * as modules from '../../nn/embedding.js'
import * as functions from '../../surface/tables.js'
import { withKernels } from './with_kernels.js'

export const EmbeddingBag = withKernels(modules.EmbeddingBag, 'embedding_bag_sum', family)
export const embedding_bag = withKernels(functions.embedding_bag, 'embedding_bag_sum', family)
