/** Labels that are missing, smoothed, or weigh more: against torch on the known ones alone, and at any logit. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { HeapArray, type Reduction, softMarginLossGrad } from '../../ts/loss.js'
import { expectClose } from '../support/close.js'
import { fixture, restore, type Stored } from '../support/fixture.js'
import { expectGradients } from '../support/gradient.js'

interface Case {
  name: string
  loss: keyof typeof modules
  options: Record<string, number>
  input: Stored
  target: Stored
  weight: Stored | null
  pos_weight: Stored | null
  ignore_index: number | 'NaN' | null
  reduction: Reduction
  output: Stored
  grad: Stored
}

const { nn } = torch
const F = nn.functional
type Loss = (input: torch.Tensor, target: torch.Tensor, options: object) => torch.Tensor
const modules = {
  multilabel_soft_margin_loss: nn.MultiLabelSoftMarginLoss,
  binary_cross_entropy_with_logits: nn.BCEWithLogitsLoss,
  binary_cross_entropy: nn.BCELoss,
  sigmoid_focal_loss: nn.SigmoidFocalLoss,
  asymmetric_loss: nn.AsymmetricLoss,
  soft_margin_loss: nn.SoftMarginLoss,
}

const { cases } = fixture<{ cases: Case[] }>('loss/missing_labels')
// Gradients of soft labels are differences of numbers of size 1.
const tolerance = { relative: 1.2e-6, absolute: 1.5e-7 }

describe.each(cases)('$name, $ignore_index, $reduction', (given) => {
  const { loss, options, reduction, output, grad } = given
  const ignore_index = given.ignore_index === null ? null : Number(given.ignore_index)
  const weights = () => ({
    ...(given.weight && { weight: restore(given.weight) }),
    ...(given.pos_weight && { pos_weight: restore(given.pos_weight) }),
  })
  const [x, y] = [() => restore(given.input, true), () => restore(given.target)]

  test('as a module and as a function', () => {
    const all = { ...options, ...weights(), ignore_index, reduction }
    const Module = modules[loss] as new (options: object) => { forward: Loss }
    for (const run of [
      F[loss] as Loss,
      (a: torch.Tensor, b: torch.Tensor) => new Module(all).forward(a, b, {}),
    ]) {
      const logits = x()
      const result = run(logits, y(), all)
      expectClose(result.data(), output.data, tolerance)
      result.sum().backward()
      expectClose(logits.grad?.data() ?? [], grad.data, tolerance)
      const gradients = logits.grad?.data() ?? []
      const labels = torch.broadcast_tensors(restore(given.target), logits)[0].data()
      labels.forEach((label, i) => {
        const isMissing = Number.isNaN(ignore_index) ? Number.isNaN(label) : label === ignore_index
        if (isMissing) expect(gradients[i]).toBe(0)
      })
    }
  })

  test('with targets of integers and of bytes', () => {
    if (!given.target.data.every((value) => Number.isInteger(value))) return
    const integers = restore(given.target).to('int32')
    const all = { ...options, ...weights(), reduction }
    const run = F[loss] as Loss
    expectClose(run(x(), integers, { ...all, ignore_index }).data(), output.data, tolerance)
    if (loss === 'soft_margin_loss' || ignore_index === null) return
    const bytes = torch.where(integers.eq(ignore_index), 255, integers).to('uint8')
    expectClose(run(x(), bytes, { ...all, ignore_index: 255 }).data(), output.data, tolerance)
  })

  const classes = given.input.shape.at(-1) ?? 1
  const size = given.input.data.length
  const isFlat = ({ data }: Stored) => data.length === classes || data.length === size
  if (loss !== 'multilabel_soft_margin_loss' || given.target.data.length !== size) return
  if (![given.weight, given.pos_weight].every((weight) => weight === null || isFlat(weight))) return
  test('in softmargin/loss', () => {
    const floats = ({ data }: Stored) => Float32Array.from(data, Number)
    const { loss: got, grad: gradient } = softMarginLossGrad(floats(given.input), floats(given.target), {
      numClasses: classes,
      reduction,
      weight: given.weight && floats(given.weight),
      posWeight: given.pos_weight && new HeapArray(floats(given.pos_weight)),
      labelSmoothing: options.label_smoothing ?? 0,
      ignoreIndex: ignore_index,
    })
    expectClose(typeof got === 'number' ? [got] : got, output.data, tolerance)
    expectClose(gradient, grad.data, tolerance)
  })
})

describe('gradients of targets and weights', () => {
  const known = torch.tensor([
    [1, 0, 0.25],
    [0, 1, 0.5],
  ])
  const target = torch.tensor([
    [1, -1, 0.25],
    [-1, 1, 0.5],
  ])
  const input = torch.tensor([
    [0.5, -1, 2],
    [0.3, 0.1, -0.7],
  ])

  test('are those of differences, and 0 where a label is missing', () => {
    const [weight, pos_weight] = [torch.tensor([1, 0.5, 2]), torch.tensor([3, 1, 0.5])]
    for (const reduction of ['none', 'mean', 'sum'] as const) {
      const options = { reduction, ignore_index: -1, label_smoothing: 0.1 }
      const loss = (x: torch.Tensor, w: torch.Tensor, p: torch.Tensor) =>
        F.multilabel_soft_margin_loss(x, target, { ...options, weight: w, pos_weight: p })
      expectGradients(loss, [input, weight, pos_weight])
    }
    for (const loss of [
      F.binary_cross_entropy_with_logits,
      F.asymmetric_loss,
      F.multilabel_soft_margin_loss,
    ]) {
      const [x, y] = [input.clone(), target.clone().requires_grad_()]
      x.select(0, 0).select(0, 1).fill_(Number.NaN)
      loss(x, y, { ignore_index: -1, reduction: 'mean' }).backward()
      const got = y.grad?.tolist() as number[][]
      expect([got[0][1], got[1][0]]).toEqual([0, 0])
      expect(got.flat().every(Number.isFinite)).toBe(true)
      expect(got[0][0]).not.toBe(0)
    }
  })

  test('composed and fused give the same', () => {
    const options = { ignore_index: -1, label_smoothing: 0.2, pos_weight: torch.tensor([3, 1, 0.5]) }
    for (const reduction of ['none', 'mean', 'sum'] as const) {
      const fused = F.multilabel_soft_margin_loss(input, target, { ...options, reduction })
      const leaf = target.clone().requires_grad_()
      const composed = F.multilabel_soft_margin_loss(input, leaf, { ...options, reduction })
      expectClose(composed.detach().data(), fused.data())
    }
  })

  test('what no target equals changes no bit', () => {
    for (const loss of [F.binary_cross_entropy_with_logits, F.asymmetric_loss, F.sigmoid_focal_loss]) {
      for (const reduction of ['none', 'mean', 'sum'] as const) {
        expect(loss(input, known, { ignore_index: -1, reduction }).tolist()).toEqual(
          loss(input, known, { reduction }).tolist(),
        )
      }
    }
  })
})

describe('all labels missing, or none there', () => {
  const losses: Loss[] = Object.keys(modules).map((name) => F[name as keyof typeof modules] as Loss)

  test.each(losses.map((loss) => [loss.name, loss] as const))('%s costs nothing', (_, loss) => {
    for (const shape of [
      [2, 3],
      [0, 3],
      [2, 0],
    ]) {
      const target = torch.full(shape, -5)
      for (const reduction of ['mean', 'sum', 'none'] as const) {
        const x = torch.full(shape, Number.NaN).requires_grad_()
        const result = loss(x, target, { ignore_index: -5, reduction })
        expect(Array.from(result.data()).every((value) => value === 0)).toBe(true)
        result.sum().backward()
        expect(Array.from(x.grad?.data() ?? []).every((value) => value === 0)).toBe(true)
      }
    }
  })

  test('a step on such a batch changes no weight', () => {
    const layer = new nn.Linear(2, 3)
    const before = layer.weight.tolist()
    const optimizer = new torch.optim.SGD(layer.parameters(), { lr: 1 })
    const loss_fn = new nn.MultiLabelSoftMarginLoss({ ignore_index: Number.NaN })
    loss_fn.forward(layer.forward(torch.ones(4, 2)), torch.full([4, 3], Number.NaN)).backward()
    optimizer.step()
    expect(layer.weight.tolist()).toEqual(before)
  })
})

test('lists of positive labels give the bits of dense targets, smoothed and weighted too', () => {
  torch.manual_seed(1)
  const [x, dense] = [torch.randn([3, 300]), torch.rand([3, 300]).gt(0.9)]
  const columns = dense.tolist().map((row) => (row as boolean[]).flatMap((is, i) => (is ? [i] : [])))
  const crow_indices = Int32Array.from([0, ...columns.map((_, i) => columns.slice(0, i + 1).flat().length)])
  const target = { crow_indices, col_indices: Int32Array.from(columns.flat()) }
  for (const pos_weight of [null, torch.rand([300]), torch.rand([3, 300])]) {
    for (const reduction of ['none', 'mean', 'sum'] as const) {
      const options = { pos_weight, label_smoothing: 0.1, reduction, ignore_index: -1 }
      expect(F.multilabel_soft_margin_loss(x, target, options).tolist()).toEqual(
        F.multilabel_soft_margin_loss(x, dense, { ...options, ignore_index: null }).tolist(),
      )
    }
  }
})

test('what cannot be right is a sentence', () => {
  const [x, y] = [torch.zeros(2, 3), torch.zeros(2, 3)]
  const soft = (options: object) => () => F.multilabel_soft_margin_loss(x, y, options)
  expect(soft({ ignore_index: Number.POSITIVE_INFINITY })).toThrow(
    /ignore_index must be a finite number, NaN or null/,
  )
  expect(soft({ ignore_index: '-1' })).toThrow(TypeError)
  expect(soft({ label_smoothing: 1.5 })).toThrow(/label_smoothing must be between 0.0 and 1.0. Got: 1.5/)
  expect(soft({ label_smoothing: Number.NaN })).toThrow(/label_smoothing/)
  expect(soft({ pos_weight: torch.ones(4) })).toThrow(/pos_weight/)
  expect(soft({ posWeight: torch.ones(3) })).toThrow(/did you mean 'pos_weight'/)
  expect(() => new nn.MultiLabelSoftMarginLoss({ label_smoothing: -1 })).toThrow(/label_smoothing/)
  for (const Module of Object.values(modules)) {
    expect(() => new Module({ ignore_index: Number.NEGATIVE_INFINITY })).toThrow(/ignore_index/)
  }
  const half = torch.full([2, 3], 0.5)
  expect(() => F.binary_cross_entropy(half.mul(4), half, { ignore_index: -1 })).toThrow(/input should be/)
  expect(() => F.binary_cross_entropy(half, half.mul(-4), { ignore_index: -1 })).toThrow(/target should be/)
  const given = { numClasses: 3 }
  const [logits, targets] = [new Float32Array(6), new Uint8Array(6)]
  expect(() => softMarginLossGrad(logits, targets, { ...given, labelSmoothing: 2 })).toThrow(/labelSmoothing/)
  expect(() => softMarginLossGrad(logits, targets, { ...given, posWeight: new Float32Array(4) })).toThrow(
    /posWeight/,
  )
  const grad = new HeapArray(6)
  expect(() => softMarginLossGrad(logits, targets, { ...given, posWeight: grad, grad })).toThrow(/operands/)
})
