import torch from 'softmargin'
import type { Dataset, Program } from './data.js'
import { tagRows, tfIdfRows } from './tf_idf.js'

export interface Epoch {
  epoch: number
  trainLoss: number
  validationLoss: number
  programsPerSecond: number
}

export interface Progress {
  start: (epochs: number, rowsPerEpoch: number) => void
  batch: (epoch: number, rows: number, loss: number, programsPerSecond: number) => void
  epoch: (epoch: Epoch) => void
  stop: (epochs: number) => void
}

export interface Training {
  model: torch.nn.Linear
  history: Epoch[]
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

/** A copy: the tensors of a state_dict are the module's own and go on learning. */
function snapshot(model: torch.nn.Linear): torch.nn.StateDict {
  return Object.fromEntries(Object.entries(model.state_dict()).map(([name, value]) => [name, value.clone()]))
}

/**
 * One linear layer under the multi-label soft margin loss. Stops when the validation loss has not improved
 * for a while, and returns to the best weights.
 */
export function train(dataset: Dataset, idf: Float32Array, progress: Progress): Training {
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
  const [validationRows, validationTargets] = rowsOf(dataset.validation, idf, tags)

  const history: Epoch[] = []
  let best = { epoch: 0, loss: Number.POSITIVE_INFINITY, state: snapshot(model) }
  progress.start(settings.epochs, dataset.train.length)

  for (let epoch = 1; epoch <= settings.epochs && epoch - best.epoch <= settings.patience; epoch += 1) {
    const started = performance.now()
    let rows = 0
    let lossSum = 0
    const rate = (): number => (1000 * rows) / (performance.now() - started)

    for (const [features, targets] of loader) {
      optimizer.zero_grad()
      const loss = criterion.forward(model.forward(features), targets)
      loss.backward()
      optimizer.step()

      rows += features.shape[0]
      lossSum += loss.item() * features.shape[0]
      progress.batch(epoch, rows, lossSum / rows, rate())
    }

    const programsPerSecond = rate()
    const validationLoss = torch.no_grad(() =>
      criterion.forward(model.forward(validationRows), validationTargets).item(),
    )
    if (validationLoss < best.loss) best = { epoch, loss: validationLoss, state: snapshot(model) }
    history.push({ epoch, trainLoss: lossSum / rows, validationLoss, programsPerSecond })
    progress.epoch(history[history.length - 1])
  }

  model.load_state_dict(best.state)
  progress.stop(history.length)
  return { model, history, bestEpoch: best.epoch }
}
