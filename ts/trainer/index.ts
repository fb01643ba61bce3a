/** softmargin/trainer: training that can be left alone, stopped anywhere, and resumed. Source: lightning.pytorch. */
export { Callback, type CallbackHooks, type Hooked, type RunningTrainer } from './callback.js'
export type { Checkpoint } from './checkpoint_file.js'
export { EarlyStopping, type EarlyStoppingOptions } from './early_stopping.js'
export { ModelCheckpoint, type ModelCheckpointOptions } from './model_checkpoint.js'
export type { Mode } from './monitored.js'
export type { Progress, TrainerOptions } from './options.js'
export type { Row } from './position.js'
export { type Bar, ProgressBar } from './progress_bar.js'
export type { Kept, KeptFile, Store } from './store.js'
export type {
  AnyScheduler,
  Configured,
  Criterion,
  Ingredients,
  Log,
  LRSchedulerConfig,
  StepOutput,
  TrainingTask,
} from './task.js'
export { type Batches, type FitOptions, Trainer } from './trainer.js'
