/** torch.optim */
export { Adagrad, type AdagradOptions } from './adagrad.js'
export { Adam, type AdamOptions, AdamW } from './adam.js'
/** Schedules of learning rates. Source: torch.optim.lr_scheduler. */
export * as lr_scheduler from './lr_scheduler/index.js'
export { type NamedParameter, type NewParamGroup, Optimizer, type Params } from './optimizer.js'
export { RMSprop, type RMSpropOptions } from './rmsprop.js'
export { SGD, type SGDOptions } from './sgd.js'
export type { OptimizerStateDict, ParamGroup } from './state_dict.js'
