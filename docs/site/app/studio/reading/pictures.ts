/** Pictures with tags: several files or a zip, and a CSV of file names and tags; without one, folders are the tags. */

import { unzipSync } from 'fflate'
import { parse_csv } from 'softmargin/datasets'
import { pictureDataset, pixelsOf, SIDE } from '../engine/pictures.ts'
import { separatorOf } from './roles.ts'
import {
  checkLabels,
  listed,
  NotUnderstood,
  type Reading,
  readingOf,
  targetsOfTags,
} from './understanding.ts'

const PICTURE = /\.(?:png|jpe?g|gif|webp|bmp|avif|ico)$/i
const TABLE = /\.(?:csv|tsv)$/i
const TEXT = /\.txt$/i
/** Pictures at most: 4 kB each are kept in memory. */
const MOST = 50_000
/** Bytes that a zip may unpack to. */
const MOST_BYTES = 2 ** 30

/** What a table says of a picture. */
interface Tagged {
  tags: string[]
  /** Labels of which it says nothing. */
  unknown: string[]
}

interface Entry {
  path: string
  blob: Blob
}

export const isPicture = (file: File) => file.type.startsWith('image/') || PICTURE.test(file.name)

export async function readPictures(files: readonly File[], paths: readonly string[]): Promise<Reading> {
  const entries = (await Promise.all(files.map((file, i) => entriesOf(file, paths[i] ?? file.name)))).flat()
  const pictures = entries.filter(({ path }) => PICTURE.test(path))
  if (pictures.length === 0)
    throw new NotUnderstood(
      'There is no picture among the files: drop one table, or pictures with a CSV of their tags.',
    )
  if (pictures.length > MOST)
    throw new NotUnderstood(`There are ${pictures.length} pictures; the studio takes ${MOST} at most.`)
  // A README is no table, unless there is no other.
  const table = entries.find(({ path }) => TABLE.test(path)) ?? entries.find(({ path }) => TEXT.test(path))
  const tags = table === undefined ? foldersOf(pictures) : await tagsIn(table)
  const beside = table === undefined ? '' : table.path.slice(0, table.path.lastIndexOf('/') + 1)
  const notes: string[] = []
  const size = SIDE * SIDE * 4
  const pixels = new Uint8ClampedArray(pictures.length * size)
  const kept: (Tagged & { path: string })[] = []
  const [untagged, broken]: [string[], string[]] = [[], []]
  for (const { path, blob } of pictures) {
    const own = namesOf(path, beside).flatMap((name) => tags.get(name) ?? [])[0]
    if (own === undefined) {
      untagged.push(path)
      continue
    }
    try {
      pixels.set(await pixelsOf(blob), kept.length * size)
      kept.push({ path, ...own })
    } catch {
      broken.push(path)
    }
  }
  if (untagged.length > 0) notes.push(`${untagged.length} without tags left out: ${listed(untagged, 3)}.`)
  if (broken.length > 0) notes.push(`${broken.length} could not be decoded: ${listed(broken, 3)}.`)
  if (table === undefined) notes.push('There is no CSV with tags, so folders are the tags.')
  if (kept.length === 0) throw new NotUnderstood(notes[0] ?? 'No picture has tags.')
  const { labels, targets } = targetsOfTags(kept.map((row) => row.tags))
  checkLabels(labels)
  kept.forEach(({ unknown }, row) => {
    for (const label of unknown) {
      const at = labels.indexOf(label)
      if (at >= 0) targets[row * labels.length + at] = Number.NaN
    }
  })
  const all = {
    pixels: pixels.slice(0, kept.length * size),
    names: kept.map(({ path }) => path),
    labels,
    targets,
  }
  const title = files.length === 1 ? files[0].name : `${kept.length} pictures`
  return readingOf(pictureDataset(all), {
    title,
    format: `pictures, ${SIDE} × ${SIDE}`,
    kind: 'pictures',
    notes,
    features: 3 * SIDE * SIDE,
  })
}

/** What a table may call a picture: by its path, from the folder of the table or not, or by its name, with its ending or without. */
function namesOf(path: string, beside: string): string[] {
  const near = path.startsWith(beside) ? path.slice(beside.length) : path
  const base = path.slice(path.lastIndexOf('/') + 1)
  return [path, near, base].flatMap((name) => [name, name.replace(PICTURE, '')])
}

async function entriesOf(file: File, path: string): Promise<Entry[]> {
  if (!/\.zip$/i.test(file.name)) return [{ path, blob: file }]
  let total = 0
  const filter = ({ name, originalSize }: { name: string; originalSize: number }) => {
    if (name.startsWith('__MACOSX') || ![PICTURE, TABLE, TEXT].some((each) => each.test(name))) return false
    total += originalSize
    if (total > MOST_BYTES) throw new NotUnderstood(`${file.name} would unpack to more than a gigabyte.`)
    return true
  }
  try {
    const unpacked = unzipSync(new Uint8Array(await file.arrayBuffer()), { filter })
    return Object.entries(unpacked).map(([path, bytes]) => ({
      path,
      blob: new Blob([bytes as Uint8Array<ArrayBuffer>]),
    }))
  } catch (error) {
    if (error instanceof NotUnderstood) throw error
    throw new NotUnderstood(`${file.name} is a damaged zip.`)
  }
}

/** The folder that a picture lies in. */
function foldersOf(pictures: readonly Entry[]): Map<string, Tagged> {
  const tagged = pictures.flatMap(({ path }): [string, Tagged][] => {
    const folders = path.split('/').slice(0, -1)
    const last = folders[folders.length - 1]
    return last === undefined ? [] : [[path, { tags: last.split(/[+,]/), unknown: [] }]]
  })
  if (tagged.length === 0)
    throw new NotUnderstood(
      'Pictures need tags: add a CSV with a column of file names and one of tags, or put them into folders.',
    )
  return new Map(tagged)
}

/** Tags by file names, from a table: a column of names, and one of tags or columns of 0 and 1. */
async function tagsIn({ path, blob }: Entry): Promise<Map<string, Tagged>> {
  const { texts } = await parse_csv(blob, { texts: /(?:)/ })
  const columns = Object.entries(texts)
  const file = columns.find(([, cells]) => cells.some((cell) => PICTURE.test(cell.trim()))) ?? columns[0]
  const others = columns.filter((column) => column !== file)
  if (file === undefined || others.length === 0)
    throw new NotUnderstood(`${path} needs a column of file names and one of tags.`)
  const areLabels =
    others.length > 1 && others.every(([, cells]) => cells.every((cell) => /^\s*[01]?\s*$/.test(cell)))
  if (areLabels) {
    const labelsWith = (row: number, wanted: string) =>
      others.flatMap(([label, cells]) => ((cells[row] ?? '').trim() === wanted ? [label] : []))
    return new Map(
      file[1].map((name, row) => [name.trim(), { tags: labelsWith(row, '1'), unknown: labelsWith(row, '') }]),
    )
  }
  const [, cells] = others.find(([name]) => /tags?|labels?/i.test(name)) ?? others[0]
  const separator = separatorOf(cells)
  const split = (cell: string) =>
    cell
      .split(separator)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '')
  return new Map(file[1].map((name, row) => [name.trim(), { tags: split(cells[row] ?? ''), unknown: [] }]))
}
