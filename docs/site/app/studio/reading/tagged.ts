/** Texts with their tags: `__label__a __label__b the text` (fastText), or `the text #a #b`. */
import { textDataset } from '../engine/texts.ts'
import type { TextFile } from './text_file.ts'
import { checkLabels, NotUnderstood, type Reading, readingOf, targetsOfTags } from './understanding.ts'

const FASTTEXT = /__label__(\S+)/g
const HASHED = /(?:^|\s)#([\p{L}\p{N}_:+.-]+)/gu

/** Whether most lines have tags in one of the two ways. */
export function looksTagged(head: string): boolean {
  const lines = head
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 50)
  const share = (pattern: RegExp) =>
    lines.filter((line) => line.search(pattern) >= 0).length / Math.max(lines.length, 1)
  return share(/__label__\S/) > 0.5 || share(/\s#[\p{L}\p{N}_]/u) > 0.6
}

export async function readTagged({ title, file }: TextFile): Promise<Reading> {
  const lines = (await file.text()).split(/\r?\n/)
  const pattern = lines.some((line) => line.includes('__label__')) ? FASTTEXT : HASHED
  const rows = lines.flatMap((line, i) => {
    if (line.trim() === '') return []
    const tags = [...line.matchAll(pattern)].map(([, tag = '']) => tag)
    const text = line.replace(pattern, ' ').trim()
    if (text === '') throw new NotUnderstood(`Line ${i + 1} has tags, but no text.`, i + 1)
    return [{ text, tags }]
  })
  const { labels, targets } = targetsOfTags(rows.map(({ tags }) => tags))
  checkLabels(labels)
  const none = rows.filter(({ tags }) => tags.length === 0).length
  const notes =
    none === 0
      ? []
      : [`${none} ${none === 1 ? 'line has' : 'lines have'} no tag: that is taken as having none of them.`]
  const dataset = textDataset({ texts: rows.map(({ text }) => text), labels, targets })
  return readingOf(dataset, { title, format: 'texts with tags', kind: 'texts', notes })
}
