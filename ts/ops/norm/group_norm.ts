/** Normalisation by groups of channels, by channels of each sample, and by the root of the mean square. */
import { RuntimeError, ValueError } from '../../base/errors.js'
import { onlyFloat } from '../../tensor/convert.js'
import { duplicate } from '../../tensor/copy.js'
import { formatShape, numelOf, ownIntegers, type Shape, sameShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { asWhole } from '../../tensor/trace.js'
import { add, div, mul } from '../elementwise/binary.js'
import { sqrt } from '../elementwise/math.js'
import { mean } from '../reduce/reduce.js'
import { expand } from '../shape/expand.js'
import { copy_ } from '../shape/in_place.js'
import { reshape } from '../shape/view.js'
import { batch_norm } from './batch_norm.js'
import { layer_norm } from './layer_norm.js'

/** What normalised values are multiplied by, and what is added, for each channel. */
export interface Affine {
  readonly weight: Tensor | null
  readonly bias: Tensor | null
}

/** `x weight + bias` for each channel of [N, C, ...]. */
function scaled(op: string, x: Tensor, { weight, bias }: Affine): Tensor {
  const channels = x.shape[1]
  const shape = [channels, ...x.shape.slice(2).map(() => 1)]
  for (const [name, tensor] of Object.entries({ weight, bias })) {
    if (tensor === null || sameShape(tensor.shape, [channels])) continue
    throw new RuntimeError(
      `${op}: Expected ${name} to be a vector of size equal to the number of channels in input, but got ${name} of shape ${formatShape(tensor.shape)} and input of shape ${formatShape(x.shape)}`,
    )
  }
  const product = weight === null ? x : mul(x, reshape(weight, shape))
  return bias === null ? product : add(product, reshape(bias, shape))
}

/** Normalises each of `groups` groups of channels of each sample of [N, C, ...]. */
export function group_norm(x: Tensor, groups: number, affine: Affine, eps: number): Tensor {
  const op = 'group_norm'
  const input = onlyFloat(op, 'input', x)
  if (x.dim() < 2)
    throw new RuntimeError(`Expected at least 2 dimensions for input tensor but received ${x.dim()}`)
  if (groups <= 0) throw new RuntimeError(`Expected num groups to be greater than 0, got ${groups}`)
  const [n, channels, ...size] = x.shape
  if (channels % groups !== 0) {
    throw new RuntimeError(
      `Expected number of channels in input to be divisible by num_groups, but got input of shape ${formatShape(x.shape)} and num_groups=${groups}`,
    )
  }
  const length = (channels / groups) * numelOf(size)
  if (n * length === 1)
    throw new ValueError(
      `Expected more than 1 value per channel when training, got input size ${formatShape(x.shape)}`,
    )
  if (x.numel() === 0) return scaled(op, mul(input, 1), affine)
  const rows = layer_norm(reshape(input, [n * groups, length]), [length], { eps })
  return scaled(op, asWhole(op, [input], reshape(rows, x.shape), { groups, eps }), affine)
}

/** Options of {@link instance_norm}. */
export interface InstanceNormOptions extends Affine {
  readonly running_mean: Tensor | null
  readonly running_var: Tensor | null
  readonly use_input_stats: boolean
  readonly momentum: number
  readonly eps: number
}

/** Normalises each channel of each sample of [N, C, ...]; running statistics become those of all samples. */
export function instance_norm(x: Tensor, options: InstanceNormOptions): Tensor {
  const op = 'instance_norm'
  const { running_mean, running_var, weight, bias, use_input_stats, momentum, eps } = options
  const input = onlyFloat(op, 'input', x)
  if (!use_input_stats) return batch_norm(input, running_mean, running_var, { weight, bias, eps, momentum })
  if (x.dim() < 3)
    throw new RuntimeError(
      `${op}: Expected at least 3 dimensions [N, C, ...], but got ${formatShape(x.shape)}`,
    )
  const [n, channels, ...size] = x.shape
  const length = numelOf(size)
  if (length === 1)
    throw new ValueError(
      `Expected more than 1 spatial element when training, got input size ${formatShape(x.shape)}`,
    )
  if (x.numel() === 0) return scaled(op, mul(input, 1), options)
  // Each sample's channels are channels of their own.
  const each = (tensor: Tensor | null) =>
    tensor && duplicate(reshape(expand(tensor.detach(), [n, channels]), [n * channels]))
  const [means, variances] = [each(running_mean), each(running_var)]
  const rows = batch_norm(reshape(input, [1, n * channels, length]), means, variances, {
    training: true,
    momentum,
    eps,
  })
  for (const [running, all] of [
    [running_mean, means],
    [running_var, variances],
  ]) {
    if (running && all) copy_(running.detach(), mean(reshape(all, [n, channels]), { dim: 0 }))
  }
  return scaled(op, asWhole(op, [input], reshape(rows, x.shape), { eps }), options)
}

/** float32's distance from 1 to the next number. */
const EPSILON = 2 ** -23

/** `x / sqrt(mean(x²) + eps) weight` over the last dimensions (Zhang & Sennrich 2019). */
export function rms_norm(
  x: Tensor,
  normalized_shape: Shape,
  weight: Tensor | null,
  eps: number | null,
): Tensor {
  const input = onlyFloat('rms_norm', 'input', x)
  const shape = ownIntegers('rms_norm', 'normalized_shape', normalized_shape)
  const first = x.dim() - shape.length
  if (shape.length === 0)
    throw new RuntimeError('rms_norm: Expected normalized_shape to be at least 1-dimensional, but got []')
  if (first < 0 || !sameShape(x.shape.slice(first), shape)) {
    throw new RuntimeError(
      `Given normalized_shape=${formatShape(shape)}, expected input with shape [*${shape.map((size) => `, ${size}`).join('')}], but got input of size${formatShape(x.shape)}`,
    )
  }
  if (weight !== null && !sameShape(weight.shape, shape)) {
    throw new RuntimeError(
      `Expected weight to be of same shape as normalized_shape, but got weight of shape ${formatShape(weight.shape)} and normalized_shape = ${formatShape(shape)}`,
    )
  }
  const dim = shape.map((_, i) => first + i)
  const square = mean(mul(input, input), { dim, keepdim: true })
  const normalized = div(input, sqrt(add(square, eps ?? EPSILON)))
  return weight === null ? normalized : mul(normalized, weight)
}
