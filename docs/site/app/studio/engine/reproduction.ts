/** A program for Node that trains the same run again, with its data and the losses that it must print. */
import torch from 'softmargin'
import { targetsOf } from './dataset.ts'
import { layersOf } from './model.ts'
import { VALIDATION_BATCH, weightsOf } from './run.ts'
import type { Session } from './session.ts'

type Files = Record<string, Uint8Array>

/** The share of numbers that are not 0 up to which rows are written sparse: files stay small. */
const SPARSE = 0.2

/** Rows as dense tensors, which files hold: those of a sparse matrix in parts. */
function parts(inputs: torch.Tensor): unknown {
  const sparse = inputs as unknown as torch.SparseCSRTensor
  if (typeof sparse.crow_indices === 'function') {
    const shape = [...sparse.shape]
    return { crow: sparse.crow_indices(), columns: sparse.col_indices(), values: sparse.values(), shape }
  }
  const dense = inputs.data() as Float32Array
  const count = dense.reduce((sum, value) => sum + Number(value !== 0), 0)
  if (inputs.dim() !== 2 || count > SPARSE * dense.length) return inputs
  const [rows, width] = inputs.shape as unknown as [number, number]
  const [crow, columns, values] = [new Int32Array(rows + 1), new Int32Array(count), new Float32Array(count)]
  let at = 0
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) {
      const value = dense[row * width + column]
      if (value === 0) continue
      columns[at] = column
      values[at++] = value
    }
    crow[row + 1] = at
  }
  const [starts, indices, numbers] = [crow, columns, values].map((array) => torch.tensor(array))
  return { crow: starts, columns: indices, values: numbers, shape: [rows, width], dense: true }
}

export function reproduction(session: Session): Files {
  const run = session.trained
  const { split, inputs } = run
  const rows = (part: Int32Array) => parts(inputs.tensor(part))
  const data = {
    train: rows(split.train),
    validation: batches(split.validation).map(rows),
    test: rows(split.test),
    test_targets: targetsOf(session.dataset, split.test),
    stages: stagesOf(session),
    labels: session.dataset.labels,
    thresholds: torch.tensor([...session.judge.limits()]),
  }
  const text = new TextEncoder()
  return {
    'reproduce.mjs': text.encode(program(session)),
    'data.pt': torch.save(data),
    'package.json': text.encode(
      `${JSON.stringify({ private: true, type: 'module', dependencies: { softmargin: '*' } }, null, 2)}\n`,
    ),
  }
}

/** What each stage learned from, and its losses: in float64, which a file of numbers holds, as they are means of float32 ones. */
function stagesOf({ dataset, corrections, stages, trained: { split, history, settings } }: Session) {
  const now = [...corrections.list]
  try {
    return stages.map((stage) => {
      corrections.become(dataset, stage.corrections)
      const targets = targetsOf(dataset, split.train)
      const weights = weightsOf(settings, targets, dataset.labels.length)
      const losses = (stage.history ?? history).map(({ train_loss, val_loss }) => [train_loss, val_loss])
      return {
        ...{ targets, validation: batches(split.validation).map((rows) => targetsOf(dataset, rows)) },
        ...{ pos_weight: weights === null ? null : torch.tensor(weights), losses },
      }
    })
  } finally {
    corrections.become(dataset, now)
  }
}

/** The batches of validation. */
const batches = (rows: Int32Array) =>
  Array.from({ length: Math.ceil(rows.length / VALIDATION_BATCH) }, (_, i) =>
    rows.subarray(i * VALIDATION_BATCH, (i + 1) * VALIDATION_BATCH),
  )

function program({ trained: { settings, inputs }, dataset, stages }: Session): string {
  const { seed, lr, weight_decay, batch_size, patience, label_smoothing, pos_weight } = settings
  const layers = layersOf(settings, inputs.shape, dataset.labels.length)
  const criterion = [
    'ignore_index: Number.NaN',
    ...(pos_weight === 'none' ? [] : ['pos_weight: stage.pos_weight']),
  ]
  if (label_smoothing > 0) criterion.push(`label_smoothing: ${label_smoothing}`)
  const stopping = patience > 0 ? `new EarlyStopping({ monitor: 'val_loss', patience: ${patience} }), ` : ''
  const later =
    stages.length === 1
      ? ''
      : `
  // Tags were corrected here: it goes on from the best epoch until then. What callbacks know of losses was about other tags.
  const from = best === null ? null : torch.save({ ...torch.load(best), callbacks: {} })`
  const resumed = stages.length === 1 ? '' : ', { ckpt_path: from }'
  return `// Trains what the studio of softmargin trained, with the same digits:  npm install && node reproduce.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import torch from 'softmargin'
import { ${patience > 0 ? 'EarlyStopping, ' : ''}ModelCheckpoint, Trainer } from 'softmargin/trainer'

const { nn } = torch
const { DataLoader, TensorDataset } = torch.utils.data
const data = torch.load(readFileSync(new URL('data.pt', import.meta.url)))

/** Rows that are mostly 0 are written as a sparse matrix. */
function rows(inputs) {
  if (inputs.crow === undefined) return inputs
  const { crow, columns, values, shape, dense } = inputs
  const sparse = torch.sparse_csr_tensor(crow, columns, values, shape)
  return dense ? sparse.to_dense() : sparse
}

torch.manual_seed(${seed})
const model = new nn.Sequential(
  ${layers.join(',\n  ')},
)
const optimizer = new torch.optim.AdamW(model.parameters(), { lr: ${lr}, weight_decay: ${weight_decay} })
const [train, test, validation] = [rows(data.train), rows(data.test), data.validation.map(rows)]

let best = null
let differing = 0
for (const stage of data.stages) {
  const criterion = new nn.MultiLabelSoftMarginLoss({ ${criterion.join(', ')} })${later}
  const store = new Map()
  const keeper = new ModelCheckpoint({ store, monitor: 'val_loss' })
  const trainer = new Trainer({
    max_epochs: stage.losses.length,
    callbacks: [${stopping}keeper],
  })
  const history = await trainer.fit(
    { model, criterion, optimizer },
    new DataLoader(new TensorDataset(train, stage.targets), { batch_size: ${batch_size}, shuffle: true }),
    validation.map((batch, i) => [batch, stage.validation[i]])${resumed},
  )
  best = store.get(keeper.best_model_path) ?? ${stages.length === 1 ? 'best' : 'from'}
  for (const [i, { train_loss, val_loss }] of history.entries()) {
    const [train, validation] = stage.losses[i] ?? []
    const isSame = train_loss === train && val_loss === validation
    if (!isSame) differing += 1
    console.log(\`epoch \${i + 1}  train \${train_loss}  validation \${val_loss}\${isSame ? '' : \`  (studio: \${train}, \${validation})\`}\`)
  }
  differing += Math.abs(history.length - stage.losses.length)
}
console.log(differing === 0 ? 'The same digits as in the studio.' : \`\${differing} epochs differ from the studio's.\`)

model.load_state_dict(torch.load(best).state_dict)
model.eval()
const probabilities = torch.no_grad(() => torch.sigmoid(model.forward(test)))
const { MultilabelF1Score } = torch.metrics
const options = { num_labels: data.labels.length, threshold: data.thresholds, ignore_index: Number.NaN }
if (data.labels.length > 1)
  for (const average of ['micro', 'macro']) {
    const f1 = new MultilabelF1Score({ ...options, average }).forward(probabilities, data.test_targets).item()
    console.log(\`\${average}-F1 on the test rows \${f1.toFixed(3)}\`)
  }
writeFileSync('tagger.safetensors', torch.save(model.state_dict()))
process.exitCode = differing === 0 ? 0 : 1
`
}
