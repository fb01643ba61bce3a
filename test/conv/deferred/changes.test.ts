/** What is computed late is computed from the values at the time of the call. */
import { describe, expect, test } from 'vitest'
import torch from '../../../ts/index.js'
import type { Tensor } from '../../../ts/tensor/tensor.js'
import {
  convolve,
  expectEqual,
  expectSame,
  gradientsOf,
  LEAST,
  type Leaves,
  leaves,
  pool,
  type Settle,
  settles,
  tensorOf,
  waits,
} from './chain.js'

const { init } = torch.nn

/** Changes of one of a convolution's operands, which has a gradient. */
const changes: Record<string, (operand: Tensor) => unknown> = {
  copy_: (operand) => operand.copy_(tensorOf(operand.shape, 9)),
  fill_: (operand) => operand.fill_(3),
  zero_: (operand) => operand.zero_(),
  add_: (operand) => operand.add_(1),
  mul_: (operand) => operand.mul_(operand),
  sub_: (operand) => operand.sub_(operand.sum()),
  div_: (operand) => operand.div_(7),
  masked_fill_: (operand) => operand.masked_fill_(operand.gt(0), 5),
  uniform_: (operand) => operand.uniform_(),
  normal_: (operand) => operand.normal_(),
  bernoulli_: (operand) => operand.bernoulli_(),
  random_: (operand) => operand.random_(10),
  'a row': (operand) => {
    operand[0] = 2
  },
  'a row of a view': (operand) => {
    operand.reshape([-1]).narrow(0, 0, 1)[0] = 2
  },
  'an element': (operand) => {
    operand.reshape([-1])[0] = 2
  },
  'init.uniform_': (operand) => init.uniform_(operand),
  'init.constant_': (operand) => init.constant_(operand, 1),
  'init.trunc_normal_': (operand) => init.trunc_normal_(operand),
  ...Object.fromEntries(
    (['SGD', 'Adam', 'AdamW', 'Adagrad', 'RMSprop'] as const).map((name) => [
      name,
      (operand: Tensor) => new torch.optim[name]([operand], { lr: 0.1 }).step(),
    ]),
  ),
  load_state_dict: (operand) => {
    const layer = new torch.nn.Module()
    layer.register_buffer('held', operand)
    layer.load_state_dict({ held: tensorOf(operand.shape, 9) })
  },
}

const OPERANDS = ['x', 'weight', 'bias'] as const

/** The map and relu of it, of plain operands with gradients. */
function start() {
  const from = leaves(LEAST)
  for (const name of OPERANDS) {
    const operand = from[name] as Tensor
    operand.grad = tensorOf(operand.shape, 8)
  }
  const map = torch.no_grad(() => convolve(from, LEAST))
  return { from, map, activated: torch.relu(map) }
}

const wanted = (() => {
  const { map, activated } = start()
  return { map: map.data(), activated: activated.data() }
})()

describe.each(OPERANDS)('a change of %s afterwards does not matter', (name) => {
  test.each(Object.entries(changes))('%s', (_, change) => {
    const { from, map, activated } = start()
    const operand = from[name] as Tensor
    const before = operand.data()
    torch.no_grad(() => change(operand))
    expect(operand.data()).not.toEqual(before)
    expect([waits(map), waits(activated)]).toEqual([true, true])
    const pooled = pool(activated, LEAST)
    expectEqual(
      pooled.data(),
      torch.nn.functional.max_pool2d(torch.tensor(wanted.activated).reshape(map.shape), 2).data(),
    )
    // Once more, in between.
    torch.no_grad(() => operand.mul_(2))
    expectEqual(map.data(), wanted.map)
    torch.no_grad(() => change(operand))
    expectEqual(activated.data(), wanted.activated)
  })
})

describe('operands that change by themselves', () => {
  const change = (operand: Tensor, work: () => unknown) => {
    const from: Leaves = { ...leaves(LEAST), bias: operand }
    const map = torch.no_grad(() => convolve(from, LEAST))
    const want = torch.no_grad(() => convolve({ ...from, bias: operand.clone() }, LEAST)).data()
    const before = operand.data()
    work()
    expect(operand.data()).not.toEqual(before)
    expect(waits(map)).toBe(true)
    expectEqual(map.data(), want)
  }

  test('running statistics', () => {
    const layer = new torch.nn.BatchNorm2d(8)
    for (const statistic of [layer.running_mean, layer.running_var] as Tensor[])
      change(statistic, () => layer.forward(tensorOf([4, 8, 5, 5], 1)))
  })

  test('gradients that are clipped, added to and set to 0', () => {
    const leaf = tensorOf([8], 1).requires_grad_()
    leaf.mul(100).sum().backward()
    const gradient = leaf.grad as Tensor
    change(gradient, () => torch.nn.utils.clip_grad_norm_([leaf], 1))
    change(gradient, () => torch.nn.utils.clip_grad_value_([leaf], 0.1))
    change(gradient, () => leaf.mul(3).sum().backward())
    change(gradient, () => new torch.optim.SGD([leaf]).zero_grad(false))
  })

  test("an optimizer's state", () => {
    const leaf = tensorOf([8], 1).requires_grad_()
    const optimizer = new torch.optim.Adam([leaf])
    const step = () => {
      leaf.mul(leaf).sum().backward()
      optimizer.step()
    }
    step()
    for (const name of ['exp_avg', 'exp_avg_sq']) change(optimizer.state.get(leaf)?.[name] as Tensor, step)
  })
})

test('a change of the map itself is one of the map alone', () => {
  const results = settles.map((settle) => {
    const from = leaves(LEAST)
    const map = settle(convolve(from, LEAST))
    const activated = settle(torch.relu(map))
    torch.no_grad(() => map.mul_(2))
    torch.no_grad(() => map.narrow(0, 0, 1).fill_(-1))
    const again = settle(torch.relu(map))
    return [map, activated, again, pool(activated, LEAST), pool(again, LEAST)].map((x) => x.data())
  })
  for (const [i, want] of results[1].entries()) expectEqual(results[0][i], want)
})

describe('backward', () => {
  test('notices a change of what it needs', () => {
    const from = leaves(LEAST)
    const pooled = pool(torch.relu(convolve(from, LEAST)), LEAST)
    torch.no_grad(() => from.weight.mul_(2))
    expect(() => pooled.sum().backward()).toThrow('modified by an inplace operation')
    expect(from.weight.grad).toBeNull()
  })

  test('gives hooks a gradient that later changes leave alone', () => {
    const results = settles.map((settle) => {
      const from = leaves(LEAST)
      const seen: Tensor[] = []
      const map = settle(convolve(from, LEAST))
      map.register_hook((gradient) => void seen.push(settle(gradient)))
      const pooled = pool(settle(torch.relu(map)), LEAST)
      const upstream = tensorOf(pooled.shape, 4)
      pooled.backward(upstream)
      upstream.zero_()
      return seen[0].data()
    })
    expectEqual(results[0], results[1])
  })
})

describe('gradients that others hold too', () => {
  /** Programs of a chain's leaves and another tensor of the pooled shape; what they return is summed up. */
  const programs: Record<string, (pooled: () => Tensor, other: Tensor, settle: Settle) => Tensor> = {
    'pool first': (pooled, other, settle) => pooled().add(settle(torch.relu(other))),
    'pool last': (pooled, other, settle) => settle(torch.relu(other)).add(pooled()),
    'twice the same chain': (pooled, other) => pooled().add(other).add(pooled()),
    'a difference': (pooled, other, settle) => torch.relu(other).sub(settle(pooled())).add(pooled()),
    product: (pooled, other) => pooled().mul(other).add(pooled()),
  }
  test.each(Object.entries(programs))('%s', (_, program) => {
    const results = settles.map((settle) => {
      const from = leaves(LEAST)
      const other = tensorOf([2, 8, 32, 32], 6).requires_grad_()
      const pooled = () => pool(settle(torch.relu(settle(convolve(from, LEAST)))), LEAST)
      const upstream = tensorOf(other.shape, 5)
      const given = upstream.data()
      // What backward makes for itself, of the user's gradient, it may write over.
      for (let pass = 0; pass < 2; pass++) program(pooled, other, settle).mul(1.5).backward(upstream)
      expectEqual(upstream.data(), given)
      return [...gradientsOf(from), other.grad?.data() as Float32Array]
    })
    expectSame(results[0], results[1])
  })

  test('one that is written over where nobody else wants it', () => {
    // Backward comes to `other` after the chain, while the map's gradient waits, or before the pool.
    const results = [0, 1, 2].map((when) => {
      const from = leaves(LEAST)
      const other = tensorOf([2, 8, 32, 32], 6).requires_grad_()
      const parts: Tensor[] = []
      const use = (now: number) => {
        if (now === when) parts.push(torch.relu(other), other.reshape(other.shape).add(other))
      }
      use(0)
      const activated = torch.relu(convolve(from, LEAST))
      use(1)
      const pooled = pool(activated, LEAST)
      use(2)
      pooled.add(parts[0]).add(parts[1]).mul(1.5).backward(tensorOf(other.shape, 5))
      return [...gradientsOf(from), other.grad?.data() as Float32Array]
    })
    expectSame(results[1], results[0])
    expectSame(results[2], results[0])
  })

  test('a map that is pooled, and used otherwise too', () => {
    for (const first of [true, false]) {
      const results = settles.map((settle) => {
        const from = leaves(LEAST)
        const map = settle(convolve(from, LEAST))
        const activated = settle(torch.relu(map))
        const uses = [() => pool(activated, LEAST).sum(), () => activated.mul(map).sum(), () => map.sum()]
        if (first) uses.reverse()
        const [a, b, c] = uses.map((use) => use())
        a.add(b).add(c.mul(2)).backward()
        return gradientsOf(from)
      })
      expectSame(results[0], results[1])
    }
  })

  test('a leaf that is pooled has its gradient, of every pass', () => {
    const x = tensorOf([2, 8, 6, 6], 1).requires_grad_()
    const want = new Float32Array(x.numel())
    for (let pass = 1; pass <= 3; pass++) {
      const y = x.detach().requires_grad_()
      for (const leaf of [x, y]) {
        const pooled = torch.nn.functional.max_pool2d(leaf, 2)
        pooled.backward(tensorOf(pooled.shape, pass))
      }
      y.grad?.data().forEach((value, i) => {
        want[i] += value
      })
      expect(waits(x.grad as Tensor)).toBe(false)
      expectEqual((x.grad as Tensor).data(), want)
    }
    expect(want.filter((value) => value !== 0).length).toBeGreaterThan(100)
  })

  test('a gradient that a leaf gets first and an optimizer changes is no other leaf’s', () => {
    const [a, b] = [1, 2].map((seed) => tensorOf([2, 8, 6, 6], seed).requires_grad_())
    const sum = a.add(b)
    const pooled = torch.nn.functional.max_pool2d(sum, 2)
    pooled.sum().backward()
    torch.nn.utils.clip_grad_value_([a], 0.25)
    expect(Math.max(...(a.grad?.data() ?? []))).toBe(0.25)
    expect(Math.max(...(b.grad?.data() ?? []))).toBe(1)
  })
})

describe('dispose', () => {
  test('of the operands leaves what waits for them', () => {
    const { from, map, activated } = start()
    for (const name of OPERANDS) from[name]?.dispose()
    expect(() => from.x.data()).toThrow('a disposed tensor was used')
    expect(() => from.x.copy_(1)).toThrow()
    expectEqual(activated.data(), wanted.activated)
    expectEqual(map.data(), wanted.map)
  })

  test('of the operands after a change, and of the map', () => {
    const { from, map, activated } = start()
    torch.no_grad(() => from.weight.zero_())
    for (const name of OPERANDS) from[name]?.dispose()
    map.dispose()
    expect(() => map.data()).toThrow('a disposed tensor was used')
    expect(() => torch.relu(map)).toThrow('a disposed tensor was used')
    expect(() => pool(map, LEAST)).toThrow('a disposed tensor was used')
    expectEqual(activated.data(), wanted.activated)
  })

  test('of an operand before the call is an error that holds nothing', () => {
    const from = leaves(LEAST)
    from.bias?.dispose()
    expect(() => convolve(from, LEAST)).toThrow('a disposed tensor was used')
    expect([from.x, from.weight].map(({ storage }) => storage.isCaptured)).toEqual([false, false])
  })

  test('a scope’s result may wait', () => {
    const x = tensorOf(LEAST.x, 1)
    const { map, pooled } = torch.scope(() => {
      const from = { ...leaves(LEAST), x: x.mul(1) }
      const map = torch.no_grad(() => convolve(from, LEAST))
      // Garbage that waits.
      torch.relu(map).add(1)
      return { map, pooled: torch.no_grad(() => pool(map, LEAST)) }
    })
    expect(waits(map)).toBe(true)
    expectEqual(map.data(), wanted.map)
    expectEqual(pooled.data(), torch.nn.functional.max_pool2d(map, 2).data())
  })
})
