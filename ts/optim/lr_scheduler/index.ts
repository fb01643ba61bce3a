/** torch.optim.lr_scheduler */
export { ChainedScheduler } from './chained.js'
export { CosineAnnealingLR, type CosineAnnealingLROptions } from './cosine_annealing.js'
export { CyclicLR, type CyclicLROptions } from './cyclic.js'
export {
  type Decay,
  ExponentialLR,
  LambdaLR,
  type LRLambda,
  MultiplicativeLR,
  MultiStepLR,
  type Resumption,
  StepLR,
} from './multiplicative.js'
export { OneCycleLR, type OneCycleLROptions } from './one_cycle.js'
export { PolynomialLR, type PolynomialLROptions } from './polynomial.js'
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './reduce_on_plateau.js'
export { type AnyOptimizer, LRScheduler, type SchedulerStateDict } from './scheduler.js'
export { SequentialLR } from './sequential.js'
export { CosineAnnealingWarmRestarts, type WarmRestartsOptions } from './warm_restarts.js'
export { ConstantLR, type ConstantLROptions, LinearLR, type LinearLROptions } from './warm_up.js'
