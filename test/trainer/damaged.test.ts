/** Checkpoints that are cut off, changed, or of another training: an error, and nothing has changed. */
import { expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { type CallbackHooks, EarlyStopping, Trainer } from '../../ts/trainer/index.js'

const { nn, optim } = torch

function setUp(seed: number, callbacks: CallbackHooks[] = []) {
  torch.manual_seed(seed)
  const model = new nn.Sequential(new nn.Linear(3, 2), new nn.BatchNorm1d(2))
  const optimizer = new optim.Adam(model.parameters())
  const scheduler = new optim.lr_scheduler.StepLR(optimizer, 1)
  const task = { model, optimizer, scheduler, criterion: new nn.MultiLabelSoftMarginLoss() }
  const x = torch.randn([8, 3])
  const data = new torch.utils.data.TensorDataset(x, x.narrow(1, 0, 2).gt(0).float())
  const loader = new torch.utils.data.DataLoader(data, { batch_size: 4, shuffle: true })
  const stopping = new EarlyStopping({ monitor: 'train_loss' })
  const trainer = new Trainer({ max_epochs: 2, callbacks: [stopping, ...callbacks] })
  const digits = () =>
    JSON.stringify(
      [
        ...[model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), stopping.state_dict()],
        ...[trainer.history, trainer.current_epoch, torch.get_rng_state()],
      ],
      (_, value) => (value instanceof torch.Tensor ? value.tolist() : value),
    )
  return {
    trainer,
    digits,
    resume: (ckpt_path: unknown = null) => trainer.fit(task, loader, { ckpt_path: ckpt_path as never }),
  }
}

async function saved() {
  const { resume, trainer } = setUp(1)
  await resume()
  return trainer.save_checkpoint()
}

test('cut off after any byte', async () => {
  const bytes = await saved()
  const { resume, digits } = setUp(2)
  const before = digits()
  for (
    let length = 0;
    length < bytes.length;
    length += length < 600 || length > bytes.length - 2500 ? 1 : 37
  ) {
    await expect(resume(bytes.slice(0, length)), `${length} bytes`).rejects.toThrow()
  }
  expect(digits()).toBe(before)
})

test('with bytes changed: an error and nothing has changed, or it was no part of the state', async () => {
  const bytes = await saved()
  for (let i = 0; i < bytes.length; i += 23) {
    const changed = bytes.slice()
    changed[i] ^= 1 << (i % 8)
    const { resume, digits } = setUp(2)
    const before = digits()
    try {
      await resume(changed)
    } catch {
      expect(digits(), `byte ${i}`).toBe(before)
    }
  }
})

test.each<[string, unknown]>([
  ['a number', 5],
  ['an object', { a: 1 }],
  ['an array', [1, 2]],
  ['a function', () => {}],
])('%s is no checkpoint', async (_, value) => {
  const { resume, digits } = setUp(2)
  const before = digits()
  await expect(resume(value)).rejects.toThrow()
  expect(digits()).toBe(before)
})

test.each<[string, (state: Record<string, unknown>) => void, RegExp]>([
  ['no dict of modules', (state) => Object.assign(state, { modules: 5 }), /modules must be a dict/],
  [
    'a batch beyond the epoch',
    ({ loops }) => Object.assign((loops as { fit_loop: object }).fit_loop, { batch_idx: 3 }),
    /after 3 batches of an epoch, but train_dataloaders has 2/,
  ],
  [
    'odd draws',
    ({ loops }) => Object.assign((loops as { fit_loop: object }).fit_loop, { draws: 'a' }),
    /draws/,
  ],
  [
    'a callback with another state',
    ({ callbacks }) =>
      Object.assign(callbacks as object, {
        "EarlyStopping{'monitor': 'train_loss', 'mode': 'min'}": { wait_count: 'a' },
      }),
    /wait_count/,
  ],
])('with %s', async (_, change, message) => {
  const state = torch.load<Record<string, unknown>>(await saved())
  change(state)
  const { resume, digits } = setUp(2)
  const before = digits()
  await expect(resume(torch.save(state as never))).rejects.toThrow(message)
  expect(digits()).toBe(before)
})

test('a hook that refuses it', async () => {
  const bytes = await saved()
  const { resume, digits } = setUp(2, [
    {
      on_load_checkpoint: () => {
        throw new Error('of another data set')
      },
    },
  ])
  const before = digits()
  await expect(resume(bytes)).rejects.toThrow('of another data set')
  expect(digits()).toBe(before)
})

test('of a run that is over: nothing is trained, and more epochs go on', async () => {
  const bytes = await saved()
  const { resume, trainer } = setUp(2)
  expect((await resume(bytes)).length).toBe(2)
  expect(trainer.global_step).toBe(4)
})
