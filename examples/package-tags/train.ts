import torch from 'softmargin'
import { type CallbackHooks, EarlyStopping, ModelCheckpoint, type Row, Trainer } from 'softmargin/trainer'
import type { Dataset, Program } from './data.js'
import { tagRows, tfIdfRows } from './tf_idf.js'

export interface Training {
  model: torch.nn.Linear
  /** One row for each epoch. */
  history: Row[]
  /** The number of the epoch with the lowest validation loss, from 1. */
  bestEpoch: number
}

const settings = { epochs: 30, patience: 3, batchSize: 64, learningRate: 0.01, weightDecay: 0.01 }

function rowsOf(
  programs: Program[],
  idf: Float32Array,
  tags: number,
): [features: torch.Tensor, targets: torch.Tensor] {
  const features = tfIdfRows(
    programs.map((program) => program.features),
    idf,
  )
  return [
    torch.tensor(features).reshape([programs.length, idf.length]),
    torch.tensor(tagRows(programs, tags)).reshape([programs.length, tags]),
  ]
}

/**
 * One linear layer under the multi-label soft margin loss. Stops when the validation loss has not improved
 * for a while, and returns to the best weights.
 */
export async function train(
  dataset: Dataset,
  idf: Float32Array,
  progress: readonly CallbackHooks[],
): Promise<Training> {
  const tags = dataset.vocabulary.labels.length
  const model = new torch.nn.Linear(idf.length, tags)
  const criterion = new torch.nn.MultiLabelSoftMarginLoss()
  const optimizer = new torch.optim.AdamW(model.parameters(), {
    lr: settings.learningRate,
    weight_decay: settings.weightDecay,
  })
  const trainingSet = new torch.utils.data.TensorDataset(...rowsOf(dataset.train, idf, tags))
  const loader = new torch.utils.data.DataLoader(trainingSet, {
    batch_size: settings.batchSize,
    shuffle: true,
  })
  // One batch.
  const validation = [rowsOf(dataset.validation, idf, tags)]

  const kept = new Map<string, Uint8Array<ArrayBuffer>>()
  const keeper = new ModelCheckpoint({ store: kept, monitor: 'val_loss', save_weights_only: true })
  const stopping = new EarlyStopping({ monitor: 'val_loss', patience: settings.patience })
  const trainer = new Trainer({ max_epochs: settings.epochs, callbacks: [...progress, stopping, keeper] })
  const history = await trainer.fit({ model, criterion, optimizer }, loader, validation)

  const best = torch.load<{ epoch: number; state_dict: torch.nn.StateDict }>(
    kept.get(keeper.best_model_path) as Uint8Array<ArrayBuffer>,
  )
  model.load_state_dict(best.state_dict)
  return { model, history, bestEpoch: best.epoch }
}
