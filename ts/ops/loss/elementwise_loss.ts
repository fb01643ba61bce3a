/** Losses of single elements, with what they share: sizes, weights, element types, and gradients of targets. */

import type { Kernels } from '#kernels'
import { RuntimeError, ValueError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { kernels } from '../../kernels/instance.js'
import { to } from '../../tensor/convert.js'
import { formatSize } from '../../tensor/format.js'
import { checkFloat } from '../../tensor/promotion.js'
import { broadcastShapes, formatShape, type Shape, sameShape } from '../../tensor/shape.js'
import { expandElements } from '../../tensor/strided.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { defineFusedLoss, type FusedLossOp, pointerOrNull, refuseGradient, scaleRows } from './fused_loss.js'
import { type Reduction, reductionCodes } from './reduction.js'

/** What the kernels of all losses of elements take, by name. */
interface Taken {
  x: number
  targets: number
  targets_are_bytes: boolean
  weight: number
  weight_length: number
  pos_weight: number
  pos_weight_length: number
  gradient: number
  out: number
  length: number
  reduction: number
}

type Call<Own extends string> = (kernels: Kernels, named: Taken & Record<Own, number>) => void

/** `Own` names the numbers that one kernel takes besides. */
interface Options<Own extends string = string> {
  reduction: Reduction
  /** Whether there is a weight, and then one of positives, among the inputs: float32, repeated over the elements. */
  hasWeight: boolean
  hasPosWeight: boolean
  parameters: Readonly<Record<Own, number>>
}

/** What the kernel reads. */
type Operands = {
  readonly input: Tensor
  readonly target: Tensor
  readonly weight: Tensor | undefined
  readonly pos_weight: Tensor | undefined
}

const operandsOf = (
  [input, target, ...weights]: readonly Tensor[],
  { hasWeight, hasPosWeight }: Pick<Options, 'hasWeight' | 'hasPosWeight'>,
): Operands => ({
  input,
  target,
  weight: hasWeight ? weights[0] : undefined,
  pos_weight: hasPosWeight ? weights[weights.length - 1] : undefined,
})

/** A loss of elements. Inputs are the input, targets of its shape, float32 or bytes, then weights. */
export type ElementwiseLoss<Own extends string = string> = FusedLossOp<Options<Own>, Operands>

/**
 * How the target's gradient follows: as the input's opposite; from a loss that is linear in the
 * target, as its value at 1 less its value at 0; or not at all.
 */
type TowardsTarget = 'opposite' | 'linear' | null

export function defineElementwiseLoss<Own extends string = never>(
  name: string,
  call: Call<Own>,
  towardsTarget: TowardsTarget,
): ElementwiseLoss<Own> {
  const run = (
    { input, target, weight, pos_weight }: Operands,
    out: Tensor,
    gradient: Tensor | null,
    { reduction, parameters }: Options<Own>,
  ) => {
    call(kernels, {
      x: input.pointer(),
      targets: target.pointer(),
      targets_are_bytes: target.dtype !== 'float32',
      weight: weight?.pointer() ?? 0,
      weight_length: weight?.numel() ?? 0,
      pos_weight: pos_weight?.pointer() ?? 0,
      pos_weight_length: pos_weight?.numel() ?? 0,
      gradient: pointerOrNull(gradient),
      out: out.pointer(),
      length: input.numel(),
      reduction: reductionCodes[reduction],
      ...parameters,
    })
  }
  const opposite = (gradient: Tensor) => {
    const negated = empty('backward', gradient.shape)
    kernels.neg(gradient.pointer(), negated.pointer(), negated.numel())
    return negated
  }
  /** Losses with every target `label`. */
  const lossesAt = (label: number, read: Operands, options: Options<Own>) => {
    const { input } = read
    const [targets, losses] = [empty('backward', input.shape), empty('backward', input.shape)]
    kernels.fill(targets.pointer(), label, targets.numel())
    run({ ...read, target: targets }, losses, null, { ...options, reduction: 'none' })
    targets.dispose()
    return losses
  }
  const linear = (_gradient: Tensor, upstream: Tensor, read: Operands, options: Options<Own>) => {
    const { input } = read
    const [atOne, atZero] = [lossesAt(1, read, options), lossesAt(0, read, options)]
    const [slope, length] = [empty('backward', input.shape), input.numel()]
    kernels.sub(atOne.pointer(), atZero.pointer(), slope.pointer(), 1, length, length, 1, length, 1)
    atOne.dispose()
    atZero.dispose()
    if (options.reduction === 'mean') kernels.scale_in_place(slope.pointer(), 1 / length, length)
    scaleRows(slope, upstream)
    return slope
  }
  return defineFusedLoss<Options<Own>, Operands>({
    name,
    shape: (input) => input.shape,
    reads: operandsOf,
    run: (inputs, out, gradient, options) => run(operandsOf(inputs, options), out, gradient, options),
    ...(towardsTarget === null ? {} : { towardsTarget: { opposite, linear }[towardsTarget] }),
  })
}

/** Applies a loss to operands of one shape; the weights are those of {@link weightFor}. */
export function elementwiseLoss<Own extends string>(
  loss: ElementwiseLoss<Own>,
  input: Tensor,
  target: Tensor,
  options: {
    reduction: Reduction
    weight?: Tensor | null
    pos_weight?: Tensor | null
    parameters: Readonly<Record<Own, number>>
  },
): Tensor {
  const { reduction, weight = null, pos_weight = null, parameters } = options
  const weights = [weight, pos_weight].filter((given) => given !== null)
  const flags = { hasWeight: weight !== null, hasPosWeight: pos_weight !== null }
  // Beside a floating target, mse_loss promotes its input.
  const logits = loss.name === 'mse_loss' && target.dtype === 'float32' ? to(input, 'float32') : input
  checkFloat(loss.name, 'input', logits.dtype)
  const labels = target.dtype === 'int32' ? to(target, 'float32') : target
  return apply(loss, [logits, labels, ...weights], { reduction, ...flags, parameters })
}

/** Throws, in torch's words, unless input and target are tensors of one size. */
export function checkSameSize(op: string, input: Tensor, target: Tensor): void {
  checkTensor(op, 'input', input)
  checkTensor(op, 'target', target)
  if (sameShape(input.shape, target.shape)) return
  throw new ValueError(
    `Target size (${formatSize(target.shape)}) must be the same as input size (${formatSize(input.shape)})`,
  )
}

/**
 * A weight as the kernel takes it, which repeats it: as it is where its sizes are the last ones of
 * `shape`, else expanded.
 *
 * @throws RuntimeError if it does not broadcast to `shape`, or wants a gradient
 */
export function weightFor(op: string, argument: string, weight: Tensor | null, shape: Shape): Tensor | null {
  if (weight === null) return null
  checkTensor(op, argument, weight)
  refuseGradient(op, argument, weight)
  const together = broadcastShapes(op, shape, weight.shape, ['input', argument])
  if (!sameShape(together, shape)) {
    throw new RuntimeError(
      `output with shape ${formatShape(shape)} doesn't match the broadcast shape ${formatShape(together)} (${op}: of input and ${argument})`,
    )
  }
  const values = to(weight, 'float32').detach()
  const first = weight.shape.findIndex((size) => size !== 1)
  const sizes = first < 0 ? [] : weight.shape.slice(first)
  return sameShape(sizes, shape.slice(shape.length - sizes.length)) ? values : expandElements(values, shape)
}
