/** torch.nn.utils */
export {
  type ClipNormOptions,
  clip_grad_norm_,
  clip_grad_value_,
  clip_grads_with_norm_,
  get_total_norm,
} from './clip_grad.js'
/** Sequences of different lengths. Source: torch.nn.utils.rnn. */
export * as rnn from './recurrent/utils_rnn.js'
export { parameters_to_vector, vector_to_parameters } from './vector.js'
