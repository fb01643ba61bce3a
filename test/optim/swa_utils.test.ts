/** Averages of weights, by the formulas of torch.optim.swa_utils. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { untyped } from '../support/errors.js'

const { swa_utils } = torch.optim
const { AveragedModel } = swa_utils

/** A model with a weight of one number and a buffer. */
class Counter extends torch.nn.Module {
  weight = new torch.nn.Parameter(torch.tensor([0]))
  declare readonly seen: torch.Tensor

  constructor() {
    super()
    this.register_buffer('seen', torch.tensor([0]))
  }

  set(value: number): this {
    torch.no_grad(() => {
      this.weight.fill_(value)
      this.seen.fill_(10 * value)
    })
    return this
  }

  override forward(x: torch.Tensor): torch.Tensor {
    return x.mul(this.weight)
  }
}

describe('AveragedModel', () => {
  const averagedBy = (options: torch.optim.swa_utils.AveragedModelOptions) => {
    const model = new Counter()
    const averaged = new AveragedModel(model, options)
    for (const value of [1, 2, 6]) averaged.update_parameters(model.set(value))
    return averaged
  }

  test('is the equal average, with the newest buffers', () => {
    const averaged = averagedBy({})
    expect([averaged.n_averaged.item(), averaged.n_averaged.dtype]).toEqual([3, 'int32'])
    expectClose(averaged.module.weight.data(), [3], { relative: 1e-6 })
    expect(averaged.module.seen.item()).toBe(60)
    expectClose(averaged.forward(torch.tensor([2])).data(), [6], { relative: 1e-6 })
    expect(Object.keys(averaged.state_dict())).toEqual(['n_averaged', 'module.weight', 'module.seen'])
  })

  test('averages as it is told', () => {
    const decayed = 0.75 * (0.75 * 1 + 0.25 * 2) + 0.25 * 6
    expectClose(averagedBy({ avg_fn: swa_utils.get_ema_avg_fn(0.75) }).module.weight.data(), [decayed])
    expectClose(averagedBy({ multi_avg_fn: swa_utils.get_ema_multi_avg_fn(0.75) }).module.weight.data(), [
      decayed,
    ])
    expectClose(averagedBy({ avg_fn: swa_utils.get_swa_avg_fn() }).module.weight.data(), [3], {
      relative: 1e-6,
    })
    const both = averagedBy({ multi_avg_fn: swa_utils.get_swa_multi_avg_fn(), use_buffers: true })
    expectClose([both.module.weight.item(), both.module.seen.item()], [3, 30], { relative: 1e-6 })
  })

  test('leaves the model alone', () => {
    const model = new Counter().set(1)
    const averaged = new AveragedModel(model)
    averaged.update_parameters(model)
    model.set(5)
    expect(averaged.module.weight.item()).toBe(1)
    expect(averaged.module).toBeInstanceOf(Counter)
  })

  test('says what is wrong', () => {
    const model = new Counter()
    const avg_fn = swa_utils.get_swa_avg_fn()
    const multi_avg_fn = swa_utils.get_swa_multi_avg_fn()
    expect(() => new AveragedModel(model, { avg_fn, multi_avg_fn })).toThrow(
      'Only one of avg_fn and multi_avg_fn',
    )
    expect(() => new AveragedModel(untyped(1))).toThrow('is not a Module')
    expect(() => swa_utils.get_ema_avg_fn(2)).toThrow('Invalid decay value 2')
    expect(() => new AveragedModel(model).update_parameters(new torch.nn.Linear(2, 2))).toThrow('tensors')
  })
})

test('update_bn: statistics of all batches, and everything else as it was', () => {
  const { BatchNorm1d, Sequential } = torch.nn
  const layer = new BatchNorm1d(2, { momentum: 0.3 })
  const model = new Sequential(layer).eval()
  layer.forward(torch.randn([4, 2]))
  const batches = [torch.randn([8, 2]), torch.randn([8, 2])]
  swa_utils.update_bn(
    batches.map((x) => [x, torch.zeros([8])]),
    model,
  )
  const means = batches.map((x) => [...x.mean(0).data()])
  expectClose(
    layer.running_mean?.data() ?? [],
    [0, 1].map((i) => (means[0][i] + means[1][i]) / 2),
    {
      absolute: 1e-6,
    },
  )
  expect([layer.momentum, layer.training, layer.num_batches_tracked?.item()]).toEqual([0.3, false, 2])
  expect(() => swa_utils.update_bn([untyped(3)], model)).toThrow('loader must give Tensors')
  expect([layer.momentum, layer.training]).toEqual([0.3, false])
  swa_utils.update_bn(batches, new torch.nn.Linear(2, 2))
})

test('SWALR refuses', () => {
  const optimizer = new torch.optim.SGD([torch.ones([1], { requires_grad: true })])
  expect(() => new swa_utils.SWALR(optimizer, [1, 2])).toThrow('swa_lr must have the same length')
  expect(() => new swa_utils.SWALR(optimizer, 1, -1)).toThrow('anneal_epochs must be equal or greater than 0')
  expect(() => new swa_utils.SWALR(optimizer, 1, 2, untyped('cubic'))).toThrow(
    'anneal_strategy must be one of',
  )
})
