/** ModelCheckpoint and stores that fail; what is printed; runs in a new process. */
import { afterEach, expect, test, vi } from 'vitest'
import torch from '../../ts/index.js'
import { EarlyStopping, ModelCheckpoint, type Store, Trainer } from '../../ts/trainer/index.js'

const { nn, optim } = torch

function setUp(options: object = {}) {
  torch.manual_seed(2)
  const model = new nn.Linear(4, 3)
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.3 })
  const task = { model, optimizer, criterion: new nn.MultiLabelSoftMarginLoss() }
  const x = torch.randn([20, 4])
  const data = new torch.utils.data.TensorDataset(x, x.narrow(1, 0, 3).gt(0).float())
  const loader = new torch.utils.data.DataLoader(data, { batch_size: 5, shuffle: true })
  const trainer = new Trainer({ max_epochs: 4, ...options })
  return { model, optimizer, task, loader, trainer, digits: () => JSON.stringify(model.state_dict()) }
}

const bytesOf = () => new Map<string, Uint8Array<ArrayBuffer>>()

/** A Map whose calls fail by turns. */
function failing(at: number, method: 'put' | 'delete'): Store & { kept: ReturnType<typeof bytesOf> } {
  const kept = bytesOf()
  let calls = 0
  const fail = (name: string) => {
    if (name === method && ++calls === at) throw new Error('no space')
  }
  return {
    kept,
    async put(name, bytes) {
      fail('put')
      kept.set(name, bytes)
    },
    get: (name) => kept.get(name),
    async delete(name) {
      fail('delete')
      kept.delete(name)
    },
  }
}

afterEach(() => vi.restoreAllMocks())

test.each([1, 2, 3, 4])(
  'a write that fails, the %sth: nothing names it, and the next fit goes on',
  async (at) => {
    const whole = setUp()
    await whole.trainer.fit(whole.task, whole.loader, whole.loader)
    const store = failing(at, 'put')
    const keeper = new ModelCheckpoint({ store, monitor: 'val_loss', save_top_k: 2 })
    const { trainer, task, loader, digits } = setUp({ callbacks: keeper })
    await expect(trainer.fit(task, loader, loader)).rejects.toThrow('no space')
    const named = () =>
      [...Object.keys(keeper.best_k_models), keeper.best_model_path].filter((name) => name !== '')
    for (const name of named()) expect([...store.kept.keys()]).toContain(name)
    expect(trainer.history.length).toBe(at)
    await trainer.fit(task, loader, loader)
    for (const name of named()) expect([...store.kept.keys()]).toContain(name)
    expect(digits()).toBe(whole.digits())
  },
)

test('a removal that fails: what was written is named', async () => {
  const store = failing(1, 'delete')
  const keeper = new ModelCheckpoint({ store })
  const { trainer, task, loader } = setUp({ callbacks: keeper })
  await expect(trainer.fit(task, loader)).rejects.toThrow('no space')
  expect(keeper.best_model_path).toBe('epoch=1-step=8.ckpt')
  expect([...store.kept.keys()]).toContain(keeper.best_model_path)
})

test("'last' begins a run where there is none yet, and goes on with it in a new process", async () => {
  const whole = setUp()
  await whole.trainer.fit(whole.task, whole.loader)
  const store = bytesOf()
  const make = (more: object = {}) =>
    setUp({ callbacks: new ModelCheckpoint({ store, dirpath: 'runs', save_last: true }), ...more })
  const first = make({ max_epochs: 2 })
  await first.trainer.fit(first.task, first.loader, { ckpt_path: 'last' })
  expect([...store.keys()].sort()).toEqual(['runs/epoch=1-step=8.ckpt', 'runs/last.ckpt'])
  const second = make()
  await second.trainer.fit(second.task, second.loader, { ckpt_path: 'last' })
  expect(second.trainer.history).toEqual(whole.trainer.history)
  expect(second.digits()).toBe(whole.digits())
  const third = setUp({ callbacks: new ModelCheckpoint({ store }) })
  await expect(third.trainer.fit(third.task, third.loader, { ckpt_path: 'last' })).rejects.toThrow(
    /needs a Model/,
  )
  await expect(third.trainer.fit(third.task, third.loader, { ckpt_path: 'none' })).rejects.toThrow(
    /no checkpoint/,
  )
})

test('every few steps are steps of the optimizer', async () => {
  const store = bytesOf()
  const callbacks = new ModelCheckpoint({ store, every_n_train_steps: 2, save_top_k: -1 })
  const { trainer, task, loader } = setUp({ callbacks, accumulate_grad_batches: 2, max_epochs: 2 })
  await trainer.fit(task, loader)
  expect([...store.keys()]).toEqual(['epoch=0-step=2.ckpt', 'epoch=1-step=4.ckpt'])
})

test('a metric of a validation that is not due in each epoch is not taken twice', async () => {
  const store = bytesOf()
  const callbacks = new ModelCheckpoint({ store, monitor: 'val_loss', save_top_k: -1 })
  const { trainer, task, loader } = setUp({ callbacks, check_val_every_n_epoch: 2, max_epochs: 5 })
  await expect(trainer.fit(task, loader, loader)).rejects.toThrow(/could not find the monitored val_loss/)
  await trainer.fit(task, loader, loader)
  expect([...store.keys()]).toEqual(['epoch=1-step=8.ckpt', 'epoch=3-step=16.ckpt'])
})

test('verbose says what Lightning says', async () => {
  const said: string[] = []
  vi.spyOn(console, 'info').mockImplementation((text: string) => void said.push(text))
  const losses = [0.5, 0.25, 0.75, 0.75]
  const hooks = { on_validation_end: () => {} }
  const callbacks = [
    new EarlyStopping({ monitor: 'val_loss', patience: 2, verbose: true }),
    new ModelCheckpoint({ store: bytesOf(), monitor: 'val_loss', verbose: true, filename: '{epoch}' }),
    hooks,
  ]
  const { model, task, loader, trainer } = setUp({ callbacks, max_epochs: 10 })
  let epoch = 0
  const steps = {
    model,
    training_step: () => model.weight.sum(),
    validation_step: () => losses[epoch],
    configure_optimizers: () => task.optimizer,
    on_train_epoch_end: () => void epoch++,
  }
  await trainer.fit(steps, loader, [[1]] as never)
  expect(said).toEqual([
    'Metric val_loss improved. New best score: 0.5',
    "Epoch 0, global step 4: val_loss reached 0.5 (best 0.5), saving model to 'epoch=0.ckpt' as top 1",
    'Metric val_loss improved by 0.25. New best score: 0.25',
    "Epoch 1, global step 8: val_loss reached 0.25 (best 0.25), saving model to 'epoch=1.ckpt' as top 1",
    'Epoch 2, global step 12: val_loss was not in top 1',
    'val_loss did not improve in the last 2 records; best 0.25',
    'Epoch 3, global step 16: val_loss was not in top 1',
  ])
  expect(trainer.history.length).toBe(4)
})

test('two trainings of one model, and two calls of one trainer, exclude each other', async () => {
  const { trainer, task, loader, digits } = setUp()
  const other = new Trainer({ max_epochs: 1 })
  const run = trainer.fit(task, loader)
  await expect(trainer.fit(task, loader)).rejects.toThrow(/running already/)
  await expect(trainer.validate(task, loader)).rejects.toThrow(/running already/)
  await expect(other.fit({ ...task }, loader)).rejects.toThrow(/another Trainer is working on this model/)
  await run
  const before = digits()
  // It is over.
  expect(await trainer.fit({ ...task }, loader)).toBe(trainer.history)
  expect(digits()).toBe(before)
  await other.fit(task, loader)
  expect(digits()).not.toBe(before)
})

test('the same model and optimizer in a new object go on', async () => {
  const whole = setUp()
  await whole.trainer.fit(whole.task, whole.loader)
  const { trainer, task, loader, digits } = setUp({
    callbacks: {
      on_train_batch_end: ({ global_step }: { global_step: number }) => {
        if (global_step === 6) throw new Error('once')
      },
    },
  })
  await expect(trainer.fit({ ...task }, loader)).rejects.toThrow('once')
  await trainer.validate(task, loader)
  torch.randn([3])
  await trainer.fit({ ...task }, loader)
  expect(digits()).toBe(whole.digits())
})

test('a loss that is NaN ends training if one asks for it', async () => {
  const stopping = new EarlyStopping({ monitor: 'train_loss' })
  const { trainer, task, loader } = setUp({ callbacks: stopping, max_epochs: 50 })
  await trainer.fit({ ...task, criterion: (output: torch.Tensor) => output.sum().mul(Number.NaN) }, loader)
  expect(trainer.history.length).toBe(1)
  expect(stopping.stopping_reason).toBe('train_loss is NaN')
})

test('min_epochs, max_steps and should_stop', async () => {
  const stop = {
    on_train_batch_end(trainer: { should_stop: boolean }) {
      trainer.should_stop = true
    },
  }
  const late = setUp({ callbacks: stop, min_epochs: 2 })
  await late.trainer.fit(late.task, late.loader)
  expect([late.trainer.history.length, late.trainer.batch_idx]).toEqual([2, 0])
  const early = setUp({ callbacks: stop })
  await early.trainer.fit(early.task, early.loader)
  expect([early.trainer.history.length, early.trainer.batch_idx]).toEqual([0, 1])
})

test('on_exception is told of the first error, and all are told', async () => {
  const told: unknown[] = []
  const first = { on_exception: () => Promise.reject(new Error('other')) }
  const second = { on_exception: (_: unknown, __: unknown, error: Error) => void told.push(error.message) }
  const third = { on_train_start: () => Promise.reject(new Error('one')) }
  const { trainer, task, loader } = setUp({ callbacks: [first, second, third] })
  await expect(trainer.fit(task, loader)).rejects.toThrow('one')
  expect(told).toEqual(['one'])
})
