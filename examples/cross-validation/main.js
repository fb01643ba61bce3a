// node main.js <file> <number of labels> [folds]: judges one layer and two by cross-validation, on a table in CSV, ARFF or libsvm.
import { createReadStream } from 'node:fs'
import { extname } from 'node:path'
import torch from 'softmargin'
import { parse_arff, parse_csv, parse_libsvm } from 'softmargin/datasets'
import { Trainer } from 'softmargin/trainer'

const { BatchNorm1d, Dropout, Linear, MultiLabelSoftMarginLoss, ReLU, Sequential } = torch.nn
const { DataLoader, MultilabelStratifiedKFold, TensorDataset } = torch.utils.data

const EPOCHS = 20

const [file, labels, folds = '10'] = process.argv.slice(2)
if (labels === undefined)
  throw new Error('usage: node main.js <file.csv, .arff or .svm> <number of labels> [folds]')

/** The features, dense, and the targets. The labels are the last columns. */
async function readTable() {
  const stream = createReadStream(file)
  const count = Number(labels)
  const read = {
    '.csv': () => parse_csv(stream, { labels: count }),
    '.arff': () => parse_arff(stream, { labels: count }),
    '.svm': () => parse_libsvm(stream, { num_labels: count }),
  }[extname(file)]
  if (read === undefined) throw new Error(`${file} must end in .csv, .arff or .svm`)
  const { features, targets } = await read()
  return [features instanceof torch.Tensor ? features.nan_to_num(0) : features.to_dense(), targets]
}

const [features, targets] = await readTable()
const [inputs, outputs] = [features.shape[1], targets.shape[1]]

const models = {
  'one layer': () => new Sequential(new BatchNorm1d(inputs), new Linear(inputs, outputs)),
  'two layers': () =>
    new Sequential(
      new BatchNorm1d(inputs),
      new Linear(inputs, 128),
      new ReLU(),
      new Dropout(0.5),
      new Linear(128, outputs),
    ),
}

/** The five measures of the literature, whose coverage begins at 0. Missing labels are NaN. */
const options = { num_labels: outputs, ignore_index: Number.NaN }
const metrics = new torch.metrics.MetricCollection({
  hamming: new torch.metrics.MultilabelHammingDistance({ ...options, average: 'micro' }),
  one: new torch.metrics.MultilabelPrecisionAtK({ ...options, k: 1 }),
  coverage: new torch.metrics.MultilabelCoverageError(options),
  ranking: new torch.metrics.MultilabelRankingLoss(options),
  precision: new torch.metrics.MultilabelRankingAveragePrecision(options),
})

async function judge(createModel, [train, test]) {
  const model = createModel()
  const rows = (indices) => [features, targets].map((x) => x.index_select(0, indices))
  const criterion = new MultiLabelSoftMarginLoss({ ignore_index: Number.NaN })
  const optimizer = new torch.optim.AdamW(model.parameters(), { lr: 0.003 })
  const scheduler = new torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
  const loader = new DataLoader(new TensorDataset(...rows(train)), { batch_size: 64, shuffle: true })
  await new Trainer({ max_epochs: EPOCHS }).fit({ model, criterion, optimizer, scheduler }, loader)
  model.eval()
  const [x, y] = rows(test)
  const measured = metrics.forward(
    torch.no_grad(() => model.forward(x)),
    y,
  )
  const { hamming, one, coverage, ranking, precision } = Object.fromEntries(
    Object.entries(measured).map(([name, value]) => [name, value.item()]),
  )
  return [hamming, 1 - one, coverage - 1, ranking, precision]
}

console.log(`${features.shape[0]} rows, ${inputs} features, ${outputs} labels, ${folds} folds`)
console.log('             hamming loss   one-error      coverage       ranking loss   average precision')
for (const [name, createModel] of Object.entries(models)) {
  torch.manual_seed(0)
  const generator = new torch.Generator().manual_seed(0)
  const split = new MultilabelStratifiedKFold({ n_splits: Number(folds), shuffle: true, generator })
  const measured = []
  for (const fold of split.split(targets)) measured.push(await judge(createModel, fold))
  const each = torch.tensor(measured)
  const [means, deviations] = [each.mean(0).tolist(), each.std(0).tolist()]
  const cells = means.map((mean, i) => `${mean.toFixed(3)} ± ${deviations[i].toFixed(3)}`.padEnd(15))
  console.log(`${name.padEnd(13)}${cells.join('')}`)
}
