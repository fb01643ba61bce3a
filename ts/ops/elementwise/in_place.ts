/** Arithmetic in place, on contiguous float32 and a number or as many float32 in other memory. Runs inside a launch. */
import { kernels } from '../../kernels/instance.js'
import type { TensorLike } from '../../tensor/convert.js'
import { Tensor } from '../../tensor/tensor.js'

/** `x += factor other`. */
export function add(x: Tensor, other: TensorLike, factor: number): void {
  if (other instanceof Tensor) kernels.add_scaled_in_place(x.pointer(), other.pointer(), factor, x.numel())
  // Rounded like the product of two float32.
  else kernels.shift_in_place(x.pointer(), factor * Math.fround(Number(other)), x.numel())
}

/** `x *= other`. */
export function mul(x: Tensor, other: TensorLike): void {
  if (other instanceof Tensor) kernels.mul_in_place(x.pointer(), other.pointer(), x.numel())
  else kernels.scale_in_place(x.pointer(), Number(other), x.numel())
}

/** `x /= other`. */
export function div(x: Tensor, other: TensorLike): void {
  if (other instanceof Tensor) kernels.div_in_place(x.pointer(), other.pointer(), x.numel())
  else kernels.divide_in_place(x.pointer(), Number(other), x.numel())
}
