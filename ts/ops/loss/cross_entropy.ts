/** Cross-entropy of mutually exclusive classes, fused with its gradient. */

import * as calls from '#kernels/calls'
import { checkNumber } from '../../base/check.js'
import { IndexError, RuntimeError, ValueError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { gradEnabled } from '../../graph/grad_mode.js'
import { kernels } from '../../kernels/instance.js'
import { onlyFloat, to } from '../../tensor/convert.js'
import { formatShape, MAX_ELEMENTS, numelOf, sameShape } from '../../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { add, mul, sub } from '../elementwise/binary.js'
import { exp, log } from '../elementwise/math.js'
import { amax } from '../reduce/extreme.js'
import { mean, sum } from '../reduce/reduce.js'
import { permute } from '../shape/permute.js'
import { indexOutside, toIndices } from './class_indices.js'
import { defineFusedLoss, pointerOrNull, type Reduced, refuseGradient } from './fused_loss.js'
import { checkLabelSmoothing } from './label_options.js'
import { checkReduction, type Reduction, reductionCodes } from './reduction.js'

/** Options of the cross-entropy. */
export interface CrossEntropyOptions {
  /** A weight for each class, [C]. */
  weight?: Tensor | null
  /** An ignored class index; -100 by default. */
  ignore_index?: number
  /** 'mean', by default, 'sum' over the rows, or 'none': one loss for each. */
  reduction?: Reduction
  /** The share of each label that is spread evenly over the classes, from 0 to 1; 0 by default. */
  label_smoothing?: number
}

interface Options extends Reduced {
  ignore_index: number
  label_smoothing: number
}

/**
 * Inputs are logits with the classes in the last dimension, a target (an int32 index for each row, or a float32
 * probability for each logit), and perhaps a weight.
 */
const record = defineFusedLoss<Options, { target: Tensor; weight: Tensor | undefined }>({
  name: 'cross_entropy',
  shape: (input) => input.shape.slice(0, -1),
  // torch's softmax reads its result, not the logits.
  reads: ([, target, weight]) => ({ target, weight }),
  run([input, target, weight], out, gradient, { ignore_index, label_smoothing, reduction }) {
    // The number of rows without classes may exceed 32 bits.
    const rows = Math.min(numelOf(input.shape.slice(0, -1)), MAX_ELEMENTS)
    // Without rows there may be more classes than fit a workspace.
    const classes = rows === 0 ? 0 : input.shape[input.dim() - 1]
    const workspace = empty('cross_entropy', [2, classes])
    calls.cross_entropy(kernels, {
      logits: input.pointer(),
      targets: target.pointer(),
      targets_are_indices: target.dtype === 'int32',
      ignored: ignore_index,
      weight: pointerOrNull(weight ?? null),
      smoothing: label_smoothing,
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
 * Cross-entropy of the softmax over mutually exclusive classes: `w_t (log Σ exp(x) - x_t)` for
 * class t with weight w_t. 'mean' divides by the sum of the weights w_t, or by the number of rows for
 * probabilities as target. Accurate for confident rows, where torch's float32 gives 0.
 *
 * Gradients flow to the input, and for probabilities also to target and weight.
 * Source: torch.nn.functional.cross_entropy.
 *
 * @param input logits [C], [N, C] or [N, C, d1, ...]
 * @param target the class of each row, of the shape of `input` without C: int32, uint8, or integers
 * as float32; or probabilities of the classes, float32 of the shape of `input`
 * @returns a 0-d tensor, or the shape of `input` without C with reduction 'none'
 * @throws ValueError or RuntimeError if shapes do not match, IndexError if a target is out of bounds
 * @example cross_entropy(torch.tensor([[0, 2, 1]]), torch.tensor([1])).item() // 0.4076
 */
export function cross_entropy(
  input: Tensor,
  target: Tensor,
  { weight = null, ignore_index = -100, reduction = 'mean', label_smoothing = 0 }: CrossEntropyOptions = {},
): Tensor {
  const op = 'cross_entropy'
  checkTensor(op, 'input', input)
  checkTensor(op, 'target', target)
  checkReduction(op, reduction)
  checkIgnoreIndex(op, ignore_index)
  checkLabelSmoothing(op, label_smoothing)
  if (input.dim() === 0) {
    throw new IndexError(
      `Dimension specified as 1 but tensor has no dimensions (${op}: input must be [C], [N, C] or [N, C, ...])`,
    )
  }
  const classes = input.shape[Math.min(input.dim() - 1, 1)]
  if (weight !== null) {
    checkTensor(op, 'weight', weight)
    if (!sameShape(weight.shape, [classes])) {
      throw new RuntimeError(
        `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${formatShape(weight.shape)} (${op})`,
      )
    }
  }
  const options = { ignore_index, reduction, label_smoothing }
  if (!sameShape(input.shape, target.shape)) {
    refuseGradient(op, 'weight', weight)
    checkTargetShape(op, input, target)
    const indices = toIndices(op, target)
    const outside = indexOutside(indices, 0, classes, ignore_index)
    if (outside !== null) {
      throw new IndexError(`Target ${outside} is out of bounds. (${op}: input has ${classes} classes)`)
    }
    return fused(input, indices, weight, options)
  }
  if (target.dtype !== 'float32') {
    throw new RuntimeError(
      `Expected floating point type for target with class probabilities, got ${target.dtype} (${op}: input and target have one shape)`,
    )
  }
  if (ignore_index >= 0) {
    throw new RuntimeError(`ignore_index is not supported for floating point target (${op})`)
  }
  const labels = classesLast(target)
  const isDifferentiable = gradEnabled && (target.requires_grad || weight?.requires_grad)
  return isDifferentiable
    ? composed(classesLast(onlyFloat('cross_entropy', 'input', input)), labels, weight, options)
    : fused(input, labels.detach(), weight, options)
}

function fused(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  options: Pick<Options, 'ignore_index' | 'reduction' | 'label_smoothing'>,
): Tensor {
  const weights = weight === null ? [] : [to(weight, 'float32').detach()]
  return apply(record, [classesLast(onlyFloat('cross_entropy', 'input', input)), target, ...weights], options)
}

/** [N, C, d1, ...] as [N, d1, ..., C]. */
export function classesLast(x: Tensor): Tensor {
  if (x.dim() <= 2) return x
  return permute(x, [0, ...Array.from({ length: x.dim() - 2 }, (_, i) => i + 2), 1])
}

/** torch's own formula, for gradients of probabilities and weight. */
function composed(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  { reduction, label_smoothing }: Pick<Options, 'reduction' | 'label_smoothing'>,
): Tensor {
  const dim = input.dim() - 1
  const shifted = sub(input, amax(input, { dim, keepdim: true }).detach())
  const likelihood = sub(shifted, log(sum(exp(shifted), { dim, keepdim: true })))
  const labels = add(mul(target, 1 - label_smoothing), label_smoothing / input.shape[dim])
  const weighted = mul(likelihood, weight === null ? labels : mul(labels, weight))
  const rows = mul(sum(weighted, { dim }), -1)
  if (reduction === 'none') return rows
  return reduction === 'mean' ? mean(rows) : sum(rows)
}

/** Throws unless `target` has the shape of `input` without its classes. */
export function checkTargetShape(op: string, input: Tensor, target: Tensor): void {
  const wanted = [...input.shape.slice(0, 1), ...input.shape.slice(2)]
  if (input.dim() === 1) {
    if (target.numel() === 1 && target.dim() <= 1) return
    throw new RuntimeError(
      `size mismatch (got input: ${formatShape(input.shape)}, target: ${formatShape(target.shape)}) (${op}: an input [C] has one class index as target)`,
    )
  }
  if (target.dim() > 0 && target.shape[0] !== wanted[0]) {
    throw new ValueError(
      `Expected input batch_size (${wanted[0]}) to match target batch_size (${target.shape[0]}). (${op})`,
    )
  }
  if (sameShape(target.shape, wanted)) return
  if (input.dim() === 2 && target.dim() > 1) {
    throw new RuntimeError(
      `0D or 1D target tensor expected, multi-target not supported (${op}: input is ${formatShape(input.shape)}, target ${formatShape(target.shape)})`,
    )
  }
  throw new RuntimeError(
    `Expected target size ${formatShape(wanted)}, got ${formatShape(target.shape)} (${op})`,
  )
}

/** Throws unless it is an integer that the kernel can compare with class indices. */
export function checkIgnoreIndex(op: string, ignore_index: unknown): void {
  checkNumber(op, 'ignore_index', ignore_index)
  if (Number.isInteger(ignore_index) && Math.abs(ignore_index) < 2 ** 31) return
  throw new ValueError(`${op}: ignore_index must be a whole number of 32 bits, but got ${ignore_index}`)
}
