import torch from 'softmargin'
import { EarlyStopping, ModelCheckpoint, Trainer } from 'softmargin/trainer'

const { DataLoader, TensorDataset, stratified_split } = torch.utils.data

/**
 * Trains a model of `inputs`, one tensor for each of its arguments, and finds a threshold for each label. A part of the rows, with the
 * same share of every label, is not learnt from: it tells when to stop, and where thresholds are.
 */
export async function train(model, inputs, targets, { lr = 2e-3, max_epochs = 60 } = {}) {
  const dataset = new TensorDataset(...inputs, targets)
  const [learn, choose] = stratified_split(dataset, targets, [0.87, 0.13])
  const loader = new DataLoader(learn, { batch_size: 64, shuffle: true })
  const validation = new DataLoader(choose, { batch_size: 512 })
  const criterion = new torch.nn.MultiLabelSoftMarginLoss()
  const optimizer = new torch.optim.AdamW(model.parameters(), { lr })
  const store = new Map()
  const best = new ModelCheckpoint({ store, monitor: 'val_loss', save_weights_only: true })
  const trainer = new Trainer({
    max_epochs,
    callbacks: [best, new EarlyStopping({ monitor: 'val_loss', patience: 8 })],
  })
  await trainer.fit({ model, criterion, optimizer }, loader, validation)
  model.load_state_dict(torch.load(store.get(best.best_model_path)).state_dict)

  const [chosen] = new DataLoader(choose, { batch_size: choose.length })
  const { thresholds } = torch.metrics.tune_thresholds(predict(model, chosen.slice(0, -1)), chosen.at(-1), {
    metric: 'f1',
  })
  return thresholds
}

/** Probabilities [N, labels]. */
export function predict(model, inputs) {
  model.eval()
  return torch.no_grad(() => torch.sigmoid(model.forward(...inputs)))
}

export function scoresOf(probabilities, targets, threshold) {
  const num_labels = targets.shape[1]
  const { MultilabelAveragePrecision, MultilabelF1Score } = torch.metrics
  const score = (metric) => metric.forward(probabilities, targets).item()
  return {
    microF1: score(new MultilabelF1Score({ num_labels, threshold, average: 'micro' })),
    macroF1: score(new MultilabelF1Score({ num_labels, threshold, average: 'macro' })),
    averagePrecision: score(new MultilabelAveragePrecision({ num_labels })),
  }
}

/** Of giving every label to every text, the best that a guess can do. */
export function scoresOfGuessing(targets) {
  const share = targets.mean(0)
  const f1 = (share) => share.mul(2).div(share.add(1)).mean().item()
  return { microF1: f1(share.mean()), macroF1: f1(share), averagePrecision: share.mean().item() }
}
