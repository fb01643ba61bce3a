/** torch.optim */
export { Adadelta, type AdadeltaArguments, type AdadeltaOptions } from './adadelta.js'
export { Adagrad, type AdagradArguments, type AdagradOptions } from './adagrad.js'
export { Adam, type AdamArguments, type AdamOptions, AdamW, type AdamWArguments } from './adam.js'
export { Adamax, type AdamaxArguments, type AdamaxOptions } from './adamax.js'
export { ASGD, type ASGDArguments, type ASGDOptions } from './asgd.js'
export { LBFGS, type LBFGSArguments, type LBFGSOptions } from './lbfgs.js'
/** Schedules of learning rates. Source: torch.optim.lr_scheduler. */
export * as lr_scheduler from './lr_scheduler/index.js'
export { NAdam, type NAdamArguments, type NAdamOptions } from './nadam.js'
export {
  type Implementation,
  type Keywords,
  type NamedParameter,
  type NewParamGroup,
  Optimizer,
  type Params,
  type Rate,
} from './optimizer.js'
export { RAdam, type RAdamArguments, type RAdamOptions } from './radam.js'
export { RMSprop, type RMSpropArguments, type RMSpropOptions } from './rmsprop.js'
export { Rprop, type RpropArguments, type RpropOptions } from './rprop.js'
export { SGD, type SGDArguments, type SGDOptions } from './sgd.js'
export type { OptimizerStateDict, ParamGroup } from './state_dict.js'
/** Averages of weights. Source: torch.optim.swa_utils. */
export * as swa_utils from './swa_utils.js'
