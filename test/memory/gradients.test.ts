import { expect, test } from 'vitest'
import torch from '../../ts/index.js'

const BYTES = 4 * 1000

/** A leaf after a backward pass. */
function leafWithGradient() {
  const x = torch.ones([1000], { requires_grad: true })
  x.sum().backward()
  return x
}

/** How many bytes of linear memory `work` frees. */
function freedBy(work: () => void): number {
  const before = torch.wasm.memory().resident_bytes
  work()
  return before - torch.wasm.memory().resident_bytes
}

test('a gradient that nobody asked for is freed as it is dropped', () => {
  const x = leafWithGradient()
  expect(
    freedBy(() => {
      x.grad = null
    }),
  ).toBe(BYTES)
  const layer = new torch.nn.Linear(999, 1, { bias: false })
  layer
    .forward(torch.ones([1, 999]))
    .sum()
    .backward()
  expect(freedBy(() => layer.zero_grad())).toBe(4 * 999)
  layer
    .forward(torch.ones([1, 999]))
    .sum()
    .backward()
  const optimizer = new torch.optim.SGD(layer.parameters(), { lr: 0.1 })
  optimizer.step()
  expect(freedBy(() => optimizer.zero_grad())).toBe(4 * 999)
})

test('a gradient that somebody has lives on', () => {
  const x = leafWithGradient()
  const { grad } = x
  expect(
    freedBy(() => {
      x.grad = null
    }),
  ).toBe(0)
  expect(grad?.sum().item()).toBe(1000)

  const mine = torch.full([1000], 2)
  x.grad = mine
  x.sum().backward()
  x.grad = null
  expect(mine.sum().item()).toBe(3000)
})

test('a gradient that a hook has seen lives on', () => {
  const x = torch.ones([1000], { requires_grad: true })
  const seen: torch.Tensor[] = []
  x.register_hook((gradient) => void seen.push(gradient))
  x.sum().backward()
  x.grad = null
  expect(seen[0].sum().item()).toBe(1000)
})

test('assigning a gradient that is there already keeps it', () => {
  const [x, y] = [leafWithGradient(), torch.ones([1000], { requires_grad: true })]
  y.grad = x.grad
  x.grad = null
  expect(y.grad?.sum().item()).toBe(1000)
})
