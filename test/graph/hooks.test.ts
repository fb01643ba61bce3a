import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { leaf } from '../support/tensors.js'

describe('hooks', () => {
  test('see the whole gradient once in every pass, and may replace it', () => {
    const x = leaf([1, 2])
    const y = x.mul(3)
    const seen: unknown[] = []
    const handle = y.register_hook((gradient) => void seen.push(gradient.tolist()))
    y.register_hook((gradient) => gradient.mul(10))
    const pass = () => y.mul(2).add(y).sum().backward(undefined, { retain_graph: true })
    pass()
    expect(seen).toEqual([[3, 3]])
    expect(x.grad?.tolist()).toEqual([90, 90])
    handle.remove()
    pass()
    expect(seen).toHaveLength(1)
    expect(x.grad?.tolist()).toEqual([180, 180])
  })

  test('of a leaf see the sum of one pass, not what was there', () => {
    const x = leaf([1])
    const seen: (number | undefined)[] = []
    x.register_hook((gradient) => {
      seen.push(gradient.item())
      return gradient.neg()
    })
    const pass = () => x.mul(2).add(x).backward()
    pass()
    pass()
    expect(seen).toEqual([3, 3])
    expect(x.grad?.item()).toBe(-6)
  })

  test('may keep what they see', () => {
    const x = leaf([1, 2])
    const kept: torch.Tensor[] = []
    const y = x.mul(2)
    y.register_hook((gradient) => void kept.push(gradient))
    const z = y.sigmoid()
    z.register_hook((gradient) => {
      const doubled = gradient.mul(2)
      kept.push(doubled)
      return doubled
    })
    z.sum().backward()
    expect(kept[0].tolist()).toEqual([2, 2])
    expect(kept[1].data().every((slope) => slope > 0)).toBe(true)
    x.grad?.fill_(7)
    expect(kept[1].data().every((slope) => slope < 1)).toBe(true)
  })

  test('that throw leave the gradients as they were', () => {
    const [a, b] = [leaf([1]), leaf([2])]
    a.mul(b).backward()
    b.register_hook(() => {
      throw new Error('inside')
    })
    expect(() => a.mul(b).backward()).toThrow('inside')
    expect([a.grad?.item(), b.grad?.item()]).toEqual([2, 1])
  })

  test('must return a gradient that fits', () => {
    const pass = (hook: () => never) => {
      const x = leaf([1, 2])
      x.register_hook(hook)
      x.sum().backward()
    }
    expect(() => pass(() => torch.ones([3]) as never)).toThrow(
      'a hook has changed the size of value (was [2] got [3])',
    )
    expect(() => pass(() => 1 as never)).toThrow('a hook must return a Tensor or nothing')
    expect(() => torch.ones([1]).register_hook(() => {})).toThrow(
      "cannot register a hook on a tensor that doesn't require gradient",
    )
  })

  // By PyTorch 2.15, as is what follows.
  test('hooks that register or remove others change the passes to come, not this one', () => {
    const log: string[] = []
    const x = torch.ones([3], { requires_grad: true })
    const y = x.mul(2)
    y.register_hook(() => {
      log.push('first')
      removed.remove()
      y.register_hook(() => void log.push('added'))
    })
    const removed = y.register_hook(() => void log.push('removed'))
    const total = y.sum()
    total.backward(null, { retain_graph: true })
    expect(log).toEqual(['first', 'removed'])
    total.backward()
    expect(log.slice(2)).toEqual(['first', 'added'])
  })

  test('of a view, and what it retains, do not see what goes through the change of a view of it', () => {
    const log: unknown[] = []
    const x = leaf([1, 2, 3, 4])
    const square = x.mul(2).view([2, 2])
    const flat = square.view([4])
    square.register_hook((gradient) => void log.push(gradient.tolist()))
    square.retain_grad()
    flat.mul_(x)
    flat
      .mul(torch.tensor([1, 2, 3, 4]))
      .sum()
      .backward()
    expect([log, square.grad]).toEqual([[], null])
    expect(x.grad?.tolist()).toEqual([4, 16, 36, 64])

    // What is added is not what is changed, although it is the same tensor.
    const z = leaf([1, 2])
    const view = z.mul(2).view([2])
    view.register_hook((gradient) => void log.push(gradient.tolist()))
    view.add_(view)
    view
      .mul(torch.tensor([1, 2]))
      .sum()
      .backward()
    expect(log).toEqual([[1, 2]])
    expect(z.grad?.tolist()).toEqual([4, 8])
  })

  test('of a leaf run as soon as its gradient is whole', () => {
    const log: string[] = []
    const [a, b, c] = [leaf([1, 2]), leaf([3, 4]), leaf([5, 6])]
    const y = a.mul(b)
    const z = y.mul(c)
    const w = z.add(a)
    for (const [name, x] of Object.entries({ a, b, c, y, z, w })) x.register_hook(() => void log.push(name))
    w.sum().backward()
    expect(log).toEqual(['w', 'z', 'c', 'y', 'a', 'b'])
    expect(a.grad?.tolist()).toEqual([16, 25])
  })

  test('of a leaf run once, and leave nothing behind where a later one throws', () => {
    const [x, w] = [leaf([1, 2]), leaf([3, 4])]
    let isFailing = true
    const seen: unknown[] = []
    w.register_hook((gradient) => {
      seen.push(gradient.tolist())
      return gradient.mul(2)
    })
    x.register_hook(() => {
      if (isFailing) throw new Error('not yet')
    })
    const loss = x.exp().mul(w).sum()
    const before = loss.item()
    expect(() => loss.backward()).toThrow('not yet')
    expect([x.grad, w.grad, loss.item()]).toEqual([null, null, before])
    isFailing = false
    loss.backward()
    expect(seen).toHaveLength(2)
    expect(seen[1]).toEqual(seen[0])
    expect(w.grad?.data()).toEqual(Float32Array.from((seen[0] as number[]).map((value) => 2 * value)))
  })

  test('what a hook does to its gradient in place does not reach the next pass', () => {
    const x = torch.tensor([1, 2], { requires_grad: true })
    const y = x.mul(1)
    y.register_hook((gradient) => void gradient.mul_(10))
    const loss = torch.nn.functional.mse_loss(y, torch.zeros([2]))
    loss.backward(null, { retain_graph: true })
    expect(x.grad?.tolist()).toEqual([10, 20])
    loss.backward()
    expect(x.grad?.tolist()).toEqual([20, 40])
  })

  test('a retained gradient is that of the tensor as it is then, once', () => {
    const x = torch.ones([3], { requires_grad: true })
    const y = x.mul(2)
    y.retain_grad()
    y.mul_(3)
    y.retain_grad()
    y.sum().backward()
    expect([y.grad?.tolist(), x.grad?.tolist()]).toEqual([
      [1, 1, 1],
      [6, 6, 6],
    ])
    const z = torch.zeros([3])
    z.copy_(x.mul(2))
    z.retain_grad()
    z.copy_(torch.ones([3]))
    z.mul(5).sum().backward()
    expect(z.grad?.tolist()).toEqual([5, 5, 5])
  })

  test('copy_ forgets no change that was made before', () => {
    const a = torch.ones([3], { requires_grad: true })
    const b = torch.tensor([2, 3, 4])
    const y = a.mul(b)
    b.add_(100)
    torch.zeros([3]).copy_(y)
    expect(() => y.sum().backward()).toThrow('modified by an inplace operation')
  })

  test('targets and weights of losses are held to as any saved tensor, and let go of', () => {
    const { binary_cross_entropy_with_logits } = torch.nn.functional
    const loss = () => {
      const x = torch.zeros([3], { requires_grad: true })
      const parts = { target: torch.ones([3]), weight: torch.ones([3]), pos_weight: torch.ones([3]) }
      const { target, ...weights } = parts
      return { parts, result: binary_cross_entropy_with_logits(x, target, weights) }
    }
    for (const name of ['target', 'weight', 'pos_weight'] as const) {
      const { parts, result } = loss()
      parts[name].add_(1)
      expect(() => result.backward()).toThrow('modified by an inplace operation')
    }
    const { parts, result } = loss()
    result.backward()
    const reachable = new Set<unknown>()
    const stack: unknown[] = [result]
    for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
      if (typeof value !== 'object' || value === null || reachable.has(value)) continue
      reachable.add(value)
      stack.push(...Object.values(value))
    }
    for (const part of Object.values(parts)) expect(reachable.has(part.storage)).toBe(false)
  })

  test('retain_grad keeps the gradient of a tensor that is no leaf', () => {
    const x = leaf([1, 2])
    const y = x.mul(2)
    y.retain_grad()
    y.mul(y).sum().backward(undefined, { retain_graph: true })
    expect(y.grad?.tolist()).toEqual([4, 8])
    y.mul(y).sum().backward()
    expect(y.grad?.tolist()).toEqual([8, 16])
    expect(x.grad?.tolist()).toEqual([16, 32])
    expect(() => torch.ones([1]).retain_grad()).toThrow("can't retain_grad")
  })
})
