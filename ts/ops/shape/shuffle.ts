/** Rearrangements of channels and pixels. */
import { RuntimeError } from '../../base/errors.js'
import { formatShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { permute } from './permute.js'
import { reshape } from './view.js'

function checkFactor(op: string, x: Tensor, factor: number): void {
  if (x.dim() < 3) {
    throw new RuntimeError(
      `${op} expects input to have at least 3 dimensions, but got input with ${x.dim()} dimension(s)`,
    )
  }
  if (factor <= 0) throw new RuntimeError(`${op} expects a positive factor, but got ${factor}`)
}

/** The dimensions before the image's three, and these. */
const split = ({ shape }: Tensor) => [shape.slice(0, -3), ...shape.slice(-3)] as const

/** `x` in `shape`, its dimensions behind the leading `lead` ones permuted, as `result`. */
function rearranged(x: Tensor, lead: number, shape: number[], order: number[], result: number[]): Tensor {
  const first = x.shape.slice(0, lead)
  const dims = [...first.map((_, i) => i), ...order.map((dim) => dim + lead)]
  return reshape(permute(reshape(x, [...first, ...shape]), dims), [...first, ...result])
}

/** [..., C r², H, W] -> [..., C, H r, W r]. */
export function pixel_shuffle(x: Tensor, r: number): Tensor {
  checkFactor('pixel_shuffle', x, r)
  const [lead, c, h, w] = split(x)
  if (c % (r * r) !== 0) {
    throw new RuntimeError(
      `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${c} is not divisible by ${r * r}`,
    )
  }
  const channels = c / (r * r)
  return rearranged(x, lead.length, [channels, r, r, h, w], [0, 3, 1, 4, 2], [channels, h * r, w * r])
}

/** [..., C, H r, W r] -> [..., C r², H, W]. */
export function pixel_unshuffle(x: Tensor, r: number): Tensor {
  checkFactor('pixel_unshuffle', x, r)
  const [lead, c, h, w] = split(x)
  if (h % r !== 0 || w % r !== 0) {
    throw new RuntimeError(
      `pixel_unshuffle expects height and width to be divisible by downscale_factor, but input ${formatShape(x.shape)} is not divisible by ${r}`,
    )
  }
  const [height, width] = [h / r, w / r]
  return rearranged(x, lead.length, [c, height, r, width, r], [0, 2, 4, 1, 3], [c * r * r, height, width])
}

/** [N, C, ...] with the channels of `groups` groups interleaved. */
export function channel_shuffle(x: Tensor, groups: number): Tensor {
  if (x.dim() < 3) {
    throw new RuntimeError(
      `channel_shuffle expects input with > 2 dims, but got input with sizes ${formatShape(x.shape)}`,
    )
  }
  const [n, c, ...rest] = x.shape
  if (groups <= 0)
    throw new RuntimeError(
      `Number of groups to divide channels in must be positive. Value of groups:${groups}`,
    )
  if (c % groups !== 0) {
    throw new RuntimeError(
      `Number of channels must be divisible by groups. Got ${c} channels and ${groups} groups.`,
    )
  }
  const each = c / groups
  const order = [0, 2, 1, ...rest.map((_, i) => i + 3)]
  return reshape(permute(reshape(x, [n, groups, each, ...rest]), order), x.shape)
}
