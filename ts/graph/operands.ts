/** Conversion of arguments, including numbers, to operands of one element type: rules for the `operands` of records. */
import { checkScalar, scalar, type TensorLike, to } from '../tensor/convert.js'
import type { DType } from '../tensor/dtype.js'
import { checkFloat, resultType } from '../tensor/promotion.js'
import { Tensor } from '../tensor/tensor.js'

/** The part of an operation that errors mention. */
export interface Named {
  readonly name: string
  /** Names of the inputs; `input` and `other` by default. */
  readonly inputs?: readonly string[]
}

/** The element type of the operands. Throws if the operation has no kernel for it. */
export type OperandRule<Options> = (op: Named, given: readonly TensorLike[], options: Options) => DType

const NAMES = ['input', 'other'] as const

const nameOf = ({ inputs = NAMES }: Named, i: number): string => inputs[i] ?? `inputs[${i}]`

/** The type to which torch promotes all of them; only numbers give float32. */
export function promoted(op: Named, given: readonly TensorLike[]): DType {
  let areScalars = true
  for (const x of given) {
    if (!(x instanceof Tensor)) continue
    if (x.dtype === 'float32') return 'float32'
    areScalars = false
  }
  // Checks first that all are tensors, numbers or booleans.
  for (let i = 0; i < given.length; i++) checkScalar(op.name, nameOf(op, i), given[i])
  return areScalars ? 'float32' : resultType(given)
}

/** float32, to which integers are converted. */
export const asFloat = (): DType => 'float32'

/** float32; integers are refused, as in torch. */
export function floating(op: Named, given: readonly TensorLike[]): DType {
  for (let i = 0; i < given.length; i++) {
    const x = given[i]
    if (x instanceof Tensor) checkFloat(op.name, nameOf(op, i), x.dtype)
  }
  return 'float32'
}

/** The arguments as tensors of type `dtype`; the same array if nothing is converted. Integers have no gradient. */
export function operandsOf(op: Named, given: readonly TensorLike[], dtype: DType): readonly Tensor[] {
  for (const x of given) if (!(x instanceof Tensor) || x.dtype !== dtype) return converted(op, given, dtype)
  return given as readonly Tensor[]
}

const converted = (op: Named, given: readonly TensorLike[], dtype: DType): readonly Tensor[] =>
  given.map((x, i) => (x instanceof Tensor ? to(x, dtype) : scalar(op.name, nameOf(op, i), x, dtype)))
