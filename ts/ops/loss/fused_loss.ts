/** Shared parts of the records of losses that are fused with their gradients. */

import { RuntimeError } from '../../base/errors.js'
import { gradEnabled } from '../../graph/grad_mode.js'
import { define, type Op, type Saved } from '../../graph/op.js'
import { isUnit } from '../../graph/unit.js'
import { kernels } from '../../kernels/instance.js'
import { numelOf, type Shape } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import type { Reduction } from './reduction.js'

/** Options of a reduced loss. */
export interface Reduced {
  reduction: Reduction
}

/** A loss whose kernel computes the gradient of its first input together with the loss. */
interface FusedLoss<Options extends Reduced, S extends Saved> {
  name: string
  /** Shape of the unreduced losses. */
  shape(input: Tensor): Shape
  /** Runs the kernel; `gradient` is null if there will be no backward pass. */
  run(inputs: readonly Tensor[], out: Tensor, gradient: Tensor | null, options: Options): void
  /**
   * The inputs that torch's backward reads: they may not change before it, although the
   * gradient is already computed.
   */
  reads(inputs: readonly Tensor[], options: Options): S
  /**
   * The gradient of the second input for `upstream`, if the loss has one.
   * `gradient` is that of the first input for the same upstream gradient.
   */
  targetGradient?(gradient: Tensor, upstream: Tensor, read: S, options: Options): Tensor
}

/** Frozen, so that no tensor needs to do it. */
const SCALAR: Shape = Object.freeze([])

/** The gradient of the first input for upstream values of 1, if there will be a backward pass. */
type Ready = { readonly ready: Tensor | undefined }

/** The record of a fused loss. */
export type FusedLossOp<Options extends Reduced, S extends Saved> = Op<Options, S & Ready>

/** Declares a fused loss. Its backward scales the gradient, or returns it as it is for an upstream of 1. */
export function defineFusedLoss<Options extends Reduced, S extends Saved>(
  loss: FusedLoss<Options, S>,
): FusedLossOp<Options, S> {
  const { name, shape, run, targetGradient, reads } = loss
  return define<Options, S & Ready>({
    name,
    shape: (inputs, { reduction }) => (reduction === 'none' ? shape(inputs[0]) : SCALAR),
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
      return [gradient, targetGradient?.(gradient, upstream, saved, options) ?? null]
    },
  })
}

/** Multiplies each row of a gradient, made by forward for upstream values of 1, by its upstream value; returns it as it is for 1. */
function scaledRows(ready: Tensor, upstream: Tensor): Tensor {
  if (isUnit(upstream)) return ready
  const rows = numelOf(upstream.shape)
  const length = numelOf(ready.shape)
  if (length === 0 || (rows === 1 && upstream.item() === 1)) return ready
  const gradient = empty('backward', ready.shape)
  const columns = length / rows
  const operands = [upstream.pointer(), ready.pointer(), gradient.pointer()] as const
  kernels.mul(...operands, rows, columns, 1, 0, columns, 1)
  return gradient
}

/** `gradient *= upstream`: multiplies each row by one upstream value. */
export function scaleRows(gradient: Tensor, upstream: Tensor): void {
  const rows = upstream.numel()
  const columns = rows === 0 ? 0 : gradient.numel() / rows
  kernels.fused_loss_backward(gradient.pointer(), upstream.pointer(), rows, columns)
}

/** The address of a tensor, or 0 for null. */
export const pointerOrNull = (tensor: Tensor | null): number => (tensor === null ? 0 : tensor.pointer())

/** Throws torch's error if a gradient is required that the loss does not have. */
export function refuseGradient(op: string, argument: string, tensor: Tensor | null): void {
  if (!gradEnabled || !tensor?.requires_grad) return
  throw new RuntimeError(
    `The function '${op}' is not differentiable with respect to argument '${argument}'. This input cannot have requires_grad True.`,
  )
}
