/** Public functions: elementwise arithmetic and comparisons. */
import { signature } from '../call/signature.js'
import * as binary from '../ops/elementwise/binary.js'
import { divide as divided } from '../ops/elementwise/pairs.js'
import { isTensorLike, type TensorLike } from '../tensor/convert.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Broadcast, Broadcastable } from '../tensor/typed/broadcast.js'
import type { BoolTensor, Like } from '../tensor/typed/sizes.js'

/** A comparison of elements. */
type Comparison = <A extends Shape = readonly [], B extends Shape = readonly []>(
  input: Like<A>,
  other: Like<B> & Broadcastable<A, B>,
) => BoolTensor<Broadcast<A, B>>

/** Makes a public function of two operands. Plain positional calls, the fast path, do not read the signature. */
function called(name: string, work: (input: TensorLike, other: TensorLike) => Tensor): Comparison {
  const declared = signature(name, 'input: TensorLike', 'other: TensorLike')
  const named = {
    [name](...args: unknown[]): Tensor {
      if (args.length === 2 && isTensorLike(args[0]) && isTensorLike(args[1])) return work(args[0], args[1])
      return work(...declared.read(args))
    },
  }
  return named[name] as Comparison
}

const ADD = signature('add', 'input: TensorLike', 'other: TensorLike', '*', 'alpha: number|bool = 1')
const SUB = signature('sub', 'input: TensorLike', 'other: TensorLike', '*', 'alpha: number|bool = 1')
const MUL = signature('mul', 'input: TensorLike', 'other: TensorLike')
const DIV = signature(
  'div',
  'input: TensorLike',
  'other: TensorLike',
  '*',
  "rounding_mode: 'floor'|'trunc' = None",
)

/** Options of {@link add} and {@link sub}. */
export interface AlphaOptions {
  /** Factor of `other`; 1 by default. */
  alpha?: number | boolean
}

/** `input + alpha other`. */
export function add<A extends Shape = readonly [], B extends Shape = readonly []>(
  input: Like<A>,
  other: Like<B> & Broadcastable<A, B>,
  options?: AlphaOptions,
): Tensor<Broadcast<A, B>>
export function add(...args: unknown[]): Tensor {
  if (args.length === 2 && isTensorLike(args[0]) && isTensorLike(args[1])) return binary.add(args[0], args[1])
  const [input, other, alpha] = ADD.read(args)
  return binary.add(input, other, alpha)
}

/** `input - alpha other`. */
export function sub<A extends Shape = readonly [], B extends Shape = readonly []>(
  input: Like<A>,
  other: Like<B> & Broadcastable<A, B>,
  options?: AlphaOptions,
): Tensor<Broadcast<A, B>>
export function sub(...args: unknown[]): Tensor {
  if (args.length === 2 && isTensorLike(args[0]) && isTensorLike(args[1])) return binary.sub(args[0], args[1])
  const [input, other, alpha] = SUB.read(args)
  return binary.sub(input, other, alpha)
}

/** `input * other`, element by element. */
export function mul<A extends Shape = readonly [], B extends Shape = readonly []>(
  input: Like<A>,
  other: Like<B> & Broadcastable<A, B>,
): Tensor<Broadcast<A, B>>
export function mul(...args: unknown[]): Tensor {
  if (args.length === 2 && isTensorLike(args[0]) && isTensorLike(args[1])) return binary.mul(args[0], args[1])
  return binary.mul(...MUL.read(args))
}

/** Options of {@link div}. */
export interface DivOptions {
  /** Rounds down, or towards 0, and keeps integers. Not rounded by default. */
  rounding_mode?: 'floor' | 'trunc' | null
}

/** `input / other`, element by element. */
export function div<A extends Shape = readonly [], B extends Shape = readonly []>(
  input: Like<A>,
  other: Like<B> & Broadcastable<A, B>,
  options?: DivOptions,
): Tensor<Broadcast<A, B>>
export function div(...args: unknown[]): Tensor {
  if (args.length === 2 && isTensorLike(args[0]) && isTensorLike(args[1])) return binary.div(args[0], args[1])
  return divided(...DIV.read(args))
}

/** The same as {@link sub}. */
export const subtract = sub
/** The same as {@link mul}. */
export const multiply = mul
/** The same as {@link div}. */
export const divide = div
/** `input / other`, element by element. */
export const true_divide = called('true_divide', binary.div)

/** `input > other`, as bool. */
export const gt = called('gt', binary.gt)
/** `input >= other`, as bool. */
export const ge = called('ge', binary.ge)
/** `input < other`, as bool. */
export const lt = called('lt', binary.lt)
/** `input <= other`, as bool. */
export const le = called('le', binary.le)
/** `input == other`, as bool. */
export const eq = called('eq', binary.eq)
/** `input != other`, as bool. */
export const ne = called('ne', binary.ne)
