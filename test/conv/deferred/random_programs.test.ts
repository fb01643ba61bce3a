/** Random programs around maps that wait, against the same with each result computed at once. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import torch from '../../../ts/index.js'
import type { Tensor } from '../../../ts/tensor/tensor.js'
import {
  expectEqual,
  expectSame,
  force,
  LEAST,
  leave,
  pool,
  type Settle,
  tensorOf,
  ties,
  waits,
} from './chain.js'

const { conv2d } = torch.nn.functional

/** Tensors by what they are for: `map` is what convolution makes, `pooled` what pooling leaves of it. */
const SHAPES = {
  image: LEAST.x,
  weight: LEAST.weight,
  bias: [8],
  map: [2, 8, 64, 64],
  pooled: [2, 8, 32, 32],
}
type Kind = keyof typeof SHAPES
const KINDS = Object.keys(SHAPES) as Kind[]
/** Registers of each kind. */
const EACH = 3
type Registers = Record<Kind, Tensor[]>

interface Step {
  name: string
  kind: Kind
  a: number
  b: number
}

/** Steps that make a tensor. */
const makers: Record<string, (at: (kind: Kind, which: number) => Tensor, step: Step) => [Kind, Tensor]> = {
  conv2d: (at, { a, b }) => [
    'map',
    conv2d(at('image', a), at('weight', b), at('bias', a + b), LEAST.convolution),
  ],
  relu: (at, { a }) => ['map', torch.relu(at('map', a))],
  max_pool2d: (at, { a }) => ['pooled', pool(at('map', a), LEAST)],
  chain(at, { a, b }) {
    const map = conv2d(at('image', a), at('weight', b), null, LEAST.convolution)
    return ['pooled', pool(torch.relu(map), LEAST)]
  },
  add: (at, { kind, a, b }) => [kind, at(kind, a).add(at(kind, b))],
  relu_of_any: (at, { kind, a }) => [kind, torch.relu(at(kind, a))],
  view: (at, { kind, a }) => [kind, at(kind, a).reshape(SHAPES[kind])],
  detach: (at, { kind, a }) => [kind, at(kind, a).detach()],
  clone: (at, { kind, a }) => [kind, at(kind, a).clone()],
}

/** Steps that change one. */
const changes: Record<string, (x: Tensor, other: Tensor) => unknown> = {
  mul_: (x) => x.mul_(-0.5),
  add_: (x, other) => x.add_(other),
  copy_: (x, other) => x.copy_(other),
  fill_: (x) => x.narrow(0, 1, 1).fill_(1),
  assign: (x) => {
    x[0] = 2
  },
  assign_no_grad: (x) =>
    torch.no_grad(() => {
      x[0] = -1
    }),
  add_no_grad: (x, other) => torch.no_grad(() => x.add_(other)),
  backward: (x) => x.sum().backward(),
  backward_retained: (x) => x.mul(x).sum().backward(undefined, { retain_graph: true }),
}

const step = fc.record({
  // Makers of what waits come oftener.
  name: fc.constantFrom(
    ...['conv2d', 'conv2d', 'relu', 'relu', 'max_pool2d', 'max_pool2d', 'chain', 'dispose'],
    ...Object.keys(makers),
    ...Object.keys(changes),
  ),
  kind: fc.constantFrom(...KINDS),
  a: fc.nat(EACH - 1),
  b: fc.nat(EACH - 1),
  into: fc.nat(EACH - 1),
})
const program = fc.record({ tracked: fc.boolean(), steps: fc.array(step, { minLength: 5, maxLength: 25 }) })
type Program = typeof program extends fc.Arbitrary<infer P> ? P : never

/** Tensors that waited when a program was over, over all of them. */
let waited = 0

/** All values, gradients and errors after a program. */
function outcome({ tracked, steps }: Program, settle: Settle) {
  const errors: string[] = []
  const registers = {} as Registers
  const leaves: Tensor[] = []
  for (const [i, kind] of KINDS.entries()) {
    registers[kind] = Array.from({ length: EACH }, (_, k) => {
      const leaf = tensorOf(SHAPES[kind], 7 * i + k, ties).requires_grad_(tracked && k > 0)
      leaves.push(leaf)
      return leaf
    })
  }
  const at = (kind: Kind, which: number) => registers[kind][which % EACH]
  for (const { into, ...step } of steps) {
    const { name, kind, a, b } = step
    try {
      if (name in makers) {
        const [made, result] = makers[name](at, step)
        registers[made][into] = settle(result)
      } else if (name in changes) {
        changes[name](at(kind, a), at(kind, b))
      } else if (!tracked) {
        // Backward may do without some of what was disposed.
        at(kind, a).dispose()
      }
    } catch (error) {
      errors.push(`${name}: ${(error as Error).message}`)
    }
  }
  const all = KINDS.flatMap((kind) => registers[kind])
  waited += all.filter(waits).length
  const values = all.map((x) => (x.storage.isDisposed ? new Float32Array() : x.data()))
  const gradients = leaves.map((x) => x.grad?.data() ?? new Float32Array())
  return { errors, values, gradients }
}

test('values, gradients and errors are the same', () => {
  let [errors, gradients] = [0, 0]
  fc.assert(
    fc.property(program, (chosen) => {
      const [deferred, eager] = [leave, force].map((settle) => outcome(chosen, settle))
      expect(deferred.errors).toEqual(eager.errors)
      for (const [i, want] of eager.values.entries()) expectEqual(deferred.values[i], want)
      expectSame(deferred.gradients, eager.gradients)
      errors += eager.errors.length
      gradients += eager.gradients.filter(({ length }) => length > 0).length
    }),
    { numRuns: 150, seed: 1 },
  )
  // Otherwise little was tested.
  expect(Math.min(waited, errors, gradients)).toBeGreaterThan(50)
})
