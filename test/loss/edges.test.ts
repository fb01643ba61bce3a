/** The losses where inputs are infinite, empty, long, or of another type. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { expectGradients } from '../support/gradient.js'
import { stream } from '../support/stream.js'

const { zeros, tensor, nn } = torch
const {
  asymmetric_loss,
  binary_cross_entropy,
  binary_cross_entropy_with_logits,
  cross_entropy,
  mse_loss,
  multilabel_margin_loss,
  sigmoid_focal_loss,
} = nn.functional

const [INF, NAN] = [Number.POSITIVE_INFINITY, Number.NaN]
type Loss = (input: torch.Tensor, target: torch.Tensor, options?: object) => torch.Tensor

/** Losses of elements, by name. */
const elementwise: Record<string, Loss> = {
  asymmetric_loss,
  binary_cross_entropy,
  binary_cross_entropy_with_logits,
  mse_loss,
  sigmoid_focal_loss,
}

/** Each element's loss and its gradient. */
function each(loss: Loss, x: number[], y: number[], options: object = {}) {
  const input = tensor(x, { requires_grad: true })
  const losses = loss(input, tensor(y), { ...options, reduction: 'none' })
  losses.sum().backward()
  return { loss: [...losses.data()], gradient: [...(input.grad?.data() ?? [])] }
}

describe('an infinite logit that agrees with its label costs nothing, one that does not costs all', () => {
  const x = [INF, INF, -INF, -INF, NAN, NAN]
  const y = [1, 0, 0, 1, 0, 1]
  const room = Math.fround(0.95 ** 4 * -Math.log(0.05))
  // biome-ignore format: a table
  const cases: [string, Loss, object, number[], number[]][] = [
    ['binary_cross_entropy_with_logits', binary_cross_entropy_with_logits, {}, [0, INF, 0, INF], [0, 1, 0, -1]],
    ['with pos_weight', binary_cross_entropy_with_logits, { pos_weight: tensor(3) }, [0, INF, 0, INF], [0, 1, 0, -3]],
    ['sigmoid_focal_loss', sigmoid_focal_loss, {}, [0, INF, 0, INF], [0, 0.75, 0, -0.25]],
    ['of gamma 0', sigmoid_focal_loss, { gamma: 0, alpha: -1 }, [0, INF, 0, INF], [0, 1, 0, -1]],
    ['of gamma 0.5', sigmoid_focal_loss, { gamma: 0.5, alpha: -1 }, [0, INF, 0, INF], [0, 1, 0, -1]],
    // Shifted, a certain mistake about a negative label is a loss of its own, without a slope.
    ['asymmetric_loss', asymmetric_loss, {}, [0, room, 0, INF], [0, 0, 0, -1]],
    ['without a margin', asymmetric_loss, { clip: null }, [0, INF, 0, INF], [0, 1, 0, -1]],
    ['without focus', asymmetric_loss, { gamma_neg: 0, gamma_pos: 0, clip: 0 }, [0, INF, 0, INF], [0, 1, 0, -1]],
    ['mse_loss', mse_loss, {}, [INF, INF, INF, INF], [INF, INF, -INF, -INF]],
  ]
  test.each(cases)('%s', (_name, loss, options, losses, gradients) => {
    const got = each(loss, x, y, options)
    expectClose(got.loss, [...losses, NAN, NAN])
    expectClose(got.gradient, [...gradients, NAN, NAN])
  })

  test('huge logits stay finite, with the gradient of a mistake', () => {
    for (const loss of [binary_cross_entropy_with_logits, sigmoid_focal_loss, asymmetric_loss]) {
      const { loss: losses, gradient } = each(loss, [1e4, -1e4, -3e38, 3e38], [0, 1, 1, 1])
      expect(losses.every(Number.isFinite)).toBe(true)
      expect(gradient.every(Number.isFinite)).toBe(true)
      expect(gradient[1]).toBeLessThan(-0.2)
      expect(gradient[2]).toBe(gradient[1])
    }
    const { loss, gradient } = each(asymmetric_loss, [1e4, -1e4], [0, 1], { clip: 0 })
    expect(loss).toEqual([10000, 10000])
    expect(gradient).toEqual([1, -1])
  })

  test('binary_cross_entropy holds its logarithms above -100', () => {
    const { loss, gradient } = each(binary_cross_entropy, [0, 1, 0, 1], [1, 0, 0, 1])
    expectClose(loss, [100, 100, 0, 0])
    expectClose(gradient, [-1e12, 1e12, 0, 0])
    const target = tensor([1, 0], { requires_grad: true })
    binary_cross_entropy(tensor([0, 1]), target, { reduction: 'sum' }).backward()
    // Of what is computed; torch takes the logarithms as they are, and gives infinities.
    expectClose(target.grad?.data() ?? [], [100, -100])
  })
})

test('a parabola without bounds, or narrower than a float32, gives numbers', () => {
  const { huber_loss, smooth_l1_loss } = nn.functional
  const zero = tensor([0, 0, 0])
  // What torch gives.
  for (const delta of [INF, 1e300]) {
    const { loss, gradient } = each(huber_loss, [0, 0.5, -3, INF, NAN], [0, 0, 0, 0, 0], { delta })
    expect(loss).toEqual([0, 0.125, 4.5, INF, NAN])
    expect(gradient).toEqual([0, 0.5, -3, INF, NAN])
  }
  for (const [loss, options] of [
    [smooth_l1_loss, { beta: 1e-40 }],
    [smooth_l1_loss, { beta: 1e-300 }],
    [smooth_l1_loss, { beta: INF }],
    [huber_loss, { delta: 1e-46 }],
  ] as [Loss, object][]) {
    expect(loss(zero, zero, options).item()).toBe(0)
    expect(each(loss, [0, NAN], [0, 0], options).gradient).toEqual([0, NAN])
  }
  expect(each(smooth_l1_loss, [0.5, -3], [0, 0], { beta: 1e-40 })).toEqual({
    loss: [0.5, 3],
    gradient: [1, -1],
  })
})

describe('cross_entropy of rows that are sure', () => {
  const rows = (logits: number[][], target: number[] | number[][], options: object = {}) => {
    const input = tensor(logits, { requires_grad: true })
    const losses = cross_entropy(input, tensor(target), { ...options, reduction: 'none' })
    losses.sum().backward()
    return { loss: [...losses.data()], gradient: [...(input.grad?.data() ?? [])] }
  }
  const rest = 2 * Math.exp(-30)

  test('keeps all digits of a small loss and its gradient', () => {
    const { loss, gradient } = rows([[30, 0, 0]], [0])
    expectClose(loss, [Math.log1p(rest)])
    const other = rest / 2 / (1 + rest)
    expectClose(gradient, [-2 * other, other, other])
    const soft = rows([[30, 0, 0]], [[1, 0, 0]])
    expectClose(soft.loss, [Math.log1p(rest)])
    expectClose(soft.gradient, [-2 * other, other, other])
  })

  test('classes masked with -inf cost nothing, and an infinite logit has all the probability', () => {
    expect(rows([[0, -INF, -INF]], [0])).toEqual({ loss: [0], gradient: [0, 0, 0] })
    expectClose(rows([[0, -INF, 0]], [[1, 0, 0]]).loss, [Math.LN2])
    expect(rows([[INF, 1, 2]], [0])).toEqual({ loss: [0], gradient: [0, 0, 0] })
    expect(rows([[INF, 1, 2]], [1])).toEqual({ loss: [INF], gradient: [1, -1, 0] })
    expect(rows([[-INF, 1, 1]], [0])).toEqual({ loss: [INF], gradient: [-1, 0.5, 0.5] })
    expect(rows([[1e4, -1e4, 0]], [1])).toEqual({ loss: [20000], gradient: [1, -1, 0] })
  })

  test.each([[[NAN, 0, 0]], [[0, 0, NAN]], [[NAN, NAN, NAN]], [[-INF, -INF, -INF]], [[INF, INF, 0]]])(
    '%s is NaN',
    (logits) => expect(rows([logits], [0]).loss).toEqual([NAN]),
  )

  test('at any size', () => {
    const random = stream(5)
    for (const classes of [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 255, 257, 1000]) {
      const x = Float32Array.from({ length: classes }, () => (random() - 0.5) * 20)
      const target = Math.floor(random() * classes)
      const highest = Math.max(...x)
      const exponentials = [...x].map((value) => Math.exp(value - highest))
      const total = exponentials.reduce((a, b) => a + b)
      const { loss, gradient } = rows([[...x]], [target])
      expectClose(loss, [highest - x[target] + Math.log(total)], { relative: 6e-7, absolute: 1e-15 })
      const wanted = exponentials.map((e, i) => (i === target ? (e - total) / total : e / total))
      expectClose(gradient, wanted, { relative: 6e-7, absolute: 1e-15 })
    }
  })
})

describe('every size, tail and type', () => {
  const random = stream(9)
  const sizes = [...Array.from({ length: 18 }, (_, i) => i), 31, 33, 127, 511, 512, 513, 1025]
  test.each(Object.entries(elementwise))('%s', (name, loss) => {
    for (const n of sizes) {
      const x = Float32Array.from({ length: n }, () => random() * 0.98 + 0.01)
      const labels = Uint8Array.from({ length: n }, () => (random() < 0.3 ? 1 : 0))
      const losses = Float64Array.from(x, (_, i) => {
        const alone = loss(tensor(x.slice(i, i + 1)), tensor(labels.slice(i, i + 1)), { reduction: 'none' })
        return alone.item()
      })
      const total = losses.reduce((a, b) => a + b, 0)
      for (const targets of [tensor(labels), tensor(labels).to('bool'), tensor(Float32Array.from(labels))]) {
        const input = tensor(x, { requires_grad: true })
        const none = loss(input, targets, { reduction: 'none' })
        expectClose(none.data(), losses, { relative: 0, absolute: 0 })
        none.sum().backward()
        const mean = loss(input, targets, { reduction: 'mean' })
        expectClose([mean.item()], [total / n], { relative: 2e-7 })
        const slopes = [...(input.grad?.data() ?? [])]
        input.grad = null
        mean.backward()
        const wanted = slopes.map((slope) => slope / n)
        expectClose(input.grad === null ? [] : (input.grad as torch.Tensor).data(), wanted, {
          relative: 2e-7,
        })
        expectClose([loss(input, targets, { reduction: 'sum' }).item()], [total], { relative: 2e-7 })
      }
    }
    expect(name).toBe(loss.name)
  })

  test('a long sum loses nothing', () => {
    const n = 1_000_003
    const loss = binary_cross_entropy_with_logits(torch.full([n], 0.1), zeros([n]), { reduction: 'sum' })
    const each = Math.log1p(Math.exp(Math.fround(0.1)))
    expectClose([loss.item()], [each * n], { relative: 3e-7 })
  })

  test('of nothing the mean is NaN and the sum 0', () => {
    const nothing = zeros([0, 3])
    const empty: Record<string, Loss> = { ...elementwise, multilabel_margin_loss, cross_entropy }
    for (const [name, loss] of Object.entries(empty)) {
      const input = zeros([0, 3], { requires_grad: true })
      const mean = loss(input, nothing, { reduction: 'mean' })
      expect(mean.item(), name).toBeNaN()
      mean.backward()
      expect(input.grad?.shape, name).toEqual([0, 3])
      expect(loss(nothing, nothing, { reduction: 'sum' }).item(), name).toBe(0)
      const shape = name in elementwise ? [0, 3] : [0]
      expect(loss(nothing, nothing, { reduction: 'none' }).shape, name).toEqual(shape)
    }
    expect(cross_entropy(zeros([2, 0]), zeros([2, 0]), { reduction: 'none' }).tolist()).toEqual([0, 0])
    expect(cross_entropy(zeros([2, 0]), zeros([2, 0])).item()).toBeNaN()
  })
})

describe('gradients', () => {
  const near = { relative: 2e-2, absolute: 2e-3 }
  const labels = tensor([
    [1, 0, 1, 0, 0],
    [0, 1, 0, 0, 1],
    [1, 1, 0, 1, 0],
  ])
  const weight = tensor([0.5, 1, 2, 1, 3])
  const byRow: Record<string, (x: torch.Tensor) => torch.Tensor> = {
    multilabel_margin_loss: (x) =>
      multilabel_margin_loss(
        x,
        tensor([
          [0, 2, -1, 0, 0],
          [1, 4, 1, -1, 0],
          [-1, 0, 0, 0, 0],
        ]),
      ),
    cross_entropy: (x) => cross_entropy(x, tensor([2, 0, -100]), { weight, label_smoothing: 0.2 }),
    'cross_entropy of probabilities': (x) => cross_entropy(x, labels.mul(0.4), { weight }),
    'cross_entropy in 3-D': (x) => cross_entropy(x.reshape([1, 3, 5]), tensor([[0, 1, 2, 2, 1]])),
  }
  const functions = {
    ...byRow,
    ...Object.fromEntries(
      Object.entries(elementwise).map(([name, loss]) => [
        name,
        (x: torch.Tensor) => loss(name === 'binary_cross_entropy' ? x.mul(0.2).add(0.5) : x, labels),
      ]),
    ),
  }
  test.each(Object.entries(functions))('%s: central differences', (_name, loss) => {
    torch.manual_seed(4)
    expectGradients((x) => loss(x).mean(), [torch.randn([3, 5])], near)
  })

  test.each(['asymmetric_loss', 'binary_cross_entropy', 'binary_cross_entropy_with_logits', 'mse_loss'])(
    '%s: towards a soft target, central differences',
    (name) => {
      torch.manual_seed(5)
      const [x, y] = [torch.rand([3, 5]), torch.rand([3, 5])]
      const loss = (target: torch.Tensor) => elementwise[name](x, target, { reduction: 'sum' }).mul(3)
      expectGradients((target) => loss(target.mul(0.9).add(0.05)), [y], near)
    },
  )

  test('may be asked for twice, with any upstream value', () => {
    const x = tensor([0.5, -1, 2], { requires_grad: true })
    const loss = binary_cross_entropy_with_logits(x, tensor([1, 0, 1]), { reduction: 'sum' })
    loss.backward(tensor(2), { retain_graph: true })
    const once = [...(x.grad?.data() ?? [])]
    loss.backward(tensor(2))
    expect([...(x.grad?.data() ?? [])]).toEqual(once.map((value) => 2 * value))
  })

  test('an input changed in place after the loss is noticed where the target needs it', () => {
    const [x, y] = [tensor([0.5, -1]), tensor([0.5, 0.5], { requires_grad: true })]
    const loss = binary_cross_entropy_with_logits(x, y)
    x.add_(1)
    expect(() => loss.backward()).toThrow('has been modified by an inplace operation')
  })
})

describe('modules', () => {
  const logits = () => tensor([[0.5, -1, 2]], { requires_grad: true })
  const target = tensor([[1, 0, 1]])
  const weight = tensor([1, 2, 3])
  // biome-ignore format: a table
  const modules: [torch.nn.Module & { forward(x: torch.Tensor, y: torch.Tensor): torch.Tensor }, torch.Tensor, string[]][] = [
    [new nn.BCEWithLogitsLoss({ weight, pos_weight: weight }), binary_cross_entropy_with_logits(logits(), target, { weight, pos_weight: weight }), ['weight', 'pos_weight']],
    [new nn.BCEWithLogitsLoss(), binary_cross_entropy_with_logits(logits(), target), []],
    [new nn.MultiLabelMarginLoss({ reduction: 'sum' }), multilabel_margin_loss(logits(), target, { reduction: 'sum' }), []],
    [new nn.CrossEntropyLoss({ weight, label_smoothing: 0.1 }), cross_entropy(logits(), target, { weight, label_smoothing: 0.1 }), ['weight']],
    [new nn.MSELoss(), mse_loss(logits(), target), []],
    [new nn.SigmoidFocalLoss({ gamma: 1 }), sigmoid_focal_loss(logits(), target, { gamma: 1, reduction: 'mean' }), []],
    [new nn.AsymmetricLoss({ clip: null }), asymmetric_loss(logits(), target, { clip: null }), []],
  ]
  test.each(modules)('%s', (module, want, state) => {
    const x = logits()
    const loss = module.forward(x, target)
    expect(loss.tolist()).toBe(want.tolist())
    loss.backward()
    expect(x.grad?.shape).toEqual([1, 3])
    expect(Object.keys(module.state_dict())).toEqual(state)
    expect(String(module)).toBe(`${module.constructor.name}()`)
  })

  test('BCELoss', () => {
    const loss = new nn.BCELoss({ weight: tensor([2]) })
    expect(loss.forward(tensor([[0.5]]), tensor([[1]])).item()).toBeCloseTo(2 * Math.LN2, 6)
    expect(Object.keys(loss.state_dict())).toEqual(['weight'])
  })
})

test('class indices of every type', () => {
  const x = tensor([
    [1, 2, 3],
    [0, 1, -1],
  ])
  const wanted = cross_entropy(x, tensor(Int32Array.of(2, 0))).item()
  expect(cross_entropy(x, tensor([2, 0])).item()).toBe(wanted)
  expect(cross_entropy(x, tensor(Uint8Array.of(2, 0))).item()).toBe(wanted)
  expect(cross_entropy(tensor([1, 2, 3]), tensor(2), { reduction: 'none' }).shape).toEqual([])
})
