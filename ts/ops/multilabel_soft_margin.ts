/** The multi-label soft margin loss, fused with its gradient. */
import * as kernels from '#kernels'
import { apply } from '../autograd/apply.js'
import { is_grad_enabled } from '../autograd/grad_mode.js'
import { IndexError } from '../errors.js'
import { checkReduction, type Reduction, reductionCodes } from '../reduction.js'
import { broadcastShapes, numelOf, type Shape, sameShape } from '../tensor/shape.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import { add, mul, sub } from './binary.js'
import { to } from './convert.js'
import { logsigmoid, neg } from './elementwise.js'
import { defineFusedLoss, pointerOrNull, type Reduced } from './fused_loss.js'
import { mean, sum } from './reduce.js'
import { expandElements } from './strided.js'

interface Options extends Reduced {
  /** uint8, bool or float32, of the shape of the logits. */
  target: Tensor
  /** float32, one for each class or one for each logit. */
  weight: Tensor | null
}

const classesOf = (shape: Shape) => shape[shape.length - 1]
const rowsOf = (shape: Shape) => numelOf(shape.slice(0, -1))

const record = defineFusedLoss<Options>({
  name: 'multilabel_soft_margin_loss',
  shape: (logits) => logits.shape.slice(0, -1),
  run([logits], out, gradient, { reduction, target, weight }) {
    const [rows, classes] = [rowsOf(logits.shape), classesOf(logits.shape)]
    const perClass = weight !== null && weight.dim() === 1
    kernels.multilabel_soft_margin(
      logits.pointer(),
      target.pointer(),
      target.dtype !== 'float32',
      pointerOrNull(weight),
      perClass ? 1 : rows,
      pointerOrNull(gradient),
      out.pointer(),
      rows,
      classes,
      reductionCodes[reduction],
    )
  },
})

/**
 * Binary cross-entropy on raw logits, the sigmoid inside, averaged over the classes (the last
 * dimension): `-mean_c w_c (y log σ(x) + (1 - y) log σ(-x))`, then reduced over the rows.
 *
 * Right at any logit: an infinite one that agrees with its label costs 0 (torch gives NaN there).
 * Source: torch.nn.functional.multilabel_soft_margin_loss.
 *
 * @param input logits [..., C]
 * @param target 0/1 or soft, float32, uint8, int32 or bool; broadcast to the shape of `input`
 * @param options `weight` broadcast likewise, usually [C]; `reduction` 'mean' by default
 * @returns a 0-d tensor, or shape [...] with reduction 'none'
 * @example multilabel_soft_margin_loss(torch.zeros([2, 3]), torch.ones([2, 3])).item() // 0.6931
 */
export function multilabel_soft_margin_loss(
  input: Tensor,
  target: Tensor,
  { weight = null, reduction = 'mean' }: { weight?: Tensor | null; reduction?: Reduction } = {},
): Tensor {
  const op = 'multilabel_soft_margin_loss'
  checkTensor(op, 'input', input)
  checkTensor(op, 'target', target)
  if (weight !== null) checkTensor(op, 'weight', weight)
  checkReduction(op, reduction)
  if (input.dim() === 0) {
    throw new IndexError(
      `Dimension specified as -1 but tensor has no dimensions (${op}: input must be [..., C])`,
    )
  }
  let shape = broadcastShapes(op, target.shape, input.shape, ['target', 'input'])
  if (weight !== null) shape = broadcastShapes(op, shape, weight.shape, ['input and target', 'weight'])

  const logits = to(input, 'float32')
  const differentiable = is_grad_enabled() && (target.requires_grad || weight?.requires_grad)
  if (differentiable || !sameShape(shape, input.shape)) return composed(logits, target, weight, reduction)
  const labels = target.dtype === 'int32' ? to(target, 'float32') : target
  return apply(record, [logits], {
    reduction,
    target: expandElements(labels.detach(), shape),
    weight: weight === null ? null : weightFor(to(weight, 'float32').detach(), shape),
  })
}

/** The weight as the kernel takes it: [C], or the whole shape of the logits. */
function weightFor(weight: Tensor, shape: Shape): Tensor {
  const classes = classesOf(shape)
  const isPerClass = weight.numel() === classes && (weight.shape.at(-1) ?? 1) === classes
  if (isPerClass) return weight.alias([classes])
  if (weight.numel() === 1) return expandElements(weight.alias([1]), [classes])
  const whole = expandElements(weight, shape)
  return whole.dim() === 1 ? whole.alias([1, classes]) : whole
}

/** torch's own formula, for gradients towards target or weight, and for an input that is broadcast. */
function composed(input: Tensor, target: Tensor, weight: Tensor | null, reduction: Reduction): Tensor {
  const labels = to(target, 'float32')
  const likelihood = add(mul(labels, logsigmoid(input)), mul(sub(1, labels), logsigmoid(neg(input))))
  const losses = mul(weight === null ? likelihood : mul(likelihood, weight), -1)
  // As torch: the class dimension is counted in the input's rank, even where the target has more.
  const dim = input.dim() - 1
  const rows = mul(sum(losses, { dim }), 1 / input.shape[dim])
  if (reduction === 'none') return rows
  return reduction === 'mean' ? mean(rows) : sum(rows)
}
