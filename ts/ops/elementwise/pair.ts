/** Functions of two tensors that are not arithmetic, by one kernel for floats and one for integers. */
import { BitwiseCode, EverydayPairCode, IntegerPairCode, type Kernels, PairCode } from '#kernels'
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { asFloat, floating, type OperandRule, promoted } from '../../graph/operands.js'
import { kernels } from '../../kernels/instance.js'
import { withoutRest } from '../../memory/scope.js'
import type { TensorLike } from '../../tensor/convert.js'
import { nameOf } from '../../tensor/promotion.js'
import { broadcastShapes } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import { broadcast } from './broadcast.js'
import { fillByInt32, withInt32 } from './integer.js'

/** What backward reads. */
type Operands = { readonly a: Tensor; readonly b: Tensor; readonly out: Tensor }

/** The gradient of one operand, where it is needed. */
export type Gradient = (upstream: Tensor, operands: Operands) => Tensor
export type Gradients = readonly [ofA: Gradient, ofB: Gradient]

/** The kinds of elements of an operation: floats alone, all as floats, integers alone, or all but bool, or all. */
type Elements = 'floats' | 'as floats' | 'integers' | 'numbers' | 'all'

const NAMES = ['input', 'other'] as const

const operandsOf =
  (elements: Elements): OperandRule<undefined> =>
  (op, given) => {
    const dtype = elements === 'floats' ? floating(op, given) : promoted(op, given)
    if (elements === 'as floats') return asFloat()
    const isRefused = elements === 'integers' ? 'float32' : elements === 'numbers' ? 'bool' : undefined
    if (dtype !== isRefused) return dtype
    throw new RuntimeError(`"${op.name}" not implemented for '${nameOf(dtype)}'`)
  }

/** Options of {@link pair}. */
interface PairOptions {
  readonly elements: Elements
  /** The name of the kernel for integers, if it is another one. */
  readonly integers?: keyof typeof IntegerPairCode
  readonly gradients?: Gradients
}

/** The function of this name. */
export const pair = (
  name: string,
  options: PairOptions,
  floats = name as keyof typeof PairCode,
): ((a: TensorLike, b: TensorLike) => Tensor) =>
  definePair(name, options, { code: PairCode[floats], kernel: () => kernels.pair })

/** That of one of those that every app carries. */
export const everydayPair = (
  name: string,
  options: PairOptions,
  floats = name as keyof typeof EverydayPairCode,
): ((a: TensorLike, b: TensorLike) => Tensor) =>
  definePair(name, options, { code: EverydayPairCode[floats], kernel: () => kernels.everyday_pair })

/** How floats are computed. */
interface Floats {
  readonly code: number
  readonly kernel: () => Kernels['pair']
}

function definePair(
  name: string,
  { elements, integers = name as never, gradients }: PairOptions,
  floats: Floats,
): (a: TensorLike, b: TensorLike) => Tensor {
  const record = define<undefined, Operands>({
    name,
    operands: operandsOf(elements),
    shape: ([a, b]) => broadcastShapes(name, a.shape, b.shape, NAMES),
    dtype: ([a]) => a.dtype,
    forward([a, b], out) {
      if (out.dtype === 'float32') run(floats, a, b, out)
      else runIntegers(name, IntegerPairCode[integers], [a, b], out)
      return { a, b, out }
    },
    ...(gradients === undefined
      ? {}
      : {
          backward: (upstream, operands, _options, { needs }) =>
            withoutRest(() => gradients.map((of, i) => (needs[i] ? of(upstream, operands) : null))),
        }),
  })
  return (a, b) => apply(record, [a, b], undefined)
}

/** Bits of two integers of one type, without a gradient. */
export function bitwise(
  name: string,
  bits: keyof typeof BitwiseCode,
): (a: TensorLike, b: TensorLike) => Tensor {
  const code = BitwiseCode[bits]
  const record = define<undefined>({
    name,
    operands: operandsOf('integers'),
    shape: ([a, b]) => broadcastShapes(name, a.shape, b.shape, NAMES),
    dtype: ([a]) => a.dtype,
    forward([a, b], out) {
      const kernel = out.dtype === 'int32' ? kernels.bitwise : kernels.bitwise_of_bytes
      broadcast((...args) => kernel(code, ...args), a, b, out)
    },
  })
  return (a, b) => apply(record, [a, b], undefined)
}

const run = ({ code, kernel }: Floats, a: Tensor, b: Tensor, out: Tensor): void =>
  broadcast((...args) => kernel()(code, ...args), a, b, out)

/** The upstream gradient times a function of both operands. */
export const scaled = (upstream: Tensor, name: keyof typeof PairCode, a: Tensor, b: Tensor): Tensor =>
  times(upstream, { code: PairCode[name], kernel: () => kernels.pair }, a, b)

/** The same of those that every app carries. */
export const everydayScaled = (
  upstream: Tensor,
  name: keyof typeof EverydayPairCode,
  a: Tensor,
  b: Tensor,
): Tensor => times(upstream, { code: EverydayPairCode[name], kernel: () => kernels.everyday_pair }, a, b)

function times(upstream: Tensor, floats: Floats, a: Tensor, b: Tensor): Tensor {
  const out = empty('backward', upstream.shape)
  run(floats, a, b, out)
  kernels.mul_in_place(out.pointer(), upstream.pointer(), out.numel())
  return out
}

function runIntegers(op: string, code: number, operands: readonly Tensor[], out: Tensor): void {
  withInt32(operands, (a, b) =>
    fillByInt32(op, out, (result) => {
      const fits = broadcast((...args) => kernels.integer_pair(code, ...args), a, b, result)
      if (fits === 0 && DIVIDING.includes(code) && b.data().includes(0)) {
        throw new RuntimeError(`ZeroDivisionError: ${op} of integers by zero`)
      }
      return fits
    }),
  )
}

const { fmod, remainder, floor_divide, trunc_divide } = IntegerPairCode
const DIVIDING: readonly number[] = [fmod, remainder, floor_divide, trunc_divide]
