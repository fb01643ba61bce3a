/** Public functions: padding. */
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { constantPad, edgePad, type PaddingMode } from '../ops/shape/pad.js'
import type { Tensor } from '../tensor/tensor.js'

const PAD = signature(
  'pad',
  'input: Tensor',
  'pad: ints',
  "mode: str = 'constant'",
  'value: number|bool = None',
)
const CONSTANT_PAD_ND = signature('constant_pad_nd', 'input: Tensor', 'pad: ints', 'value: number|bool = 0')

/** Keywords of {@link pad}. */
export interface PadModeOptions {
  /** 'constant' by default. */
  mode?: PaddingMode
  /** The constant; 0 by default. */
  value?: number | boolean | null
}

/**
 * `input` with elements added before and after its last dimensions: `pad` has two numbers for each, beginning with the last
 * dimension. Negative numbers remove elements. 'reflect', 'replicate' and 'circular' pad the last one to three dimensions of
 * images. Source: torch.nn.functional.pad.
 *
 * @throws RuntimeError if it does not fit the shape
 * @example pad(torch.ones(2), [1, 2]).tolist() // [0, 1, 1, 0, 0]
 */
export function pad(
  input: Tensor,
  pad: readonly number[] | (PadModeOptions & { pad: readonly number[] }),
  mode?: PaddingMode | PadModeOptions,
  value?: number | boolean | null | Pick<PadModeOptions, 'value'>,
): Tensor
export function pad(...args: unknown[]): Tensor {
  const [input, padding, mode, value] = PAD.read(args)
  if (mode === 'constant') return constantPad('pad', input, padding, Number(value ?? 0))
  if (mode !== 'reflect' && mode !== 'replicate' && mode !== 'circular')
    throw new ValueError(`pad: Unrecognised padding mode ${mode.slice(0, 40)}`)
  if (value !== null && value !== 0)
    throw new ValueError(`Padding mode "${mode}" doesn't take in value argument`)
  return edgePad('pad', input, padding, mode)
}

/** `pad` with a constant. Source: torch.constant_pad_nd. */
export function constant_pad_nd(
  input: Tensor,
  pad: readonly number[] | { pad: readonly number[]; value?: number },
  value?: number | boolean | { value?: number },
): Tensor
export function constant_pad_nd(...args: unknown[]): Tensor {
  const [input, padding, value] = CONSTANT_PAD_ND.read(args)
  return constantPad('constant_pad_nd', input, padding, Number(value))
}
