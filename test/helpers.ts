import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import torch from '../ts/index.js'
import type { DType } from '../ts/tensor/dtype.js'
import type { Tensor } from '../ts/tensor/tensor.js'

/** A tensor in a fixture: flat data, NaN and infinities as strings. */
export interface Stored {
  shape: number[]
  dtype?: string
  data: (number | string | boolean)[]
}

interface OpCase {
  note?: string
  inputs: Stored[]
  options: Record<string, unknown>
  output: Stored
  upstream: Stored | null
  grads: (Stored | null)[] | null
}

export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(`test/${name}.json`, 'utf8')) as T
}

export function restore({ shape, dtype, data }: Stored, requires_grad = false): Tensor {
  const flat = torch
    .tensor(Float32Array.from(data, Number))
    .to((dtype ?? 'float32').replace('int64', 'int32') as DType)
  return flat.reshape(shape).requires_grad_(requires_grad)
}

/** Distance to the next float32. */
export function ulpOf(x: number): number {
  const size = Math.max(Math.abs(x), 2 ** -126)
  return 2 ** (Math.floor(Math.log2(size)) - 23)
}

interface Tolerance {
  /** Relative to each wanted value. */
  relative?: number
  absolute?: number
}

/** Fails with the worst element, its error in units in the last place, and where it is. */
export function expectClose(
  got: ArrayLike<number>,
  want: ArrayLike<number | string | boolean>,
  tolerance: Tolerance = {},
): void {
  const { relative = 1e-6, absolute = 1e-37 } = tolerance
  expect(got.length, 'length').toBe(want.length)
  let worst = { excess: 0, message: '' }
  for (let i = 0; i < got.length; i++) {
    const exact = Number(want[i])
    // Beyond float32 the right answer is infinity.
    const wanted = Number.isFinite(Math.fround(exact)) ? exact : Math.fround(exact)
    if (Object.is(got[i], wanted) || got[i] === wanted) continue
    const error = Math.abs(got[i] - wanted)
    const excess = Number.isFinite(error)
      ? error / (absolute + relative * Math.abs(wanted))
      : Number.POSITIVE_INFINITY
    if (excess > worst.excess) {
      const ulps = (error / ulpOf(wanted)).toFixed(2)
      worst = { excess, message: `[${i}]: got ${got[i]}, want ${wanted}, off by ${error} (${ulps} ulp)` }
    }
  }
  if (worst.excess > 1) expect.fail(`${worst.message}, ${worst.excess.toFixed(2)} times what is allowed`)
}

/** Files of operations' fixtures: one for each generator that fills an OpTable. */
const OP_FILES = ['fixtures/layers', 'loss/losses', 'fixtures/nn_ops', 'fixtures/ops'] as const
type OpFile = (typeof OP_FILES)[number]

/** The operations of each file. */
const opsOf = new Map<OpFile, Record<string, OpCase[]>>(
  OP_FILES.map((file) => [file, fixture<{ ops: Record<string, OpCase[]> }>(file).ops]),
)

/** The cases of every operation, of all files that have some. */
const fixtures = new Map<string, OpCase[]>()
for (const ops of opsOf.values()) {
  for (const [name, cases] of Object.entries(ops)) {
    fixtures.set(name, [...(fixtures.get(name) ?? []), ...cases])
  }
}

/** Names of the operations that have fixtures. */
export const opsWithFixtures: ReadonlySet<string> = new Set(fixtures.keys())

/** Those that {@link checkOp} has run, of this file of tests. */
const checked = new Set<string>()

/** The operations of files of fixtures that this file of tests has not held to them so far. */
export const unchecked = (...files: OpFile[]): string[] =>
  files.flatMap((file) => Object.keys(opsOf.get(file) ?? {})).filter((name) => !checked.has(name))

/** Holds an operation's results and all its gradients to torch's float64, case by case. */
export function checkOp(
  name: string,
  run: (inputs: Tensor[], options: Record<string, never>) => Tensor,
  tolerance: Tolerance = {},
): void {
  const cases = fixtures.get(name) ?? []
  expect(cases.length, `fixtures of ${name}`).toBeGreaterThan(0)
  checked.add(name)
  for (const [i, { inputs, options, output, upstream, grads, note }] of cases.entries()) {
    const where = `${name} case ${i} ${inputs.map(({ shape }) => `[${shape}]`).join(' ')} ${note ?? ''}`
    const tensors = inputs.map((input, k) => restore(input, grads?.[k] != null))
    const result = run(tensors, options as Record<string, never>)
    expect(result.shape, where).toEqual(output.shape)
    if (output.dtype !== undefined) expect(result.dtype, where).toBe(output.dtype)
    inContext(where, () => expectClose(result.data(), output.data, tolerance))
    const isDifferentiable = upstream !== null && (grads?.some((grad) => grad !== null) ?? false)
    expect(result.requires_grad, `${where}: requires_grad`).toBe(isDifferentiable)
    if (upstream === null || grads === null || !isDifferentiable) continue
    result.backward(restore(upstream))
    for (const [k, want] of grads.entries()) {
      if (want === null) continue
      const { grad } = tensors[k]
      expect(grad?.shape, `${where}: shape of gradient ${k}`).toEqual(want.shape)
      inContext(`${where}: gradient ${k}`, () => expectClose(grad?.data() ?? [], want.data, tolerance))
    }
  }
}

function inContext(where: string, check: () => void): void {
  try {
    check()
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`)
  }
}

/** Central differences of `f` at `x`, in float32 arithmetic: good to about 1e-2. */
export function numericGradient(f: (x: Tensor) => Tensor, x: Tensor, step = 1e-2): Float32Array {
  const values = x.data() as Float32Array
  return values.map((value, i) => {
    const at = (shifted: number) => {
      const moved = values.slice()
      moved[i] = shifted
      return f(torch.tensor(moved).reshape(x.shape)).item()
    }
    return (at(value + step) - at(value - step)) / (2 * step)
  })
}

/** The losses of so many steps of training on one batch. */
export function lossCurve(
  steps: number,
  optimizer: { zero_grad(): void; step(): unknown },
  computeLoss: () => Tensor,
): number[] {
  return Array.from({ length: steps }, () => {
    optimizer.zero_grad()
    const loss = computeLoss()
    loss.backward()
    optimizer.step()
    return loss.item()
  })
}

/** A reproducible stream of numbers in [0, 1), independent of what is tested. */
export function stream(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
