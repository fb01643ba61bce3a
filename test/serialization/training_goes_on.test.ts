/** Training that began in Python goes on here. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { OptimizerStateDict } from '../../ts/optim/state_dict.js'
import { expectClose } from '../support/close.js'
import { bytesOf } from './contents.js'

describe('optimizers go on', () => {
  type Saved = { model: torch.nn.StateDict; optimizer: OptimizerStateDict; next: torch.nn.StateDict }
  const saved = torch.load<Record<string, Saved>>(bytesOf('optimizers.pt'))
  const { Adagrad, Adam, AdamW, RMSprop, SGD } = torch.optim
  test.each(Object.entries({ Adagrad, Adam, AdamW, RMSprop, SGD }))('%s', (name, Optimizer) => {
    const { model, optimizer: state, next } = saved[name]
    const { Linear, ReLU, Sequential } = torch.nn
    const net = new Sequential(new Linear(4, 3), new ReLU(), new Linear(3, 2))
    net.load_state_dict(model)
    const optimizer = new Optimizer(net.parameters())
    optimizer.load_state_dict(state)
    expect(optimizer.param_groups[0].param_names).toEqual(['0.weight', '0.bias', '2.weight', '2.bias'])
    net
      .forward(torch.ones([1, 4]))
      .sum()
      .backward()
    optimizer.step()
    for (const [key, value] of Object.entries(net.state_dict()))
      expectClose(value.data(), Array.from(next[key].data()))
  })
})
