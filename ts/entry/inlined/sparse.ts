/** Sparse rows, with their kernels. */
import family from '#sparse.wasm?inlined'
import * as creation from '../../surface/sparse.js'
import * as csr from '../../surface/sparse_csr.js'
import { withKernels } from './with_kernels.js'

export const sparse_csr_tensor = withKernels(creation.sparse_csr_tensor, 'csr_linear', family)
export const SparseCSRTensor = withKernels(csr.SparseCSRTensor, 'csr_linear', family)
