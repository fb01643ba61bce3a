/** Functions of two tensors, element by element, with broadcasting. */

import { OrderBit } from '#kernels'
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define, type MaybeSaved, type Op } from '../../graph/op.js'
import { asFloat, type Named, type OperandRule, promoted } from '../../graph/operands.js'
import { kernels } from '../../kernels/instance.js'
import type { TensorLike } from '../../tensor/convert.js'
import type { DType } from '../../tensor/dtype.js'
import { elementOf } from '../../tensor/promotion.js'
import { broadcastShapes, type Shape } from '../../tensor/shape.js'
import { empty, Tensor } from '../../tensor/tensor.js'
import { broadcast, type Kernel } from './broadcast.js'
import { type SavedFactors, savedFactors } from './factors.js'
import * as integer from './integer.js'

/** Options of arithmetic. */
interface Arithmetic {
  /** The factor of the second operand. */
  readonly alpha: number
  /** The second operand if it is a number next to floats; then it is not an input. */
  readonly other: number
}

/** The common case: two inputs. */
const PLAIN: Arithmetic = { alpha: 1, other: Number.NaN }

/** The common parts of operations of two operands that are promoted together. */
const ofTwo = (name: string, operands: OperandRule<Arithmetic> = promotedTogether) => ({
  name,
  operands,
  shape: ([a, b]: readonly Tensor[]) =>
    b === undefined ? a.shape : broadcastShapes(name, a.shape, b.shape, NAMES),
})

const NAMES = ['input', 'other'] as const

const promotedTogether = (op: Named, given: readonly TensorLike[]): DType =>
  given.length === 1 ? 'float32' : promoted(op, given)

const typeOfOperands = ([a]: readonly Tensor[]): DType => a.dtype

/** A gradient of the broadcast shape, by a kernel of two operands. */
function gradientOf(kernel: Kernel, a: Tensor, b: Tensor | number, shape: Shape): Tensor {
  const gradient = empty('backward', shape)
  broadcast(kernel, a, b, gradient)
  return gradient
}

function negated(x: Tensor): Tensor {
  const out = empty('backward', x.shape)
  kernels.neg(x.pointer(), out.pointer(), out.numel())
  return out
}

/** `factor x`; `x` itself for factor 1. */
function scaled(x: Tensor, factor: number): Tensor {
  if (factor === 1) return x
  const out = empty('scale', x.shape)
  kernels.scale(x.pointer(), factor, out.pointer(), out.numel())
  return out
}

/** `kernel(a, alpha b)`, where b may be a number in the options. */
function combine(kernel: Kernel, [a, b]: readonly Tensor[], { alpha, other }: Arithmetic, out: Tensor): void {
  const addend = b === undefined ? other : scaled(b, alpha)
  broadcast(kernel, a, addend, out)
  if (addend instanceof Tensor && addend !== b) addend.dispose()
}

const addRecord = define<Arithmetic>({
  ...ofTwo('add'),
  dtype: typeOfOperands,
  forward(inputs, out, options) {
    if (out.dtype === 'float32') combine(kernels.add, inputs, options, out)
    else integer.add('add', inputs, out, options.alpha)
  },
  backward: (upstream, _saved, { alpha }, { needs }) => [upstream, needs[1] ? scaled(upstream, alpha) : null],
})

const subRecord = define<Arithmetic>({
  ...ofTwo('sub'),
  dtype: typeOfOperands,
  forward(inputs, out, options) {
    if (out.dtype === 'float32') combine(kernels.sub, inputs, options, out)
    else integer.add('sub', inputs, out, -options.alpha)
  },
  backward: (upstream, _saved, { alpha }, { needs }) => [
    upstream,
    needs[1] ? (alpha === 1 ? negated(upstream) : scaled(upstream, -alpha)) : null,
  ],
})

const mulRecord = define<Arithmetic, SavedFactors>({
  ...ofTwo('mul'),
  dtype: typeOfOperands,
  forward([a, b], out) {
    if (out.dtype === 'float32') broadcast(kernels.mul, a, b, out)
    else integer.mul([a, b], out)
    return savedFactors(a, b)
  },
  backward(upstream, { a, b }) {
    const times = (x: Tensor) => gradientOf(kernels.mul, upstream, x, upstream.shape)
    return [b ? times(b) : null, a ? times(a) : null]
  },
})

const divRecord = define<Arithmetic, Partial<SavedFactors>>({
  ...ofTwo('div', asFloat),
  forward([a, b], out, { other }) {
    broadcast(kernels.div, a, b ?? other, out)
    return b === undefined ? {} : { a: b.requires_grad ? a : undefined, b }
  },
  backward(upstream, { a, b }, { other }, { needs }) {
    const overB = (x: Tensor) => gradientOf(kernels.div, x, b ?? other, upstream.shape)
    if (!a) return [overB(upstream), null]
    // d(a / b) / db = -(a / b) / b
    const quotient = overB(a)
    const slope = overB(quotient)
    quotient.dispose()
    const towardsB = gradientOf(kernels.mul, upstream, slope, upstream.shape)
    kernels.scale_in_place(towardsB.pointer(), -1, towardsB.numel())
    slope.dispose()
    return [needs[0] ? overB(upstream) : null, towardsB]
  },
})

const scaleRecord = define<{ factor: number }>({
  name: 'scale',
  operands: asFloat,
  shape: ([x]) => x.shape,
  forward([x], out, { factor }) {
    kernels.scale(x.pointer(), factor, out.pointer(), out.numel())
  },
  backward: (upstream, _saved, { factor }) => [scaled(upstream, factor)],
})

const isBool = (x: TensorLike) => (x instanceof Tensor ? x.dtype === 'bool' : typeof x === 'boolean')

/** The factor of `b`, by torch's rules: it must be an integer for integers, and may be a boolean only for bool. */
function factorOf(op: Named, a: TensorLike, b: TensorLike, alpha: number | boolean): Arithmetic {
  if (alpha === 1) return PLAIN
  const dtype = promoted(op, [a, b])
  if (typeof alpha === 'boolean' && dtype !== 'bool')
    throw new RuntimeError('Boolean alpha only supported for Boolean results.')
  const factor = Number(alpha)
  if (dtype !== 'float32' && !Number.isInteger(factor))
    throw new RuntimeError('For integral input tensors, argument alpha must not be a floating point number.')
  return { ...PLAIN, alpha: elementOf(op.name, factor, dtype) }
}

/** Runs an operation of two operands. A number next to floats is passed as an option. */
function applyTo<S extends MaybeSaved>(
  op: Op<Arithmetic, S>,
  a: TensorLike,
  b: TensorLike,
  options = PLAIN,
): Tensor {
  return typeof b === 'number' && options === PLAIN && isFloat(op, a, b)
    ? apply(op, [a], { alpha: 1, other: b })
    : apply(op, [a, b], options)
}

const isFloat = (op: Named, a: TensorLike, b: number): boolean =>
  a instanceof Tensor && a.dtype === 'float32' ? true : promoted(op, [a, b]) === 'float32'

/** `a + alpha b`. */
export const add = (a: TensorLike, b: TensorLike, alpha: number | boolean = 1): Tensor =>
  applyTo(addRecord, a, b, factorOf(addRecord, a, b, alpha))

/** `a - alpha b`. */
export function sub(a: TensorLike, b: TensorLike, alpha: number | boolean = 1): Tensor {
  const bools = Number(isBool(a)) + Number(isBool(b))
  if (bools > 0) {
    throw new RuntimeError(
      bools === 2
        ? 'Subtraction, the `-` operator, with two bool tensors is not supported. Use `a.ne(b)` instead.'
        : 'Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use `x.eq(false)` instead.',
    )
  }
  return applyTo(subRecord, a, b, factorOf(subRecord, a, b, alpha))
}

/** `a * b`, element by element. */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return typeof b === 'number' && isFloat(mulRecord, a, b)
    ? apply(scaleRecord, [a], { factor: b })
    : apply(mulRecord, [a, b], PLAIN)
}

/** `a / b`, element by element. */
export const div = (a: TensorLike, b: TensorLike): Tensor =>
  typeof b === 'number' ? apply(divRecord, [a], { alpha: 1, other: b }) : apply(divRecord, [a, b], PLAIN)

/** A comparison: the kernel gives 1 or 0 as float32, converted to bool; no gradient. */
function comparison(
  name: string,
  kernel: () => Kernel,
  truths: number,
): (a: TensorLike, b: TensorLike) => Tensor {
  const record = define<Arithmetic>({
    ...ofTwo(name),
    dtype: () => 'bool',
    forward([a, b], out, { other }) {
      if (a.dtype === 'float32') {
        const ones = empty(name, out.shape)
        broadcast(kernel(), a, b ?? other, ones)
        kernels.f32_to_bool(ones.pointer(), out.pointer(), out.numel())
        ones.dispose()
      } else {
        integer.compare([a, b], out, truths)
      }
    },
  })
  return (a, b) => {
    // An integer beyond int32 compares like infinity.
    const reach = (x: TensorLike): TensorLike =>
      typeof x === 'number' && x !== (x | 0) && promoted(record, [a, b]) === 'int32' ? x * 2 ** 99 : x
    return applyTo(record, reach(a), reach(b))
  }
}

const { less, equal, greater } = OrderBit

/** `a > b`, as bool. */
export const gt = comparison('gt', () => kernels.gt, greater)
/** `a >= b`, as bool. */
export const ge = comparison('ge', () => kernels.ge, greater | equal)
/** `a < b`, as bool. */
export const lt = comparison('lt', () => kernels.lt, less)
/** `a <= b`, as bool. */
export const le = comparison('le', () => kernels.le, less | equal)
/** `a == b`, as bool. */
export const eq = comparison('eq', () => kernels.eq, equal)
/** `a != b`, as bool. */
export const ne = comparison('ne', () => kernels.ne, less | greater)
