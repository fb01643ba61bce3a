/** Texts as the words that they have, weighted by how rare these are. */
import torch from 'softmargin'
import { inverseDocumentFrequency, tfIdfRows } from '../../../../../examples/package-tags/tf_idf.ts'
import type { Dataset, Encoded, Inputs, Split } from './dataset.ts'
import { DENSE } from './sparse.ts'

/** Words that a model knows at most. */
const MOST_WORDS = 3000

export interface TextRows {
  texts: string[]
  labels: string[]
  targets: Float32Array
}

/** Lower-case words of at least two letters or digits. */
export function wordsOf(text: string): string[] {
  return [...new Set(text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}+#'’-]*[\p{L}\p{N}+#]/gu) ?? [])]
}

export function textDataset({ texts, labels, targets }: TextRows): Dataset {
  const words = texts.map(wordsOf)
  return {
    ...{ rows: texts.length, labels, targets, given: null },
    textOf: (row) => texts[row] ?? '',
    fit(train) {
      const vocabulary = vocabularyOf(words, train)
      const index = new Map(vocabulary.map((word, i) => [word, i]))
      const features = words.map((list) => indicesOf(list, index))
      return tfIdfInputs(features, vocabulary, train)
    },
    encode(one, inputs) {
      if (!('text' in one)) throw new Error('This model was trained on texts: type one.')
      const { vocabulary } = inputs.state as { vocabulary: string[] }
      const index = new Map(vocabulary.map((word, i) => [word, i]))
      const list = wordsOf(one.text)
      const known = list.filter((word) => index.has(word))
      return encodeFeatures(
        indicesOf(list, index),
        inputs,
        readAs(
          known,
          list.filter((word) => !index.has(word)),
        ),
      )
    },
  }
}

/** The words that most training texts have, of those that at least two have. */
function vocabularyOf(words: string[][], train: Int32Array): string[] {
  const counts = new Map<string, number>()
  for (const row of train) for (const word of words[row] ?? []) counts.set(word, (counts.get(word) ?? 0) + 1)
  const frequent = [...counts].filter(([, count]) => count >= 2)
  // Rows that share no word at all: each word is one's own.
  const list = frequent.length > 0 ? frequent : [...counts]
  list.sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  return list.slice(0, MOST_WORDS).map(([word]) => word)
}

const indicesOf = (words: string[], index: ReadonlyMap<string, number>): number[] =>
  words.flatMap((word) => index.get(word) ?? [])

/** Inputs of rows that have features or do not: TF-IDF, as the demo has it. */
export function tfIdfInputs(features: number[][], vocabulary: string[], train: Int32Array): Inputs {
  const programs = Array.from(train, (row) => ({ name: '', features: features[row] ?? [], tags: [] }))
  const idf = inverseDocumentFrequency(programs, vocabulary.length)
  const width = vocabulary.length
  const isDense = features.length * width <= DENSE
  const tensorOf = (rows: number[][]) =>
    isDense ? torch.tensor(tfIdfRows(rows, idf)).reshape([rows.length, width]) : sparseRows(rows, idf)
  return {
    shape: [width],
    tensor: (rows) => tensorOf(Array.from(rows, (row) => features[row] ?? [])),
    nameOf: (i) => (vocabulary[i] ?? '').replace(/^word:/, ''),
    unit: 'times its weight in the text, from 0 to 1 (TF-IDF)',
    state: { vocabulary, idf },
  }
}

/** The same rows as a sparse matrix, where the dense one would be too large. */
function sparseRows(rows: number[][], idf: Float32Array): torch.Tensor {
  const crow = new Int32Array(rows.length + 1)
  rows.forEach((features, row) => {
    crow[row + 1] = crow[row] + features.length
  })
  const columns = new Int32Array(crow[rows.length])
  const values = new Float32Array(crow[rows.length])
  rows.forEach((features, row) => {
    const sorted = [...features].sort((a, b) => a - b)
    const length = Math.hypot(...sorted.map((feature) => idf[feature])) || 1
    columns.set(sorted, crow[row])
    values.set(
      sorted.map((feature) => idf[feature] / length),
      crow[row],
    )
  })
  const [starts, indices, numbers] = [crow, columns, values].map((array) => torch.tensor(array))
  const shape: [number, number] = [rows.length, idf.length]
  return torch.sparse_csr_tensor(starts, indices, numbers, shape) as unknown as torch.Tensor
}

export function encodeFeatures(features: number[], { state }: Inputs, note: string): Encoded {
  const { idf } = state as { idf: Float32Array }
  return { input: torch.tensor(tfIdfRows([features], idf)).reshape([1, idf.length]), note }
}

export function readAs(known: string[], unknown: string[]): string {
  if (known.length === 0) return 'None of these words is known to the model.'
  const not = unknown.length === 0 ? '' : ` Not known: ${unknown.join(', ')}.`
  return `Read as: ${known.join(', ')}.${not}`
}

export type { Split }
