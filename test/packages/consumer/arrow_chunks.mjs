// Arrow columns in several chunks, cut, and with nulls, through the functions of examples/interop.
import { Field, FixedSizeList, Float32, makeBuilder, Table, Vector, vectorFromArray } from 'apache-arrow'
import { columnsOf, matrixOf } from './interop/columns.js'

function chunk(...rows) {
  const builder = makeBuilder({
    type: new FixedSizeList(2, new Field('item', new Float32())),
    nullValues: [null],
  })
  for (const row of rows) builder.append(row)
  return builder.finish().flush()
}

const matrix = new Vector([chunk([1, 2], [3, 4]), chunk([5, 6])])
const table = new Table({
  a: vectorFromArray([1, 2, 3], new Float32()),
  b: vectorFromArray([4, 5, 6], new Float32()),
})

function messageOf(action) {
  try {
    return action()
  } catch (error) {
    return error.message
  }
}

const found = {
  chunks: matrixOf(matrix).tolist(),
  cut: matrixOf(matrix.slice(1, 3)).tolist(),
  nulls: messageOf(() => matrixOf(new Vector([chunk([1, 2], null)]))),
  columns: columnsOf(table, ['a', 'b']).tolist(),
  fewer: columnsOf(table.slice(1), ['b']).tolist(),
}
console.log(JSON.stringify(found))
