import { ReductionCode } from '#kernels'
import { describe } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'

/** 'mean' or 'sum' over the rows, or 'none': one loss per row. */
export type Reduction = 'none' | 'mean' | 'sum'

/** The kernels' codes. */
export const reductionCodes: Readonly<Record<Reduction, number>> = ReductionCode

/** Throws unless `reduction` is one of the three. */
export function checkReduction(op: string, reduction: unknown): asserts reduction is Reduction {
  if (reduction === 'mean' || reduction === 'sum' || reduction === 'none') return
  const got = typeof reduction === 'string' ? reduction : describe(reduction)
  throw new ValueError(`${op}: ${got} is not valid for reduction; it must be 'none', 'mean' or 'sum'`)
}
