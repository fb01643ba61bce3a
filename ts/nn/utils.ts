/** torch.nn.utils */
export { type ClipNormOptions, clip_grad_norm_, clip_grad_value_ } from './clip_grad.js'
/** Sequences of different lengths. Source: torch.nn.utils.rnn. */
export * as rnn from './recurrent/utils_rnn.js'
