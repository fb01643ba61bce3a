/** A chain that is never computed whole gives what its parts give one after the other. */
import { describe, expect, test } from 'vitest'
import torch from '../../../ts/index.js'
import type { Tensor } from '../../../ts/tensor/tensor.js'
import {
  convolve,
  type Draw,
  expectEqual,
  expectSame,
  force,
  type Geometry,
  gradientsOf,
  LEAST,
  leave,
  leaves,
  numbers,
  pool,
  type Settle,
  tensorOf,
  ties,
  waits,
} from './chain.js'

const DEFERRED: Record<string, Geometry> = {
  'as few elements as wait': LEAST,
  'no bias': { ...LEAST, bias: false },
  'rows and columns outside of all windows': { ...LEAST, x: [1, 3, 95, 93], window: 2 },
  'windows of 2 x 3': { ...LEAST, x: [2, 3, 71, 80], window: [2, 3] },
  'windows of 3 x 3': { ...LEAST, x: [1, 3, 100, 101], window: 3 },
  'windows of 1 x 1': { ...LEAST, window: 1 },
  'the largest windows with marks': { ...LEAST, x: [1, 3, 90, 100], window: [8, 16] },
  groups: { x: [3, 4, 65, 71], weight: [10, 2, 3, 3], convolution: { padding: 1, groups: 2 }, window: 2 },
  strides: { x: [4, 3, 97, 99], weight: [12, 3, 3, 3], convolution: { stride: 2 }, window: 3 },
  dilation: { x: [1, 2, 90, 84], weight: [12, 2, 3, 3], convolution: { dilation: 2, padding: 2 }, window: 2 },
  'one channel': { x: [1, 1, 260, 262], weight: [1, 1, 5, 3], convolution: { padding: 'same' }, window: 2 },
  'no channel': { x: [2, 0, 64, 64], weight: [8, 0, 3, 3], convolution: { padding: 1 }, window: 2 },
  'many images': { x: [300, 2, 12, 12], weight: [3, 2, 3, 3], window: 2 },
  'an image without batch': { ...LEAST, x: [3, 96, 96], window: 2 },
  'windows that overlap': { ...LEAST, window: 3, pool: { stride: 2 } },
  'windows with gaps': { ...LEAST, window: 2, pool: { stride: 3 } },
  'windows with padding': { ...LEAST, window: 2, pool: { padding: 1 } },
  'windows too large for marks': { ...LEAST, window: 12 },
}

const EAGER: Record<string, Geometry> = {
  'an element less': { ...LEAST, x: [1, 3, 64, 63] },
  'a weight that is larger than the map': { x: [1, 80, 16, 16], weight: [100, 80, 16, 16], window: 1 },
}

/** One run: the results, and the leaves with their gradients. */
function run(geometry: Geometry, draw: Draw, rectify: boolean, settle: Settle) {
  const from = leaves(geometry, draw)
  const map = settle(convolve(from, geometry))
  const activated = rectify ? settle(torch.relu(map)) : map
  const pooled = pool(activated, geometry)
  const out = pooled.data()
  pooled.backward(tensorOf(pooled.shape, 4, draw))
  return { out, gradients: gradientsOf(from), map, activated }
}

describe('equals what its parts give', () => {
  const cases = Object.entries(DEFERRED).flatMap(([name, geometry]) =>
    [false, true].map((rectify) => ({ name, geometry, rectify })),
  )
  test.each(cases)('$name, relu: $rectify', ({ geometry, rectify }) => {
    for (const draw of [numbers, ties]) {
      const deferred = run(geometry, draw, rectify, leave)
      const eager = run(geometry, draw, rectify, force)
      expectEqual(deferred.out, eager.out)
      expectSame(deferred.gradients, eager.gradients)
      // The map itself, late.
      expectEqual(deferred.activated.data(), eager.activated.data())
      expectEqual(deferred.map.data(), eager.map.data())
    }
  })
})

test.each(Object.entries(DEFERRED))('waits: %s', (_, geometry) => {
  const from = leaves(geometry)
  const map = convolve(from, geometry)
  const activated = torch.relu(map)
  pool(activated, geometry)
  const { window, pool: { stride = window, padding = 0 } = {} } = geometry
  const isPlain = stride === window && padding === 0 && window !== 12
  const isBatch = map.dim() === 4
  expect([waits(map), waits(activated)]).toEqual([isBatch, isBatch && isPlain])
})

test.each(Object.entries(EAGER))('does not wait: %s', (_, geometry) => {
  expect(waits(convolve(leaves(geometry), geometry))).toBe(false)
})

test('nothing is recorded in no_grad, and nothing kept', () => {
  const from = leaves(LEAST)
  const want = run(LEAST, numbers, true, force).out
  const pooled = torch.no_grad(() => pool(torch.relu(convolve(from, LEAST)), LEAST))
  expect(pooled.requires_grad).toBe(false)
  expectEqual(pooled.data(), want)
})

test('special values come through as they do one after the other', () => {
  const withSpecial: Draw = (length, seed) => {
    const values = numbers(length, seed)
    if (seed === 1) values.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0], 5000)
    return values
  }
  const [deferred, eager] = [leave, force].map((settle) => run(LEAST, withSpecial, true, settle))
  expect(deferred.out.some(Number.isNaN)).toBe(true)
  expectEqual(deferred.out, eager.out)
  // Sums in another order may be NaN where these are infinite, but no ordinary number.
  for (const [i, want] of eager.gradients.entries())
    expect(deferred.gradients[i].findIndex(Number.isNaN)).toEqual(want.findIndex(Number.isNaN))
})

describe('the graph', () => {
  /** Everything that hooks and `retain_grad` show on the way. */
  function shown(settle: Settle, observe: (map: Tensor, activated: Tensor, seen: Tensor[]) => void) {
    const from = leaves(LEAST, ties)
    const map = settle(convolve(from, LEAST))
    const activated = settle(torch.relu(map))
    const seen: Tensor[] = []
    observe(map, activated, seen)
    const pooled = pool(activated, LEAST)
    pooled.backward(tensorOf(pooled.shape, 4, ties), { retain_graph: true })
    pooled.backward(tensorOf(pooled.shape, 5, ties))
    expect(() => pooled.backward(tensorOf(pooled.shape, 5))).toThrow('backward through the graph a second')
    return { seen: seen.map((x) => x.data()), gradients: gradientsOf(from), map, activated }
  }

  const observers: Record<string, (map: Tensor, activated: Tensor, seen: Tensor[]) => void> = {
    nothing: () => {},
    'a hook on the map': (map, _, seen) => void map.register_hook((g) => void seen.push(g)),
    'a hook on what relu makes of it': (_, activated, seen) =>
      void activated.register_hook((g) => void seen.push(g)),
    'both hooks, read at once': (map, activated, seen) => {
      for (const x of [map, activated]) x.register_hook((g) => void seen.push(force(g)))
    },
    'a hook that replaces': (_, activated, seen) =>
      void activated.register_hook((g) => {
        seen.push(g)
        return g.mul(2)
      }),
    'a hook that changes in place': (_, activated) => void activated.register_hook((g) => void g.mul_(-3)),
  }
  test.each(Object.entries(observers))('%s', (_, observe) => {
    const [deferred, eager] = [shown(leave, observe), shown(force, observe)]
    for (const [i, want] of eager.seen.entries()) expectEqual(deferred.seen[i], want)
    expectSame(deferred.gradients, eager.gradients)
  })

  test('retain_grad', () => {
    const retain = (map: Tensor, activated: Tensor) => {
      map.retain_grad()
      activated.retain_grad()
    }
    const [deferred, eager] = [shown(leave, retain), shown(force, retain)]
    for (const at of ['map', 'activated'] as const)
      expectEqual(deferred[at].grad?.data() ?? [], eager[at].grad?.data() ?? [])
    expectSame(deferred.gradients, eager.gradients)
  })

  test('a gradient goes to the first of equal maxima, and through relu to none that is not positive', () => {
    const geometry: Geometry = { ...LEAST, weight: [8, 3, 1, 1], convolution: {} }
    for (const [value, seen] of [
      [-1, 0],
      [0, 0],
      [0.5, 1],
    ]) {
      const x = torch.full(geometry.x, value).requires_grad_()
      const from = { x, weight: torch.full(geometry.weight, 1 / 2), bias: null }
      const map = convolve(from as never, geometry)
      const rows: number[][] = []
      const activated = torch.relu(map)
      const look = (g: Tensor) => void rows.push([...g.data().slice(0, 4), ...g.data().slice(64, 66)])
      map.register_hook(look)
      activated.register_hook(look)
      pool(activated, geometry).sum().backward()
      expect(rows).toEqual([
        [1, 0, 1, 0, 0, 0],
        [seen, 0, seen, 0, 0, 0],
      ])
    }
  })
})

test('a map that is asked for twice is computed at once from then on', () => {
  const from = leaves(LEAST, numbers)
  const map = convolve(from, LEAST)
  expect(map.storage.deferred).not.toBeNull()
  const pooled = pool(torch.relu(map), LEAST)
  expect(map.storage.deferred).not.toBeNull()
  map.data()
  expect(convolve(from, LEAST).storage.deferred).toBeNull()
  expectEqual(pool(torch.relu(convolve(from, LEAST)), LEAST).data(), pooled.data())
})
