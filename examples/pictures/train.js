import torch from 'softmargin'
import { ModelCheckpoint, Trainer } from 'softmargin/trainer'
import { augment } from './augment.js'

const { DataLoader, TensorDataset, default_collate, stratified_split } = torch.utils.data

/** Three parts with nearly the same share of every tag: to learn from, to choose by, to be judged by. */
export function split({ images, targets }) {
  const dataset = new TensorDataset(images, targets, torch.arange(images.shape[0], { dtype: torch.int32 }))
  return stratified_split(dataset, targets, [0.6, 0.2, 0.2])
}

/** Bytes become numbers from 0 to 1. */
const batch = (rows) => {
  const [images, targets] = default_collate(rows)
  return [images.float().div(255), targets]
}

const augmented = (rows) => {
  const [images, targets] = batch(rows)
  return [augment(images), targets]
}

/**
 * Trains, until `signal` is aborted or for all epochs, and goes back to the weights of the epoch with the lowest validation loss.
 * Returns the losses of each epoch.
 */
export async function train(
  model,
  [learn, choose],
  { epochs, lr = 3e-3, signal = null, on_progress = null },
) {
  const loader = new DataLoader(learn, { batch_size: 64, shuffle: true, collate_fn: augmented })
  const validation = new DataLoader(choose, { batch_size: 256, collate_fn: batch })
  const criterion = new torch.nn.MultiLabelSoftMarginLoss()
  const optimizer = new torch.optim.AdamW(model.parameters(), { lr, weight_decay: 0.05 })
  const scheduler = {
    scheduler: new torch.optim.lr_scheduler.OneCycleLR(optimizer, {
      max_lr: lr,
      total_steps: epochs * Math.ceil(learn.length / 64),
    }),
    interval: 'step',
  }
  const store = new Map()
  const best = new ModelCheckpoint({ store, monitor: 'val_loss', save_weights_only: true })
  const trainer = new Trainer({ max_epochs: epochs, callbacks: [best], signal, on_progress })
  try {
    await trainer.fit({ model, criterion, optimizer, scheduler }, loader, validation)
  } catch (error) {
    if (error !== signal?.reason) throw error
  }
  const kept = store.get(best.best_model_path)
  if (kept !== undefined) model.load_state_dict(torch.load(kept).state_dict)
  return trainer.history
}

/** Probabilities [rows, tags] beside the truth. */
export function predict(model, rows) {
  model.eval()
  return torch.no_grad(() => {
    const batches = [...new DataLoader(rows, { batch_size: 256, collate_fn: batch })]
    const [logits, targets] = [batches.map(([x]) => model.forward(x)), batches.map(([, y]) => y)]
    return { probabilities: torch.sigmoid(torch.cat(logits)), targets: torch.cat(targets) }
  })
}

/** A threshold for each tag, the one with the best F1 on rows that were not learnt from. */
export function tune(model, [, choose]) {
  const { probabilities, targets } = predict(model, choose)
  return torch.metrics.tune_thresholds(probabilities, targets, { metric: 'f1' }).thresholds
}

/** How good probabilities are: over all tags alike, however rare they are. */
export function scoresOf({ probabilities, targets }, thresholds) {
  const num_labels = targets.shape[1]
  const score = (metric) => metric.forward(probabilities, targets).item()
  const { MultilabelAUROC, MultilabelAveragePrecision, MultilabelF1Score } = torch.metrics
  return {
    macroF1: score(new MultilabelF1Score({ num_labels, threshold: thresholds, average: 'macro' })),
    auroc: score(new MultilabelAUROC({ num_labels })),
    averagePrecision: score(new MultilabelAveragePrecision({ num_labels })),
  }
}

/** The scores of guessing: macro F1 of giving every tag to every picture, which is the best a guess can do. */
export function scoresOfGuessing(targets) {
  const share = targets.mean(0)
  return {
    macroF1: share.mul(2).div(share.add(1)).mean().item(),
    auroc: 0.5,
    averagePrecision: share.mean().item(),
  }
}
