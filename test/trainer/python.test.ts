/** A run begun here goes on in PyTorch, and the other way round, with the curve of one that torch trained alone. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { type Row, Trainer } from '../../ts/trainer/index.js'
import { run } from '../serialization/python.js'
import { pythonTorch } from '../serialization/python_torch.js'

const { nn, optim } = torch

const ROWS = 96
const rows = () => {
  const values = Array.from({ length: ROWS * 8 }, (_, i) => Math.sin(i * 12.9898) * 2)
  const x = torch.tensor(values).reshape([ROWS, 8])
  return { values, x, y: x.narrow(1, 0, 4).gt(0.3).float() }
}

/** The same training in Python, from a file or from the beginning, until an epoch or a batch in it. */
const PROGRAM = `
import io, json, sys, torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
options = json.loads(sys.argv[1]) if len(sys.argv) > 1 else json.loads(OPTIONS)
x = torch.tensor(options['values']).reshape(${ROWS}, 8)
y = (x[:, :4] > 0.3).float()
torch.manual_seed(5)
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 6)
criterion = nn.MultiLabelSoftMarginLoss()
loader = DataLoader(TensorDataset(x, y), batch_size=8, shuffle=True)
history, start, skip, sums, steps = [], 0, 0, [0.0, 0], 0
file = sys.stdin.buffer.read()
if file:
    saved = torch.load(io.BytesIO(file), weights_only=True)
    model.load_state_dict(saved['state_dict'])
    optimizer.load_state_dict(saved['optimizer_states'][0])
    scheduler.load_state_dict(saved['lr_schedulers'][0])
    start, steps, history = saved['epoch'], saved['global_step'], saved['history']
    loop = saved['loops']['fit_loop']
    skip = loop['batch_idx']
    if skip: sums = loop['sums']['train_loss']
    torch.set_rng_state(loop['epoch_rng']['default'] if skip else saved['rng']['default'])
for epoch in range(start, options['until']):
    for i, (a, b) in enumerate(loader):
        if i < skip: continue
        optimizer.zero_grad()
        loss = criterion(model(a), b)
        loss.backward()
        optimizer.step()
        steps += 1
        sums = [sums[0] + loss.item() * len(a), sums[1] + len(a)]
    history.append({'epoch': epoch, 'step': steps, 'lr': optimizer.param_groups[0]['lr'], 'train_loss': sums[0] / sums[1]})
    skip, sums = 0, [0.0, 0]
    scheduler.step()
out = io.BytesIO()
torch.save({'epoch': options['until'], 'global_step': steps, 'state_dict': model.state_dict(),
    'optimizer_states': [optimizer.state_dict()], 'lr_schedulers': [scheduler.state_dict()],
    'rng': {'default': torch.get_rng_state()}, 'history': history}, out)
sys.stdout.buffer.write(out.getvalue())
`

function inPython(until: number, file = new Uint8Array()): { bytes: Uint8Array; history: Row[] } {
  const options = JSON.stringify({ values: rows().values, until })
  const { status, stdout, stderr } = run(`OPTIONS = ${JSON.stringify(options)}\n${PROGRAM}`, file)
  if (status !== 0) throw new Error(stderr.toString())
  return { bytes: stdout, history: torch.load<{ history: Row[] }>(stdout).history }
}

function here(max_epochs: number) {
  torch.manual_seed(5)
  const { x, y } = rows()
  const model = new nn.Sequential(new nn.Linear(8, 16), new nn.ReLU(), new nn.Linear(16, 4))
  const optimizer = new optim.AdamW(model.parameters(), { lr: 0.01 })
  const scheduler = new optim.lr_scheduler.CosineAnnealingLR(optimizer, 6)
  const task = { model, optimizer, scheduler, criterion: new nn.MultiLabelSoftMarginLoss() }
  const data = new torch.utils.data.TensorDataset(x, y)
  const loader = new torch.utils.data.DataLoader(data, { batch_size: 8, shuffle: true })
  return { task, loader, of: (options: object = {}) => new Trainer({ max_epochs, ...options }) }
}

const expectCurve = (got: readonly Row[], wanted: readonly Row[]) => {
  expect(got.map(({ epoch, step }) => [epoch, step])).toEqual(wanted.map(({ epoch, step }) => [epoch, step]))
  for (const [i, row] of got.entries()) {
    expect(row.lr).toBeCloseTo(Number(wanted[i].lr), 12)
    expect(Math.abs(Number(row.train_loss) / Number(wanted[i].train_loss) - 1)).toBeLessThan(2e-4)
  }
}

describe.skipIf(!pythonTorch)('with PyTorch', () => {
  const wanted = pythonTorch ? inPython(6).history : []

  test('begun here, cut within an epoch, gone on with in Python', async () => {
    const { task, loader, of } = here(6)
    const controller = new AbortController()
    const trainer = of({
      on_progress: ({ global_step }: { global_step: number }) => {
        if (global_step === 30) controller.abort()
      },
    })
    await expect(trainer.fit(task, loader, null, { signal: controller.signal })).rejects.toThrow()
    expect([trainer.current_epoch, trainer.batch_idx]).toEqual([2, 6])
    expectCurve(inPython(6, trainer.save_checkpoint()).history, wanted)
  })

  test('begun here, gone on with in Python after an epoch', async () => {
    const { task, loader, of } = here(3)
    const trainer = of()
    await trainer.fit(task, loader)
    expectCurve(inPython(6, trainer.save_checkpoint()).history, wanted)
  })

  test('begun in Python, gone on with here', async () => {
    const { bytes } = inPython(3)
    const { task, loader, of } = here(6)
    torch.manual_seed(77)
    expectCurve(await of().fit(task, loader, { ckpt_path: bytes }), wanted)
  })
})
