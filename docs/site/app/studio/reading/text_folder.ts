/** Texts, each a file of its own: the folders that they lie in are their tags. */
import { textDataset } from '../engine/texts.ts'
import { isPicture } from './pictures.ts'
import { checkLabels, NotUnderstood, type Reading, readingOf, targetsOfTags } from './understanding.ts'

const TEXT = /\.(?:txt|md|text)$/i
/** Texts at most. */
const MOST = 50_000

export const isTextFolder = (files: readonly File[], paths: readonly string[]) =>
  files.filter((file, i) => TEXT.test(file.name) && paths[i]?.includes('/')).length > 1 &&
  !files.some((file) => isPicture(file) || /\.(?:csv|tsv|zip)$/i.test(file.name))

export async function readTextFolder(files: readonly File[], paths: readonly string[]): Promise<Reading> {
  const taken = files.flatMap((file, i) => {
    const folder = paths[i]?.split('/').at(-2)
    return TEXT.test(file.name) && folder !== undefined ? [{ file, folder }] : []
  })
  if (taken.length > MOST)
    throw new NotUnderstood(`There are ${taken.length} texts; the studio takes ${MOST} at most.`)
  const texts = await Promise.all(taken.map(({ file }) => file.text()))
  const { labels, targets } = targetsOfTags(taken.map(({ folder }) => folder.split(/[+,]/)))
  checkLabels(labels)
  const left = files.length - taken.length
  const notes = ['Folders are the tags.']
  if (left > 0)
    notes.push(
      `${left} ${left === 1 ? 'file that is no text was' : 'files that are no texts were'} left out.`,
    )
  const title = paths[0]?.split('/')[0] ?? 'Texts'
  return readingOf(textDataset({ texts, labels, targets }), {
    title,
    format: 'a folder of texts',
    kind: 'texts',
    notes,
  })
}
