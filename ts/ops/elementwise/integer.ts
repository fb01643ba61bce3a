/**
 * Exact arithmetic of int32, uint8 and bool. uint8 and bool are widened to int32 before a kernel and narrowed after: uint8 wraps,
 * as in torch. int32 stands for torch's int64, so a result that does not fit is an error, never a wrapped or rounded value.
 */
import { RuntimeError } from '../../base/errors.js'
import { kernels } from '../../kernels/instance.js'
import { convertInto } from '../../tensor/convert.js'
import type { DType } from '../../tensor/dtype.js'
import { nameOf } from '../../tensor/promotion.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import { broadcast, type Kernel } from './broadcast.js'

/** The result of `work` on the operands as int32, inside a launch. Converted copies are freed after it. */
export function withInt32<T>(operands: readonly Tensor[], work: (...wide: readonly Tensor[]) => T): T {
  const wide = operands.map((x) => {
    if (x.dtype === 'int32') return x
    const copy = empty('to', x.shape, 'int32')
    convertInto(x, copy)
    return copy
  })
  const result = work(...wide)
  for (const [i, x] of wide.entries()) if (x !== operands[i]) x.dispose()
  return result
}

/**
 * Fills `out`, of any integer type, with the int32 results of `work`, which returns whether all of them fit.
 *
 * @throws RuntimeError if a result of type int32 does not fit
 */
export function fillByInt32(op: string, out: Tensor, work: (result: Tensor) => number): void {
  if (out.dtype === 'int32') {
    if (work(out) !== 0) return
    throw new RuntimeError(`${op}: a result does not fit int32, which stands for int64 here`)
  }
  const result = empty(op, out.shape, 'int32')
  work(result)
  convertInto(result, out)
  result.dispose()
}

const ofTwo = (op: string, operands: readonly Tensor[], out: Tensor, kernel: Kernel<number>) =>
  withInt32(operands, (a, b) => fillByInt32(op, out, (result) => broadcast(kernel, a, b, result)))

const ofOne = (op: string, x: Tensor, out: Tensor, kernel: (x: number, out: number) => number) =>
  withInt32([x], (wide) => fillByInt32(op, out, (result) => kernel(wide.pointer(), result.pointer())))

/** `a + alpha b`; of bool whether either is true. */
export const add = (op: string, operands: readonly Tensor[], out: Tensor, alpha: number): void =>
  ofTwo(op, operands, out, (a, b, into, ...dims) => kernels.integer_add(a, b, alpha, into, ...dims))

/** `a b`; of bool whether both are true. */
export const mul = (operands: readonly Tensor[], out: Tensor): void =>
  ofTwo('mul', operands, out, kernels.integer_mul)

/** As bool: whether the order of a and b is among `truths`, bits of `OrderBit`. */
export const compare = (operands: readonly Tensor[], out: Tensor, truths: number): void =>
  withInt32(operands, (a, b) =>
    broadcast((pa, pb, into, ...dims) => kernels.integer_compare(pa, pb, truths, into, ...dims), a, b, out),
  )

/** Throws for bool, as torch does for some operations. */
export function checkNotBool(op: string, dtype: DType): void {
  if (dtype === 'bool') throw new RuntimeError(`"${op}" not implemented for '${nameOf(dtype)}'`)
}

/** `|x|`. */
export const abs = (x: Tensor, out: Tensor): void =>
  ofOne('abs', x, out, (from, into) => kernels.integer_abs(from, into, out.numel()))

/** `-x`. */
export const neg = (x: Tensor, out: Tensor): void => {
  const zero = empty('neg', [], 'int32')
  zero.storage.write(0, new Uint8Array(4))
  add('neg', [zero, x], out, -1)
  zero.dispose()
}

/** The bounds for elements of type `dtype`, limited to its range; bounds are integers or infinite. */
export function boundsOf(op: string, min: number, max: number, dtype: DType): { min: number; max: number } {
  checkNotBool(op, dtype)
  const [least, most] = dtype === 'uint8' ? [0, 255] : [-(2 ** 31), 2 ** 31 - 1]
  // In torch, int64 represents a bound beyond int32 that the other bound overrides.
  const isBeyond = dtype === 'uint8' ? min > most || max < least : Math.min(min, max) > most || max < least
  if (isBeyond) {
    const [name, bound] = max < least ? ['max', max] : ['min', min]
    throw new RuntimeError(
      `Clamp ${name} value ${bound} is outside the representable range of ${nameOf(dtype)}`,
    )
  }
  const held = (bound: number) => Math.min(Math.max(bound, least), most)
  return { min: held(min), max: held(max) }
}

/** `x` clamped to bounds from {@link boundsOf}. */
export const clamp = (x: Tensor, out: Tensor, min: number, max: number): void =>
  ofOne('clamp', x, out, (from, into) => {
    kernels.integer_clamp(from, min, max, into, out.numel())
    return 1
  })

/** `[outer, axis, inner]` around the reduced dimensions. */
type Run = readonly [outer: number, axis: number, inner: number]

/** Sums along the axis. */
export const sum = (x: Tensor, out: Tensor, run: Run): void =>
  fillByInt32('sum', out, (into) =>
    (x.dtype === 'int32' ? kernels.integer_sum : kernels.sum_of_u8)(x.pointer(), into.pointer(), ...run),
  )

/** `x weightᵀ`, plus the bias if there is one. */
export function linear([x, weight, bias]: readonly (Tensor | undefined)[], out: Tensor): void {
  const product = bias === undefined ? out : empty('linear', out.shape, out.dtype)
  matmul('linear', [x, weight] as Tensor[], product, true)
  if (bias === undefined) return
  add('linear', [product, bias], out, 1)
  product.dispose()
}

/** `a [m, k]` times `b [k, n]`, or times the transpose of `b [n, k]`; both of one type. */
export function matmul(op: string, [a, b]: readonly Tensor[], out: Tensor, transposed: boolean): void {
  const [m, k] = a.shape
  const n = out.shape[1]
  withInt32([a, b], (left, right) =>
    fillByInt32(op, out, (result) =>
      kernels.integer_matmul(left.pointer(), right.pointer(), result.pointer(), m, n, k, transposed),
    ),
  )
}
