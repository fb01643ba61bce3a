import { parse_arff } from 'softmargin/datasets'
import { sparseDataset } from '../engine/sparse.ts'
import { tableDataset } from '../engine/table.ts'
import { textDataset } from '../engine/texts.ts'
import type { TextFile } from './text_file.ts'
import { checkLabels, listed, NotUnderstood, type Reading, readingOf } from './understanding.ts'

const ATTRIBUTE = /^\s*@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+)\s+(.*?)\s*$/gim

export async function readArff({ title, head, file }: TextFile): Promise<Reading> {
  const attributes = attributesOf(head)
  const meka = /@relation\s+['"]?[^\n]*-C\s+-?\d+/i.test(head)
  const labels = meka ? null : trailingLabels(attributes, title)
  const texts = attributes.flatMap(({ type }, i) => (/^string/i.test(type) ? [i] : []))
  const drop = attributes.flatMap(({ type }, i) => (/^date/i.test(type) ? [i] : []))
  const data = await parse_arff(file, { labels, texts, drop })
  const { features, label_names, feature_names } = data
  checkLabels(label_names)
  const targets = Float32Array.from(data.targets.data())
  const notes: string[] = []
  if (labels !== null)
    notes.push(
      `The file does not say which attributes are labels: the ${labels} of 0 and 1 at its end were taken.`,
    )
  if (drop.length > 0) notes.push(`Left out: ${listed(drop.map((i) => attributes[i].name))}.`)
  const about = { title, format: 'ARFF', notes }
  const strings = Object.values(data.texts)
  if (strings.length > 0) {
    const rows = strings[0].map((_, row) => strings.map((column) => column[row] ?? '').join(' '))
    return readingOf(textDataset({ texts: rows, labels: label_names, targets }), { ...about, kind: 'texts' })
  }
  const [rows, width] = features.shape as unknown as [number, number]
  if ('crow_indices' in features) {
    const crow = Int32Array.from(features.crow_indices().data())
    const columns = Int32Array.from(features.col_indices().data())
    const values = Float32Array.from(features.values().data())
    const textOf = (row: number) =>
      Array.from(
        columns.subarray(crow[row], Math.min(crow[row + 1], crow[row] + 6)),
        (i) => feature_names[i] ?? i,
      ).join(', ')
    const sparse = {
      rows,
      width,
      crow,
      columns,
      values,
      names: feature_names,
      labels: label_names,
      targets,
      textOf,
    }
    return readingOf(sparseDataset(sparse), { ...about, kind: 'table', features: width })
  }
  const values = features.data() as Float32Array
  const textOf = (row: number) =>
    feature_names
      .slice(0, 6)
      .map((name, i) => `${name} ${Number(values[row * width + i].toPrecision(3))}`)
      .join(', ')
  const missing_features = values.reduce((sum, value) => sum + Number(Number.isNaN(value)), 0)
  const dataset = tableDataset({ values, names: feature_names, labels: label_names, targets, rows, textOf })
  return readingOf(dataset, { ...about, kind: 'table', features: width, feature_names, missing_features })
}

function attributesOf(head: string): { name: string; type: string }[] {
  const [header = ''] = head.split(/^\s*@data/im)
  return [...header.matchAll(ATTRIBUTE)].map(([, name = '', type = '']) => ({
    name: name.replace(/^['"]|['"]$/g, ''),
    type,
  }))
}

/** How many attributes at the end are {0,1}. */
function trailingLabels(attributes: readonly { type: string }[], title: string): number {
  let count = 0
  for (const { type } of [...attributes].reverse()) {
    if (!/^\{\s*['"]?(?:0|1)['"]?\s*,\s*['"]?(?:0|1)['"]?\s*\}/.test(type)) break
    count += 1
  }
  if (count === attributes.length) count = 1
  if (count === 0)
    throw new NotUnderstood(
      `${title} does not say which attributes are labels, and none at its end is {0,1}.`,
    )
  return count
}
