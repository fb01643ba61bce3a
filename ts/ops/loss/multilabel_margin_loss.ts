/** The multi-label margin loss, fused with its gradient. */

import * as calls from '#kernels/calls'
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { kernels } from '../../kernels/instance.js'
import { checkFloat } from '../../tensor/promotion.js'
import { formatShape, sameShape } from '../../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { indexOutside, toIndices } from './class_indices.js'
import { defineFusedLoss, pointerOrNull, type Reduced } from './fused_loss.js'
import { checkReduction, type Reduction, reductionCodes } from './reduction.js'

const classesOf = (input: Tensor) => input.shape.at(-1) ?? 1

/** Inputs are logits and int32 targets of the same shape, all below the number of classes. */
const record = defineFusedLoss<Reduced, { input: Tensor; target: Tensor }>({
  name: 'multilabel_margin_loss',
  shape: (input) => input.shape.slice(0, -1),
  reads: ([input, target]) => ({ input, target }),
  run([input, target], out, gradient, { reduction }) {
    const rows = input.numel() / classesOf(input)
    // Without rows there may be more classes than fit a workspace.
    const classes = rows === 0 ? 0 : classesOf(input)
    const workspace = empty('multilabel_margin_loss', [3, classes])
    calls.multilabel_margin(kernels, {
      logits: input.pointer(),
      targets: target.pointer(),
      gradient: pointerOrNull(gradient),
      out: out.pointer(),
      workspace: workspace.pointer(),
      rows,
      classes,
      reduction: reductionCodes[reduction],
    })
    workspace.dispose()
  },
})

/**
 * The hinge loss between every label of a row and every other class:
 * `Σ max(0, 1 - (x[label] - x[other])) / C`, then reduced over the rows.
 *
 * Source: torch.nn.functional.multilabel_margin_loss.
 *
 * @param input logits [N, C] or [C]
 * @param target the class indices of each row, before its first -1; of the shape of
 * `input`, int32, uint8, or integers as float32
 * @param options `reduction` 'mean' by default
 * @returns a 0-d tensor, or [N] with reduction 'none'
 * @throws RuntimeError if the shapes do not match or a target is out of range
 * @example
 * const target = torch.tensor([[3, 0, -1, 1]]) // classes 3 and 0
 * multilabel_margin_loss(torch.tensor([[0.1, 0.2, 0.4, 0.8]]), target).item() // 0.85
 */
export function multilabel_margin_loss(
  input: Tensor,
  target: Tensor,
  { reduction = 'mean' }: { reduction?: Reduction } = {},
): Tensor {
  const op = 'multilabel_margin_loss'
  checkTensor(op, 'input', input)
  checkFloat(op, 'input', input.dtype)
  checkTensor(op, 'target', target)
  checkReduction(op, reduction)
  const classes = classesOf(input)
  if (input.dim() > 2 || classes === 0) {
    throw new RuntimeError(
      `Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${formatShape(input.shape)} (${op}: input)`,
    )
  }
  const isRow = input.dim() < 2 && target.dim() < 2 && target.numel() === classes
  if (!isRow && !sameShape(target.shape, input.shape)) {
    throw new RuntimeError(
      `inconsistent target size: ${formatShape(target.shape)} for input of size: ${formatShape(input.shape)} (${op})`,
    )
  }
  const indices = toIndices(op, target)
  const outside = indexOutside(indices, -1, classes, -1)
  if (outside !== null) {
    throw new RuntimeError(
      `argument #2 'target' is out of range (${op}: got ${outside}, for ${classes} classes)`,
    )
  }
  return apply(record, [input, indices], { reduction })
}
