import { afterAll, describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { HeapArray, softMarginLossGrad } from '../../ts/loss.js'
import { ulpOf } from '../support/close.js'

/**
 * A sample of all float32 bit patterns, in float64's terms. `crate/src/tests/every_float.rs` takes every
 * one of them natively; this shows that what WebAssembly and the TypeScript above it give is the same.
 */
const STRIDE = 9973
const CHUNK = 65536
const MOST_ULP = 2.5
/** Below 2^-126 results may be flushed to zero. */
const ABSOLUTE = 1e-37

/** The sample, in chunks that share one array. */
function* sample(): Generator<Float32Array<ArrayBuffer>> {
  const total = Math.ceil(2 ** 32 / STRIDE)
  for (let start = 0; start < total; start += CHUNK) {
    const bits = Uint32Array.from({ length: Math.min(CHUNK, total - start) }, (_, i) => (start + i) * STRIDE)
    yield new Float32Array(bits.buffer)
  }
}

/** The worst error of one function. */
class Worst {
  error = 0
  private at = 0

  note(got: number, want: number, at: number): void {
    const rounded = Math.fround(want)
    if (got === rounded || (Number.isNaN(got) && Number.isNaN(rounded))) return
    const distance = Math.abs(got - want)
    const isTiny = Math.abs(want) < 2 ** -126 && distance <= ABSOLUTE
    const error = Number.isFinite(distance) ? distance / ulpOf(want) : Number.POSITIVE_INFINITY
    if (isTiny || error <= this.error) return
    this.error = error
    this.at = at
  }

  toString(): string {
    return `${this.error.toFixed(3)} ulp at ${this.at}`
  }
}

const report: string[] = []
afterAll(() => console.log(`worst errors over every ${STRIDE}th float32\n${report.join('\n')}`))

function judge(name: string, worst: Worst): void {
  report.push(`  ${name.padEnd(16)} ${worst}`)
  expect(worst.error, `${name}: ${worst}`).toBeLessThanOrEqual(MOST_ULP)
}

/** exp(-|x|): what both tails of the logistic function are made of. */
const tail = (x: number) => Math.exp(-Math.abs(x))
const upper = (x: number) => 1 / (1 + tail(x))
const lower = (x: number) => tail(x) / (1 + tail(x))
const sigmoid = (x: number) => (x < 0 ? lower(x) : upper(x))
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(tail(x))

const functions: [string, (x: torch.Tensor) => torch.Tensor, (x: number) => number][] = [
  ['exp', torch.exp, Math.exp],
  ['log', torch.log, Math.log],
  ['sigmoid', torch.sigmoid, sigmoid],
  ['logsigmoid', torch.logsigmoid, (x) => -softplus(-x)],
]

test.each(functions)('%s', (name, run, exact) => {
  const worst = new Worst()
  for (const inputs of sample()) {
    const outputs = run(torch.tensor(inputs)).data()
    for (let i = 0; i < inputs.length; i++) worst.note(outputs[i], exact(inputs[i]), inputs[i])
  }
  judge(name, worst)
})

describe.each([0, 1])('loss of one class labelled %i', (label) => {
  test('and its gradient', () => {
    const [losses, gradients] = [new Worst(), new Worst()]
    for (const inputs of sample()) {
      const targets = new Uint8Array(inputs.length).fill(label)
      const { loss, grad } = softMarginLossGrad(inputs, targets, { numClasses: 1, reduction: 'none' })
      for (let i = 0; i < inputs.length; i++) {
        const x = inputs[i]
        losses.note(loss[i], softplus(label === 1 ? -x : x), x)
        gradients.note(grad[i], label === 1 ? -sigmoid(-x) : sigmoid(x), x)
      }
    }
    judge(`loss, y = ${label}`, losses)
    judge(`gradient, y = ${label}`, gradients)
  })
})

test('float32 targets and a HeapArray give the bits of byte targets', () => {
  const options = { numClasses: 1, reduction: 'none' } as const
  // Bit for bit, but for NaN: WebAssembly leaves open which one an operation gives.
  const isSame = (a: Float32Array, b: Float32Array) =>
    a.length === b.length && a.every((value, i) => Object.is(value, b[i]))
  for (const inputs of sample()) {
    const labels = Uint8Array.from(inputs, (_, i) => i & 1)
    const bytes = softMarginLossGrad(inputs, labels, options)
    const logits = new HeapArray(inputs)
    const floats = softMarginLossGrad(logits, Float32Array.from(labels), options)
    logits.dispose()
    expect(isSame(floats.loss, bytes.loss)).toBe(true)
    expect(isSame(floats.grad, bytes.grad)).toBe(true)
  }
})
