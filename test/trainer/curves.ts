/** The training of curves.py. */
import { expect } from 'vitest'
import torch from '../../ts/index.js'
import { type Row, Trainer, type TrainerOptions } from '../../ts/trainer/index.js'

const { nn, optim } = torch

const ROWS = 96

export function setUp(max_epochs: number, max_steps = -1, options: TrainerOptions = {}) {
  torch.manual_seed(5)
  const values = Array.from({ length: ROWS * 8 }, (_, i) => ((i * 7919) % 1000) / 250 - 2)
  const x = torch.tensor(values).reshape([ROWS, 8])
  const model = new nn.Sequential(new nn.Linear(8, 16), new nn.ReLU(), new nn.Linear(16, 4))
  const optimizer = new optim.AdamW(model.parameters(), { lr: 0.01 })
  const scheduler = new optim.lr_scheduler.CosineAnnealingLR(optimizer, 6)
  const task = { model, optimizer, scheduler, criterion: new nn.MultiLabelSoftMarginLoss() }
  const data = new torch.utils.data.TensorDataset(x, x.narrow(1, 0, 4).gt(0.3).float())
  const loader = new torch.utils.data.DataLoader(data, { batch_size: 8, shuffle: true })
  return { task, loader, trainer: new Trainer({ max_epochs, max_steps, ...options }) }
}

type Curve = readonly Readonly<Record<string, number | readonly number[]>>[]

export function expectCurve(got: readonly Row[], wanted: Curve): void {
  expect(got.map(({ epoch, step }) => [epoch, step])).toEqual(wanted.map(({ epoch, step }) => [epoch, step]))
  for (const [i, row] of got.entries()) {
    expect(row.lr).toBeCloseTo(Number(wanted[i].lr), 12)
    expect(Math.abs(Number(row.train_loss) / Number(wanted[i].train_loss) - 1)).toBeLessThan(2e-4)
  }
}
