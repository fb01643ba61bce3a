import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse_libsvm } from 'softmargin/datasets'

/** One package: the features it has and the tags its maintainers gave it, as indices into the vocabulary. */
export interface Program {
  name: string
  features: number[]
  tags: number[]
}

export interface Vocabulary {
  /** The tags. */
  labels: string[]
  /** What is known of a package: `word:mail`, `section:games`, `depends:libc`, `name:utils`. */
  features: string[]
}

export interface Dataset {
  vocabulary: Vocabulary
  train: Program[]
  validation: Program[]
  test: Program[]
}

const validationRows = 800

// The compiled file lies deeper than its source, so the root is where package.json is, however far up.
function findRoot(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) return directory
  const parent = dirname(directory)
  if (parent === directory)
    throw new Error(
      'package-tags must be run from within the softmargin repository: no package.json was found above it.',
    )
  return findRoot(parent)
}

export const repositoryRoot = findRoot(dirname(fileURLToPath(import.meta.url)))
const dataDirectory = join(repositoryRoot, 'examples', 'package-tags', 'data')

/** Rows such as `3,5 0:1 17:1 # mutt`: tags, features, package. */
function readPrograms(file: string, vocabulary: Vocabulary): Program[] {
  const { features, targets, comments } = parse_libsvm(readFileSync(join(dataDirectory, file)), {
    n_features: vocabulary.features.length,
    num_labels: vocabulary.labels.length,
    zero_based: true,
    comments: true,
  })
  const starts = features.crow_indices().tolist()
  const indices = features.col_indices().tolist()
  const tags = targets.tolist()
  return comments.map((name, row) => ({
    name,
    features: indices.slice(starts[row], starts[row + 1]),
    tags: [...tags[row].keys()].filter((tag) => tags[row][tag] === 1),
  }))
}

/**
 * The last rows of train.svm are held out: they choose when to stop and where each tag's threshold lies,
 * so that the test set does neither.
 */
export function readDataset(): Dataset {
  const vocabulary = JSON.parse(readFileSync(join(dataDirectory, 'vocabulary.json'), 'utf8')) as Vocabulary
  const programs = readPrograms('train.svm', vocabulary)
  return {
    vocabulary,
    train: programs.slice(0, -validationRows),
    validation: programs.slice(-validationRows),
    test: readPrograms('test.svm', vocabulary),
  }
}
