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
import { add, div, eq, mul, ne, sub } from '../elementwise/binary.js'
import { logsigmoid, neg } from '../elementwise/math.js'
import { where } from '../elementwise/where.js'
import { mean, sum } from '../reduce/reduce.js'
import { expand } from '../shape/expand.js'
import { defineFusedLoss, pointerOrNull, type Reduced } from './fused_loss.js'
import { checkLabelSmoothing, ignoredBy, NONE_IGNORED } from './label_options.js'
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

/** Options of the multi-label soft margin loss; all but `weight` and `reduction` are not torch's. */
export interface MultiLabelSoftMarginOptions {
  /** Multiplies the losses; broadcast to the shape of the input, usually [C]. */
  weight?: Tensor | null
  /** 'mean' over the rows, by default, 'sum' of them, or 'none': one loss for each. */
  reduction?: Reduction
  /** Multiplies the cost of positive labels, as in BCEWithLogitsLoss; broadcast to the shape of the input, usually [C]. */
  pos_weight?: Tensor | null
  /**
   * ε from 0, by default, to 1: a label y becomes `y (1 - ε) + ε / 2`, as in Keras' BinaryCrossentropy and, for two classes, in
   * torch's CrossEntropyLoss.
   */
  label_smoothing?: number
  /**
   * Targets with this value, such as -1 or NaN, are missing: a row's loss is the mean over its known labels, and rows without
   * any cost nothing and do not count in 'mean'. Of {@link PositiveLabels} none is missing.
   */
  ignore_index?: number | null
}

interface Options extends Reduced {
  /** Whether targets are the two int32 tensors of {@link PositiveLabels}. */
  hasPositives: boolean
  /** Whether the last input is the weight of positive labels. */
  hasPosWeight: boolean
  smoothing: number
  /** From {@link ignoredBy}. */
  ignored: number
}

type Adjusted = Omit<Options, 'hasPositives'>

const classesOf = (shape: Shape) => shape[shape.length - 1]
function rowsOf(shape: Shape): number {
  let rows = 1
  for (let i = 0; i < shape.length - 1; i++) rows *= shape[i]
  // The number of rows without classes may exceed 32 bits.
  return Math.min(rows, MAX_ELEMENTS)
}

/**
 * Inputs are logits, targets (uint8, bool or float32 of the same shape, or positives), and perhaps
 * a float32 weight and one of positive labels, for each class or for each logit.
 */
const record = defineFusedLoss<
  Options,
  Record<'logits' | 'target' | 'weight' | 'pos_weight', Tensor | undefined>
>({
  name: 'multilabel_soft_margin_loss',
  shape: (logits) => logits.shape.slice(0, -1),
  // Tensors made from positives are private, so they cannot change.
  reads: (inputs, options) => ({
    logits: inputs[0],
    target: options.hasPositives ? undefined : inputs[1],
    ...weightsOf(inputs, options),
  }),
  run(inputs, out, gradient, options) {
    const { reduction, hasPositives, smoothing, ignored } = options
    const logits = inputs[0]
    const target = inputs[1]
    const columns = hasPositives ? inputs[2] : null
    const { weight, pos_weight } = weightsOf(inputs, options)
    const { shape } = logits
    const rows = rowsOf(shape)
    const classes = classesOf(shape)
    const rowsOfWeight = (weight: Tensor | undefined) => (weight?.dim() === 1 ? 1 : rows)
    const operands = {
      logits: logits.pointer(),
      weight: weight?.pointer() ?? 0,
      weight_rows: rowsOfWeight(weight),
      gradient: pointerOrNull(gradient),
      out: out.pointer(),
      rows,
      classes,
      reduction: reductionCodes[reduction],
      pos_weight: pos_weight?.pointer() ?? 0,
      pos_weight_rows: rowsOfWeight(pos_weight),
      smoothing,
    }
    if (columns === null) {
      calls.multilabel_soft_margin(kernels, {
        ...operands,
        targets: target.pointer(),
        targets_are_bytes: target.dtype !== 'float32',
        ignored,
      })
    } else {
      calls.multilabel_soft_margin_positives(kernels, {
        ...operands,
        row_starts: target.pointer(),
        columns: columns.pointer(),
        count: columns.numel(),
      })
    }
  },
})

function weightsOf(inputs: readonly Tensor[], { hasPositives, hasPosWeight }: Options) {
  const pos_weight = hasPosWeight ? inputs[inputs.length - 1] : undefined
  const weight: Tensor | undefined = inputs[hasPositives ? 3 : 2]
  return { weight: weight === pos_weight ? undefined : weight, pos_weight }
}

/**
 * Binary cross-entropy on raw logits, with the sigmoid inside, averaged over the classes (the last
 * dimension): `-mean_c w_c (p_c y log σ(x) + (1 - y) log σ(-x))` with weight w and pos_weight p, then reduced over the rows.
 *
 * Accurate at any logit: an infinite one that agrees with its label has loss 0 (NaN in torch). The gradient of a missing label is
 * 0 at any logit, NaN too.
 * Source: torch.nn.functional.multilabel_soft_margin_loss, which has only `weight` and `reduction`.
 *
 * @param input logits [..., C]
 * @param target 0/1 or soft, float32, uint8, int32 or bool, broadcast to the shape of `input`; or {@link PositiveLabels}
 *   for a 2-D `input`, which give the same bits as dense targets
 * @returns a 0-d tensor, or shape [...] with reduction 'none'
 * @example multilabel_soft_margin_loss(torch.zeros([2, 3]), torch.ones([2, 3])).item() // 0.6931
 */
export function multilabel_soft_margin_loss(
  input: Tensor,
  target: Tensor | PositiveLabels,
  {
    weight = null,
    reduction = 'mean',
    pos_weight = null,
    label_smoothing = 0,
    ignore_index = null,
  }: MultiLabelSoftMarginOptions = {},
): Tensor {
  const op = 'multilabel_soft_margin_loss'
  checkTensor(op, 'input', input)
  checkFloat(op, 'input', input.dtype)
  if (weight !== null) checkTensor(op, 'weight', weight)
  if (pos_weight !== null) checkTensor(op, 'pos_weight', pos_weight)
  checkReduction(op, reduction)
  checkLabelSmoothing(op, label_smoothing)
  const adjusted = {
    reduction,
    smoothing: label_smoothing,
    ignored: ignoredBy(op, ignore_index),
    hasPosWeight: pos_weight !== null,
  }
  if (input.shape.length === 0) {
    throw new IndexError(
      `Dimension specified as -1 but tensor has no dimensions (${op}: input must be [..., C])`,
    )
  }
  if (!(target instanceof Tensor)) {
    if (isPositives(target)) return ofPositives(input, target, weight, pos_weight, adjusted)
    checkTensor(op, 'target', target)
  }
  let shape = broadcastShapes(op, target.shape, input.shape, ['target', 'input'])
  if (weight !== null) shape = broadcastShapes(op, shape, weight.shape, ['input and target', 'weight'])
  if (pos_weight !== null) {
    shape = broadcastShapes(op, shape, pos_weight.shape, ['input and target', 'pos_weight'])
  }

  const differentiable =
    gradEnabled && (target.requires_grad || weight?.requires_grad || pos_weight?.requires_grad)
  if (differentiable || !sameShape(shape, input.shape)) {
    return composed(input, target, weight, pos_weight, adjusted)
  }
  const labels = target.dtype === 'int32' ? to(target, 'float32') : target
  const inputs = [input, expandElements(labels, shape)]
  for (const given of [weight, pos_weight]) if (given !== null) inputs.push(weightFor(given, shape))
  return apply(record, inputs, { ...adjusted, hasPositives: false })
}

export const isPositives = (target: unknown): target is PositiveLabels =>
  typeof target === 'object' && target !== null && !(target instanceof Tensor) && 'crow_indices' in target

function ofPositives(
  input: Tensor,
  { crow_indices, col_indices }: PositiveLabels,
  weight: Tensor | null,
  pos_weight: Tensor | null,
  adjusted: Adjusted,
): Tensor {
  const op = 'multilabel_soft_margin_loss'
  if (input.dim() !== 2) {
    throw new RuntimeError(
      `${op}: input must be [N, C] for positive labels, but got ${formatShape(input.shape)}`,
    )
  }
  const names = ['crow_indices', 'col_indices'] as const
  checkPositives(op, names, crow_indices, col_indices, input.shape[0], input.shape[1])
  for (const [name, given] of Object.entries({ weight, pos_weight })) {
    if (given === null) continue
    const shape = broadcastShapes(op, input.shape, given.shape, ['input', name])
    if (!sameShape(shape, input.shape) || (gradEnabled && given.requires_grad)) {
      throw new RuntimeError(
        `${op}: with positive labels ${name} must be [C] or [N, C] and require no grad, but got ${formatShape(given.shape)}`,
      )
    }
  }
  const positives = [tensor(crow_indices), tensor(col_indices)]
  const inputs = [input, ...positives]
  for (const given of [weight, pos_weight]) if (given !== null) inputs.push(weightFor(given, input.shape))
  const result = apply(record, inputs, { ...adjusted, hasPositives: true })
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
function composed(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  pos_weight: Tensor | null,
  { reduction, smoothing, ignored }: Adjusted,
): Tensor {
  const given = to(target, 'float32')
  // Comparisons have no gradient. Only NaN differs from itself.
  const known =
    ignored === NONE_IGNORED ? null : Number.isNaN(ignored) ? eq(given, given) : ne(given, ignored)
  // Missing ones are replaced: what multiplies a gradient of 0 must be finite.
  const [x, y] = [input, given].map((all) => (known === null ? all : where(known, all, 0)))
  const smoothed = (labels: Tensor) =>
    smoothing === 0 ? labels : add(mul(labels, 1 - smoothing), smoothing / 2)
  const positive = pos_weight === null ? smoothed(y) : mul(smoothed(y), pos_weight)
  const likelihood = add(mul(positive, logsigmoid(x)), mul(smoothed(sub(1, y)), logsigmoid(neg(x))))
  const losses = mul(weight === null ? likelihood : mul(likelihood, weight), -1)
  // As in torch, the class dimension is that of the input, even if the target has more dimensions.
  const dim = input.dim() - 1
  if (known !== null) {
    const counts = sum(to(expand(known, losses.shape), 'float32'), { dim })
    const isCounted = ne(counts, 0)
    const rows = div(sum(where(known, losses, 0), { dim }), where(isCounted, counts, 1))
    if (reduction === 'none') return rows
    return reduction === 'sum' ? sum(rows) : div(sum(rows), Math.max(1, sum(isCounted).item()))
  }
  const rows = mul(sum(losses, { dim }), 1 / input.shape[dim])
  if (reduction === 'none') return rows
  return reduction === 'mean' ? mean(rows) : sum(rows)
}
