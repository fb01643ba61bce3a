/** Where a run is, for the page. */
import torch from 'softmargin'
import type { Phase, Progress, Settings } from '../protocol.ts'
import type { Run } from './run.ts'

interface Around {
  phase: Phase
  settings: Settings
  threads: number
  waiting_corrections: number
  kept_epoch: number | null
}

export function progressOf(
  run: Run | null,
  { phase, settings, threads, waiting_corrections, kept_epoch }: Around,
): Progress {
  const { heap_bytes, resident_bytes } = torch.wasm.memory()
  const around = { phase, threads, heap_bytes, resident_bytes, waiting_corrections, kept_epoch }
  if (run === null)
    return {
      ...around,
      ...{
        epoch: 0,
        max_epochs: settings.max_epochs,
        fraction: 0,
        step: 0,
        rows_per_second: 0,
        ms_per_step: 0,
      },
      ...{ parameters: 0, history: [], began_at: 0, best_epoch: null, split: null },
    }
  const { trainer, split, history, max_epochs, began_at, best_epoch, parameters } = run
  const batches = trainer.num_training_batches
  return {
    ...around,
    ...{ epoch: trainer.current_epoch, max_epochs, step: trainer.global_step },
    fraction: batches === null ? 0 : trainer.batch_idx / Math.max(batches, 1),
    ...{ rows_per_second: run.rows_per_second, ms_per_step: run.ms_per_step },
    ...{ parameters, history, began_at, best_epoch },
    split: { train: split.train.length, validation: split.validation.length, test: split.test.length },
  }
}
