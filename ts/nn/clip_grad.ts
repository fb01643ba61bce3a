/** Bounds on gradients. */

import { describe } from '../base/check.js'
import { power, root } from '../base/double_double.js'
import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { unspent } from '../call/unspent.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { tensor } from '../tensor/create.js'
import { changeElementsEach, dense } from '../tensor/strided.js'
import { checkTensor, Tensor } from '../tensor/tensor.js'

const CLIP_NORM = signature(
  'clip_grad_norm_',
  'parameters: value',
  'max_norm: number',
  'norm_type: number = 2',
  'error_if_nonfinite: bool = False',
  'foreach: bool = None',
)
const TOTAL_NORM = signature(
  'get_total_norm',
  'tensors: value',
  'norm_type: number = 2',
  'error_if_nonfinite: bool = False',
  'foreach: bool = None',
)
const CLIP_WITH_NORM = signature(
  'clip_grads_with_norm_',
  'parameters: value',
  'max_norm: number',
  'total_norm: Tensor|number',
  'foreach: bool = None',
)
const CLIP_VALUE = signature(
  'clip_grad_value_',
  'parameters: value',
  'clip_value: number',
  'foreach: bool = None',
)

/** Keywords of {@link clip_grad_norm_}. */
export interface ClipNormOptions {
  norm_type?: number
  error_if_nonfinite?: boolean
}

/**
 * Scales the gradients of all parameters, in place, by one factor, so that their total norm, as of one
 * vector, is at most `max_norm`. Returns the norm before scaling (0-d); 0 if there are none. Unlike
 * torch's, it is summed in float64: gradients whose squares overflow float32 are scaled, not zeroed.
 * Source: torch.nn.utils.clip_grad_norm_.
 *
 * @param norm_type 2 by default; any number, `Infinity` for the largest gradient
 * @param error_if_nonfinite throws if the norm is NaN or infinite, instead of scaling by it
 * @example
 * loss.backward()
 * torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
 * optimizer.step()
 */
export function clip_grad_norm_(
  parameters: Tensor | Iterable<Tensor>,
  max_norm: number | (ClipNormOptions & { max_norm: number }),
  norm_type?: number | ClipNormOptions,
  error_if_nonfinite?: boolean | Pick<ClipNormOptions, 'error_if_nonfinite'>,
): Tensor<readonly []>
export function clip_grad_norm_(...args: unknown[]): Tensor<readonly []> {
  const [parameters, max_norm, norm_type, error_if_nonfinite] = CLIP_NORM.read(args)
  const gradients = gradientsOf('clip_grad_norm_', parameters)
  const total = checkedNorm(gradients, norm_type, error_if_nonfinite)
  const result = tensor(total)
  scaleBy(gradients, max_norm, total)
  return result
}

/**
 * The norm of tensors, as of one vector. Source: torch.nn.utils.get_total_norm.
 *
 * @param error_if_nonfinite throws if it is NaN or infinite
 * @example torch.nn.utils.get_total_norm([torch.ones([3]), torch.ones([1])]).item() // 2
 */
export function get_total_norm(
  tensors: Tensor | Iterable<Tensor>,
  norm_type?: number | ClipNormOptions,
  error_if_nonfinite?: boolean | Pick<ClipNormOptions, 'error_if_nonfinite'>,
): Tensor<readonly []>
export function get_total_norm(...args: unknown[]): Tensor<readonly []> {
  const [tensors, norm_type, error_if_nonfinite] = TOTAL_NORM.read(args)
  return tensor(checkedNorm(tensorsOf('get_total_norm', 'tensors', tensors), norm_type, error_if_nonfinite))
}

/**
 * Scales the gradients of all parameters in place, so that a `total_norm` of {@link get_total_norm} becomes at most `max_norm`.
 * Source: torch.nn.utils.clip_grads_with_norm_.
 */
export function clip_grads_with_norm_(
  parameters: Tensor | Iterable<Tensor>,
  max_norm: number,
  total_norm: Tensor | number,
): void
export function clip_grads_with_norm_(...args: unknown[]): void {
  const [parameters, max_norm, total_norm] = CLIP_WITH_NORM.read(args)
  const total = total_norm instanceof Tensor ? total_norm.item() : total_norm
  scaleBy(gradientsOf('clip_grads_with_norm_', parameters), max_norm, total)
}

/** The total norm; throws torch's error for one that is not finite, if wanted. */
function checkedNorm(gradients: readonly Tensor[], norm_type: number, error_if_nonfinite: boolean): number {
  const total = totalNorm(gradients, norm_type)
  if (error_if_nonfinite && !Number.isFinite(total)) {
    throw new RuntimeError(
      `The total norm of order ${pythonFloat(norm_type)} for gradients from \`parameters\` is non-finite, so it cannot be clipped. To disable this error and scale the gradients by the non-finite norm anyway, set \`error_if_nonfinite=False\``,
    )
  }
  return total
}

function scaleBy(gradients: Tensor[], max_norm: number, total: number): void {
  const factor = max_norm / (total + 1e-6)
  // A factor of 1 changes nothing; NaN makes all of them NaN, as in torch.
  if (!(factor >= 1))
    changeElementsEach(gradients, (x) => kernels.scale_in_place(x.pointer(), factor, x.numel()))
}

/**
 * Clamps every element of the gradients of all parameters to ±`clip_value`, in place; NaN stays.
 * Source: torch.nn.utils.clip_grad_value_.
 *
 * @example torch.nn.utils.clip_grad_value_(model.parameters(), 0.5)
 */
export function clip_grad_value_(
  parameters: Tensor | Iterable<Tensor>,
  clip_value: number | { clip_value: number },
): void
export function clip_grad_value_(...args: unknown[]): void {
  const [parameters, clip_value] = CLIP_VALUE.read(args)
  const gradients = gradientsOf('clip_grad_value_', parameters)
  changeElementsEach(gradients, (x) => kernels.clamp_in_place(x.pointer(), clip_value, x.numel()))
}

function gradientsOf(op: string, given: unknown): Tensor[] {
  const gradients: Tensor[] = []
  for (const parameter of tensorsOf(op, 'parameters', given)) {
    if (parameter.grad !== null) gradients.push(parameter.grad)
  }
  return gradients
}

function tensorsOf(op: string, argument: string, given: unknown): Tensor[] {
  const list = given instanceof Tensor ? [given] : given
  if (typeof list !== 'object' || list === null || !(Symbol.iterator in list)) {
    throw new TypeError(
      `${op}: ${argument} must be a Tensor or an iterable of Tensors, but got ${describe(given)}`,
    )
  }
  const tensors: Tensor[] = []
  for (const each of unspent(op, argument, list as Iterable<unknown>)) {
    checkTensor(op, argument, each)
    tensors.push(each)
  }
  return tensors
}

/** The norm of the norms, as in torch: for type 0 this is the number of gradients that are not 0. */
function totalNorm(gradients: readonly Tensor[], type: number): number {
  const norms = gradients.map((x) => launch(() => kernels.norm(dense(x).pointer(), type, x.numel())))
  if (norms.length === 0) return 0
  if (type === 0) return norms.filter((norm) => norm !== 0).length
  if (type === Number.POSITIVE_INFINITY) return norms.reduce((a, b) => Math.max(a, b))
  if (type === Number.NEGATIVE_INFINITY) return norms.reduce((a, b) => Math.min(a, b))
  return root(
    norms.reduce((sum, norm) => sum + power(norm, type), 0),
    type,
  )
}

/** A number as Python prints a float. */
function pythonFloat(x: number): string {
  if (!Number.isFinite(x)) return String(x).toLowerCase().replace('infinity', 'inf')
  return Number.isInteger(x) ? x.toFixed(1) : String(x)
}
