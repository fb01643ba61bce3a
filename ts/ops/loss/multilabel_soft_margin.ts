/** The multi-label soft margin loss, fused with its gradient. */

import * as calls from '#kernels/calls'
import { IndexError, RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { gradEnabled } from '../../graph/grad_mode.js'
import { kernels } from '../../kernels/instance.js'
import { to } from '../../tensor/convert.js'
import { tensor } from '../../tensor/create.js'
import { checkFloat } from '../../tensor/promotion.js'
import { broadcastShapes, formatShape, MAX_ELEMENTS, type Shape, sameShape } from '../../tensor/shape.js'
import { dense, expandElements } from '../../tensor/strided.js'
import { checkTensor, Tensor } from '../../tensor/tensor.js'
import { add, mul, sub } from '../elementwise/binary.js'
import { logsigmoid, neg } from '../elementwise/math.js'
import { mean, sum } from '../reduce/reduce.js'
import { defineFusedLoss, pointerOrNull, type Reduced } from './fused_loss.js'
import { checkPositives } from './positive_labels.js'
import { checkReduction, type Reduction, reductionCodes } from './reduction.js'

/**
 * Sparse targets in CSR form, as torch.sparse_csr_tensor without its values: 1 at a few labels of each row and 0 elsewhere,
 * so that a million labels need no dense target.
 */
export interface PositiveLabels {
  /** Where each row's labels start in `col_indices`, then the total: rows + 1 elements. */
  crow_indices: Int32Array
  /** The positive labels of all rows, ascending within each. */
  col_indices: Int32Array
}

interface Options extends Reduced {
  /** Whether targets are the two int32 tensors of {@link PositiveLabels}. */
  hasPositives: boolean
}

const classesOf = (shape: Shape) => shape[shape.length - 1]
function rowsOf(shape: Shape): number {
  let rows = 1
  for (let i = 0; i < shape.length - 1; i++) rows *= shape[i]
  // The number of rows without classes may exceed 32 bits.
  return Math.min(rows, MAX_ELEMENTS)
}

/**
 * Inputs are logits, targets (uint8, bool or float32 of the same shape, or positives), and perhaps
 * a float32 weight, for each class or for each logit.
 */
const record = defineFusedLoss<
  Options,
  { logits: Tensor; target: Tensor | undefined; weight: Tensor | undefined }
>({
  name: 'multilabel_soft_margin_loss',
  shape: (logits) => logits.shape.slice(0, -1),
  // Tensors made from positives are private, so they cannot change.
  reads: (inputs, { hasPositives }) => ({
    logits: inputs[0],
    target: hasPositives ? undefined : inputs[1],
    weight: inputs.length > (hasPositives ? 3 : 2) ? inputs[inputs.length - 1] : undefined,
  }),
  run(inputs, out, gradient, { reduction, hasPositives }) {
    const logits = inputs[0]
    const target = inputs[1]
    const columns = hasPositives ? inputs[2] : null
    const last = hasPositives ? 3 : 2
    const weight = inputs.length > last ? inputs[last] : null
    const { shape } = logits
    const rows = rowsOf(shape)
    const classes = classesOf(shape)
    const perClass = weight !== null && weight.dim() === 1
    const weight_rows = perClass ? 1 : rows
    if (columns === null) {
      calls.multilabel_soft_margin(kernels, {
        logits: logits.pointer(),
        targets: target.pointer(),
        targets_are_bytes: target.dtype !== 'float32',
        weight: pointerOrNull(weight),
        weight_rows,
        gradient: pointerOrNull(gradient),
        out: out.pointer(),
        rows,
        classes,
        reduction: reductionCodes[reduction],
      })
    } else {
      calls.multilabel_soft_margin_positives(kernels, {
        logits: logits.pointer(),
        row_starts: target.pointer(),
        columns: columns.pointer(),
        count: columns.numel(),
        weight: pointerOrNull(weight),
        weight_rows,
        gradient: pointerOrNull(gradient),
        out: out.pointer(),
        rows,
        classes,
        reduction: reductionCodes[reduction],
      })
    }
  },
})

/**
 * Binary cross-entropy on raw logits, with the sigmoid inside, averaged over the classes (the last
 * dimension): `-mean_c w_c (y log σ(x) + (1 - y) log σ(-x))`, then reduced over the rows.
 *
 * Accurate at any logit: an infinite one that agrees with its label has loss 0 (NaN in torch).
 * Source: torch.nn.functional.multilabel_soft_margin_loss.
 *
 * @param input logits [..., C]
 * @param target 0/1 or soft, float32, uint8, int32 or bool, broadcast to the shape of `input`; or {@link PositiveLabels}
 *   for a 2-D `input`, which give the same bits as dense targets
 * @param options `weight` broadcast likewise, usually [C]; `reduction` 'mean' by default
 * @returns a 0-d tensor, or shape [...] with reduction 'none'
 * @example multilabel_soft_margin_loss(torch.zeros([2, 3]), torch.ones([2, 3])).item() // 0.6931
 */
export function multilabel_soft_margin_loss(
  input: Tensor,
  target: Tensor | PositiveLabels,
  { weight = null, reduction = 'mean' }: { weight?: Tensor | null; reduction?: Reduction } = {},
): Tensor {
  const op = 'multilabel_soft_margin_loss'
  checkTensor(op, 'input', input)
  checkFloat(op, 'input', input.dtype)
  if (weight !== null) checkTensor(op, 'weight', weight)
  checkReduction(op, reduction)
  if (input.shape.length === 0) {
    throw new IndexError(
      `Dimension specified as -1 but tensor has no dimensions (${op}: input must be [..., C])`,
    )
  }
  if (!(target instanceof Tensor)) {
    if (isPositives(target)) return ofPositives(input, target, weight, reduction)
    checkTensor(op, 'target', target)
  }
  let shape = broadcastShapes(op, target.shape, input.shape, ['target', 'input'])
  if (weight !== null) shape = broadcastShapes(op, shape, weight.shape, ['input and target', 'weight'])

  const differentiable = gradEnabled && (target.requires_grad || weight?.requires_grad)
  if (differentiable || !sameShape(shape, input.shape)) return composed(input, target, weight, reduction)
  const labels = target.dtype === 'int32' ? to(target, 'float32') : target
  const inputs = [input, expandElements(labels, shape)]
  if (weight !== null) inputs.push(weightFor(weight, shape))
  return apply(record, inputs, { reduction, hasPositives: false })
}

export const isPositives = (target: unknown): target is PositiveLabels =>
  typeof target === 'object' && target !== null && !(target instanceof Tensor) && 'crow_indices' in target

function ofPositives(
  input: Tensor,
  { crow_indices, col_indices }: PositiveLabels,
  weight: Tensor | null,
  reduction: Reduction,
): Tensor {
  const op = 'multilabel_soft_margin_loss'
  if (input.dim() !== 2) {
    throw new RuntimeError(
      `${op}: input must be [N, C] for positive labels, but got ${formatShape(input.shape)}`,
    )
  }
  const names = ['crow_indices', 'col_indices'] as const
  checkPositives(op, names, crow_indices, col_indices, input.shape[0], input.shape[1])
  if (weight !== null) {
    const shape = broadcastShapes(op, input.shape, weight.shape, ['input', 'weight'])
    if (!sameShape(shape, input.shape) || (gradEnabled && weight.requires_grad)) {
      throw new RuntimeError(
        `${op}: with positive labels weight must be [C] or [N, C] and require no grad, but got ${formatShape(weight.shape)}`,
      )
    }
  }
  const positives = [tensor(crow_indices), tensor(col_indices)]
  const inputs = [input, ...positives]
  if (weight !== null) inputs.push(weightFor(weight, input.shape))
  const result = apply(record, inputs, { reduction, hasPositives: true })
  for (const part of positives) part.dispose()
  return result
}

/** The weight for the kernel: [C], or the shape of the logits. */
function weightFor(given: Tensor, shape: Shape): Tensor {
  const weight = to(given, 'float32')
  const classes = classesOf(shape)
  const isPerClass = weight.numel() === classes && (weight.shape.at(-1) ?? 1) === classes
  if (isPerClass) return weight.dim() === 1 ? weight : dense(weight).alias([classes])
  if (weight.numel() === 1) return expandElements(weight.alias([1]), [classes])
  const whole = sameShape(weight.shape, shape) ? weight : expandElements(weight, shape)
  return whole.dim() === 1 ? dense(whole).alias([1, classes]) : whole
}

/** torch's own formula, for gradients of target or weight, and for an input that is broadcast. */
function composed(input: Tensor, target: Tensor, weight: Tensor | null, reduction: Reduction): Tensor {
  const labels = to(target, 'float32')
  const likelihood = add(mul(labels, logsigmoid(input)), mul(sub(1, labels), logsigmoid(neg(input))))
  const losses = mul(weight === null ? likelihood : mul(likelihood, weight), -1)
  // As in torch, the class dimension is that of the input, even if the target has more dimensions.
  const dim = input.dim() - 1
  const rows = mul(sum(losses, { dim }), 1 / input.shape[dim])
  if (reduction === 'none') return rows
  return reduction === 'mean' ? mean(rows) : sum(rows)
}
