/** Padding of convolutional layers with something else than zeros. */
import { ValueError } from '../base/errors.js'
import { edgePad } from '../ops/shape/pad.js'
import type { Tensor } from '../tensor/tensor.js'

/** What lies around the input. */
export type ConvPaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular'

/** Throws torch's error unless `mode` is one of a convolution. */
export function checkPaddingMode(op: string, mode: string): asserts mode is ConvPaddingMode {
  if (['zeros', 'reflect', 'replicate', 'circular'].includes(mode)) return
  throw new ValueError(
    `${op}: padding_mode must be one of 'zeros', 'reflect', 'replicate', 'circular', but got padding_mode='${mode.slice(0, 40)}'`,
  )
}

/** The sizes that padding depends on. */
interface Sized {
  readonly kernel_size: readonly number[]
  readonly dilation: readonly number[]
  readonly padding: readonly number[] | 'same' | 'valid'
}

/** `input` with the padding of a layer. */
export function paddedBy(
  { kernel_size, dilation, padding }: Sized,
  mode: Exclude<ConvPaddingMode, 'zeros'>,
  input: Tensor,
): Tensor {
  const sides = kernel_size.map((size, i) => {
    if (typeof padding !== 'string') return [padding[i], padding[i]]
    const total = padding === 'same' ? dilation[i] * (size - 1) : 0
    const before = Math.floor(total / 2)
    return [before, total - before]
  })
  return edgePad('pad', input, sides.reverse().flat(), mode)
}
