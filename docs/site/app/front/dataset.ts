/** The programs of `npm run demo`, from the files that the site carries. */
import type { Dataset, Program, Vocabulary } from '../../../../examples/package-tags/data.ts'

const VALIDATION_ROWS = 800

async function fetchFile(folder: URL, name: string): Promise<Response> {
  const response = await fetch(new URL(name, folder))
  if (!response.ok) throw new Error(`${name} could not be loaded (${response.status})`)
  return response
}

/**
 * Lines of libsvm, `tag,tag index:value … # name`, of which every value is 1. They are split here: parse_libsvm, which checks what it
 * reads, would be a twentieth of this page.
 */
async function readPrograms(folder: URL, name: string): Promise<Program[]> {
  const text = await (await fetchFile(folder, name)).text()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [numbers, program] = line.split(' # ')
      const [tags, ...pairs] = numbers.split(' ')
      return {
        name: program,
        features: pairs.map((pair) => Number.parseInt(pair, 10)),
        tags: tags.split(',').filter(Boolean).map(Number),
      }
    })
}

export type Learning = Omit<Dataset, 'test'>

/** The last 800 rows are held out, as in the demo: they choose when to stop and where the thresholds lie. */
export async function readLearning(folder: URL): Promise<Learning> {
  const vocabulary = (await (await fetchFile(folder, 'vocabulary.json')).json()) as Vocabulary
  const programs = await readPrograms(folder, 'train.txt')
  return {
    vocabulary,
    train: programs.slice(0, -VALIDATION_ROWS),
    validation: programs.slice(-VALIDATION_ROWS),
  }
}

export const readTest = (folder: URL): Promise<Program[]> => readPrograms(folder, 'test.txt')
