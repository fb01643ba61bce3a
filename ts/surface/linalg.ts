/** Public functions of torch.linalg. */
export { linalg_norm as norm, matrix_norm, singularValues as svdvals, vector_norm } from './norm.js'
