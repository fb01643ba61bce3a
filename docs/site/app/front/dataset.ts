/** The programs of `npm run demo`, from the files that the site carries. */
import { parse_libsvm } from 'softmargin/datasets'
import type { Dataset, Program, Vocabulary } from '../../../../examples/package-tags/data.ts'

const VALIDATION_ROWS = 800

async function fetchFile(folder: URL, name: string): Promise<Response> {
  const response = await fetch(new URL(name, folder))
  if (!response.ok) throw new Error(`${name} could not be loaded (${response.status})`)
  return response
}

async function readPrograms(folder: URL, name: string, { features, labels }: Vocabulary): Promise<Program[]> {
  const text = await (await fetchFile(folder, name)).text()
  const table = parse_libsvm(text, {
    n_features: features.length,
    num_labels: labels.length,
    zero_based: true,
    comments: true,
  })
  const starts = table.features.crow_indices().tolist()
  const indices = table.features.col_indices().tolist()
  const tags = table.targets.tolist()
  return table.comments.map((program, row) => ({
    name: program,
    features: indices.slice(starts[row], starts[row + 1]),
    tags: (tags[row] ?? []).flatMap((value, tag) => (value === 1 ? [tag] : [])),
  }))
}

export type Learning = Omit<Dataset, 'test'>

/** The last 800 rows are held out, as in the demo: they choose when to stop and where the thresholds lie. */
export async function readLearning(folder: URL): Promise<Learning> {
  const vocabulary = (await (await fetchFile(folder, 'vocabulary.json')).json()) as Vocabulary
  const programs = await readPrograms(folder, 'train.txt', vocabulary)
  return {
    vocabulary,
    train: programs.slice(0, -VALIDATION_ROWS),
    validation: programs.slice(-VALIDATION_ROWS),
  }
}

export const readTest = (folder: URL, vocabulary: Vocabulary): Promise<Program[]> =>
  readPrograms(folder, 'test.txt', vocabulary)
