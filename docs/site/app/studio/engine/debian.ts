/** The Debian programs, read and split as `npm run demo` does. */
import { parse_libsvm } from 'softmargin/datasets'
import { featuresOf, readDescription } from '../../../../../examples/package-tags/description.ts'
import type { Dataset } from './dataset.ts'
import { encodeFeatures, readAs, tfIdfInputs } from './texts.ts'

const VALIDATION = 800

interface Vocabulary {
  labels: string[]
  features: string[]
}

/** The front page's files. The script of this worker is in the folder beside theirs. */
const FILES = ['train.txt', 'test.txt', 'vocabulary.json']

export async function debianDataset(): Promise<Dataset> {
  const [train, test, names] = await Promise.all(
    FILES.map(async (name) => {
      const response = await fetch(new URL(`../data/${name}`, self.location.href))
      if (!response.ok) throw new Error(`The example could not be loaded (${response.status}).`)
      return response
    }),
  )
  const vocabulary = (await names?.json()) as Vocabulary
  const learned = programs(await train?.text(), vocabulary)
  const judged = programs(await test?.text(), vocabulary)
  const [n, m] = [learned.features.length, judged.features.length]
  const width = vocabulary.labels.length
  const targets = new Float32Array((n + m) * width)
  targets.set(learned.targets)
  targets.set(judged.targets, n * width)
  const features = [...learned.features, ...judged.features]
  const titles = [...learned.names, ...judged.names]
  return {
    ...{ rows: n + m, labels: vocabulary.labels, targets },
    given: { train: range(0, n - VALIDATION), validation: range(n - VALIDATION, n), test: range(n, n + m) },
    textOf: (row) => `${titles[row]}: ${wordsIn(features[row] ?? [], vocabulary)}`,
    fit: (rows) => tfIdfInputs(features, vocabulary.features, rows),
    encode(one, inputs) {
      if (!('text' in one)) throw new Error('This model was trained on descriptions: type one.')
      const reading = readDescription(one.text, vocabulary)
      return encodeFeatures(featuresOf(reading), inputs, readAs([...reading.words.keys()], reading.unknown))
    },
  }
}

function programs(text: string, { features: known, labels }: Vocabulary) {
  const { features, targets, comments } = parse_libsvm(text, {
    n_features: known.length,
    num_labels: labels.length,
    zero_based: true,
    comments: true,
  })
  const starts = features.crow_indices().tolist() as number[]
  const indices = features.col_indices().tolist() as number[]
  return {
    names: comments,
    features: comments.map((_, row) => indices.slice(starts[row], starts[row + 1])),
    targets: Float32Array.from(targets.data()),
  }
}

const wordsIn = (features: number[], { features: names }: Vocabulary): string =>
  features
    .map((feature) => names[feature] ?? '')
    .filter((name) => name.startsWith('word:'))
    .map((name) => name.slice('word:'.length))
    .join(' ')

const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i)
