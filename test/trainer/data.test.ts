/** Data that comes later, or never; limits; tasks with steps of their own. */
import { describe, expect, test, vi } from 'vitest'
import torch from '../../ts/index.js'
import { nextTask } from '../../ts/trainer/breath.js'
import { Trainer, type TrainerOptions } from '../../ts/trainer/index.js'

const { nn, optim } = torch
const F = nn.functional

const x = torch.arange(24).reshape([12, 2]).mul(0.7).sin()
const y = x.gt(0).float()
const rowAt = (i: number): [torch.Tensor, torch.Tensor] => [x.select(0, i), y.select(0, i)]
const rows = { length: 12, get: rowAt }
const later = {
  length: 12,
  async get(i: number) {
    await new Promise((resolve) => setTimeout(resolve, i % 3))
    return rowAt(i)
  },
}

function setUp(options: TrainerOptions = {}) {
  torch.manual_seed(3)
  const model = new nn.Linear(2, 2)
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.5 })
  const task = { model, optimizer, criterion: new nn.MultiLabelSoftMarginLoss() }
  const trainer = new Trainer({ max_epochs: 2, ...options })
  return { task, trainer, weight: () => JSON.stringify(model.state_dict()) }
}

const { DataLoader } = torch.utils.data
const loaderOf = (data: unknown, options: object = {}) =>
  new DataLoader(data as typeof rows, { batch_size: 4, ...options }) as never

describe('data that comes later', () => {
  const wanted = async () => {
    const { task, trainer, weight } = setUp()
    await trainer.fit(task, loaderOf(rows), loaderOf(rows))
    return [weight(), trainer.history]
  }
  class Stream {
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < 12; i++) yield await later.get(i)
    }
  }
  test.each<[string, () => never]>([
    ['rows that are promises', () => loaderOf(later)],
    ['a stream', () => loaderOf(new Stream())],
    [
      'batches of a plain object',
      () =>
        ({
          async *[Symbol.asyncIterator]() {
            for (let i = 0; i < 12; i += 4) {
              await later.get(i)
              yield [x.narrow(0, i, 4), y.narrow(0, i, 4)]
            }
          },
        }) as never,
    ],
    ['an array of batches', () => [0, 4, 8].map((i) => [x.narrow(0, i, 4), y.narrow(0, i, 4)]) as never],
  ])('%s gives the digits of rows that are there', async (_, make) => {
    const { task, trainer, weight } = setUp()
    await trainer.fit(task, make(), make())
    expect([weight(), trainer.history]).toEqual(await wanted())
    const alone = setUp()
    await alone.trainer.fit(alone.task, make())
    expect(alone.weight()).toBe(weight())
    expect(await alone.trainer.validate(alone.task, make())).toEqual({
      val_loss: trainer.history[1].val_loss,
    })
  })

  test('that rejects: its error, and the run goes on from the last batch', async () => {
    let calls = 0
    const failing = {
      length: 12,
      get: (i: number) => (++calls === 7 ? Promise.reject(new Error('offline')) : later.get(i)),
    }
    const { task, trainer, weight } = setUp()
    await expect(trainer.fit(task, loaderOf(failing), loaderOf(rows))).rejects.toThrow('offline')
    expect([trainer.batch_idx, trainer.global_step]).toEqual([1, 1])
    await trainer.fit(task, loaderOf(failing), loaderOf(rows))
    expect([weight(), trainer.history]).toEqual(await wanted())
  })

  test.each(['train', 'validation'])('that never comes: %s can be aborted', async (stage) => {
    const never = { length: 12, get: () => new Promise<never>(() => {}) }
    const { task, trainer } = setUp()
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('enough')), 20)
    const { signal } = controller
    const [train, validation] = stage === 'train' ? [never, rows] : [rows, never]
    await expect(trainer.fit(task, loaderOf(train), loaderOf(validation), { signal })).rejects.toThrow(
      'enough',
    )
    const stream = {
      async *[Symbol.asyncIterator]() {
        yield await new Promise<never>(() => {})
      },
    }
    const { signal: timeout } = { signal: AbortSignal.timeout(20) }
    await expect(setUp().trainer.fit(task, stream, { signal: timeout })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
  })

  test('is closed when no more is wanted, and when something fails', async () => {
    const closed: string[] = []
    const stream = (name: string, closes = () => {}) => ({
      async *[Symbol.asyncIterator]() {
        try {
          for (;;) yield [x, y]
        } finally {
          await null
          closes()
          closed.push(name)
        }
      },
    })
    const { task, trainer } = setUp({ max_epochs: 1, limit_train_batches: 2, limit_val_batches: 1 })
    await trainer.fit(task, stream('train'), stream('val'))
    expect(closed).toEqual(['train', 'val'])
    const fails = () => {
      throw new Error('close')
    }
    const other = setUp({ limit_train_batches: 2 })
    await expect(other.trainer.fit(other.task, stream('a', fails))).rejects.toThrow('close')
    const third = setUp({ callbacks: { on_train_batch_end: () => Promise.reject(new Error('hook')) } })
    await expect(third.trainer.fit(third.task, stream('a', fails))).rejects.toThrow('hook')
  })
})

describe('limits', () => {
  test.each<[TrainerOptions, number, number]>([
    [{ limit_train_batches: 2 }, 4, 6],
    [{ limit_train_batches: 0.5 }, 2, 6],
    [{ limit_train_batches: 100, limit_val_batches: 1 }, 6, 2],
    [{ limit_val_batches: 0.7 }, 6, 4],
    [{ check_val_every_n_epoch: 2 }, 6, 3],
    [{ max_steps: 3 }, 3, 3],
    [{ max_steps: 4 }, 4, 3],
    [{ limit_val_batches: 0 }, 6, 0],
    [{ limit_train_batches: 0 }, 0, 0],
  ])('%j', async (options, train, validation) => {
    const seen = { train: 0, validation: 0 }
    const { task, trainer } = setUp({ ...options, on_progress: ({ stage }) => seen[stage]++ })
    await trainer.fit(task, loaderOf(rows), loaderOf(rows))
    expect(seen).toEqual({ train, validation })
  })

  test('a fraction of fewer than one batch, or of an unknown number; no batches', async () => {
    const few = setUp({ limit_train_batches: 0.1 })
    await expect(few.trainer.fit(few.task, loaderOf(rows))).rejects.toThrow(/less than one/)
    const unknown = { *[Symbol.iterator]() {} }
    await expect(few.trainer.fit(few.task, unknown)).rejects.toThrow(/number of batches is known/)
    const { task, trainer, weight } = setUp({ max_epochs: -1 })
    const before = weight()
    await expect(trainer.fit(task, unknown)).rejects.toThrow(/gave no batch in epoch 0/)
    await expect(trainer.fit(task, [])).rejects.toThrow('fit: train_dataloaders has no batches')
    await expect(trainer.fit(task, loaderOf({ length: 0, get: rowAt }))).rejects.toThrow(/has no batches/)
    expect(weight()).toBe(before)
  })

  test('an epoch that max_steps ends after its last batch is whole', async () => {
    const { task, trainer } = setUp({ max_steps: 6 })
    const history = await trainer.fit(task, loaderOf(rows), loaderOf(rows))
    expect(history.map(({ epoch, step }) => [epoch, step])).toEqual([
      [0, 3],
      [1, 6],
    ])
    expect(history[1].val_loss).toBeGreaterThan(0)
  })
})

describe('a task with steps of its own', () => {
  class Tagger extends nn.Module {
    readonly fc = new nn.Linear(2, 2)
    readonly isAsync: boolean
    constructor(isAsync: boolean) {
      super()
      this.isAsync = isAsync
    }

    override forward(input: torch.Tensor) {
      return this.fc.forward(input)
    }

    training_step(
      [input, target]: [torch.Tensor, torch.Tensor],
      i: number,
      log: (name: string, v: number) => void,
    ) {
      const loss = F.multilabel_soft_margin_loss(this.forward(input), target)
      log('place', i)
      return (
        this.isAsync ? Promise.resolve({ loss, twice: loss.item() * 2 }) : { loss, twice: loss.item() * 2 }
      ) as never
    }

    validation_step([input, target]: [torch.Tensor, torch.Tensor]) {
      expect([this.training, torch.is_grad_enabled()]).toEqual([false, false])
      return { val_loss: F.multilabel_soft_margin_loss(this.forward(input), target), rows: input.shape[0] }
    }

    configure_optimizers() {
      const optimizer = new optim.SGD(this.parameters(), { lr: 0.5 })
      return { optimizer, lr_scheduler: new optim.lr_scheduler.StepLR(optimizer, 1) }
    }
  }

  test.each([false, true])('as a bare loop; asynchronous: %s', async (isAsync) => {
    torch.manual_seed(4)
    const task = new Tagger(isAsync)
    const trainer = new Trainer({ max_epochs: 2 })
    // Batches of 5, 5 and 2 rows: what is logged is a mean over rows.
    const loader = loaderOf(rows, { batch_size: 5 })
    const history = await trainer.fit(task, loader, loader)

    torch.manual_seed(4)
    const other = new Tagger(false)
    const optimizer = new optim.SGD(other.parameters(), { lr: 0.5 })
    let [sum, step] = [0, 0]
    for (const [input, target] of loader as Iterable<[torch.Tensor, torch.Tensor]>) {
      optimizer.zero_grad()
      const loss = F.multilabel_soft_margin_loss(other.forward(input), target)
      loss.backward()
      optimizer.step()
      sum += loss.item() * input.shape[0]
      step++
    }
    expect(history[0]).toEqual({
      epoch: 0,
      step,
      lr: 0.5,
      train_loss: sum / 12,
      twice: (2 * sum) / 12,
      place: (0 * 5 + 1 * 5 + 2 * 2) / 12,
      val_loss: expect.any(Number),
      rows: (25 + 25 + 4) / 12,
    })
    expect(history[0].val_loss).toBeCloseTo(
      torch.no_grad(() => F.multilabel_soft_margin_loss(other.forward(x), y).item()),
      6,
    )
    expect(history[1].lr).toBeCloseTo(0.05, 12)
    expect(task.training).toBe(true)
  })

  test('what steps and configure_optimizers may not return', async () => {
    const base = new Tagger(false)
    const outcome = (change: object) => {
      const { model, ...task } = { model: base.fc, ...change }
      const steps = {
        training_step: () => base.fc.weight.sum(),
        configure_optimizers: () => base.configure_optimizers(),
      }
      return new Trainer({ max_epochs: 1 }).fit({ model, ...steps, ...task } as never, [[x, y]])
    }
    await expect(outcome({ training_step: () => undefined })).rejects.toThrow(/must return the loss/)
    await expect(outcome({ training_step: () => x })).rejects.toThrow(/must be one number/)
    await expect(outcome({ training_step: () => ({ loss: x.sum(), more: 'a' }) })).rejects.toThrow(
      /log: more/,
    )
    await expect(outcome({ configure_optimizers: () => 1 })).rejects.toThrow(/must return one optimizer/)
    await expect(outcome({ configure_optimizers: async () => {} })).rejects.toThrow(
      /must not be asynchronous/,
    )
    await expect(outcome({ model: 1 })).rejects.toThrow(/must be a Module/)
  })
})

describe('others have their turn', () => {
  // In browsers by ports of messages, which in WebKit take turns in no fixed order.
  const isOrdered = 'setImmediate' in globalThis
  const reason = isOrdered ? '' : ' (skipped: ports of messages take turns in no fixed order)'

  test.skipIf(!isOrdered)(`each 8 ms, whatever a batch takes${reason}`, async () => {
    let clock = 0
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => clock)
    try {
      let [batches, turns, longest] = [0, 0, 0]
      const each = () => {
        clock += 3
        longest = Math.max(longest, ++batches)
      }
      const { task, trainer } = setUp({ max_epochs: 20, on_progress: each })
      let isOver = false
      const other = () => {
        turns++
        batches = 0
        if (!isOver) void nextTask().then(other)
      }
      void nextTask().then(other)
      await trainer.fit(task, loaderOf(rows), loaderOf(rows))
      isOver = true
      expect(longest).toBeLessThanOrEqual(4)
      expect(turns).toBeGreaterThanOrEqual(30)
    } finally {
      spy.mockRestore()
    }
  })

  test('timers too: one of them aborts a run that never ends', async () => {
    const { task, trainer } = setUp({ max_epochs: -1 })
    const signal = AbortSignal.timeout(40)
    await expect(trainer.fit(task, loaderOf(rows), { signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    expect(trainer.global_step).toBeGreaterThan(0)
  })
})
