/** The dtype of results: torch's rules, with int32 in place of int64. */
import { RuntimeError } from '../base/errors.js'
import type { DType } from './dtype.js'
import type { Tensor } from './tensor.js'

/** Each type holds the values of those before it. */
const ORDER: readonly DType[] = ['bool', 'uint8', 'int32', 'float32']

/** Names of the types in torch's errors. */
const NAMES: Record<DType, string> = { bool: 'Bool', uint8: 'Byte', int32: 'Int', float32: 'Float' }

export const nameOf = (dtype: DType): string => NAMES[dtype]

/** bool, integral, floating: a higher category wins, whatever its operand's dimensions. */
const categoryOf = (dtype: DType): number => (dtype === 'float32' ? 2 : dtype === 'bool' ? 0 : 1)

/** The smallest type that holds both. */
export const promote = (a: DType, b: DType): DType => (ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b)

/**
 * The type of a result of tensors and scalars: the one that holds all tensors with dimensions, unless a 0-d tensor or,
 * with lower priority, a scalar has a higher category. A number without a fraction counts as an integer next to a tensor that is not float32.
 *
 * Source: torch.result_type.
 *
 * @example resultType([torch.zeros([2], { dtype: 'uint8' }), 300]) // 'uint8'
 */
export function resultType(operands: readonly (Tensor | number | boolean)[]): DType {
  const best: (DType | undefined)[] = []
  for (const operand of operands) {
    const [rank, dtype] =
      typeof operand === 'object' ? [operand.dim() > 0 ? 0 : 1, operand.dtype] : [2, scalarType(operand)]
    const before = best[rank]
    best[rank] = before === undefined ? dtype : promote(before, dtype)
  }
  const [dimensioned, ...others] = best
  return others.reduce<DType | undefined>(
    (type, other) =>
      type === undefined || (other !== undefined && categoryOf(other) > categoryOf(type)) ? other : type,
    dimensioned,
  ) as DType
}

/** The type of a scalar next to tensors. A number beyond torch's int64 is a float, such as 1e30 in Python. */
const scalarType = (value: number | boolean): DType =>
  typeof value === 'boolean'
    ? 'bool'
    : Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63
      ? 'int32'
      : 'float32'

/** Throws unless an in-place operation may write results of type `from` to elements of type `to`. */
export function checkCast(op: string, from: DType, to: DType): void {
  if (categoryOf(from) <= categoryOf(to)) return
  throw new RuntimeError(
    `${op}: result type ${NAMES[from]} can't be cast to the desired output type ${NAMES[to]}`,
  )
}

/** Throws for an operation that has no kernel for these elements. */
export function checkFloat(op: string, argument: string, dtype: DType): void {
  if (dtype === 'float32') return
  throw new RuntimeError(
    `"${op}" not implemented for '${NAMES[dtype]}': ${argument} must be float32, convert it with .float()`,
  )
}

/**
 * `value` as an element of type `dtype`, as torch fills tensors: fractions are truncated, -1 as uint8 is 255.
 *
 * @throws RuntimeError if it does not fit the type
 */
export function elementOf(op: string, value: number, dtype: DType): number {
  if (dtype === 'bool') return value === 0 ? 0 : 1
  const whole = Math.trunc(value)
  const fits =
    dtype === 'float32'
      ? !Number.isFinite(value) || Number.isFinite(Math.fround(value))
      : dtype === 'int32'
        ? whole === (whole | 0)
        : whole <= 255 && (value >= 0 || (whole === value && value >= -255))
  if (!fits) {
    throw new RuntimeError(
      `${op}: value cannot be converted to type ${dtype} without overflow (got ${value})`,
    )
  }
  return dtype === 'float32' ? value : dtype === 'uint8' ? whole & 255 : whole | 0
}
