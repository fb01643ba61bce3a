import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { HeapArray, type Reduction, softMarginLoss, softMarginLossGrad } from '../../ts/loss.js'
import { expectClose } from '../support/close.js'
import { fixture, restore, type Stored } from '../support/fixture.js'
import { expectGradients } from '../support/gradient.js'
import { stream } from '../support/stream.js'

interface LossCase {
  name: string
  input: Stored
  target: Stored
  weight: Stored | null
  reduction: Reduction
  upstream: Stored | null
  output: Stored
  grads: { input: Stored | null; target: Stored | null; weight: Stored | null }
  /** What we give where torch gives NaN: an infinite logit that agrees with its label. */
  expected?: { output: Stored; grads: { input: Stored } }
}

const { cases } = fixture<{ cases: LossCase[] }>('loss/multilabel_soft_margin_loss')

/** As the issue judges: 6e-7 of the size of the whole result, and of each element where nothing cancels. */
const RELATIVE = 6e-7

/**
 * Hard labels leave nothing to cancel in the gradient. A soft one does: σ(x) - y is known to the
 * rounding of the sigmoid, 2^-24 (over the classes).
 */
const gradientTolerance = (target: Stored, want: Stored) => ({
  relative: RELATIVE,
  absolute: target.data.every((y) => y === 0 || y === 1)
    ? 1e-37
    : Math.max(
        ...want.data.map((value) => RELATIVE * Math.abs(Number(value)) || 0),
        2 ** -24 / (want.shape.at(-1) ?? 1),
      ),
})

/** One loss, or one for each row, as an array. */
const listed = (loss: number | Float32Array) => (typeof loss === 'number' ? [loss] : loss)

describe.each(cases)('$name', ({ input, target, weight, reduction, upstream, output, grads, expected }) => {
  const wanted = expected ?? { output, grads }

  test('through the module', () => {
    const x = restore(input, true)
    const y = restore(target, grads.target !== null)
    const w = weight === null ? null : restore(weight, grads.weight !== null)
    const loss = new torch.nn.MultiLabelSoftMarginLoss({ weight: w, reduction }).forward(x, y)
    expect(loss.shape).toEqual(output.shape)
    expectClose(loss.data(), wanted.output.data, { relative: RELATIVE })
    if (wanted.grads.input === null || upstream === null) return
    loss.backward(restore(upstream))
    expectClose(x.grad?.data() ?? [], wanted.grads.input.data, gradientTolerance(target, wanted.grads.input))
    if (grads.target) expectClose(y.grad?.data() ?? [], grads.target.data, { relative: 1e-6, absolute: 1e-6 })
    if (grads.weight)
      expectClose(w?.grad?.data() ?? [], grads.weight.data, { relative: 1e-6, absolute: 1e-6 })
  })

  const classes = input.shape.at(-1) ?? 0
  const isPlain =
    classes > 0 &&
    target.data.length === input.data.length &&
    (weight === null || weight.data.length === classes || weight.data.length === input.data.length)
  // The standalone functions do not broadcast.
  if (!isPlain) return
  test('through softmargin/loss', () => {
    const x = Float32Array.from(input.data, Number)
    const y = Float32Array.from(target.data, Number)
    const options = {
      numClasses: classes,
      reduction,
      weight: weight && Float32Array.from(weight.data, Number),
    }
    const { loss, grad } = softMarginLossGrad(x, y, options)
    expectClose(listed(loss), wanted.output.data, { relative: RELATIVE })
    expectClose(listed(softMarginLoss(x, y, options)), wanted.output.data, { relative: RELATIVE })
    if (wanted.grads.input === null || (upstream?.data.some((up) => up !== 1) ?? true)) return
    expectClose(grad, wanted.grads.input.data, gradientTolerance(target, wanted.grads.input))
  })
})

/** The definition, in float64. */
function reference(x: ArrayLike<number>, y: ArrayLike<number>, w: ArrayLike<number> | null, classes: number) {
  const softplus = (a: number) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)))
  const sigmoid = (a: number) => (a < 0 ? Math.exp(a) / (1 + Math.exp(a)) : 1 / (1 + Math.exp(-a)))
  const weightAt = (i: number) => (w === null ? 1 : w.length === classes ? w[i % classes] : w[i])
  const rows = new Array<number>(x.length / classes).fill(0)
  const gradient = new Array<number>(x.length)
  for (let i = 0; i < x.length; i++) {
    rows[Math.floor(i / classes)] +=
      (weightAt(i) * (y[i] * softplus(-x[i]) + (1 - y[i]) * softplus(x[i]))) / classes
    gradient[i] = (weightAt(i) * (y[i] === 1 ? -sigmoid(-x[i]) : sigmoid(x[i]) - y[i])) / classes
  }
  return { rows, gradient, sum: rows.reduce((a, b) => a + b, 0) }
}

describe('every size from 0 to 17 and odd tails', () => {
  const random = stream(1)
  const sizes = [...Array.from({ length: 18 }, (_, i) => i + 1), 31, 32, 33, 47, 64, 65, 513]
  test.each(sizes)('%i classes', (classes) => {
    for (const rows of [0, 1, 2, 3, 15, 16, 17, 33]) {
      const n = rows * classes
      const x = Float32Array.from({ length: n }, () => (random() - 0.5) * 20)
      const bytes = Uint8Array.from({ length: n }, () => (random() < 0.3 ? 1 : 0))
      const perClass = Float32Array.from({ length: classes }, () => 0.5 + random())
      const perElement = Float32Array.from({ length: n }, () => 0.5 + random())
      for (const weight of [null, perClass, perElement]) {
        const want = reference(x, bytes, weight, classes)
        for (const targets of [bytes, Float32Array.from(bytes)]) {
          const none = softMarginLossGrad(x, targets, { numClasses: classes, weight, reduction: 'none' })
          expectClose(none.loss, want.rows, { relative: RELATIVE })
          expectClose(none.grad, want.gradient, { relative: RELATIVE })
          expectClose(
            softMarginLoss(x, targets, { numClasses: classes, weight, reduction: 'none' }),
            want.rows,
            {
              relative: RELATIVE,
            },
          )
          const sum = softMarginLossGrad(x, targets, { numClasses: classes, weight, reduction: 'sum' })
          expectClose([sum.loss], [want.sum], { relative: RELATIVE })
          expectClose(sum.grad, want.gradient, { relative: RELATIVE })
          const mean = softMarginLossGrad(x, targets, { numClasses: classes, weight })
          expectClose([mean.loss], [want.sum / rows], { relative: RELATIVE })
          expectClose(
            mean.grad,
            want.gradient.map((g) => g / rows),
            { relative: RELATIVE },
          )
        }
      }
    }
  })
})

test('a float32 lane never loses a long sum', () => {
  const n = 4_000_000
  const logits = new HeapArray(n)
  logits.array.fill(0.1)
  const each = Math.log1p(Math.exp(-Math.fround(0.1))) + Math.fround(0.1)
  const loss = softMarginLoss(logits, new Uint8Array(n), { numClasses: 10, reduction: 'sum' })
  expectClose([loss], [(each * n) / 10], { relative: 3e-7 })
  logits.dispose()
})

test('gradient equals central differences, weighted, soft targets, in 3-D', () => {
  torch.manual_seed(3)
  const [x, y, weight] = [torch.randn([2, 3, 5]), torch.rand([2, 3, 5]), torch.rand([5])]
  const loss = (logits: torch.Tensor) =>
    torch.nn.functional.multilabel_soft_margin_loss(logits, y, { weight, reduction: 'sum' })
  expectGradients(loss, [x], { relative: 2e-2, absolute: 2e-3 })
})

test('targets of every dtype give the same', () => {
  const x = torch.tensor([[0.5, -1, 2]])
  const losses = (['float32', 'uint8', 'int32', 'bool'] as const).map((dtype) =>
    torch.nn.functional.multilabel_soft_margin_loss(x, torch.tensor([[1, 0, 1]], { dtype })).item(),
  )
  expect(new Set(losses).size).toBe(1)
})

describe('HeapArray', () => {
  test('is used where it lies and gives what a copy gives', () => {
    const x = Float32Array.of(0.5, -1, 2, 3, -4, 5)
    const y = Uint8Array.of(1, 0, 1, 0, 0, 1)
    const want = softMarginLossGrad(x, y, { numClasses: 3 })
    const grad = new HeapArray(6)
    const got = softMarginLossGrad(new HeapArray(x), y, { numClasses: 3, grad })
    expect(got.loss).toBe(want.loss)
    expect(got.grad).toBe(grad)
    expect([...grad.array]).toEqual([...want.grad])
  })

  test('keeps its elements when memory grows', () => {
    const array = new HeapArray(Float32Array.of(1, 2, 3))
    const before = array.array
    const large = new HeapArray(2 ** 24)
    // Unless several threads share it, as the run on several threads has it.
    if (before.buffer instanceof ArrayBuffer) expect(before.length, 'the old view is detached').toBe(0)
    expect([...array.array]).toEqual([1, 2, 3])
    large.dispose()
  })

  test('after dispose it is refused', () => {
    const array = new HeapArray(3)
    array.dispose()
    array.dispose()
    expect(() => softMarginLoss(array, new Uint8Array(3), { numClasses: 3 })).toThrow('disposed')
    expect(() => array.array).toThrow('disposed')
  })
})
