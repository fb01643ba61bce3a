/** A table of numbers: columns are standardised on the rows that are learned from, gaps are filled with their mean. */
import torch from 'softmargin'
import type { Dataset, Encoded, Inputs, New, Split } from './dataset.ts'

export interface TableRows {
  /** [rows, names], row-major; NaN where a number is missing. */
  values: Float32Array
  names: string[]
  labels: string[]
  targets: Float32Array
  rows: number
  textOf: (row: number) => string
  given?: Split | null
}

export function tableDataset(table: TableRows): Dataset {
  const { values, names, rows, labels, targets, textOf, given = null } = table
  const width = names.length
  return {
    ...{ rows, labels, targets, given, textOf },
    fit(train) {
      const { mean, scale } = standardisation(values, width, train)
      return {
        shape: [width],
        tensor: (chosen) => standardised(values, chosen, mean, scale),
        nameOf: (i) => names[i] ?? String(i),
        unit: 'for each standard deviation of the number above its mean',
        state: { feature_names: names, mean, scale },
      }
    },
    encode(one, inputs) {
      return encodeNumbers(one, names, inputs)
    },
  }
}

/** Mean and standard deviation of each column, over the numbers that are there. */
function standardisation(values: Float32Array, width: number, train: Int32Array) {
  const sums = new Float64Array(width)
  const squares = new Float64Array(width)
  const counts = new Float64Array(width)
  for (const row of train) {
    for (let column = 0; column < width; column++) {
      const value = values[row * width + column] ?? Number.NaN
      if (Number.isNaN(value)) continue
      sums[column] += value
      counts[column] += 1
    }
  }
  const mean = Float32Array.from(sums, (sum, column) => (counts[column] ? sum / counts[column] : 0))
  for (const row of train) {
    for (let column = 0; column < width; column++) {
      const value = values[row * width + column] ?? Number.NaN
      if (!Number.isNaN(value)) squares[column] += (value - mean[column]) ** 2
    }
  }
  const scale = Float32Array.from(squares, (sum, column) => {
    const deviation = Math.sqrt(sum / Math.max(counts[column], 1))
    return deviation > 0 && Number.isFinite(deviation) ? deviation : 1
  })
  return { mean, scale }
}

function standardised(values: Float32Array, rows: Int32Array, mean: Float32Array, scale: Float32Array) {
  const width = mean.length
  const dense = new Float32Array(rows.length * width)
  rows.forEach((row, i) => {
    for (let column = 0; column < width; column++) {
      const value = values[row * width + column]
      dense[i * width + column] = Number.isNaN(value) ? 0 : (value - mean[column]) / scale[column]
    }
  })
  return torch.tensor(dense).reshape([rows.length, width])
}

function encodeNumbers(one: New, names: string[], { state }: Inputs): Encoded {
  if (!('numbers' in one)) throw new Error('This model was trained on numbers: enter a row of them.')
  const { mean, scale } = state as { mean: Float32Array; scale: Float32Array }
  const { numbers } = one
  if (numbers.length !== names.length)
    throw new Error(`A row has ${names.length} numbers, but ${numbers.length} were entered.`)
  const missing = numbers.filter(Number.isNaN).length
  const note = missing === 0 ? '' : `${missing} empty: the mean of the training rows stands in.`
  return { input: standardised(Float32Array.from(numbers), Int32Array.of(0), mean, scale), note }
}
