import torch from 'softmargin'

/** A column of fixed-size lists as [rows, size]. The values of a chunk lie together: they are copied once, into linear memory. */
export function matrixOf(column) {
  checkComplete(column)
  const chunks = column.data.map(({ length, type, children: [{ values }] }) =>
    torch.tensor(values.subarray(0, length * type.listSize)).reshape([length, type.listSize]),
  )
  return torch.cat(chunks)
}

/** Columns of numbers side by side, as [rows, columns]. */
export function columnsOf(table, names) {
  const columns = names.map((name) => table.getChild(name))
  columns.forEach(checkComplete)
  return torch.stack(
    columns.map((column) => torch.tensor(column.toArray())),
    1,
  )
}

function checkComplete({ nullCount }) {
  if (nullCount > 0) throw new RangeError(`a tensor has no place for ${nullCount} nulls: fill them first`)
}
