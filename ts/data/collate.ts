import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { isPlainObject } from '../call/kinds.js'
import { signature } from '../call/signature.js'
import { stack } from '../ops/shape/join.js'
import type { SparseCSRTensor } from '../surface/sparse_csr.js'
import { tensor } from '../tensor/create.js'
import { SparseTensor } from '../tensor/sparse.js'
import { Tensor } from '../tensor/tensor.js'

/** What {@link default_collate} makes of rows. */
export type Collated<Row> = Row extends Tensor
  ? Tensor
  : Row extends SparseCSRTensor
    ? SparseCSRTensor
    : Row extends number | boolean
      ? Tensor
      : Row extends string
        ? string[]
        : Row extends readonly unknown[] | { readonly [name: string]: unknown }
          ? { [K in keyof Row]: Collated<Row[K]> }
          : unknown

const COLLATE = signature('default_collate', 'batch: list')
const CONVERT = signature('default_convert', 'data: any')

/**
 * A batch of rows: tensors and typed arrays stacked, sparse rows one below the other, numbers as a float32 tensor,
 * booleans as a bool one, strings as a list, arrays and plain objects field by field. Source: torch.utils.data.default_collate.
 *
 * @throws TypeError for rows of another type; RuntimeError if their sizes differ
 * @example default_collate([{ x: torch.ones([2]), y: 1 }, { x: torch.zeros([2]), y: 0 }]) // { x: Tensor [2, 2], y: Tensor [2] }
 */
export function default_collate<Row>(batch: readonly Row[]): Collated<Row>
export function default_collate(...args: unknown[]): unknown {
  const [rows] = COLLATE.read(args)
  if (rows.length === 0) throw new RuntimeError('default_collate: batch must have at least one row')
  return collate(rows)
}

/** {@link default_collate} of rows that were checked to be some. */
export function collate(rows: readonly unknown[]): unknown {
  const [first] = rows
  const alike = (is: (row: unknown) => boolean) => {
    const other = rows.find((row) => !is(row))
    if (other === undefined) return
    throw new TypeError(
      `default_collate: rows must be alike, but got ${describe(first)} and ${describe(other)}`,
    )
  }
  if (first instanceof Tensor) {
    alike((row) => row instanceof Tensor)
    return stack(rows as readonly Tensor[])
  }
  if (first instanceof SparseTensor) {
    alike((row) => row instanceof SparseTensor)
    return first.joined(rows)
  }
  if (ArrayBuffer.isView(first)) {
    alike((row) => ArrayBuffer.isView(row))
    return stack(rows.map((row) => tensor(row as Float32Array)))
  }
  if (typeof first === 'number') {
    alike((row) => typeof row === 'number')
    return tensor(rows as readonly number[])
  }
  if (typeof first === 'boolean') {
    alike((row) => typeof row === 'boolean')
    return tensor(rows as readonly boolean[])
  }
  if (typeof first === 'string') {
    alike((row) => typeof row === 'string')
    return [...rows]
  }
  if (Array.isArray(first)) {
    alike(Array.isArray)
    const lists = rows as readonly (readonly unknown[])[]
    if (lists.some(({ length }) => length !== first.length)) {
      throw new RuntimeError('each element in list of batch should be of equal size')
    }
    return first.map((_, field) => collate(lists.map((row) => row[field])))
  }
  if (isPlainObject(first)) {
    const names = Object.keys(first)
    alike((row) => isPlainObject(row) && names.every((name) => Object.hasOwn(row, name)))
    const objects = rows as readonly Record<string, unknown>[]
    return Object.fromEntries(names.map((name) => [name, collate(objects.map((row) => row[name]))]))
  }
  throw new TypeError(
    `default_collate: batch must contain tensors, typed arrays, numbers, booleans, strings, arrays or plain objects; found ${describe(first)}`,
  )
}

/** Typed arrays within `data` as tensors, all else as it is. Source: torch.utils.data.default_convert. */
export function default_convert(data: unknown): unknown
export function default_convert(...args: unknown[]): unknown {
  return convert(CONVERT.read(args)[0])
}

export function convert(data: unknown): unknown {
  if (ArrayBuffer.isView(data)) return tensor(data as Float32Array)
  if (Array.isArray(data)) return data.map(convert)
  if (!isPlainObject(data)) return data
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, convert(value)]))
}
