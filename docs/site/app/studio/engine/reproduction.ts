/** A program for Node that trains the same run again, with its data and the losses that it must print. */
import torch from 'softmargin'
import { targetsOf } from './dataset.ts'
import { layersOf } from './model.ts'
import { VALIDATION_BATCH } from './run.ts'
import type { Session } from './session.ts'

type Files = Record<string, Uint8Array>

/** Rows of a sparse tensor in parts, as files hold dense tensors. */
function parts(inputs: torch.Tensor): unknown {
  const sparse = inputs as unknown as torch.SparseCSRTensor
  if (typeof sparse.crow_indices !== 'function') return inputs
  return {
    crow: sparse.crow_indices(),
    columns: sparse.col_indices(),
    values: sparse.values(),
    shape: [...sparse.shape],
  }
}

export function reproduction(session: Session): Files {
  const run = session.trained
  const { dataset } = session
  const { split, inputs } = run
  const of = (rows: Int32Array) => ({ inputs: parts(inputs.tensor(rows)), targets: targetsOf(dataset, rows) })
  const data = {
    train: of(split.train),
    validation: of(split.validation),
    test: of(split.test),
    labels: dataset.labels,
    thresholds: torch.tensor([...session.limits()]),
    pos_weight: run.pos_weight === null ? null : torch.tensor(run.pos_weight),
    // In float64, which a file of numbers holds: losses are means of float32 ones.
    losses: run.history.map(({ train_loss, val_loss }) => [train_loss, val_loss]),
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

function program(session: Session): string {
  const run = session.trained
  const { settings, dataset, inputs } = run
  const { seed, lr, weight_decay, batch_size, patience, label_smoothing, max_epochs } = settings
  const layers = layersOf(settings, inputs.shape, dataset.labels.length)
  const isSparse =
    typeof (inputs.tensor(run.split.train.subarray(0, 1)) as { crow_indices?: unknown }).crow_indices ===
    'function'
  const criterion = [
    'ignore_index: Number.NaN',
    ...(run.pos_weight === null ? [] : ['pos_weight: data.pos_weight']),
  ]
  if (label_smoothing > 0) criterion.push(`label_smoothing: ${label_smoothing}`)
  const epochs = Math.min(max_epochs, run.history.length)
  const rows = isSparse
    ? `const rows = ({ inputs: { crow, columns, values, shape }, targets }) =>
  new TensorDataset(torch.sparse_csr_tensor(crow, columns, values, shape), targets)`
    : 'const rows = ({ inputs, targets }) => new TensorDataset(inputs, targets)'
  return `// Trains what the studio of softmargin trained, with the same digits:  npm install && node reproduce.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import torch from 'softmargin'
import { ${patience > 0 ? 'EarlyStopping, ' : ''}ModelCheckpoint, Trainer } from 'softmargin/trainer'

const { nn } = torch
const { DataLoader, TensorDataset } = torch.utils.data
const data = torch.load(readFileSync(new URL('data.pt', import.meta.url)))
${rows}

torch.manual_seed(${seed})
const model = new nn.Sequential(
  ${layers.join(',\n  ')},
)
const criterion = new nn.MultiLabelSoftMarginLoss({ ${criterion.join(', ')} })
const optimizer = new torch.optim.AdamW(model.parameters(), { lr: ${lr}, weight_decay: ${weight_decay} })

const store = new Map()
const best = new ModelCheckpoint({ store, monitor: 'val_loss', save_weights_only: true })
const trainer = new Trainer({
  max_epochs: ${epochs},
  callbacks: [${patience > 0 ? `new EarlyStopping({ monitor: 'val_loss', patience: ${patience} }), ` : ''}best],
})
const history = await trainer.fit(
  { model, criterion, optimizer },
  new DataLoader(rows(data.train), { batch_size: ${batch_size}, shuffle: true }),
  new DataLoader(rows(data.validation), { batch_size: ${VALIDATION_BATCH} }),
)

let differing = 0
for (const [i, { train_loss, val_loss }] of history.entries()) {
  const [train, validation] = data.losses[i] ?? []
  const isSame = train_loss === train && val_loss === validation
  if (!isSame) differing += 1
  console.log(\`epoch \${i + 1}  train \${train_loss}  validation \${val_loss}\${isSame ? '' : \`  (studio: \${train}, \${validation})\`}\`)
}
const isWhole = history.length === data.losses.length
console.log(differing === 0 && isWhole ? 'The same digits as in the studio.' : \`\${differing} epochs differ from the studio's.\`)

model.load_state_dict(torch.load(store.get(best.best_model_path)).state_dict)
model.eval()
const probabilities = torch.no_grad(() => torch.sigmoid(model.forward(rows(data.test).tensors[0])))
const { MultilabelF1Score } = torch.metrics
const options = { num_labels: data.labels.length, threshold: data.thresholds, ignore_index: Number.NaN }
for (const average of ['micro', 'macro']) {
  const f1 = new MultilabelF1Score({ ...options, average }).forward(probabilities, data.test.targets).item()
  console.log(\`\${average}-F1 on the test rows \${f1.toFixed(3)}\`)
}
writeFileSync('tagger.safetensors', torch.save(model.state_dict()))
process.exitCode = differing === 0 && isWhole ? 0 : 1
`
}
