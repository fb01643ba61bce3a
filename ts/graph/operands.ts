/** What users pass, numbers among it, as operands of one element type: rules for the `operands` of records. */
import { checkScalar, scalar, type TensorLike, to } from '../tensor/convert.js'
import type { DType } from '../tensor/dtype.js'
import { checkFloat, resultType } from '../tensor/promotion.js'
import { Tensor } from '../tensor/tensor.js'

/** As far as messages need it. */
export interface Named {
  readonly name: string
  /** Names of the inputs; `input` and `other` where they are left out. */
  readonly inputs?: readonly string[]
}

/** The element type that operands are converted to. Throws where the operation has no kernel for what is given. */
export type OperandRule<Options> = (op: Named, given: readonly TensorLike[], options: Options) => DType

const NAMES = ['input', 'other'] as const

const nameOf = ({ inputs = NAMES }: Named, i: number): string => inputs[i] ?? `inputs[${i}]`

/** The type that holds all of them, by torch's rules; numbers alone make float32. */
export function promoted(op: Named, given: readonly TensorLike[]): DType {
  let areScalars = true
  for (const x of given) {
    if (!(x instanceof Tensor)) continue
    if (x.dtype === 'float32') return 'float32'
    areScalars = false
  }
  // Before they are told apart: none may be something else.
  for (let i = 0; i < given.length; i++) checkScalar(op.name, nameOf(op, i), given[i])
  return areScalars ? 'float32' : resultType(given)
}

/** float32, to which integers are converted. */
export const asFloat = (): DType => 'float32'

/** float32, to which integers are not converted, as torch has no kernel for them either. */
export function floating(op: Named, given: readonly TensorLike[]): DType {
  for (let i = 0; i < given.length; i++) {
    const x = given[i]
    if (x instanceof Tensor) checkFloat(op.name, nameOf(op, i), x.dtype)
  }
  return 'float32'
}

/** What is given as tensors of type `dtype`; itself where nothing is to be converted. Integers carry no gradient. */
export function operandsOf(op: Named, given: readonly TensorLike[], dtype: DType): readonly Tensor[] {
  for (const x of given) if (!(x instanceof Tensor) || x.dtype !== dtype) return converted(op, given, dtype)
  return given as readonly Tensor[]
}

const converted = (op: Named, given: readonly TensorLike[], dtype: DType): readonly Tensor[] =>
  given.map((x, i) => (x instanceof Tensor ? to(x, dtype) : scalar(op.name, nameOf(op, i), x, dtype)))
