/** Public functions of torch.linalg. */

export {
  linalg_cross as cross,
  linalg_diagonal as diagonal,
  linalg_matmul as matmul,
  linalg_matrix_power as matrix_power,
  multi_dot,
  vecdot,
} from './contractions.js'
export { linalg_norm as norm, matrix_norm, singularValues as svdvals, vector_norm } from './norm.js'
