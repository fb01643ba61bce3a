/** What a report is given, checked. */

import { describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import { isPlainObject } from '../call/kinds.js'
import { readThreshold } from '../metrics/options.js'
import { tensor } from '../tensor/create.js'
import { formatShape, sameShape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'

const OP = 'report'

/** The code of a target that is not known, and of one whose probability is NaN. */
export const UNKNOWN = -1

/** Rows and labels of a report. */
export interface Rows {
  rows: number
  labels: number
  /** [rows, labels], row-major; logits have become probabilities. */
  probabilities: Float32Array
  /** 0, 1 or {@link UNKNOWN}. */
  targets: Int32Array
  /** Targets that are not known. */
  missing: number
  /** Probabilities that are NaN. */
  undefinedScores: number
  /** Rows none of whose targets is known. */
  emptyRows: number
}

export function readRows(probabilities: Tensor, targets: Tensor, ignore_index: number | null): Rows {
  if (probabilities.dim() !== 2 || !sameShape(probabilities.shape, targets.shape)) {
    throw new ValueError(
      `${OP}: probabilities and targets must be of one shape [N, C], but got ${formatShape(probabilities.shape)} and ${formatShape(targets.shape)}`,
    )
  }
  if (probabilities.dtype !== 'float32') {
    throw new ValueError(`${OP}: probabilities must be float32, but got ${probabilities.dtype}`)
  }
  const [rows, labels] = probabilities.shape
  if (rows === 0 || labels === 0) {
    throw new ValueError(
      `${OP}: there must be a row and a label at least, but got ${formatShape(probabilities.shape)}`,
    )
  }
  const scores = Float32Array.from(probabilities.data())
  // As metrics have it: all are logits if one is out of range.
  if (scores.some((x) => x < 0 || x > 1)) scores.set(scores.map((x) => 1 / (1 + Math.exp(-x))))
  const given = targets.data()
  const known = new Int32Array(scores.length)
  let [missing, undefinedScores, emptyRows] = [0, 0, 0]
  for (let row = 0; row < rows; row++) {
    let isEmpty = true
    for (let i = row * labels; i < (row + 1) * labels; i++) {
      const value = Number(given[i])
      const isMissing = Number.isNaN(value) || value === ignore_index
      if (!isMissing && value !== 0 && value !== 1) {
        const allowed = ignore_index === null ? '0, 1 and NaN' : `0, 1, NaN and ${ignore_index}`
        throw new RuntimeError(`${OP}: targets must be ${allowed}, but got ${value}`)
      }
      if (isMissing) missing++
      else isEmpty = false
      if (Number.isNaN(scores[i])) undefinedScores++
      known[i] = isMissing || Number.isNaN(scores[i]) ? UNKNOWN : value
      if (Number.isNaN(scores[i])) scores[i] = 0
    }
    if (isEmpty) emptyRows++
  }
  return { rows, labels, probabilities: scores, targets: known, missing, undefinedScores, emptyRows }
}

/** A column twice if it is the only one, as metrics want two labels: both have the same scores. */
export function asMetricsWant({ rows, labels, probabilities, targets }: Rows): [Tensor, Tensor] {
  const shape = [rows, Math.max(labels, 2)]
  const twice = <T extends Float32Array | Int32Array>(values: T, into: T): T => {
    values.forEach((value, i) => {
      into[2 * i] = value
      into[2 * i + 1] = value
    })
    return into
  }
  if (labels > 1) return [tensor(probabilities).alias(shape), tensor(targets).alias(shape)]
  return [
    tensor(twice(probabilities, new Float32Array(2 * rows))).alias(shape),
    tensor(twice(targets, new Int32Array(2 * rows))).alias(shape),
  ]
}

/** A name for each label: its number by default. */
export function readNames(names: unknown, labels: number): string[] {
  if (names === null) return Array.from({ length: labels }, (_, label) => String(label))
  if (!Array.isArray(names) || names.length !== labels || names.some((name) => typeof name !== 'string')) {
    const got = Array.isArray(names)
      ? `${names.length}: ${names.slice(0, 8).map(describe).join(', ')}`
      : describe(names)
    throw new ValueError(`${OP}: label_names must be ${labels} strings, one for each label, but got ${got}`)
  }
  return [...names]
}

/** One threshold for each label. */
export function readThresholds(thresholds: unknown, labels: number): Float32Array {
  return Float32Array.from(readThreshold(OP, thresholds ?? 0.5, labels).data())
}

/** The numbers of each epoch, by name. */
export type History = readonly Readonly<Record<string, number>>[]

export function readHistory(history: unknown): History {
  if (!Array.isArray(history))
    throw new TypeError(`${OP}: history must be a list, but got ${describe(history)}`)
  return history.map((epoch: unknown) => {
    if (!isPlainObject(epoch) || !Object.values(epoch).every(isNumbers)) {
      throw new TypeError(
        `${OP}: history must be objects of numbers, one for each epoch, such as { epoch: 1, train_loss: 0.5, val_loss: 0.6 }, but got ${describe(epoch)}`,
      )
    }
    // A metric of each label, which is a list, is no curve.
    const numbers = Object.entries(epoch).filter(([, value]) => typeof value === 'number')
    return Object.fromEntries(numbers) as History[number]
  })
}

/** A number, or a list of them. */
const isNumbers = (value: unknown): boolean =>
  typeof value === 'number' || (Array.isArray(value) && value.every((each) => typeof each === 'number'))

/** A row to show, and what to call it. */
export interface ReportExample {
  row: number
  name?: string
}

/** A label of a row that is suspected to be wrong. */
export interface ReportIssue {
  row: number
  label: number
  name?: string
}

function checkPlace(argument: string, given: unknown, bounds: Readonly<Record<string, number>>): void {
  for (const [key, bound] of Object.entries(bounds)) {
    const at = isPlainObject(given) ? given[key] : undefined
    if (typeof at !== 'number' || !Number.isInteger(at) || at < 0 || at >= bound) {
      throw new ValueError(
        `${OP}: ${key} of ${argument} must be an integer from 0 to ${bound - 1}, but got ${describe(at)}`,
      )
    }
  }
  const name = isPlainObject(given) ? given.name : undefined
  if (name !== undefined && typeof name !== 'string') {
    throw new TypeError(`${OP}: name of ${argument} must be a string, but got ${describe(name)}`)
  }
}

export function readExamples(examples: unknown, rows: number): readonly ReportExample[] {
  if (!Array.isArray(examples))
    throw new TypeError(`${OP}: examples must be a list, but got ${describe(examples)}`)
  for (const example of examples) checkPlace('examples', example, { row: rows })
  return examples
}

/** Places in a list, or those where a mask [N, C] is not 0. */
export function readIssues(issues: unknown, rows: number, labels: number): readonly ReportIssue[] {
  if (issues instanceof Tensor) {
    if (!sameShape(issues.shape, [rows, labels])) {
      throw new ValueError(
        `${OP}: issues must be a mask [${rows}, ${labels}] or a list, but got ${formatShape(issues.shape)}`,
      )
    }
    const found: ReportIssue[] = []
    issues.data().forEach((isOne: number, i: number) => {
      if (isOne !== 0) found.push({ row: Math.floor(i / labels), label: i % labels })
    })
    return found
  }
  if (!Array.isArray(issues))
    throw new TypeError(`${OP}: issues must be a mask or a list, but got ${describe(issues)}`)
  for (const issue of issues) checkPlace('issues', issue, { row: rows, label: labels })
  return issues
}
