import torch from 'softmargin'

const FEATURES = 30
const TAGS = 6

/** Rows of numbers, and the tags that a hidden rule gives them. */
function rows(count, seed) {
  const generator = new torch.Generator().manual_seed(seed)
  const rule = torch.randn([FEATURES, TAGS], { generator: new torch.Generator().manual_seed(0) })
  const inputs = torch.randn([count, FEATURES], { generator })
  return new torch.utils.data.TensorDataset(inputs, torch.matmul(inputs, rule).gt(3).float())
}

/** What `fit` takes: the task, and the batches of training and validation. */
export function prepare() {
  torch.manual_seed(1)
  const model = new torch.nn.Sequential(
    new torch.nn.Linear(FEATURES, 32),
    new torch.nn.ReLU(),
    new torch.nn.Dropout(0.1),
    new torch.nn.Linear(32, TAGS),
  )
  const optimizer = new torch.optim.AdamW(model.parameters(), { lr: 0.01 })
  const task = {
    model,
    optimizer,
    scheduler: new torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 20),
    criterion: new torch.nn.MultiLabelSoftMarginLoss(),
  }
  const { DataLoader } = torch.utils.data
  return [
    task,
    new DataLoader(rows(600, 2), { batch_size: 20, shuffle: true }),
    new DataLoader(rows(200, 3), { batch_size: 100 }),
  ]
}

/** The last row of a history in a few words. */
export const summary = (history) => {
  const { epoch, step, val_loss } = history.at(-1)
  return `epoch ${epoch}, step ${step}, validation loss ${val_loss.toFixed(6)}`
}
