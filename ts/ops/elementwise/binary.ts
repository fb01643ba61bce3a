/** Functions of two tensors, element by element, with broadcasting. */

import { OrderBit } from '#kernels'
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define, type MaybeSaved, type Op } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { type TensorLike, toFloat, toTensor } from '../../tensor/convert.js'
import type { DType } from '../../tensor/dtype.js'
import { elementOf, resultType } from '../../tensor/promotion.js'
import { broadcastShapes, type Shape } from '../../tensor/shape.js'
import { empty, Tensor } from '../../tensor/tensor.js'
import { broadcast, type Kernel } from './broadcast.js'
import { type SavedFactors, savedFactors } from './factors.js'
import * as integer from './integer.js'

const NAMES = ['input', 'other'] as const

/** The second operand where it is a number; then it is none of the inputs. */
interface Other {
  readonly other: number
}

/** Where it is an input. */
const NO_NUMBER: Other = { other: Number.NaN }

const arithmeticShape =
  (name: string) =>
  ([a, b]: readonly Tensor[]) =>
    b === undefined ? a.shape : broadcastShapes(name, a.shape, b.shape, NAMES)

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

const addRecord = define<Other>({
  name: 'add',
  shape: arithmeticShape('add'),
  forward([a, b], out, { other }) {
    broadcast(kernels.add, a, b ?? other, out)
  },
  backward: (upstream, _saved, _options, { needs }) => needs.map(() => upstream),
})

const subRecord = define<Other>({
  name: 'sub',
  shape: arithmeticShape('sub'),
  forward([a, b], out, { other }) {
    broadcast(kernels.sub, a, b ?? other, out)
  },
  backward: (upstream, _saved, _options, { needs }) => [upstream, needs[1] ? negated(upstream) : null],
})

const mulRecord = define<Other, SavedFactors>({
  name: 'mul',
  shape: arithmeticShape('mul'),
  forward([a, b], out) {
    broadcast(kernels.mul, a, b, out)
    return savedFactors(a, b)
  },
  backward(upstream, { a, b }) {
    const times = (x: Tensor) => gradientOf(kernels.mul, upstream, x, upstream.shape)
    return [b ? times(b) : null, a ? times(a) : null]
  },
})

const divRecord = define<Other, Partial<SavedFactors>>({
  name: 'div',
  shape: arithmeticShape('div'),
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
  shape: ([x]) => x.shape,
  forward([x], out, { factor }) {
    kernels.scale(x.pointer(), factor, out.pointer(), out.numel())
  },
  backward(upstream, _saved, { factor }) {
    const gradient = empty('backward', upstream.shape)
    kernels.scale(upstream.pointer(), factor, gradient.pointer(), gradient.numel())
    return [gradient]
  },
})

function applyTo<S extends MaybeSaved>(op: Op<Other, S>, a: TensorLike, b: TensorLike): Tensor {
  const input = toFloat(op.name, 'input', a)
  if (typeof b === 'number') return apply(op, [input], { other: b })
  return apply(op, [input, toFloat(op.name, 'other', b)], NO_NUMBER)
}

/**
 * The type of a result of a and b where it is one of integers, else null: float32 has kernels, and gradients, of its own.
 * Numbers alone make float32.
 */
function integersOf(op: string, a: TensorLike, b: TensorLike): DType | null {
  if (a instanceof Tensor ? a.dtype === 'float32' : !(b instanceof Tensor)) return null
  if (b instanceof Tensor && b.dtype === 'float32') return null
  // Checked before they are told apart: neither may be something else.
  if (!(a instanceof Tensor)) toTensor(op, 'input', a)
  if (!(b instanceof Tensor)) toTensor(op, 'other', b)
  const dtype = resultType([a, b])
  return dtype === 'float32' ? null : dtype
}

const isBool = (x: TensorLike) => (x instanceof Tensor ? x.dtype === 'bool' : typeof x === 'boolean')

/** The factor of `b`, by torch's rules: integers have no fraction of themselves, and a boolean is a factor of bool alone. */
function factorOf(op: string, alpha: number | boolean, integers: DType | null): number {
  if (alpha === 1) return alpha
  if (typeof alpha === 'boolean' && integers !== 'bool')
    throw new RuntimeError('Boolean alpha only supported for Boolean results.')
  const factor = Number(alpha)
  if (integers === null) return elementOf(op, factor, 'float32')
  if (!Number.isInteger(factor))
    throw new RuntimeError('For integral input tensors, argument alpha must not be a floating point number.')
  return elementOf(op, factor, integers)
}

/** `a + alpha b`. */
export function add(a: TensorLike, b: TensorLike, alpha: number | boolean = 1): Tensor {
  const integers = integersOf('add', a, b)
  const factor = factorOf('add', alpha, integers)
  if (integers !== null) return integer.add('add', a, b, factor, integers)
  return applyTo(addRecord, a, factor === 1 ? b : scale(toFloat('add', 'other', b), factor))
}
/** `a - alpha b`. */
export function sub(a: TensorLike, b: TensorLike, alpha: number | boolean = 1): Tensor {
  const integers = integersOf('sub', a, b)
  const bools = Number(isBool(a)) + Number(isBool(b))
  if (bools > 0) {
    throw new RuntimeError(
      bools === 2
        ? 'Subtraction, the `-` operator, with two bool tensors is not supported. Use `a.ne(b)` instead.'
        : 'Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use `x.eq(false)` instead.',
    )
  }
  const factor = factorOf('sub', alpha, integers)
  if (integers !== null) return integer.add('sub', a, b, -factor, integers)
  return applyTo(subRecord, a, factor === 1 ? b : scale(toFloat('sub', 'other', b), factor))
}
/** `a * b`, element by element. */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  const integers = integersOf('mul', a, b)
  if (integers !== null) return integer.mul(a, b, integers)
  return typeof b === 'number' ? scale(toFloat('mul', 'input', a), b) : applyTo(mulRecord, a, b)
}
/** `a / b`, element by element. */
export const div = (a: TensorLike, b: TensorLike): Tensor => applyTo(divRecord, a, b)

/** `x * factor`. */
function scale(x: Tensor, factor: number): Tensor {
  return apply(scaleRecord, [x], { factor })
}

/** A comparison: 1 or 0 as float32 by its kernel, then bool; no gradient. */
function comparison(
  name: string,
  kernel: () => Kernel,
  truths: number,
): (a: TensorLike, b: TensorLike) => Tensor {
  const record = define<Other>({
    name,
    dtype: () => 'bool',
    shape: arithmeticShape(name),
    forward([a, b], out, { other }) {
      const ones = empty(name, out.shape)
      broadcast(kernel(), a, b ?? other, ones)
      kernels.f32_to_bool(ones.pointer(), out.pointer(), out.numel())
      ones.dispose()
    },
  })
  return (a, b) => {
    const integers = integersOf(name, a, b)
    if (integers === null) return applyTo(record, a, b)
    // Beyond int32 an integer is as good as an infinite one.
    const beyond = (x: TensorLike) => typeof x === 'number' && x !== (x | 0) && integers === 'int32'
    if (beyond(a)) return applyTo(record, Number(a) * 2 ** 99, b)
    if (beyond(b)) return applyTo(record, a, Number(b) * 2 ** 99)
    return integer.compare(name, a, b, truths, integers)
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
