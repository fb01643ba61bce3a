/**
 * Exact arithmetic of int32, uint8 and bool. uint8 and bool are widened to int32 before a kernel and narrowed after: uint8 wraps,
 * as torch's does. int32 stands for torch's int64, so what it does not hold is an error, never a wrapped or rounded value.
 */
import { RuntimeError, ValueError } from '../../base/errors.js'
import { kernels } from '../../kernels/instance.js'
import { launch } from '../../memory/residency.js'
import { type TensorLike, to } from '../../tensor/convert.js'
import type { DType } from '../../tensor/dtype.js'
import { elementOf, nameOf, resultType } from '../../tensor/promotion.js'
import { broadcastShapes, type Shape } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { empty, Tensor } from '../../tensor/tensor.js'
import { broadcast, type Kernel } from './broadcast.js'

/** Integers of a type: what a scalar is, cut to it. */
function scalar(op: string, argument: string, value: number, dtype: DType): Tensor {
  if (dtype === 'int32' && value !== (value | 0)) {
    throw new RuntimeError(`${op}: ${argument} ${value} does not fit int32, which stands for int64 here`)
  }
  const x = empty(op, [], 'int32')
  const element = dtype === 'uint8' ? value & 255 : value
  x.storage.write(0, new Uint8Array(Int32Array.of(element).buffer))
  return x
}

/** An operand as `dtype`, in elements of int32: a tensor of its own unless it is one of int32. */
function widened(op: string, argument: string, x: TensorLike, dtype: DType): Tensor {
  if (!(x instanceof Tensor)) return scalar(op, argument, Number(x), dtype)
  if (x.dtype !== 'int32' || dtype === 'int32') return dense(to(x, 'int32'))
  const narrow = to(x, dtype)
  const wide = to(narrow, 'int32')
  narrow.dispose()
  return wide
}

/** What `work` makes of operands in elements of int32; those that were made for it are freed. */
function withWide(
  operands: readonly TensorLike[],
  wide: readonly Tensor[],
  work: (wide: readonly Tensor[]) => Tensor,
): Tensor {
  const result = work(wide)
  for (const [i, x] of wide.entries()) if (x !== operands[i]) x.dispose()
  return result
}

/** What `work` writes to int32, as `dtype`; it tells whether all of it fits. */
function computed(op: string, shape: Shape, dtype: DType, work: (out: Tensor) => number): Tensor {
  const out = empty(op, shape, 'int32')
  const fits = launch(() => work(out)) !== 0
  if (dtype === 'int32' && fits) return out
  const narrow = dtype === 'int32' ? null : to(out, dtype)
  out.dispose()
  if (narrow !== null) return narrow
  throw new RuntimeError(`${op}: a result does not fit int32, which stands for int64 here`)
}

/** The same of one tensor. */
function computedOf(
  op: string,
  x: Tensor,
  shape: Shape,
  dtype: DType,
  work: (x: number, out: Tensor) => number,
): Tensor {
  return withWide([x], [dense(to(x, 'int32'))], ([wide]) =>
    computed(op, shape, dtype, (out) => work(wide.pointer(), out)),
  )
}

/** `work` on two operands as `dtype`, and the shape of both together. */
function ofTwo(
  op: string,
  a: TensorLike,
  b: TensorLike,
  dtype: DType,
  work: (a: Tensor, b: Tensor, shape: Shape) => Tensor,
): Tensor {
  const [shapeA, shapeB] = [a, b].map((x) => (x instanceof Tensor ? x.shape : []))
  const shape = broadcastShapes(op, shapeA, shapeB, ['input', 'other'])
  const wide = [widened(op, 'input', a, dtype), widened(op, 'other', b, dtype)]
  return withWide([a, b], wide, ([left, right]) => work(left, right, shape))
}

const arithmetic =
  (op: string, dtype: DType, kernel: Kernel<number>) =>
  (a: Tensor, b: Tensor, shape: Shape): Tensor =>
    computed(op, shape, dtype, (out) => broadcast(kernel, a, b, out))

/** `a + alpha b`; of bool whether either is true. */
export function add(op: string, a: TensorLike, b: TensorLike, alpha: number, dtype: DType): Tensor {
  const kernel: Kernel<number> = (pa, pb, out, ...dims) => kernels.integer_add(pa, pb, alpha, out, ...dims)
  return ofTwo(op, a, b, dtype, arithmetic(op, dtype, kernel))
}

/** `a b`; of bool whether both are true. */
export const mul = (a: TensorLike, b: TensorLike, dtype: DType): Tensor =>
  ofTwo('mul', a, b, dtype, arithmetic('mul', dtype, kernels.integer_mul))

/** As bool, whether the order of a and b is one of `truths`, bits of `OrderBit`. */
export function compare(op: string, a: TensorLike, b: TensorLike, truths: number, dtype: DType): Tensor {
  const kernel: Kernel = (pa, pb, to, ...dims) => kernels.integer_compare(pa, pb, truths, to, ...dims)
  return ofTwo(op, a, b, dtype, (left, right, shape) => {
    const out = empty(op, shape, 'bool')
    launch(() => broadcast(kernel, left, right, out))
    return out
  })
}

/** Throws for an operation that torch has not for bool. */
function checkNotBool(op: string, { dtype }: Tensor): void {
  if (dtype === 'bool') throw new RuntimeError(`"${op}" not implemented for '${nameOf(dtype)}'`)
}

export function neg(x: Tensor): Tensor {
  if (x.dtype === 'bool') {
    throw new RuntimeError(
      'Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use `x.eq(false)` instead.',
    )
  }
  return add('neg', 0, x, -1, x.dtype)
}

export function abs(x: Tensor): Tensor {
  checkNotBool('abs', x)
  return computedOf('abs', x, x.shape, x.dtype, (px, out) =>
    kernels.integer_abs(px, out.pointer(), out.numel()),
  )
}

/** Held within bounds that are whole numbers or infinite. */
export function clamp(op: string, x: Tensor, min: number, max: number, dtype: DType): Tensor {
  if (dtype === 'bool') checkNotBool(op, x)
  const [least, most] = dtype === 'uint8' ? [0, 255] : [-(2 ** 31), 2 ** 31 - 1]
  // torch's int64 holds a bound that the other one undoes.
  const isBeyond = dtype === 'uint8' ? min > most || max < least : Math.min(min, max) > most || max < least
  if (isBeyond) {
    const [name, bound] = max < least ? ['max', max] : ['min', min]
    throw new RuntimeError(
      `Clamp ${name} value ${bound} is outside the representable range of ${nameOf(dtype)}`,
    )
  }
  const [low, high] = [min, max].map((bound) => Math.min(Math.max(bound, least), most))
  return computedOf(op, x, x.shape, dtype, (px, out) => {
    kernels.integer_clamp(px, low, high, out.pointer(), out.numel())
    return 1
  })
}

/** `x ^ exponent`, the exponent a whole number or a boolean: squares and products. */
export function pow(x: Tensor, exponent: number | boolean): Tensor {
  if (Number(exponent) < 0) throw new ValueError('Integers to negative integer powers are not allowed.')
  const dtype = resultType([x, exponent])
  let left = dtype === 'uint8' ? elementOf('pow', Number(exponent), dtype) : Number(exponent)
  let power = to(x, dtype)
  let result = add('pow', mul(power, 0, dtype), 1, 1, dtype)
  while (left > 0) {
    if (left % 2 === 1) result = mul(result, power, dtype)
    left = Math.floor(left / 2)
    // A square that does not fit is in the result too.
    if (left > 0) power = mul(power, power, dtype)
  }
  return result
}

/** `[outer, axis, inner]` around what is reduced. */
type Run = readonly [outer: number, axis: number, inner: number]

/** Sums along the axis, as int32. */
export const sum = (x: Tensor, shape: Shape, run: Run): Tensor =>
  computedOf('sum', x, shape, 'int32', (px, out) => kernels.integer_sum(px, out.pointer(), ...run))

/** Maxima along the axis, or as int32 their places. */
export function max(op: 'amax' | 'argmax', x: Tensor, shape: Shape, run: Run): Tensor {
  const wantsIndex = op === 'argmax'
  if (wantsIndex && x.dtype === 'bool') throw new RuntimeError('argmax(): does not support bool input')
  return computedOf(op, x, shape, wantsIndex ? 'int32' : x.dtype, (px, out) => {
    kernels.integer_max(px, out.pointer(), wantsIndex, ...run)
    return 1
  })
}

/** `a [m, k]` times `b [k, n]`, or times the transpose of `b [n, k]`; both of one type. */
export function matmul(op: string, a: Tensor, b: Tensor, transposed = false): Tensor {
  checkNotBool(op, a)
  const [m, k] = a.shape
  const n = b.shape[transposed ? 0 : 1]
  return withWide([a, b], [dense(to(a, 'int32')), dense(to(b, 'int32'))], ([left, right]) =>
    computed(op, [m, n], a.dtype, (out) =>
      kernels.integer_matmul(left.pointer(), right.pointer(), out.pointer(), m, n, k, transposed),
    ),
  )
}
