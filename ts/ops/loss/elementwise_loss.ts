/** Shared parts of elementwise losses: sizes, weights, element types, and gradients of targets. */

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
import { NONE_IGNORED } from './label_options.js'
import { type Reduction, reductionCodes } from './reduction.js'

/** Arguments of the kernels of all elementwise losses, by name. */
interface Taken {
  x: number
  targets: number
  targets_are_bytes: boolean
  weight: number
  weight_length: number
  pos_weight: number
  pos_weight_length: number
  ignored: number
  gradient: number
  out: number
  length: number
  reduction: number
}

type Call<Own extends string> = (kernels: Kernels, named: Taken & Record<Own, number>) => void

/** `Own` names the additional parameters of one kernel. */
interface Options<Own extends string = string> {
  reduction: Reduction
  /** Whether the inputs include a weight, and a weight of positives: float32, repeated over the elements. */
  hasWeight: boolean
  hasPosWeight: boolean
  /** The value of targets that cost nothing. */
  ignored: number
  parameters: Readonly<Record<Own, number>>
}

/** The operands of the kernel. */
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

/** An elementwise loss. Inputs are the input, targets of its shape (float32 or bytes), then weights. */
export type ElementwiseLoss<Own extends string = string> = FusedLossOp<Options<Own>, Operands>

/**
 * How to compute the target's gradient: as the negative of the input's; for a loss that is linear in the
 * target, as its value at 1 minus its value at 0; or null if it has none.
 */
type TargetGradient = 'opposite' | 'linear' | null

export function defineElementwiseLoss<Own extends string = never>(
  name: string,
  call: Call<Own>,
  targetGradient: TargetGradient,
): ElementwiseLoss<Own> {
  const run = (
    { input, target, weight, pos_weight }: Operands,
    out: Tensor,
    gradient: Tensor | null,
    { reduction, ignored, parameters }: Options<Own>,
  ) => {
    call(kernels, {
      x: input.pointer(),
      targets: target.pointer(),
      targets_are_bytes: target.dtype !== 'float32',
      weight: weight?.pointer() ?? 0,
      weight_length: weight?.numel() ?? 0,
      pos_weight: pos_weight?.pointer() ?? 0,
      pos_weight_length: pos_weight?.numel() ?? 0,
      ignored,
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
  /** The losses if every target were `label`. */
  const lossesAt = (label: number, read: Operands, options: Options<Own>) => {
    const { input } = read
    const [targets, losses] = [empty('backward', input.shape), empty('backward', input.shape)]
    kernels.fill(targets.pointer(), label, targets.numel())
    run({ ...read, target: targets }, losses, null, {
      ...options,
      reduction: 'none',
      ignored: NONE_IGNORED,
    })
    targets.dispose()
    return losses
  }
  const linear = (_gradient: Tensor, upstream: Tensor, read: Operands, options: Options<Own>) => {
    const { input, target } = read
    const { reduction, ignored } = options
    const [atOne, atZero] = [lossesAt(1, read, options), lossesAt(0, read, options)]
    const [slope, length] = [empty('backward', input.shape), input.numel()]
    kernels.sub(atOne.pointer(), atZero.pointer(), slope.pointer(), 1, length, length, 1, length, 1)
    atOne.dispose()
    atZero.dispose()
    const areBytes = target.dtype !== 'float32'
    const known =
      ignored === NONE_IGNORED
        ? length
        : kernels.known_labels_keep(slope.pointer(), target.pointer(), areBytes, ignored, length)
    if (reduction === 'mean') kernels.scale_in_place(slope.pointer(), 1 / Math.max(known, 1), length)
    scaleRows(slope, upstream)
    return slope
  }
  return defineFusedLoss<Options<Own>, Operands>({
    name,
    shape: (input) => input.shape,
    reads: operandsOf,
    run: (inputs, out, gradient, options) => run(operandsOf(inputs, options), out, gradient, options),
    ...(targetGradient === null ? {} : { targetGradient: { opposite, linear }[targetGradient] }),
  })
}

/** Applies a loss to operands of the same shape; the weights come from {@link weightFor}. */
export function elementwiseLoss<Own extends string>(
  loss: ElementwiseLoss<Own>,
  input: Tensor,
  target: Tensor,
  options: {
    reduction: Reduction
    weight?: Tensor | null
    pos_weight?: Tensor | null
    /** From {@link ignoredBy}. */
    ignored?: number
    parameters: Readonly<Record<Own, number>>
  },
): Tensor {
  const { reduction, weight = null, pos_weight = null, ignored = NONE_IGNORED, parameters } = options
  const weights = [weight, pos_weight].filter((given) => given !== null)
  const flags = { hasWeight: weight !== null, hasPosWeight: pos_weight !== null }
  // mse_loss promotes its input to that of a floating target.
  const logits = loss.name === 'mse_loss' && target.dtype === 'float32' ? to(input, 'float32') : input
  checkFloat(loss.name, 'input', logits.dtype)
  const labels = target.dtype === 'int32' ? to(target, 'float32') : target
  return apply(loss, [logits, labels, ...weights], { reduction, ...flags, ignored, parameters })
}

/** Throws torch's error unless input and target are tensors of the same size. */
export function checkSameSize(op: string, input: Tensor, target: Tensor): void {
  checkTensor(op, 'input', input)
  checkTensor(op, 'target', target)
  if (sameShape(input.shape, target.shape)) return
  throw new ValueError(
    `Target size (${formatSize(target.shape)}) must be the same as input size (${formatSize(input.shape)})`,
  )
}

/**
 * A weight for the kernel, which repeats it: unchanged if its sizes are the last ones of
 * `shape`, else expanded.
 *
 * @throws RuntimeError if it does not broadcast to `shape`, or requires grad
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
