/** Options of the metrics, and their checks, with torchmetrics' rules and messages. */
import { AverageCode, CurveCode, NormalizeCode, RankingCode, SchemeCode, StatisticCode } from '#kernels'
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { full, tensor } from '../tensor/create.js'
import { checkShape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'

// Common parameters of the metrics. Types are checked later, with torchmetrics' messages.
export const NUM_LABELS = 'num_labels: value'
export const AVERAGE = "average: value = 'macro'"
export const MULTIDIM_AVERAGE = "multidim_average: 'global'|'samplewise' = 'global'"
export const THRESHOLDS = 'thresholds: value = None'
export const IGNORE_INDEX = 'ignore_index: value = None'
export const VALIDATE_ARGS = 'validate_args: bool = True'

/** Options of every metric. */
export interface MetricOptions {
  /** Number of labels of a row: at least 2. */
  num_labels: number
  /** Targets with this value, an integer such as -1 or NaN, are missing and do not count. */
  ignore_index?: number | null
  /** Accepted for compatibility with torchmetrics: arguments are always checked. */
  validate_args?: boolean
}

/**
 * 'macro': the mean of the labels' scores; 'weighted': the mean weighted by each label's number of positives;
 * 'micro': all labels counted as one; 'none': one score per label.
 */
export type Average = 'micro' | 'macro' | 'weighted' | 'none'

/** Over all rows, dimensions after the labels among them; or for each sample over those dimensions. */
export type MultidimAverage = 'global' | 'samplewise'

/** Over the targets, the predictions, or both; null and 'none' give counts. */
export type Normalize = 'true' | 'pred' | 'all' | 'none'

// What the kernels call them.
export const averageCodes: Readonly<Record<Average, number>> = AverageCode
export const statisticCodes = StatisticCode
export const normalizeCodes: Readonly<Record<Normalize, number>> = NormalizeCode
export const curveCodes = CurveCode
export const rankingCodes = RankingCode
export const schemeCodes = SchemeCode

/** Throws unless `value` is one of the names. */
export function checkChoice<Choice extends string>(
  op: string,
  argument: string,
  value: unknown,
  choices: readonly Choice[],
): asserts value is Choice {
  if ((choices as readonly unknown[]).includes(value)) return
  const names = choices.map((choice) => `'${choice}'`).join(', ')
  throw new ValueError(
    `${op}: Expected argument \`${argument}\` to be one of ${names}, but got ${describe(value)}`,
  )
}

/** How labels are combined; null is torchmetrics' other name for 'none'. */
export function readAverage(op: string, value: unknown): Average {
  const average = value ?? 'none'
  checkChoice(op, 'average', average, Object.keys(averageCodes) as Average[])
  return average
}

export function checkNumLabels(op: string, value: unknown): asserts value is number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 2) {
    throw new ValueError(
      `${op}: Expected argument \`num_labels\` to be an integer larger than 1, but got ${describe(value)}`,
    )
  }
  checkShape(op, [value])
}

export function checkIgnoreIndex(op: string, value: unknown): asserts value is number | null {
  if (value === null || Number.isInteger(value) || Number.isNaN(value)) return
  throw new ValueError(
    `${op}: Expected argument \`ignore_index\` to either be null or an integer, or NaN, but got ${describe(value)}`,
  )
}

export function checkBeta(op: string, value: unknown): void {
  if (typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY) return
  throw new ValueError(
    `${op}: Expected argument \`beta\` to be a float larger than 0, but got ${describe(value)}`,
  )
}

export function checkZeroDivision(op: string, value: unknown): void {
  if (value === 0 || value === 1) return
  throw new ValueError(`${op}: Expected argument \`zero_division\` to be 0 or 1, but got ${describe(value)}`)
}

/** A threshold for all labels, or one for each. */
export type Threshold = number | readonly number[] | Tensor

/** `threshold` as a tensor with one for each label. */
export function readThreshold(op: string, threshold: unknown, num_labels: number): Tensor {
  if (threshold instanceof Tensor || Array.isArray(threshold)) {
    const values = threshold instanceof Tensor ? threshold.data() : (threshold as unknown[])
    const isShared = threshold instanceof Tensor && threshold.dim() === 0
    const isNumber = (value: unknown) => typeof value === 'number' && !Number.isNaN(value)
    if ((isShared || values.length === num_labels) && Array.from(values).every(isNumber)) {
      return isShared ? full([num_labels], Number(values[0])) : tensor(Float32Array.from(values, Number))
    }
    throw new ValueError(
      `${op}: Expected argument \`threshold\` to be one number for each of the ${num_labels} labels, but got ${values.length}: ${Array.from(values).slice(0, 8).map(describe).join(', ')}`,
    )
  }
  if (typeof threshold !== 'number' || !(threshold >= 0 && threshold <= 1)) {
    throw new ValueError(
      `${op}: Expected argument \`threshold\` to be a float in the [0,1] range, but got ${describe(threshold)}`,
    )
  }
  return full([num_labels], threshold)
}

/** Thresholds of a curve: null for every score, their number for even spacing from 0 to 1, or a list. */
export type Thresholds = null | number | readonly number[] | Tensor

/** The thresholds in ascending order, or null. */
export function readThresholds(op: string, thresholds: unknown, num_labels: number): Float32Array | null {
  if (thresholds === null) return null
  if (typeof thresholds === 'number') {
    if (!Number.isInteger(thresholds) || thresholds < 2) {
      throw new ValueError(
        `${op}: If argument \`thresholds\` is an integer, expected it to be larger than 1, but got ${thresholds}`,
      )
    }
    checkShape(op, [num_labels, thresholds + 1, 4])
    return linspace(thresholds)
  }
  if (thresholds instanceof Tensor && thresholds.dim() !== 1) {
    throw new ValueError(`${op}: If argument \`thresholds\` is a tensor, expected the tensor to be 1d`)
  }
  const given: unknown = thresholds instanceof Tensor ? Array.from(thresholds.data()) : thresholds
  const inRange = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1
  if (!Array.isArray(given) || given.length === 0 || !given.every(inRange)) {
    const got = Array.isArray(given) ? `[${given.slice(0, 8).map(describe).join(', ')}]` : describe(given)
    throw new ValueError(
      `${op}: If argument \`thresholds\` is a list, expected all elements to be floats in the [0,1] range, but got ${got}`,
    )
  }
  checkShape(op, [num_labels, given.length + 1, 4])
  return Float32Array.from(given as number[]).sort()
}

/** The same bits as torch.linspace(0, 1, steps). */
export function linspace(steps: number): Float32Array {
  const step = Math.fround(1 / (steps - 1))
  return Float32Array.from({ length: steps }, (_, i) =>
    i < Math.floor(steps / 2) ? step * i : 1 - step * (steps - 1 - i),
  )
}
