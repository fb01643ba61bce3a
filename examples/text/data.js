import { readFile } from 'node:fs/promises'
import torch from 'softmargin'
import { parse_libsvm } from 'softmargin/datasets'

/** The data of ../package-tags: Debian programs, what is known of each, and the tags that their maintainers gave them. */
const file = (name) => readFile(new URL(`../package-tags/data/${name}`, import.meta.url))

/**
 * Texts, one for each program, beside their targets [N, 32]; and counts [N, 3000], sparse, of the words and names in them, which
 * a bag of words has instead.
 */
export async function readPrograms(name, limit = Infinity) {
  const { labels, features: known } = JSON.parse(await file('vocabulary.json'))
  const { features, targets, comments } = parse_libsvm(await file(name), {
    n_features: known.length,
    num_labels: labels.length,
    zero_based: true,
    comments: true,
  })
  const [starts, columns] = [features.crow_indices().tolist(), features.col_indices().tolist()]
  const rows = Math.min(limit, comments.length)
  const texts = comments.slice(0, rows).map((program, row) => {
    const own = columns.slice(starts[row], starts[row + 1]).map((column) => known[column])
    const of = (kind) => own.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length))
    return textOf({ name: program, words: of('word:'), section: of('section:'), depends: of('depends:') })
  })
  return { texts, labels, targets: targets.narrow(0, 0, rows), features: features.narrow(0, 0, rows) }
}

/** All that is known, as a text: a sentence encoder reads names and words that no table of words has. */
const textOf = ({ name, words, section, depends }) =>
  `${name}: ${words.join(' ')}. ${section.join(' ')}. ${depends.slice(0, 12).join(', ')}`

/** Counts become TF-IDF: rare words weigh more, and each row has the length 1. Document frequencies are those of `learnt`. */
export function tfIdf(counts, learnt) {
  const [documents, words] = learnt.shape
  const frequency = new Float32Array(words)
  for (const column of learnt.col_indices().data()) frequency[column]++
  const starts = counts.crow_indices().data()
  const columns = counts.col_indices().data()
  const values = Float32Array.from(columns, (column) => Math.log(documents / (frequency[column] + 1)))
  for (let row = 0; row < counts.shape[0]; row++) {
    const own = values.subarray(starts[row], starts[row + 1])
    const length = Math.hypot(...own)
    if (length > 0) own.set(own.map((value) => value / length))
  }
  return torch.sparse_csr_tensor(starts, columns, values, counts.shape)
}
