/** Hooks on the gradients of modules. */
import { expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'

const { nn } = torch

class Double extends nn.Module {
  override forward(x: Tensor): Tensor {
    return x.mul(2)
  }
}

test('a backward hook sees both gradients, and replaces that of the input', () => {
  const module = new Double()
  const seen: unknown[] = []
  const handle = module.register_full_backward_hook((_module, [ofInput], [ofOutput]) => {
    seen.push(ofInput?.tolist(), ofOutput?.tolist())
    return [torch.tensor([5, 6])]
  })
  const x = torch.tensor([1, 1]).requires_grad_()
  module.forward(x).mul(3).sum().backward()
  expect(seen).toEqual([
    [6, 6],
    [3, 3],
  ])
  expect(x.grad?.tolist()).toEqual([5, 6])
  handle.remove()
  module.forward(x).sum().backward()
  expect(x.grad?.tolist()).toEqual([7, 8])
})

test('a hook before the backward pass replaces the gradient of the output', () => {
  const module = new Double()
  module.register_full_backward_pre_hook((_module, [ofOutput]) => ofOutput?.mul(10))
  const x = torch.tensor([1]).requires_grad_()
  module.forward(x).sum().backward()
  expect(x.grad?.tolist()).toEqual([20])
})

test('without inputs that need a gradient it runs all the same', () => {
  const layer = new nn.Linear(2, 1)
  let seen: unknown = null
  layer.register_full_backward_hook((_module, ofInput) => {
    seen = ofInput
  })
  layer
    .forward(torch.ones([3, 2]))
    .sum()
    .backward()
  expect(seen).toEqual([null])
  expect(layer.weight.grad?.tolist()).toEqual([[3, 3]])
})

test('a tensor that comes twice has a gradient for each place', () => {
  const sum = new (class extends nn.Module {
    override forward(a: Tensor, b: Tensor): Tensor {
      return a.mul(2).add(b.mul(3))
    }
  })()
  const seen: unknown[] = []
  sum.register_full_backward_hook((_module, ofInputs) => void seen.push(ofInputs.map((x) => x?.item())))
  const x = torch.tensor([1]).requires_grad_()
  sum.forward(x, x).sum().backward()
  expect(seen).toEqual([[2, 3]])
  expect(x.grad?.tolist()).toEqual([5])

  const twice = new (class extends nn.Module {
    override forward(a: Tensor): [Tensor, Tensor] {
      const y = a.mul(2)
      return [y, y]
    }
  })()
  twice.register_full_backward_pre_hook(
    (_module, ofOutputs) => void seen.push(ofOutputs.map((x) => x?.item())),
  )
  const y = torch.tensor([1]).requires_grad_()
  const [a, b] = twice.forward(y)
  a.add(b.mul(5)).sum().backward()
  expect(seen[1]).toEqual([1, 5])
  expect(y.grad?.tolist()).toEqual([12])
})
