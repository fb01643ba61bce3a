/** Losses that are fused with their gradients: what their records have in common. */

import { RuntimeError } from '../../base/errors.js'
import { is_grad_enabled } from '../../graph/grad_mode.js'
import { define, type Op, type Saved } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import type { Shape } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import type { Reduction } from './reduction.js'

/** Options of a loss that is reduced. */
export interface Reduced {
  reduction: Reduction
}

/** A loss whose kernel makes the gradient of its first input together with the loss. */
interface FusedLoss<Options extends Reduced, S extends Saved> {
  name: string
  /** Shape of the losses before they are reduced. */
  shape(input: Tensor): Shape
  /** Runs the kernel; `gradient` is null where there will be no backward. */
  run(inputs: readonly Tensor[], out: Tensor, gradient: Tensor | null, options: Options): void
  /**
   * Of the inputs those that torch's backward reads: none of them may change before it, although the
   * gradient is there already.
   */
  reads(inputs: readonly Tensor[], options: Options): S
  /**
   * The gradient of the second input, of upstream values that come with it, where a loss has one.
   * `gradient` is that of the first input for the same upstream values.
   */
  towardsTarget?(gradient: Tensor, upstream: Tensor, read: S, options: Options): Tensor
}

/** The gradient of the first input for upstream values of 1; there where there will be a backward. */
type Ready = { readonly ready: Tensor | undefined }

/** The record of a fused loss. */
export type FusedLossOp<Options extends Reduced, S extends Saved> = Op<Options, S & Ready>

/** Declares such a loss. Its backward scales the gradient, or hands it over where that is by 1. */
export function defineFusedLoss<Options extends Reduced, S extends Saved>(
  loss: FusedLoss<Options, S>,
): FusedLossOp<Options, S> {
  const { name, shape, run, towardsTarget, reads } = loss
  return define<Options, S & Ready>({
    name,
    shape: ([input], { reduction }) => (reduction === 'none' ? shape(input) : []),
    forward(inputs, out, options, tracked) {
      const gradient = tracked ? empty(name, inputs[0].shape) : null
      run(inputs, out, gradient, options)
      return { ...reads(inputs, options), ready: gradient ?? undefined }
    },
    makes: ['ready'],
    backward(upstream, saved, options, { needs }) {
      if (!saved.ready) return []
      const gradient = scaledRows(saved.ready, upstream)
      if (!needs[1]) return [gradient]
      return [gradient, towardsTarget?.(gradient, upstream, saved, options) ?? null]
    },
  })
}

/** Each row of a gradient that forward made for upstream values of 1 times one of them; itself where that is 1. */
function scaledRows(ready: Tensor, upstream: Tensor): Tensor {
  const [rows, length] = [upstream.numel(), ready.numel()]
  if (length === 0 || (rows === 1 && upstream.item() === 1)) return ready
  const gradient = empty('backward', ready.shape)
  const columns = length / rows
  const operands = [upstream.pointer(), ready.pointer(), gradient.pointer()] as const
  kernels.mul(...operands, rows, columns, 1, 0, columns, 1)
  return gradient
}

/** `gradient *= upstream`: each row of it times one upstream value. */
export function scaleRows(gradient: Tensor, upstream: Tensor): void {
  const rows = upstream.numel()
  const columns = rows === 0 ? 0 : gradient.numel() / rows
  kernels.fused_loss_backward(gradient.pointer(), upstream.pointer(), rows, columns)
}

/** The address for a kernel that takes null for none. */
export const pointerOrNull = (tensor: Tensor | null): number => (tensor === null ? 0 : tensor.pointer())

/** Throws, in torch's words, where a gradient is asked for that the loss does not have. */
export function refuseGradient(op: string, argument: string, tensor: Tensor | null): void {
  if (!is_grad_enabled() || !tensor?.requires_grad) return
  throw new RuntimeError(
    `The function '${op}' is not differentiable with respect to argument '${argument}'. This input cannot have requires_grad True.`,
  )
}
