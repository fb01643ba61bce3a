import { ValueError } from '../../base/errors.js'
import type { Tensor } from '../../tensor/tensor.js'
import { add, div, mul } from '../elementwise/binary.js'
import { pow } from '../elementwise/math.js'
import { constantPad } from '../shape/pad.js'
import { reshape } from '../shape/view.js'
import { avg_pool } from './pool.js'

/** Options of {@link local_response_norm}. */
export interface ResponseOptions {
  readonly size: number
  readonly alpha: number
  readonly beta: number
  readonly k: number
}

/** `x / (k + alpha mean(x² of neighbouring channels)) ^ beta`, for x [N, C, ...] (Krizhevsky et al. 2012). */
export function local_response_norm(x: Tensor, { size, alpha, beta, k }: ResponseOptions): Tensor {
  if (x.dim() < 3)
    throw new ValueError(`Expected 3D or higher dimensionality input (got ${x.dim()} dimensions)`)
  if (size < 1) throw new ValueError(`local_response_norm: size must be at least 1, but got ${size}`)
  if (x.numel() === 0) return x
  const [n, channels] = x.shape
  const squares = reshape(mul(x, x), [n, 1, channels, x.numel() / (n * channels)])
  const padded = constantPad(
    'local_response_norm',
    squares,
    [0, 0, Math.floor(size / 2), Math.floor((size - 1) / 2)],
    0,
  )
  const options = { kernel_size: [size, 1], stride: 1, padding: 0, ceil_mode: false, count_include_pad: true }
  const means = reshape(avg_pool(padded, 2, options), x.shape)
  return div(x, pow(add(mul(means, alpha), k), beta))
}
