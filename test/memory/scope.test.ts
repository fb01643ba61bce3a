import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { collect, training } from './fresh.js'

const counted = () => torch.wasm.memory().tensors

describe('scope', () => {
  test('frees what was made in it and is not held by the result', () => {
    const x = torch.ones([4])
    const before = counted()
    const [sum, nested] = torch.scope(() => {
      const doubled = x.mul(2)
      return [doubled.sum().item(), { kept: [doubled.add(1)] }] as const
    })
    expect(sum).toBe(8)
    expect(nested.kept[0].tolist()).toEqual([3, 3, 3, 3])
    expect(counted()).toBe(before + 1)
  })

  test('keeps the graph of the result', () => {
    const x = torch.ones([3], { requires_grad: true })
    const loss = torch.scope(() => {
      const y = x.mul(x).sigmoid()
      return y.mul(y).sum()
    })
    loss.backward()
    expect(x.grad?.data().every(Number.isFinite)).toBe(true)
  })

  test('keeps parameters, gradients and the state of optimizers', async () => {
    const { model, step } = training(torch)
    const losses = Array.from({ length: 5 }, () => torch.scope(step))
    const before = counted()
    losses.push(...Array.from({ length: 5 }, () => torch.scope(step)))
    // Gradients that were replaced are the collector's.
    expect(counted() - before).toBeLessThanOrEqual(5 * [...model.parameters()].length)
    await collect()
    expect(counted()).toBeLessThanOrEqual(before)
    const plain = training(torch)
    expect(losses).toEqual(Array.from({ length: 10 }, plain.step))
    expect([...model.parameters()].map((x) => x.tolist())).toEqual(
      [...plain.model.parameters()].map((x) => x.tolist()),
    )
  })

  test('keeps what metrics have seen', () => {
    const [preds, target] = [torch.rand([20, 3]), torch.rand([20, 3]).gt(0.5)]
    for (const name of ['MultilabelF1Score', 'MultilabelAUROC'] as const) {
      const [inside, outside] = [1, 2].map(() => new torch.metrics[name]({ num_labels: 3 }))
      for (let batch = 0; batch < 3; batch++) {
        torch.scope(() => inside.update(preds.mul(1), target))
        outside.update(preds, target)
      }
      expect(torch.scope(() => inside.compute().item())).toBe(outside.compute().item())
      expect(inside.compute().item()).toBe(outside.compute().item())
    }
  })

  test('may lie in another: what leaves the inner one belongs to the outer', () => {
    const before = counted()
    torch.scope(() => {
      torch.scope(() => torch.ones([2]))
    })
    expect(counted()).toBe(before)
  })

  test('frees after an error too, and what it freed says so', () => {
    let leaked = torch.zeros([1])
    const before = counted()
    expect(() =>
      torch.scope(() => {
        leaked = torch.ones([1])
        throw new Error('inside')
      }),
    ).toThrow('inside')
    expect(counted()).toBe(before)
    expect(() => leaked.item()).toThrow('a disposed tensor was used')
  })

  test('is synchronous', () => {
    expect(() => torch.scope(async () => torch.ones([1]))).toThrow('scope: work must be synchronous')
  })
})
