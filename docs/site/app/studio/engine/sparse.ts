/** Rows of a sparse file, such as libsvm's: kept sparse where dense rows would be too large. */
import torch from 'softmargin'
import type { Dataset } from './dataset.ts'

export interface SparseRows {
  rows: number
  width: number
  crow: Int32Array
  columns: Int32Array
  values: Float32Array
  names: string[]
  labels: string[]
  targets: Float32Array
  textOf: (row: number) => string
}

/** Numbers of a part that may be dense: 100 MB. */
export const DENSE = 25e6

export function sparseDataset(sparse: SparseRows): Dataset {
  const { rows, labels, targets, textOf, width, names } = sparse
  return {
    ...{ rows, labels, targets, textOf, given: null },
    fit() {
      const isDense = rows * width <= DENSE
      const tensor = isDense ? denseRows : sparseTensor
      return {
        ...{ shape: [width], tensor: (chosen) => tensor(sparse, chosen), state: { feature_names: names } },
        nameOf: (i) => names[i] ?? String(i),
        unit: 'times the number',
      }
    },
    encode(one) {
      if (!('text' in one))
        throw new Error('This model was trained on sparse rows: write one, such as 3:1 17:0.5.')
      const pairs = one.text
        .trim()
        .split(/\s+/)
        .filter((pair) => pair !== '')
      const dense = new Float32Array(width)
      for (const pair of pairs) {
        const [index, value] = pair.split(':').map(Number)
        if (
          index === undefined ||
          value === undefined ||
          !(index >= 0 && index < width) ||
          Number.isNaN(value)
        )
          throw new Error(
            `"${pair}" is not a feature of this model: write index:value, with an index from 0 to ${width - 1}.`,
          )
        dense[index] = value
      }
      return { input: torch.tensor(dense).reshape([1, width]), note: '' }
    },
  }
}

function denseRows({ width, crow, columns, values }: SparseRows, rows: Int32Array): torch.Tensor {
  const dense = new Float32Array(rows.length * width)
  rows.forEach((row, i) => {
    for (let at = crow[row]; at < crow[row + 1]; at++) dense[i * width + columns[at]] = values[at]
  })
  return torch.tensor(dense).reshape([rows.length, width])
}

function sparseTensor({ width, crow, columns, values }: SparseRows, rows: Int32Array): torch.Tensor {
  const starts = new Int32Array(rows.length + 1)
  rows.forEach((row, i) => {
    starts[i + 1] = starts[i] + crow[row + 1] - crow[row]
  })
  const total = starts[rows.length]
  const [indices, numbers] = [new Int32Array(total), new Float32Array(total)]
  rows.forEach((row, i) => {
    indices.set(columns.subarray(crow[row], crow[row + 1]), starts[i])
    numbers.set(values.subarray(crow[row], crow[row + 1]), starts[i])
  })
  const sparse = torch.sparse_csr_tensor(torch.tensor(starts), torch.tensor(indices), torch.tensor(numbers), [
    rows.length,
    width,
  ])
  return sparse as unknown as torch.Tensor
}
