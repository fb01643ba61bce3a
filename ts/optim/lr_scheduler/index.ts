/** torch.optim.lr_scheduler */
export { CosineAnnealingLR, type CosineAnnealingLROptions } from './cosine_annealing.js'
export {
  type Decay,
  ExponentialLR,
  LambdaLR,
  MultiStepLR,
  type Resumption,
  StepLR,
} from './multiplicative.js'
export { OneCycleLR, type OneCycleLROptions } from './one_cycle.js'
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './reduce_on_plateau.js'
export { type AnyOptimizer, LRScheduler, type SchedulerStateDict } from './scheduler.js'
export { SequentialLR } from './sequential.js'
export { ConstantLR, type ConstantLROptions, LinearLR, type LinearLROptions } from './warm_up.js'
