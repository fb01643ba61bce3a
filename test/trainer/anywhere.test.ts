/** A run that is aborted, or fails, at any place at all goes on with the digits of one that never was. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { type CallbackHooks, Trainer } from '../../ts/trainer/index.js'

const { nn, optim } = torch

const HOOKS = [
  ...(['on_fit_start', 'on_train_start', 'on_train_epoch_start', 'on_train_batch_start'] as const),
  ...(['on_train_batch_end', 'on_validation_start', 'on_validation_batch_end', 'on_validation_end'] as const),
  ...(['on_train_epoch_end', 'on_train_end', 'on_fit_end'] as const),
]

const x = torch
  .arange(8 * 4)
  .reshape([8, 4])
  .mul(1.3)
  .sin()

/** A run that calls `at` with the number of each place that it passes: rows of the data, losses, hooks, steps of a schedule. */
function setUp(seed: number, at: (place: number) => void, isAsync: boolean, optimizerOf: string) {
  torch.manual_seed(seed)
  let places = 0
  const passed = () => at(++places)
  const model = new nn.Sequential(
    new nn.Linear(4, 5),
    new nn.BatchNorm1d(5),
    new nn.Dropout(0.3),
    new nn.Linear(5, 2),
  )
  const optimizer =
    optimizerOf === 'Adam'
      ? new optim.Adam(model.parameters(), { lr: 0.05 })
      : new optim.LBFGS(model.parameters(), { lr: 0.1, max_iter: 3 })
  const loss = new nn.MultiLabelSoftMarginLoss()
  const data = {
    length: 8,
    get(i: number) {
      passed()
      const row = [
        x.select(0, i).add(torch.randn([4]).mul(0.1)),
        x.select(0, i).narrow(0, 0, 2).gt(0).float(),
      ]
      return isAsync ? Promise.resolve(row) : row
    },
  }
  const task = {
    model,
    criterion(output: torch.Tensor, target: torch.Tensor) {
      const value = loss.forward(output, target)
      passed()
      return value
    },
    optimizer,
    scheduler: new optim.lr_scheduler.ExponentialLR(optimizer as never, 0.9),
  }
  const loader = new torch.utils.data.DataLoader(data as never, { batch_size: 3, shuffle: true })
  const validation = new torch.utils.data.DataLoader(data as never, { batch_size: 4 })
  const hooks: CallbackHooks = Object.fromEntries(
    HOOKS.map((name) => [name, isAsync ? async () => passed() : passed]),
  )
  const trainer = new Trainer({ max_epochs: 2, callbacks: hooks, on_progress: passed })
  const digits = () =>
    JSON.stringify(
      [model.state_dict(), optimizer.state_dict(), trainer.history, torch.get_rng_state()],
      (_, value) => (value instanceof torch.Tensor ? value.tolist() : value),
    )
  return {
    trainer,
    digits,
    places: () => places,
    fit: (options: object = {}) => trainer.fit(task as never, loader as never, validation as never, options),
  }
}

describe.each([
  ['Adam', false],
  ['Adam', true],
  ['LBFGS', false],
])('%s, asynchronous data and hooks: %s', (optimizer, isAsync) => {
  const nowhere = () => {}

  test.each(['throws', 'aborts'])(
    '%s at each place',
    async (how) => {
      const whole = setUp(5, nowhere, isAsync, optimizer)
      await whole.fit()
      const wanted = whole.digits()
      expect(whole.places()).toBeGreaterThan(60)
      for (let k = 1; k <= whole.places(); k += isAsync || optimizer === 'LBFGS' ? 3 : 1) {
        const controller = new AbortController()
        const fail = (place: number) => {
          if (place !== k) return
          if (how === 'aborts') controller.abort()
          else throw new Error('once')
        }
        const cut = setUp(5, fail, isAsync, optimizer)
        const first = cut.fit({ signal: controller.signal })
        // An abort after the last batch has nothing to end.
        if (how === 'throws') await expect(first).rejects.toThrow('once')
        else await first.catch(() => {})
        torch.randn([5])
        const bytes = cut.trainer.save_checkpoint()
        await cut.fit()
        expect(cut.digits(), `at ${k}, by the same trainer`).toBe(wanted)

        const other = setUp(99, nowhere, isAsync, optimizer)
        await other.fit({ ckpt_path: bytes })
        expect(other.digits(), `at ${k}, by another`).toBe(wanted)
      }
    },
    60_000,
  )
})
