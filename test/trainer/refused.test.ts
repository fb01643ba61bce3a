/** What cannot be resumed, or fails on the way: a sentence, and nothing has changed. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { EarlyStopping, ModelCheckpoint, Trainer } from '../../ts/trainer/index.js'

const { nn, optim } = torch

function setUp(features = 4, options: object = {}) {
  torch.manual_seed(1)
  const model = new nn.Sequential(new nn.Linear(features, 3), new nn.BatchNorm1d(3))
  const optimizer = new optim.Adam(model.parameters())
  const task = { model, optimizer, criterion: new nn.MultiLabelSoftMarginLoss() }
  const x = torch.randn([20, features])
  const data = new torch.utils.data.TensorDataset(x, x.narrow(1, 0, 3).gt(0).float())
  const loader = new torch.utils.data.DataLoader(data, { batch_size: 4, shuffle: true })
  const trainer = new Trainer({ max_epochs: 2, ...options })
  const digits = () =>
    JSON.stringify(
      [model.state_dict(), optimizer.state_dict(), trainer.history, torch.get_rng_state()],
      (_, value) => (value instanceof torch.Tensor ? value.tolist() : value),
    )
  return { model, task, loader, trainer, digits }
}

const saved = async (options: object = {}) => {
  const { trainer, task, loader } = setUp(4, options)
  await trainer.fit(task, loader)
  return trainer.save_checkpoint()
}

describe('a checkpoint that does not fit', () => {
  const changed = async (change: (checkpoint: Record<string, unknown>) => unknown) => {
    const checkpoint = torch.load<Record<string, unknown>>(await saved())
    change(checkpoint)
    return torch.save({ ...checkpoint, z: 1 })
  }
  test.each<[string, () => Promise<Uint8Array<ArrayBuffer>>, RegExp]>([
    ['truncated', async () => (await saved()).slice(0, -40), /truncated|no end record/],
    ['empty', async () => new Uint8Array(), /neither a safetensors file/],
    ['a state_dict', async () => torch.save({ a: torch.ones([1]) }), /has no state_dict/],
    [
      'without an optimizer',
      () => changed((c) => Reflect.deleteProperty(c, 'optimizer_states')),
      /has no optimizer_states/,
    ],
    [
      'with a schedule',
      () => changed((c) => Object.assign(c, { lr_schedulers: [{}] })),
      /states of 1 schedules/,
    ],
    [
      'of an odd epoch',
      () => changed((c) => Object.assign(c, { epoch: -1 })),
      /epoch must be a whole number/,
    ],
    [
      'with odd states of generators',
      () => changed((c) => Object.assign(c, { rng: { default: torch.ones([2]) } })),
      /rng/,
    ],
    [
      'with odd loops',
      () => changed((c) => Object.assign(c, { loops: { fit_loop: { batch_idx: 'a' } } })),
      /batch_idx/,
    ],
    [
      'with odd sums',
      () =>
        changed((c) => {
          const { fit_loop } = c.loops as { fit_loop: object }
          Object.assign(fit_loop, { sums: { a: 1 } })
        }),
      /sums/,
    ],
    [
      'with odd gradients',
      () => changed((c) => Object.assign(c, { gradients: { a: torch.ones([1]) } })),
      /gradient a/,
    ],
    ['with odd callbacks', () => changed((c) => Object.assign(c, { history: [1] })), /history/],
    [
      'of another optimizer',
      () => changed((c) => Object.assign(c, { optimizer_states: [{ state: {}, param_groups: [] }] })),
      /parameter groups/,
    ],
    [
      'of another optimizer, in part',
      () =>
        changed((c) => {
          const [state] = c.optimizer_states as { state: Record<number, unknown> }[]
          state.state[1] = {}
        }),
      /does not fit parameter 1/,
    ],
  ])('%s', async (_, make, message) => {
    const bytes = await make()
    const { trainer, task, loader, digits } = setUp()
    const before = digits()
    await expect(trainer.fit(task, loader, { ckpt_path: bytes })).rejects.toThrow(message)
    expect(digits()).toBe(before)
  })

  test('of another model', async () => {
    const bytes = await saved()
    const { trainer, task, loader, digits } = setUp(5)
    const before = digits()
    await expect(trainer.fit(task, loader, { ckpt_path: bytes })).rejects.toThrow(
      /size mismatch for 0.weight/,
    )
    expect(digits()).toBe(before)
  })
})

describe('what throws on the way', () => {
  test.each([
    ['a step', 'criterion'],
    ['a hook before', 'before'],
    ['the data', 'data'],
  ])('%s: the run goes on from the last batch, with the same digits', async (_, where) => {
    const whole = setUp()
    await whole.trainer.fit(whole.task, whole.loader)
    let calls = 0
    const fail = () => {
      if (++calls === 3) throw new Error('once')
    }
    const cut = setUp(4, { callbacks: where === 'before' ? [{ on_train_batch_start: fail }] : [] })
    const { criterion } = cut.task
    const failing = {
      ...cut.task,
      criterion: (x: never, y: never) => {
        const loss = criterion.forward(x, y)
        if (where === 'criterion') fail()
        return loss
      },
    }
    const { dataset } = cut.loader
    const data = {
      length: 20,
      get: (i: number) => (dataset as torch.utils.data.Dataset<torch.Tensor[]>).get(i),
      batch(indices: torch.Tensor) {
        if (where === 'data') fail()
        return (dataset as { batch(indices: torch.Tensor): unknown }).batch(indices)
      },
    }
    const loader = new torch.utils.data.DataLoader(data, { batch_size: 4, shuffle: true })
    await expect(cut.trainer.fit(failing as never, loader as never)).rejects.toThrow('once')
    expect(cut.trainer.batch_idx).toBe(2)
    torch.randn([7])
    await cut.trainer.fit(failing as never, loader as never)
    expect(cut.digits()).toBe(whole.digits())
  })

  test('arguments', async () => {
    const { trainer, task, loader } = setUp()
    await expect(trainer.fit({} as never, loader)).rejects.toThrow(
      /model must be an object with training_step/,
    )
    await expect(trainer.fit(task, 5 as never)).rejects.toThrow(/train_dataloaders must be a DataLoader/)
    await expect(trainer.fit(task, [][Symbol.iterator]() as never)).rejects.toThrow(/spent after one/)
    await expect(trainer.fit(task, loader, { ckpt: 1 } as never)).rejects.toThrow(/'ckpt'/)
    await expect(trainer.fit(task, loader, { ckpt_path: 'none' })).rejects.toThrow(/no place for files/)
    expect(() => trainer.save_checkpoint()).toThrow(/nothing to save before fit/)
    expect(() => new Trainer({ max_epoch: 1 } as never)).toThrow(/did you mean 'max_epochs'/)
    expect(() => new Trainer({ limit_train_batches: 1.5 })).toThrow(/number of batches, or a fraction/)
    const stops = setUp(4, { callbacks: [new EarlyStopping({ monitor: 'val_los' })] })
    await expect(stops.trainer.fit(stops.task, stops.loader, stops.loader)).rejects.toThrow(
      /Early stopping conditioned/,
    )
    expect(() => new ModelCheckpoint({ save_top_k: 3 })).toThrow(/needs a metric to monitor/)
  })
})

test('pause, resume, the frames of a page, and the best of several', async () => {
  const store = new Map<string, Uint8Array<ArrayBuffer>>()
  const keeper = new ModelCheckpoint({
    store,
    monitor: 'val_loss',
    save_top_k: 2,
    filename: '{epoch:02d}-{val_loss:.3f}',
  })
  const { trainer, task, loader } = setUp(4, { max_epochs: 5, callbacks: keeper })
  let ended = false
  const run = trainer.fit(task, loader, loader).then(() => {
    ended = true
  })
  trainer.pause()
  await new Promise((resolve) => setTimeout(resolve, 30))
  const [batch, step] = [trainer.batch_idx, trainer.global_step]
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect([trainer.batch_idx, trainer.global_step, ended]).toEqual([batch, step, false])
  trainer.save_checkpoint()
  trainer.resume()
  await run
  expect(store.size).toBe(2)
  const losses = trainer.history.map(({ val_loss }) => Number(val_loss))
  expect(keeper.best_model_score).toBe(Math.min(...losses))
  expect([...store.keys()]).toContain(keeper.best_model_path)
  expect(keeper.best_model_path).toMatch(/^epoch=0\d-val_loss=0\.\d{3}\.ckpt$/)
})
