/** Memory does not grow with the number of epochs. */
import { expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { ModelCheckpoint, Trainer } from '../../ts/trainer/index.js'

const { nn, optim } = torch

const collect = async () => {
  for (let i = 0; i < 5; i++) {
    ;(globalThis as unknown as { gc(): void }).gc()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('over hundreds of epochs, with validation, dropout, averages, a schedule and checkpoints', async () => {
  torch.manual_seed(1)
  const model = new nn.Sequential(
    new nn.Linear(30, 40),
    new nn.BatchNorm1d(40),
    new nn.Dropout(0.2),
    new nn.Linear(40, 5),
  )
  const optimizer = new optim.AdamW(model.parameters(), { lr: 0.001 })
  const averaged = new optim.swa_utils.AveragedModel(model)
  const x = torch.randn([64, 30])
  const data = new torch.utils.data.TensorDataset(x, x.narrow(1, 0, 5).gt(0).float())
  const sampler = new torch.utils.data.RandomSampler(data, { replacement: true, num_samples: 128 })
  const loader = new torch.utils.data.DataLoader(data, { batch_size: 16, sampler })
  const seen: { tensors: number; bytes: number; heap: number }[] = []
  const measure = {
    async on_train_epoch_end({ current_epoch }: { current_epoch: number }) {
      averaged.update_parameters(model)
      if (current_epoch % 100 !== 99) return
      await collect()
      const { tensors, resident_bytes, spilled_bytes } = torch.wasm.memory()
      seen.push({ tensors, bytes: resident_bytes + spilled_bytes, heap: process.memoryUsage().heapUsed })
    },
  }
  const trainer = new Trainer({
    max_epochs: 400,
    callbacks: [measure, new ModelCheckpoint({ store: new Map(), every_n_epochs: 10, save_last: true })],
  })
  const task = {
    ...{ model, optimizer, averaged, criterion: new nn.MultiLabelSoftMarginLoss() },
    scheduler: new optim.lr_scheduler.CosineAnnealingLR(optimizer, 50),
    metrics: { f1: new torch.metrics.MultilabelF1Score({ num_labels: 5 }) },
  }
  await trainer.fit(task, loader, loader)
  const [first, , , last] = seen
  expect(last.tensors).toBeLessThanOrEqual(first.tensors + 40)
  expect(last.bytes).toBeLessThanOrEqual(first.bytes + 100_000)
  // A row of history for each epoch.
  expect(last.heap).toBeLessThan(first.heap + 3_000_000)
})
