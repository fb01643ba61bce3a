/** Gradients on request, and operations of the user's own. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { testRefused, untyped } from '../support/errors.js'

const { autograd } = torch
const leaf = (...values: number[]) => torch.tensor(values).requires_grad_()

describe('autograd.grad', () => {
  test('gives gradients, and leaves grad alone', () => {
    const [x, y] = [leaf(1, 2, 3), leaf(4, 5, 6)]
    const [dx, dy] = autograd.grad(x.mul(y).sum(), [x, y])
    expect(dx.tolist()).toEqual([4, 5, 6])
    expect(dy.tolist()).toEqual([1, 2, 3])
    expect([x.grad, y.grad]).toEqual([null, null])
    expect(dx.requires_grad).toBe(false)
  })

  test('of results on the way, in any order, with hooks, and twice', () => {
    const x = leaf(1, 2)
    const square = x.mul(x)
    const cubic = square.mul(x)
    square.register_hook((gradient) => gradient.mul(10))
    const [toSquare, toX, again] = autograd.grad(cubic.sum(), [square, x, square])
    expect(toSquare.tolist()).toEqual([10, 20])
    expect(again.tolist()).toEqual([10, 20])
    expect(toX.tolist()).toEqual([1 + 20, 4 + 80])
  })

  test('of several outputs, with upstream gradients', () => {
    const x = leaf(1, 2)
    const [dx] = autograd.grad([x.mul(2), x.mul(x)], x, [torch.tensor([1, 1]), torch.tensor([1, 3])])
    expect(dx.tolist()).toEqual([4, 14])
    const given = torch.tensor([5, 7])
    const [own] = autograd.grad(x, x, given)
    expect(own.tolist()).toEqual([5, 7])
    own.fill_(0)
    expect(given.tolist()).toEqual([5, 7])
  })

  test('of what was not used', () => {
    const [x, y] = [leaf(1, 2), leaf(3)]
    const loss = x.sum()
    expect(autograd.grad(loss, [x, y], { allow_unused: true, retain_graph: true })[1]).toBe(null)
    expect(autograd.grad(loss, [y], { materialize_grads: true })[0].tolist()).toEqual([0])
  })

  test('the graph is kept only if asked for', () => {
    const x = leaf(1, 2)
    const loss = x.mul(x).sum()
    autograd.grad(loss, x, { retain_graph: true })
    expect(autograd.grad(loss, x)[0].tolist()).toEqual([2, 4])
    expect(() => autograd.grad(loss, x)).toThrow('backward through the graph a second time')
  })

  const x = leaf(1, 2)
  testRefused([
    [
      'create_graph',
      () => autograd.grad(x.sum(), x, { create_graph: untyped(true) }),
      torch.RuntimeError,
      'create_graph=True is not supported',
    ],
    [
      'an unused input',
      () => autograd.grad(x.sum(), leaf(1)),
      torch.RuntimeError,
      'appears to not have been used in the graph',
    ],
    [
      'an input without grad',
      () => autograd.grad(x.sum(), torch.ones([2])),
      torch.RuntimeError,
      'does not require grad',
    ],
    [
      'an output without grad',
      () => autograd.grad(torch.ones([]), x),
      torch.RuntimeError,
      'does not require grad and does not have a grad_fn',
    ],
    [
      'several elements',
      () => autograd.grad(x.mul(2), x),
      torch.RuntimeError,
      'grad can be implicitly created only for scalar outputs',
    ],
    [
      'too few gradients',
      () => autograd.grad([x.sum(), x.sum()], x, [null]),
      torch.RuntimeError,
      'got 2 tensors and 1 gradients',
    ],
    [
      'a number',
      () => autograd.grad(untyped(3), x),
      TypeError,
      'autograd.grad: outputs must be a Tensor or an array',
    ],
  ])
})

test('autograd.backward of several tensors', () => {
  const x = leaf(1, 2)
  autograd.backward([x.mul(x).sum(), x.mul(3)], [null, torch.tensor([1, 2])])
  expect(x.grad?.tolist()).toEqual([5, 10])
  autograd.backward(x.sum())
  expect(x.grad?.tolist()).toEqual([6, 11])
})

test('modes of recording', () => {
  const x = leaf(1)
  expect(torch.set_grad_enabled(false, () => x.mul(2).requires_grad)).toBe(false)
  torch.set_grad_enabled(false)
  expect([x.mul(2).requires_grad, torch.is_grad_enabled()]).toEqual([false, false])
  torch.set_grad_enabled(true)
  expect(torch.inference_mode(() => x.mul(2).requires_grad)).toBe(false)
  expect(torch.inference_mode(false, () => x.mul(2).requires_grad)).toBe(true)
  expect(torch.is_grad_enabled()).toBe(true)
})

test('history: detach_, grad_fn, retains_grad', () => {
  const x = leaf(1, 2)
  const y = x.mul(2)
  expect([x.grad_fn, y.grad_fn?.name(), String(y.log_softmax(0).grad_fn)]).toEqual([
    null,
    'MulBackward0',
    '<LogSoftmaxBackward0>',
  ])
  y.retain_grad()
  expect([x.retains_grad, y.retains_grad]).toEqual([false, true])
  expect(y.detach_()).toBe(y)
  expect([y.is_leaf, y.requires_grad]).toEqual([true, false])
  expect(() => x.mul(2).select(0, 1).detach_()).toThrow("Can't detach views in-place. Use detach() instead.")
})

class Square extends autograd.Function {
  static override forward(ctx: torch.autograd.FunctionContext, x: Tensor, factor: number): Tensor {
    ctx.save_for_backward(x)
    ctx.factor = factor
    return x.mul(x).mul(factor)
  }
  static override backward(ctx: torch.autograd.FunctionContext, upstream: Tensor): unknown {
    return [upstream.mul(ctx.saved_tensors[0]).mul(2 * (ctx.factor as number)), null]
  }
}

class SumAndSign extends autograd.Function {
  static override forward(x: Tensor, y: Tensor): Tensor[] {
    return [x.add(y), x.gt(y).float()]
  }
  static setup_context(ctx: torch.autograd.FunctionContext, _inputs: unknown, output: Tensor[]): void {
    ctx.mark_non_differentiable(output[1])
  }
  static override backward(ctx: torch.autograd.FunctionContext, upstream: Tensor, none: Tensor): unknown {
    expect(none.tolist()).toEqual([0, 0])
    expect(ctx.needs_input_grad).toEqual([true, false])
    return [upstream.mul(3), upstream]
  }
}

describe('operations of the user’s own', () => {
  test('compute, and have their gradient', () => {
    const x = leaf(1, 2, 3)
    const y = Square.apply(x, 5)
    expect(y.tolist()).toEqual([5, 20, 45])
    expect(y.grad_fn?.name()).toBe('SquareBackward')
    y.mul(torch.tensor([1, 2, 1]))
      .sum()
      .backward()
    expect(x.grad?.tolist()).toEqual([10, 40, 30])
    expect(torch.no_grad(() => Square.apply(x, 1)).requires_grad).toBe(false)
    expect(Square.apply(torch.ones([2]), 1).requires_grad).toBe(false)
  })

  test('several results, of which one has no gradient', () => {
    const x = leaf(1, 5)
    const [sum, sign] = SumAndSign.apply<Tensor[]>(x, torch.tensor([2, 2]))
    expect([sum.requires_grad, sign.requires_grad]).toEqual([true, false])
    sum.backward(torch.tensor([1, 2]))
    expect(x.grad?.tolist()).toEqual([3, 6])
  })

  test('see what has changed what they saved, and that they ran', () => {
    const x = leaf(1, 2).mul(1)
    const y = Square.apply(x, 1)
    x.mul_(2)
    expect(() => y.sum().backward()).toThrow('modified by an inplace operation')
    const z = Square.apply(leaf(1), 1)
    z.backward()
    expect(() => z.backward()).toThrow('backward through the graph a second time')
  })

  test('may keep, change and return what they get', () => {
    const kept: Tensor[] = []
    class Same extends autograd.Function {
      static override forward(_ctx: unknown, x: Tensor): Tensor {
        return x
      }
      static override backward(_ctx: unknown, upstream: Tensor): unknown {
        kept.push(upstream)
        return upstream
      }
    }
    const x = leaf(1, 2)
    const y = Same.apply(x)
    expect(y).not.toBe(x)
    y.mul(2).sum().backward()
    x.grad?.fill_(0)
    expect(kept[0].tolist()).toEqual([2, 2])
  })

  class Wrong extends autograd.Function {
    static result: unknown
    static override forward(_ctx: unknown, x: Tensor): Tensor {
      return x.mul(1)
    }
    static override backward(): unknown {
      return Wrong.result
    }
  }
  test.each([
    [[], 'returned an incorrect number of gradients (expected 1, got 0)'],
    [[null, torch.ones([2])], 'returned an incorrect number of gradients (expected 1, got 2)'],
    [
      torch.ones([3]),
      'returned an invalid gradient at index 0 - got float32 [3] but expected shape compatible with [2]',
    ],
    [3, 'gradients must be Tensors or null, but got 3'],
  ])('a wrong gradient is refused: %#', (result, message) => {
    Wrong.result = result
    expect(() => Wrong.apply(leaf(1, 2)).sum().backward()).toThrow(message)
  })

  test('without forward or backward', () => {
    expect(() => autograd.Function.apply(leaf(1))).toThrow('You must implement the forward function')
  })
})
