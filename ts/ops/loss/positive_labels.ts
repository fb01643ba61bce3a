/** Sparse targets: the positive labels of each row. */
import { isDetached, isInt32Array, tagOf } from '../../base/builtin.js'
import { describe } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'

/**
 * Throws unless `starts` and `columns` are a CSR matrix [rows, classes]: the labels of
 * row i are `columns[starts[i]]` to before `columns[starts[i + 1]]`, ascending. `names` are their names in errors.
 */
export function checkPositives(
  op: string,
  [startsName, columnsName]: readonly [string, string],
  starts: unknown,
  columns: unknown,
  rows: number,
  classes: number,
): void {
  checkIntegers(op, startsName, starts)
  checkIntegers(op, columnsName, columns)
  const isWhole = starts.length === rows + 1 && starts[0] === 0 && starts[rows] === columns.length
  if (!isWhole) {
    throw new ValueError(
      `${op}: ${startsName} must have ${rows + 1} elements, one more than there are rows, from 0 to the ${columns.length} of ${columnsName}, but got ${starts.length} from ${starts[0]} to ${starts[starts.length - 1]}`,
    )
  }
  for (let row = 0; row < rows; row++) {
    if (starts[row] <= starts[row + 1]) continue
    throw new ValueError(
      `${op}: ${startsName} must not fall, but got ${starts[row]} and then ${starts[row + 1]} at row ${row}`,
    )
  }
  for (let row = 0; row < rows; row++) {
    let last = -1
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      const column = columns[i]
      if (!(column > last && column < classes)) {
        throw new ValueError(
          `${op}: ${columnsName} must rise within a row, from 0 to less than ${classes}, but got ${column} after ${last} in row ${row}`,
        )
      }
      last = column
    }
  }
}

function checkIntegers(op: string, argument: string, value: unknown): asserts value is Int32Array {
  if (!isInt32Array(value)) {
    throw new TypeError(`${op}: ${argument} must be an Int32Array, but got ${describe(value)}`)
  }
  if (value.length === 0 && isDetached(value)) {
    throw new TypeError(`${op}: ${argument} is a view of memory that was moved elsewhere`)
  }
  if (tagOf(value.buffer) === 'SharedArrayBuffer') {
    throw new TypeError(
      `${op}: ${argument} must not lie in a SharedArrayBuffer: another thread could change it after it was checked`,
    )
  }
}
