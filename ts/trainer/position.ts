import type { Sums } from './logs.js'
import type { Marks, States } from './streams.js'

/** Values of one epoch: `epoch` from 0, `step` of the optimizer, `lr`, `train_loss`, `val_loss`, and what else was logged. */
export type Row = { epoch: number; step: number } & Record<string, number | number[]>

/** Where a training is, between two batches. */
export interface Position {
  /** The number of finished epochs. */
  epoch: number
  /** The number of finished batches of the epoch. */
  batch_idx: number
  /** The number of steps of the optimizer. */
  global_step: number
  /** 'validation' when all batches of the epoch are finished. */
  stage: 'train' | 'validation'
  /** The number of batches whose gradients wait for a step. */
  accumulated: number
  /** What was logged in the epoch. */
  sums: Sums
  /** States of generators when the epoch began: its order is drawn from these again. */
  epoch_rng: States
  /** States before those batches whose order was not drawn at the beginning, where others draw from the same generator meanwhile. */
  draws: Record<number, States | Marks>
}

export const startOfRun = (): Position => ({
  ...{ epoch: 0, batch_idx: 0, global_step: 0, stage: 'train', accumulated: 0, sums: {} },
  ...{ epoch_rng: {}, draws: {} },
})

/** The next epoch. */
export const nextEpoch = ({ epoch, global_step }: Position): Position => ({
  ...startOfRun(),
  epoch: epoch + 1,
  global_step,
})
