/** Options of losses that say how labels are read: which are missing, and how far they are smoothed. */
import { checkNumber } from '../../base/check.js'
import { RuntimeError, ValueError } from '../../base/errors.js'

/** What the kernels take for no ignored value. */
export const NONE_IGNORED = Number.POSITIVE_INFINITY

/** The value of ignored targets for the kernels; throws unless it is a number of float32, NaN or null. */
export function ignoredBy(op: string, ignore_index: unknown, name = 'ignore_index'): number {
  if (ignore_index === null) return NONE_IGNORED
  checkNumber(op, name, ignore_index)
  if (Math.abs(Math.fround(ignore_index)) < NONE_IGNORED || Number.isNaN(ignore_index)) return ignore_index
  throw new ValueError(`${op}: ${name} must be a finite number, NaN or null, but got ${ignore_index}`)
}

/** Throws torch's error unless it is from 0 to 1. */
export function checkLabelSmoothing(
  op: string,
  label_smoothing: unknown,
  name = 'label_smoothing',
): asserts label_smoothing is number {
  checkNumber(op, name, label_smoothing)
  if (label_smoothing >= 0 && label_smoothing <= 1) return
  throw new RuntimeError(`${name} must be between 0.0 and 1.0. Got: ${label_smoothing} (${op})`)
}
