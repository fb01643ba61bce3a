/**
 * The multi-label soft margin loss on typed arrays: `softmargin/loss`, without tensors.
 * Formula and reductions are those of torch.nn.MultiLabelSoftMarginLoss, options too.
 */

import * as calls from '#kernels/calls'
import { isDetached, isFloat32Array, isUint8Array } from './base/builtin.js'
import { describe } from './base/check.js'
import { ValueError } from './base/errors.js'
import { signature } from './call/signature.js'
import { allocate, bytesAt, floatsAt, free } from './kernels/heap.js'
import { HeapArray } from './kernels/heap_array.js'
import { kernels, linearMemory } from './kernels/instance.js'
import { checkLabelSmoothing, ignoredBy } from './ops/loss/label_options.js'
import { checkPositives } from './ops/loss/positive_labels.js'
import { checkReduction, type Reduction, reductionCodes } from './ops/loss/reduction.js'

export { OutOfMemoryError, ValueError } from './base/errors.js'
export { HeapArray } from './kernels/heap_array.js'
export type { Reduction } from './ops/loss/reduction.js'

/** Float32 values, in JavaScript's memory or in linear memory. */
export type Floats = Float32Array | HeapArray

/** Sparse targets in CSR form: 1 at a few labels of each row and 0 elsewhere. */
export interface PositiveLabels {
  /** Where each row's labels start in `columns`, then the total: rows + 1 elements. */
  rowStarts: Int32Array
  /** The positive labels of all rows, ascending within each. */
  columns: Int32Array
}

/** 0/1 or soft, one for each logit; or the positions of the 1s. */
export type Targets = Floats | Uint8Array | PositiveLabels

/** Options of {@link softMarginLoss}. */
export interface LossOptions<R extends Reduction = Reduction> {
  /** C, the length of each row of logits and targets. */
  numClasses: number
  /** A weight for each class (C of them) or for each logit. */
  weight?: Floats | null
  /** 'mean' by default. */
  reduction?: R
  /** Multiplies the cost of positive labels: one for each class (C of them) or for each logit. */
  posWeight?: Floats | null
  /** ε from 0, by default, to 1: a label y becomes `y (1 - ε) + ε / 2`. */
  labelSmoothing?: number
  /**
   * Targets with this value, such as -1, NaN, or 255 of bytes, are missing: a row's loss is the mean over its known labels, and
   * rows without any cost nothing and do not count in 'mean'. Of {@link PositiveLabels} none is missing.
   */
  ignoreIndex?: number | null
}

/** Options of {@link softMarginLossGrad}. */
export interface GradOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** The array to write the gradient to, as long as the logits; a new one by default. Must not be one of the operands. */
  grad?: Floats
}

/** A number, or for 'none' one for each row. */
export type Loss<R extends Reduction> = R extends 'none' ? Float32Array<ArrayBuffer> : number

// Required: the checks report null as missing.
const PARAMETERS = [
  'logits: value = None',
  'targets: any = None',
  'numClasses: value = None',
  'weight: value = None',
  "reduction: value = 'mean'",
] as const
const ADJUSTMENT = [
  '*',
  'posWeight: value = None',
  'labelSmoothing: value = 0',
  'ignoreIndex: value = None',
] as const
const SOFT_MARGIN_LOSS = signature('softMarginLoss', ...PARAMETERS, ...ADJUSTMENT)
const SOFT_MARGIN_LOSS_GRAD = signature(
  'softMarginLossGrad',
  ...PARAMETERS,
  'grad: value = None',
  ...ADJUSTMENT,
)

/**
 * The loss. `logits` and `targets` are row-major `[rows, numClasses]`; targets are 0/1 or soft,
 * or {@link PositiveLabels}, which give the same bits.
 *
 * @throws TypeError for missing or unknown arguments, or those of another type; ValueError if lengths do not match or the
 * reduction is unknown
 * @example softMarginLoss(new Float32Array([0, 0]), new Uint8Array([1, 0]), { numClasses: 2 }) // 0.6931
 */
export function softMarginLoss<R extends Reduction = 'mean'>(
  logits: Floats,
  targets: Targets,
  options: LossOptions<R>,
): Loss<R>
export function softMarginLoss<R extends Reduction = 'mean'>(
  logits: Floats,
  targets: Targets,
  numClasses: number,
  weight?: Floats | null | Omit<LossOptions<R>, 'numClasses'>,
  reduction?: R,
): Loss<R>
export function softMarginLoss(...args: unknown[]): Loss<Reduction> {
  const [logits, targets, numClasses, weight, reduction, posWeight, labelSmoothing, ignoreIndex] =
    SOFT_MARGIN_LOSS.read(args)
  const adjustment = { posWeight, labelSmoothing, ignoreIndex }
  const given = { logits, targets, numClasses, weight, reduction, grad: null, ...adjustment }
  return run('softMarginLoss', given)
}

/**
 * The loss and its gradient with respect to the logits, in one pass; for 'none' the gradient of each row's own loss.
 *
 * @example const { loss, grad } = softMarginLossGrad(logits, targets, { numClasses: 100 })
 */
export function softMarginLossGrad<
  R extends Reduction = 'mean',
  G extends Floats = Float32Array<ArrayBuffer>,
>(logits: Floats, targets: Targets, options: GradOptions<R> & { grad?: G }): { loss: Loss<R>; grad: G }
export function softMarginLossGrad<
  R extends Reduction = 'mean',
  G extends Floats = Float32Array<ArrayBuffer>,
>(
  logits: Floats,
  targets: Targets,
  numClasses: number,
  weight?: Floats | null | (Omit<GradOptions<R>, 'numClasses'> & { grad?: G }),
  reduction?: R,
  grad?: G,
): { loss: Loss<R>; grad: G }
export function softMarginLossGrad(...args: unknown[]): { loss: Loss<Reduction>; grad: Floats } {
  const read = readEveryday(args) ?? SOFT_MARGIN_LOSS_GRAD.read(args)
  const [logits, targets, numClasses, weight, reduction, given, posWeight, labelSmoothing, ignoreIndex] = read
  checkFloats('softMarginLossGrad', 'logits', logits)
  const grad = given ?? new Float32Array(logits.length)
  checkFloats('softMarginLossGrad', 'grad', grad)
  const adjustment = { posWeight, labelSmoothing, ignoreIndex }
  const operands = { logits, targets, numClasses, weight, reduction, grad, ...adjustment }
  const loss = run('softMarginLossGrad', operands)
  return { loss, grad }
}

/**
 * The fast path for two arrays and known options: reading the signature would take a sixth of the time for few logits.
 * Null for every other call.
 */
function readEveryday(args: readonly unknown[]): ReturnType<typeof SOFT_MARGIN_LOSS_GRAD.read> | null {
  const [logits, targets, options] = args
  if (args.length !== 3 || logits === undefined || targets === undefined) return null
  if (typeof options !== 'object' || options === null) return null
  if (Object.getPrototypeOf(options) !== Object.prototype) return null
  for (const name in options) if (!NAMES.includes(name)) return null
  if (Object.getOwnPropertySymbols(options).length > 0) return null
  const { numClasses = null, weight = null, reduction = 'mean', grad = null } = options as Partial<Given>
  const { posWeight = null, labelSmoothing = 0, ignoreIndex = null } = options as Partial<Given>
  return [logits, targets, numClasses, weight, reduction, grad, posWeight, labelSmoothing, ignoreIndex]
}

const NAMES = ['numClasses', 'weight', 'reduction', 'grad', 'posWeight', 'labelSmoothing', 'ignoreIndex']

/** The arguments of a call. Logits and grad are checked here or before to be arrays of numbers. */
interface Given {
  readonly logits: unknown
  readonly targets: unknown
  readonly numClasses: unknown
  readonly weight: unknown
  readonly reduction: unknown
  readonly grad: Floats | null
  readonly posWeight: unknown
  readonly labelSmoothing: unknown
  readonly ignoreIndex: unknown
}

function run(op: string, given: Given): Loss<Reduction> {
  const { grad } = given
  const checked = check(op, given)
  const { rows, classes, logits, weight, reduction, posWeight, smoothing, ignored } = checked
  const results = reduction === 'none' ? rows : 1
  const rowsOf = (weight: Floats | null) => (weight?.length === classes ? 1 : rows)
  const elements = rows * classes
  const weightBytes = 4 * rowsOf(weight) * classes
  const posWeightBytes = 4 * rowsOf(posWeight) * classes
  const { first, second } = checked
  const areBytes = isUint8Array(first)
  const firstBytes = areBytes ? first.length : 4 * first.length
  const secondBytes = second === null ? 0 : 4 * second.length
  // All addresses before any allocation, which may grow linear memory and detach the views of it.
  const x = addressOf(logits, 4 * elements)
  const y = addressOf(first, firstBytes)
  const z = second === null ? 0 : addressOf(second, secondBytes)
  const w = weight === null ? 0 : addressOf(weight, weightBytes)
  const p = posWeight === null ? 0 : addressOf(posWeight, posWeightBytes)
  const g = grad === null ? 0 : addressOf(grad, 4 * elements)
  if (g !== 0) {
    const end = g + 4 * elements
    const operands = [
      [x, 4 * elements],
      [w, weightBytes],
      [p, posWeightBytes],
      [y, firstBytes],
      [z, secondBytes],
    ]
    if (operands.some(([start, bytes]) => meet(g, end, start, bytes))) {
      throw new ValueError(`${op}: grad must not be one of the operands`)
    }
  }
  const memory = new Borrowed()
  try {
    const out = memory.reserve(4 * results)
    const gradient = g === 0 && grad !== null ? memory.reserve(4 * elements) : g
    const from = x === 0 ? memory.copy(logits, 4 * elements) : x
    const labels = y === 0 ? memory.copy(first, firstBytes) : y
    const operands = {
      logits: from,
      weight: w === 0 && weight !== null ? memory.copy(weight, weightBytes) : w,
      weight_rows: rowsOf(weight),
      gradient,
      out,
      rows,
      classes,
      reduction: reductionCodes[reduction],
      pos_weight: p === 0 && posWeight !== null ? memory.copy(posWeight, posWeightBytes) : p,
      pos_weight_rows: rowsOf(posWeight),
      smoothing,
    }
    const total =
      second === null
        ? calls.multilabel_soft_margin(kernels, {
            ...operands,
            targets: labels,
            targets_are_bytes: areBytes,
            ignored,
          })
        : calls.multilabel_soft_margin_positives(kernels, {
            ...operands,
            row_starts: labels,
            columns: z === 0 ? memory.copy(second, secondBytes) : z,
            count: second.length,
          })
    if (g === 0 && isFloat32Array(grad)) grad.set(floatsAt(gradient, elements))
    return (reduction === 'none' ? floatsAt(out, results).slice() : total) as Loss<Reduction>
  } finally {
    memory.release()
  }
}

/** Whether memory from `from` to before `end` meets the `bytes` at `start`, if that is an address. */
const meet = (from: number, end: number, start: number, bytes: number): boolean =>
  start !== 0 && from < start + bytes && start < end

function isPositives(targets: unknown): targets is PositiveLabels {
  return typeof targets === 'object' && targets !== null && 'rowStarts' in targets
}

/** The address of an array in linear memory, if it has `bytes` bytes there; 0 for an array in JavaScript's memory. */
function addressOf(array: Floats | Uint8Array | Int32Array, bytes: number): number {
  if (array instanceof HeapArray) return array.pointer
  const memory = linearMemory()
  return array.buffer === memory && array.byteOffset + bytes <= memory.byteLength ? array.byteOffset : 0
}

/** Linear memory for one call. */
class Borrowed {
  /** Pointers, each followed by its number of bytes. */
  private readonly allocations: number[] = []

  reserve(bytes: number): number {
    const pointer = allocate(bytes)
    this.allocations.push(pointer, bytes)
    return pointer
  }

  /** Address of a copy of `bytes` bytes. */
  copy(array: Floats | Uint8Array | Int32Array, bytes: number): number {
    if (array instanceof HeapArray) return array.pointer
    const pointer = this.reserve(bytes)
    bytesAt(pointer, bytes).set(new Uint8Array(array.buffer, array.byteOffset, bytes))
    return pointer
  }

  release(): void {
    const { allocations } = this
    for (let i = 0; i < allocations.length; i += 2) free(allocations[i], allocations[i + 1])
  }
}

/** Throws, before anything is allocated, if the arguments do not match. */
function check(op: string, given: Given) {
  const { logits, targets, numClasses, weight, reduction, grad, posWeight, labelSmoothing } = given
  checkFloats(op, 'logits', logits)
  const isList = isPositives(targets)
  if (!isList) checkFloats(op, 'targets', targets, true)
  if (typeof numClasses !== 'number' || !Number.isInteger(numClasses) || numClasses < 1) {
    throw new ValueError(
      `${op}: numClasses must be a whole number of at least 1, but got ${describe(numClasses)}`,
    )
  }
  if (logits.length % numClasses !== 0) {
    throw new ValueError(
      `${op}: logits must have rows of numClasses = ${numClasses}, but got ${logits.length} elements`,
    )
  }
  const rows = logits.length / numClasses
  // Read once, so that the values that are checked are the ones that are used.
  const first: Floats | Uint8Array | Int32Array = isList ? targets.rowStarts : targets
  const second = isList ? targets.columns : null
  if (isList) {
    checkPositives(op, ['rowStarts', 'columns'], first, second, rows, numClasses)
  } else if (targets.length !== logits.length) {
    throw new ValueError(
      `${op}: targets must have the ${logits.length} elements of logits, but got ${targets.length}`,
    )
  }
  const weightOf = (name: string, weight: unknown): Floats | null => {
    if (weight === null) return null
    checkFloats(op, name, weight)
    if (weight.length === numClasses || weight.length === logits.length) return weight
    throw new ValueError(
      `${op}: ${name} must have numClasses = ${numClasses} elements, or the ${logits.length} of logits, but got ${weight.length}`,
    )
  }
  const weights = { weight: weightOf('weight', weight), posWeight: weightOf('posWeight', posWeight) }
  checkReduction(op, reduction)
  const smoothing = labelSmoothing
  checkLabelSmoothing(op, smoothing, 'labelSmoothing')
  const ignored = ignoredBy(op, given.ignoreIndex, 'ignoreIndex')
  if (grad !== null) {
    if (grad.length !== logits.length) {
      throw new ValueError(
        `${op}: grad must have the ${logits.length} elements of logits, but got ${grad.length}`,
      )
    }
  }
  return { rows, classes: numClasses, logits, first, second, ...weights, reduction, smoothing, ignored }
}

function checkFloats(
  op: string,
  argument: string,
  value: unknown,
  bytesToo = false,
): asserts value is Floats {
  const isView = isFloat32Array(value) || (bytesToo && isUint8Array(value))
  if (!isView && !(value instanceof HeapArray)) {
    const wanted = bytesToo
      ? 'Float32Array, HeapArray, Uint8Array or PositiveLabels'
      : 'Float32Array or HeapArray'
    throw new TypeError(`${op}: ${argument} must be a ${wanted}, but got ${describe(value)}`)
  }
  if (isView && value.length === 0 && isDetached(value)) {
    throw new TypeError(
      `${op}: ${argument} is a view of memory that was moved; ask the HeapArray for \`array\` again`,
    )
  }
}
