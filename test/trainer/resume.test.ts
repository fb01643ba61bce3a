/** A run that is stopped anywhere and resumed has the digits of one that never was. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { EarlyStopping, ModelCheckpoint, Trainer, type TrainerOptions } from '../../ts/trainer/index.js'

const { nn, optim } = torch
const { AveragedModel } = optim.swa_utils

/** A small set of rows with labels that follow from them, augmented by the default generator. */
function rows(count: number, seed: number, augments: boolean) {
  const generator = new torch.Generator().manual_seed(seed)
  const x = torch.randn([count, 6], { generator })
  const y = x.narrow(1, 0, 3).gt(0).float()
  return {
    length: count,
    get(i: number): [torch.Tensor, torch.Tensor] {
      const row = x.select(0, i)
      return [augments ? row.add(torch.randn([6]).mul(0.01)) : row, y.select(0, i)]
    },
  }
}

interface Kind {
  readonly optimizer: (model: torch.nn.Module) => torch.optim.AdamW
  readonly scheduler?: (optimizer: torch.optim.AdamW) => never
  readonly loader?: (generator: torch.Generator) => Iterable<never>
  readonly options?: TrainerOptions
  readonly averaged?: boolean
}

const kinds: Record<string, unknown> = {
  'SGD with momentum': {
    optimizer: (m: torch.nn.Module) => new optim.SGD(m.parameters(), { lr: 0.1, momentum: 0.9 }),
  },
  'Adam, a schedule of steps, clipping': {
    optimizer: (m: torch.nn.Module) => new optim.Adam(m.parameters(), { lr: 0.01 }),
    scheduler: (o: never) => ({
      scheduler: new optim.lr_scheduler.OneCycleLR(o, 0.05, { total_steps: 100 }),
      interval: 'step',
    }),
    options: { gradient_clip_val: 0.3 },
  },
  'accumulated gradients, ReduceLROnPlateau': {
    optimizer: (m: torch.nn.Module) => new optim.AdamW(m.parameters(), { lr: 0.02 }),
    scheduler: (o: never) => new optim.lr_scheduler.ReduceLROnPlateau(o, { patience: 0, threshold: 0.2 }),
    options: { accumulate_grad_batches: 3 },
  },
  LBFGS: { optimizer: (m: torch.nn.Module) => new optim.LBFGS(m.parameters(), { lr: 0.1, max_iter: 3 }) },
  'a lazy order of the same generator': {
    optimizer: (m: torch.nn.Module) => new optim.Adam(m.parameters()),
    sampler: true,
  },
  'averages of weights': {
    optimizer: (m: torch.nn.Module) => new optim.SGD(m.parameters(), { lr: 0.1 }),
    averaged: true,
  },
}

const EPOCHS = 3

function setUp(kind: Kind & { sampler?: boolean }, seed: number, more: TrainerOptions = {}) {
  torch.manual_seed(seed)
  const model = new nn.Sequential(
    new nn.Linear(6, 8),
    new nn.BatchNorm1d(8),
    new nn.ReLU(),
    new nn.Dropout(0.2),
    new nn.Linear(8, 3),
  )
  const optimizer = kind.optimizer(model)
  const averaged = kind.averaged ? new AveragedModel(model) : null
  const generator = kind.sampler ? torch.default_generator() : new torch.Generator().manual_seed(seed)
  const data = rows(37, 1, true)
  const loader = new torch.utils.data.DataLoader(
    data,
    kind.sampler
      ? {
          batch_size: 5,
          sampler: new torch.utils.data.RandomSampler(data, {
            replacement: true,
            num_samples: 80,
            generator,
          }),
        }
      : { batch_size: 5, shuffle: true, generator },
  )
  const validation = new torch.utils.data.DataLoader(rows(20, 2, false), { batch_size: 7 })
  const task = {
    model,
    criterion: new nn.MultiLabelSoftMarginLoss(),
    optimizer,
    scheduler: kind.scheduler?.(optimizer),
    metrics: { f1: new torch.metrics.MultilabelF1Score({ num_labels: 3 }) },
    ...(averaged === null ? {} : { averaged }),
  }
  const { callbacks = [], ...options } = more
  const stopping = new EarlyStopping({ monitor: 'val_loss', patience: 2 })
  const average = { on_train_batch_end: () => averaged?.update_parameters(model) }
  const trainer = new Trainer({
    max_epochs: EPOCHS,
    ...kind.options,
    ...options,
    callbacks: [stopping, average, ...(callbacks as [])],
  })
  return {
    trainer,
    averaged,
    model,
    fit: (ckpt_path?: Uint8Array<ArrayBuffer>, signal?: AbortSignal) =>
      trainer.fit(task as never, loader as never, validation as never, {
        ckpt_path: ckpt_path ?? null,
        signal: signal ?? null,
      }),
    digits: () => ({
      model: Object.entries(model.state_dict()).map(([name, x]) => [name, x.tolist()]),
      averaged: averaged === null ? null : Object.values(averaged.state_dict()).map((x) => x.tolist()),
      optimizer: JSON.stringify(optimizer.state_dict(), (_, x) =>
        x instanceof torch.Tensor ? x.tolist() : x,
      ),
      rng: torch.get_rng_state().tolist(),
      history: trainer.history,
      stopping: stopping.state_dict(),
    }),
  }
}

describe.each(Object.entries(kinds))('%s', (_, kind) => {
  test('cut after each batch, in another process', async () => {
    const whole = setUp(kind as Kind, 7)
    await whole.fit()
    const wanted = whole.digits()
    expect(whole.trainer.history.length).toBe(EPOCHS)
    const batches = wanted.history.length * (whole.trainer.num_training_batches ?? 0)
    for (let cut = 0; cut <= batches; cut += 1 + (cut % 3)) {
      const controller = new AbortController()
      let seen = 0
      const first = setUp(kind as Kind, 7, {
        signal: controller.signal,
        on_progress: ({ stage }) => {
          if (stage === 'train' && ++seen === cut) controller.abort()
        },
      })
      if (cut === 0) controller.abort()
      await expect(first.fit()).rejects.toThrow('abort')
      const bytes = first.trainer.save_checkpoint()
      const second = setUp(kind as Kind, 99)
      torch.manual_seed(1234)
      await second.fit(bytes)
      expect(second.digits(), `cut after ${cut}`).toEqual(wanted)
    }
  })

  test('cut in validation, and gone on with by the same trainer', async () => {
    const whole = setUp(kind as Kind, 8)
    await whole.fit()
    let controller = new AbortController()
    let seen = 0
    const cut = setUp(kind as Kind, 8, {
      on_progress: ({ stage }) => {
        if (stage === 'validation' && [1, 3, 6, 11].includes(++seen)) controller.abort()
      },
    })
    for (let tries = 0; tries < 20; tries++) {
      controller = new AbortController()
      try {
        await cut.fit(undefined, controller.signal)
        break
      } catch {
        torch.randn([5])
      }
    }
    expect(cut.digits()).toEqual(whole.digits())
  })
})

test('ModelCheckpoint keeps what goes on: the best, the last, every few steps', async () => {
  const store = new Map<string, Uint8Array<ArrayBuffer>>()
  const kind = kinds['SGD with momentum'] as Kind
  const keeper = new ModelCheckpoint({ store, every_n_train_steps: 5, save_top_k: -1, save_last: true })
  const whole = setUp(kind, 3, { callbacks: [keeper] })
  await whole.fit()
  expect([...store.keys()].filter((name) => name !== 'last.ckpt')).toEqual(
    ['epoch=0-step=5', 'epoch=1-step=10', 'epoch=1-step=15', 'epoch=2-step=20'].map((name) => `${name}.ckpt`),
  )
  for (const bytes of store.values()) {
    const next = setUp(kind, 55)
    await next.fit(bytes)
    expect(next.digits()).toEqual(whole.digits())
  }
})
