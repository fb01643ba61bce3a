/** torch.optim */
export { Adagrad, type AdagradArguments, type AdagradOptions } from './adagrad.js'
export { Adam, type AdamArguments, type AdamOptions, AdamW, type AdamWArguments } from './adam.js'
/** Schedules of learning rates. Source: torch.optim.lr_scheduler. */
export * as lr_scheduler from './lr_scheduler/index.js'
export {
  type Implementation,
  type NamedParameter,
  type NewParamGroup,
  Optimizer,
  type Params,
} from './optimizer.js'
export { RMSprop, type RMSpropArguments, type RMSpropOptions } from './rmsprop.js'
export { SGD, type SGDArguments, type SGDOptions } from './sgd.js'
export type { OptimizerStateDict, ParamGroup } from './state_dict.js'
