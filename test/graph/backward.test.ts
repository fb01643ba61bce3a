import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectGradients } from '../support/gradient.js'
import { leaf } from '../support/tensors.js'

describe('backward', () => {
  test('adds up where a tensor is used twice, and over several passes', () => {
    const x = leaf([1, 2, 3])
    const twice = () => x.mul(x).add(x).sum().backward()
    twice()
    expect(x.grad?.tolist()).toEqual([3, 5, 7])
    twice()
    expect(x.grad?.tolist()).toEqual([6, 10, 14])
  })

  test('takes each shared sub-graph once', () => {
    const x = leaf([1.0001])
    let y: torch.Tensor = x
    // 2^60 paths lead back to x.
    for (let i = 0; i < 60; i++) y = y.add(y)
    y.sum().backward()
    expect(x.grad?.item()).toBe(2 ** 60)
  })

  test('goes back through 100,000 operations without recursion', () => {
    const x = leaf([1])
    let y: torch.Tensor = x
    for (let i = 0; i < 100_000; i++) y = y.add(1)
    y.sum().backward()
    expect(x.grad?.item()).toBe(1)
  })

  test('undoes broadcasting of either side', () => {
    const a = torch.ones([3, 1], { requires_grad: true })
    const b = torch.ones([2, 1, 4], { requires_grad: true })
    a.mul(b).sum().backward()
    expect(a.grad?.tolist()).toEqual([[8], [8], [8]])
    expect(b.grad?.tolist()).toEqual([[[3, 3, 3, 3]], [[3, 3, 3, 3]]])
  })

  test('x + x gives a gradient of its own to each leaf', () => {
    const [x, y] = [leaf([1]), leaf([2])]
    x.add(y).sum().backward()
    x.add(x).sum().backward()
    expect([x.grad?.item(), y.grad?.item()]).toEqual([3, 1])
  })

  test('leaves a gradient that the user gave as it was', () => {
    const x = leaf([1, 2])
    const gradient = torch.tensor([10, 20])
    x.add(0).backward(gradient)
    x.add(0).backward(gradient)
    expect(x.grad?.tolist()).toEqual([20, 40])
    expect(gradient.tolist()).toEqual([10, 20])
  })

  test('a second pass needs retain_graph', () => {
    const x = leaf([2])
    const y = x.mul(x).sum()
    y.backward(undefined, { retain_graph: true })
    y.backward()
    expect(x.grad?.item()).toBe(8)
    expect(() => y.backward()).toThrow('Trying to backward through the graph a second time')
  })

  test('the loss may be retained too', () => {
    const x = leaf([1, -1])
    const loss = new torch.nn.MultiLabelSoftMarginLoss({ reduction: 'none' }).forward(x, torch.tensor([1, 0]))
    loss.backward(torch.tensor(2), { retain_graph: true })
    const once = x.grad?.tolist() as number[]
    loss.backward(torch.tensor(2))
    expect(x.grad?.tolist()).toEqual(once.map((g) => 2 * g))
  })

  test('a saved tensor that was changed is an error', () => {
    const x = leaf([1, 2])
    const other = torch.tensor([3, 4])
    const y = x.mul(other).sum()
    other.fill_(5)
    expect(() => y.backward()).toThrow('has been modified by an inplace operation')
  })

  test('equals central differences through a small network', () => {
    torch.manual_seed(5)
    const [w1, w2] = [torch.randn([4, 3]), torch.randn([2, 4])]
    const f = (x: torch.Tensor) =>
      torch.sigmoid(torch.nn.functional.linear(torch.relu(torch.nn.functional.linear(x, w1)), w2)).sum()
    expectGradients(f, [torch.randn([5, 3])], { relative: 3e-2, absolute: 3e-3 })
  })
})

describe('recording', () => {
  test('no_grad records nothing and ends with its function, errors included', () => {
    const x = leaf([1])
    expect(torch.no_grad(() => x.mul(2)).requires_grad).toBe(false)
    expect(() =>
      torch.no_grad(() => {
        throw new Error('inside')
      }),
    ).toThrow('inside')
    expect(torch.is_grad_enabled()).toBe(true)
    expect(torch.no_grad(() => torch.enable_grad(() => x.mul(2))).requires_grad).toBe(true)
  })

  test('a leaf that was frozen meanwhile takes no gradient', () => {
    const [x, y] = [leaf([1]), leaf([2])]
    const product = x.mul(y)
    y.requires_grad_(false)
    product.backward()
    expect([x.grad?.item(), y.grad]).toEqual([2, null])
  })

  test('iteration gives rows, which pass gradients on', () => {
    const x = torch.arange(6).reshape([3, 2]).detach().requires_grad_()
    const [first, second] = x
    first.mul(2).add(second).sum().backward()
    expect(x.grad?.tolist()).toEqual([
      [2, 2],
      [1, 1],
      [0, 0],
    ])
    expect([...torch.tensor([1, 2, 3])]).toEqual([1, 2, 3])
    expect(() => [...torch.tensor(1)]).toThrow('iteration over a 0-d tensor')
  })

  test('detach shares memory but no history', () => {
    const x = leaf([1, 2])
    const detached = x.mul(2).detach()
    expect([detached.requires_grad, detached.is_leaf]).toEqual([false, true])
    torch.no_grad(() => x.detach().fill_(7))
    expect(x.tolist()).toEqual([7, 7])
  })

  test('views share memory and pass gradients on', () => {
    const x = torch.arange(6).reshape([2, 3]).requires_grad_()
    const row = x.detach().select(0, 1)
    row.fill_(9)
    expect(x.tolist()).toEqual([
      [0, 1, 2],
      [9, 9, 9],
    ])
    x.select(0, 1)
      .sum()
      .add(x.narrow(1, 1, 2).sum())
      .backward()
    expect(x.grad?.tolist()).toEqual([
      [0, 1, 1],
      [1, 2, 2],
    ])
  })
})
