/** Operations with several results: gradients, hooks and changes of each of them, as torch's `var_mean` and `topk` have them. */
import { describe, expect, test } from 'vitest'
import { apply, applyEach } from '../../ts/graph/apply.js'
import { define, defineSeveral, records } from '../../ts/graph/op.js'
import torch from '../../ts/index.js'
import { kernels } from '../../ts/kernels/instance.js'
import { empty, type Tensor } from '../../ts/tensor/tensor.js'

// Those of this file need no fixtures.
const before = records.length

let seen: readonly (Tensor | null)[] = []

/** `x * x`, which saves x, `e^x`, which saves itself, and how many elements there are, an integer. */
const record = defineSeveral<undefined, { x: Tensor; exp: Tensor }>({
  name: 'square_and_exp',
  results: ([x]) => [{ shape: x.shape }, { shape: x.shape }, { shape: [], dtype: 'int32' }],
  forward([x], [square, exp, count]) {
    const length = x.numel()
    kernels.mul(x.pointer(), x.pointer(), square.pointer(), 1, length, 0, 1, 0, 1)
    kernels.exp(x.pointer(), exp.pointer(), length)
    count.storage.write(0, new Uint8Array(Int32Array.of(length).buffer))
    return { x, exp }
  },
  backward(upstreams, { x, exp }) {
    seen = upstreams
    const gradient = empty('backward', x.shape)
    kernels.fill(gradient.pointer(), 0, x.numel())
    for (const [upstream, factor] of [
      [upstreams[0], x],
      [upstreams[0], x],
      [upstreams[1], exp],
    ] as const) {
      if (upstream === null) continue
      const [part, length] = [empty('backward', x.shape), x.numel()]
      kernels.mul(upstream.pointer(), factor.pointer(), part.pointer(), 1, length, 0, 1, 0, 1)
      kernels.accumulate(gradient.pointer(), part.pointer(), length)
      part.dispose()
    }
    return [gradient]
  },
})
const failing = define({
  name: 'failing',
  shape: ([x]) => x.shape,
  forward() {},
  backward() {
    throw new Error('no way back')
  },
})
records.length = before

const squareAndExp = (x: Tensor) => applyEach(record, [x], undefined)
const forget = (x: Tensor) => {
  x.grad = null
}
const leaf = (...values: number[]) => torch.tensor(values).requires_grad_()

describe('an operation with several results', () => {
  test('makes them with their own shapes and types', () => {
    const [square, exp, count] = squareAndExp(torch.tensor([1, 2]))
    expect(square.tolist()).toEqual([1, 4])
    expect(exp.data()[0]).toBeCloseTo(Math.E, 6)
    expect([count.dtype, count.item()]).toEqual(['int32', 2])
    expect([square, exp, count].map((x) => x.requires_grad)).toEqual([false, false, false])
  })

  test('records those that are floats, as results of one operation', () => {
    const x = leaf(1, 2)
    const [square, exp, count] = squareAndExp(x)
    expect([square, exp, count].map((one) => one.requires_grad)).toEqual([true, true, false])
    expect(square.toString()).toContain('grad_fn=<SquareAndExpBackward0>')
    expect(square.edge).not.toBe(exp.edge)
    expect(square.edge?.node).toBe(exp.edge?.node)
    expect(count.is_leaf).toBe(true)
    expect(() => count.sum().backward()).toThrow('does not require grad')
    torch.no_grad(() => expect(squareAndExp(x)[0].requires_grad).toBe(false))
  })

  test('backward gets the gradients of the results that were used, and null for the others', () => {
    const x = leaf(1, 2)
    squareAndExp(x)[0].sum().backward()
    expect(x.grad?.tolist()).toEqual([2, 4])
    expect(seen.map((upstream) => upstream !== null)).toEqual([true, false, false])

    forget(x)
    squareAndExp(x)[1].sum().backward()
    expect(x.grad?.data()[1]).toBeCloseTo(Math.exp(2), 5)
    expect(seen.map((upstream) => upstream !== null)).toEqual([false, true, false])

    forget(x)
    const [square, exp] = squareAndExp(x)
    square.add(exp).add(square).sum().backward()
    expect(x.grad?.data()[0]).toBeCloseTo(4 + Math.E, 5)
    expect(seen.map((upstream) => upstream !== null)).toEqual([true, true, false])
  })

  test('does not run backward where neither was used', () => {
    const x = leaf(1, 2)
    seen = []
    squareAndExp(x)
    x.mul(3).sum().backward()
    expect(seen).toEqual([])
    expect(x.grad?.tolist()).toEqual([3, 3])
  })

  test('is run once, when the gradients of all its results are whole', () => {
    const x = leaf(1, 2)
    const [square, exp] = squareAndExp(x)
    let calls = 0
    x.register_hook(() => void calls++)
    const late = square.mul(2).mul(2)
    exp.add(late).add(exp).sum().backward()
    expect(calls).toBe(1)
    expect(x.grad?.data()[1]).toBeCloseTo(4 * 4 + 2 * Math.exp(2), 4)
  })

  test('has hooks and retained gradients for each result', () => {
    const x = leaf(1, 2)
    const [square, exp] = squareAndExp(x)
    const order: string[] = []
    square.register_hook((gradient) => {
      order.push(`square ${gradient.tolist()}`)
      return gradient.mul(10)
    })
    exp.register_hook((gradient) => void order.push(`exp ${gradient.tolist()}`))
    square.retain_grad()
    exp.retain_grad()
    square.mul(3).sum().backward({ retain_graph: true })
    expect(order).toEqual(['square 3,3'])
    expect(square.grad?.tolist()).toEqual([30, 30])
    expect(exp.grad).toBe(null)
    expect(x.grad?.tolist()).toEqual([60, 120])
    square.add(exp).sum().backward()
    expect(order.slice(1).sort()).toEqual(['exp 1,1', 'square 1,1'])
    expect(square.grad?.tolist()).toEqual([40, 40])
    expect(exp.grad?.tolist()).toEqual([1, 1])
  })

  test('goes on where one result is changed in place that backward does not read', () => {
    const x = leaf(1, 2)
    const [square, exp] = squareAndExp(x)
    square.mul_(5)
    square.add(exp).sum().backward()
    expect(x.grad?.data()[0]).toBeCloseTo(10 + Math.E, 5)

    forget(x)
    const [written, other] = squareAndExp(x)
    written.select(0, 0).copy_(torch.tensor(7))
    written.add(other).sum().backward()
    expect(x.grad?.data()[0]).toBeCloseTo(Math.E, 5)
    expect(x.grad?.data()[1]).toBeCloseTo(4 + Math.exp(2), 4)
  })

  test('says so where one was changed that backward reads, whichever result asks', () => {
    const x = leaf(1, 2)
    const [square, exp] = squareAndExp(x)
    exp.mul_(5)
    expect(() => square.sum().backward()).toThrow('modified by an inplace operation')
    expect(() => exp.sum().backward()).toThrow('modified by an inplace operation')
    expect(x.grad).toBe(null)
  })

  test('is freed by the first pass for all results, unless the graph is retained', () => {
    const x = leaf(1, 2)
    const [square, exp] = squareAndExp(x)
    square.sum().backward({ retain_graph: true })
    square.sum().backward()
    expect(x.grad?.tolist()).toEqual([4, 8])
    expect(() => square.sum().backward()).toThrow('backward through the graph a second time')
    expect(() => exp.sum().backward()).toThrow('backward through the graph a second time')
  })

  test('changes nothing where a pass fails, which can be tried again', () => {
    const x = leaf(1, 2)
    const [square, exp] = squareAndExp(x.mul(1))
    square.retain_grad()
    const broken = apply(failing, [x.mul(1)], undefined)
    expect(() => square.add(exp).add(broken).sum().backward()).toThrow('no way back')
    expect([x.grad, square.grad]).toEqual([null, null])
    square.add(exp).sum().backward()
    expect(x.grad?.data()[0]).toBeCloseTo(2 + Math.E, 5)
    expect(square.grad?.tolist()).toEqual([1, 1])
  })

  test('frees what it made for a backward that will not be', () => {
    const live = () => torch.wasm.memory().tensors
    const makes = defineSeveral<undefined, { made: Tensor }>({
      name: 'makes',
      results: ([x]) => [{ shape: x.shape }, { shape: x.shape }],
      forward: ([x]) => ({ made: empty('makes', x.shape) }),
      makes: ['made'],
      backward: ([upstream]) => [upstream],
    })
    records.length = before
    const x = leaf(1, 2)
    const start = live()
    const results = torch.no_grad(() => applyEach(makes, [x], undefined))
    expect(live() - start).toBe(2)
    for (const result of results) result.dispose()
    const [first] = applyEach(makes, [x], undefined)
    expect(live() - start).toBe(3)
    first.sum().backward()
    // The sum and x.grad came, what was made went.
    expect(live() - start).toBe(4)
  })
})
