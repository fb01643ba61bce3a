import { parse_libsvm } from 'softmargin/datasets'
import { sparseDataset } from '../engine/sparse.ts'
import type { TextFile } from './text_file.ts'
import { checkLabels, type Reading, readingOf } from './understanding.ts'

export async function readLibsvm({ title, file }: TextFile): Promise<Reading> {
  const { features, targets, feature_names, label_names, comments } = await parse_libsvm(file, {
    comments: true,
  })
  checkLabels(label_names)
  const [rows, width] = features.shape as unknown as [number, number]
  const crow = Int32Array.from(features.crow_indices().data())
  const columns = Int32Array.from(features.col_indices().data())
  const values = Float32Array.from(features.values().data())
  const nameOf = (index: number) => feature_names[index] ?? String(index)
  const textOf = (row: number) => {
    const pairs = Array.from(
      columns.subarray(crow[row], Math.min(crow[row + 1], crow[row] + 8)),
      (index, i) => {
        return `${nameOf(index)}:${Number(values[crow[row] + i].toPrecision(3))}`
      },
    )
    return [comments[row], pairs.join(' ')].filter(Boolean).join(' · ')
  }
  const all = { rows, width, crow, columns, values, names: feature_names, labels: label_names, textOf }
  const dataset = sparseDataset({ ...all, targets: Float32Array.from(targets.data()) })
  return readingOf(dataset, { title, format: 'libsvm', kind: 'table', features: width })
}
