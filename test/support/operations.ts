import { describe, expect, test } from 'vitest'
import { Edge } from '../../ts/graph/node.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { expectClose, type Tolerance } from './close.js'
import { fixture, restore, type Stored } from './fixture.js'

interface Case {
  note?: string
  inputs: Stored[]
  options: Record<string, unknown>
  output: Stored
  upstream: Stored | null
  grads: (Stored | null)[] | null
}

/** Runs an operation on the inputs and options of one case. */
type Run = (inputs: Tensor[], options: Record<string, never>) => Tensor

/** Holds the operations of a fixture, all of them, to torch's float64: results and gradients, case by case. */
export function testOperations(name: string, operations: Record<string, Run | [Run, Tolerance]>): void {
  const { ops } = fixture<{ ops: Record<string, Case[]> }>(name)
  describe('operations and their gradients equal torch', () => {
    test.each(Object.entries(operations))('%s', (operation, how) => {
      const [run, tolerance] = typeof how === 'function' ? [how] : how
      expect(ops[operation]?.length, `fixtures of ${operation}`).toBeGreaterThan(0)
      for (const [i, one] of ops[operation].entries()) check(`${operation} case ${i}`, run, one, tolerance)
    })
    test('every fixture is run', () =>
      expect(Object.keys(operations).sort()).toEqual(Object.keys(ops).sort()))
  })
}

function check(name: string, run: Run, one: Case, tolerance: Tolerance = {}): void {
  const { inputs, options, output, upstream, grads, note } = one
  const where = `${name} ${inputs.map(({ shape }) => `[${shape}]`).join(' ')} ${note ?? ''}`
  const tensors = inputs.map((input, k) => restore(input, grads?.[k] != null))
  const result = run(tensors, options as Record<string, never>)
  expect(result.shape, where).toEqual(output.shape)
  if (output.dtype !== undefined) expect(result.dtype, where).toBe(output.dtype)
  inContext(where, () => expectClose(result.data(), output.data, tolerance))
  const isDifferentiable = upstream !== null && (grads?.some((grad) => grad !== null) ?? false)
  expect(result.requires_grad, `${where}: requires_grad`).toBe(isDifferentiable)
  checkOptions(where, result)
  if (upstream === null || grads === null || !isDifferentiable) return
  result.backward(restore(upstream))
  for (const [k, want] of grads.entries()) {
    if (want === null) continue
    const { grad } = tensors[k]
    expect(grad?.shape, `${where}: shape of gradient ${k}`).toEqual(want.shape)
    inContext(`${where}: gradient ${k}`, () => expectClose(grad?.data() ?? [], want.data, tolerance))
  }
}

/** Fails where a recorded operation keeps anything but plain data, and the tensors that it saved: options live as long as the graph. */
function checkOptions(where: string, { edge }: Pick<Tensor, 'edge'>): void {
  if (edge === null) return
  const { options } = edge.node as unknown as { options: unknown }
  expect(isPlain(options), `${where}: options of ${edge.name} are plain data`).toBe(true)
  for (const source of edge.node.edges) if (source instanceof Edge) checkOptions(where, { edge: source })
}

const isPlain = (value: unknown): boolean =>
  typeof value !== 'object' || value === null
    ? typeof value !== 'function'
    : (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) &&
      Object.values(value).every(isPlain)

function inContext(where: string, check: () => void): void {
  try {
    check()
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`)
  }
}
