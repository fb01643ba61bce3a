import type { StateDict } from '../nn/state_dict.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Row } from './position.js'
import type { States } from './streams.js'

/** The file of a training, a `.pt` that Python reads with `torch.load(weights_only=True)`. Source: checkpoints of Lightning. */
export interface Checkpoint {
  /** The number of finished epochs, and so the number of the current one, from 0. */
  epoch: number
  /** The number of steps of the optimizer. */
  global_step: number
  /** Parameters and buffers of the model. */
  state_dict: StateDict
  /** Of one optimizer. */
  optimizer_states?: unknown[]
  lr_schedulers?: unknown[]
  /** States of callbacks by `state_key`. */
  callbacks?: Record<string, unknown>
  /** The position within the epoch. */
  loops?: { fit_loop: Record<string, unknown> }
  /** States of generators: `default` for `torch.set_rng_state`, others by where they were found. */
  rng?: States
  /** Gradients that were accumulated, by the names of parameters. */
  gradients?: Record<string, Tensor>
  /** State_dicts of other modules of the task, such as an AveragedModel. */
  modules?: Record<string, StateDict>
  /** One row for each finished epoch. */
  history?: Row[]
  [name: string]: unknown
}
