/** Any source, by what it holds rather than by its name. */
import { ParseError } from 'softmargin/datasets'
import type { Misunderstood, ReadingOptions, Source } from '../protocol.ts'
import { readArff } from './arff.ts'
import { readTable } from './csv.ts'
import { readExample } from './examples.ts'
import { readJson } from './json.ts'
import { readLibsvm } from './libsvm.ts'
import { isPicture, readPictures } from './pictures.ts'
import { looksTagged, readTagged } from './tagged.ts'
import { isTextFolder, readTextFolder } from './text_folder.ts'
import { NotUnderstood, type Reading } from './understanding.ts'

const HEAD = 2 ** 17

export async function read(source: Source, options: ReadingOptions): Promise<Reading> {
  if (source.from === 'example') return await readExample(source.name)
  if (source.from === 'paste') return await readText('Pasted rows', new Blob([source.text]), options)
  const { files, paths } = source
  const [first] = files
  if (first === undefined) throw new NotUnderstood('There was no file in it.')
  if (isTextFolder(files, paths)) return await readTextFolder(files, paths)
  if (files.length > 1 || isPicture(first) || (await isZip(first))) return await readPictures(files, paths)
  return await readText(first.name, first, options)
}

const isZip = async (file: Blob) => {
  const [p, k, three, four] = new Uint8Array(await file.slice(0, 4).arrayBuffer())
  return p === 0x50 && k === 0x4b && three === 3 && four === 4
}

async function readText(title: string, file: Blob, options: ReadingOptions): Promise<Reading> {
  if (file.size === 0) throw new NotUnderstood(`${title} is empty.`)
  const start = new Uint8Array(await file.slice(0, HEAD).arrayBuffer())
  const isUtf16 = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)
  const head = new TextDecoder(isUtf16 ? (start[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8').decode(
    start,
  )
  if (isBinary(start, isUtf16))
    throw new NotUnderstood(`${title} is no text, and neither a picture nor a zip of pictures.`)
  if (head.trim() === '' && file.size <= HEAD) throw new NotUnderstood(`${title} has nothing but blanks.`)
  const isWhole = file.size <= HEAD
  const text = { title, head, isWhole, file }
  if (/^\s*(?:%[^\n]*\n\s*)*@relation/i.test(head)) return await readArff(text)
  if (/^\s*[[{]/.test(head)) return await readJson(text, options)
  if (looksTagged(head)) return await readTagged(text)
  if (isLibsvm(head)) return await readLibsvm(text)
  return await readTable(
    { title, format: /\t/.test(head.split('\n')[0] ?? '') ? 'TSV' : 'CSV', head, isWhole, open: () => file },
    options,
  )
}

/** Control characters that no text has. */
function isBinary(bytes: Uint8Array, isUtf16: boolean): boolean {
  if (isUtf16) return false
  const odd = bytes.reduce(
    (sum, byte) => sum + Number(byte < 9 || (byte > 13 && byte < 27) || byte === 0x7f),
    0,
  )
  return bytes.includes(0) || odd > bytes.length / 50
}

/** Labels, then index:value pairs. */
function isLibsvm(head: string): boolean {
  const lines = head
    .split('\n')
    .slice(0, 20)
    .filter((line) => line.trim() !== '')
  const rows = lines.slice(0, -1).length > 0 && head.length >= HEAD ? lines.slice(0, -1) : lines
  const pattern = /^\s*(?:[+-]?[\w.]+(?:,[+-]?[\w.]+)*)?(?:\s+\d+:[^\s:,]+)+\s*(?:#.*)?$/
  const counts = /^\s*\d+\s+\d+\s+\d+\s*$/
  return rows.length > 0 && rows.every((row, i) => pattern.test(row) || (i === 0 && counts.test(row)))
}

/** A sentence for people. */
export function sentenceOf(error: unknown): Misunderstood {
  if (error instanceof NotUnderstood) return { sentence: error.message, line: error.line }
  const message = error instanceof Error ? error.message : String(error)
  const plain = message.replace(/^parse_\w+: /, '').replace('; name the column in texts or drop', '')
  const sentence = plain.charAt(0).toUpperCase() + plain.slice(1)
  return {
    sentence: /[.!?]$/.test(sentence) ? sentence : `${sentence}.`,
    line: error instanceof ParseError ? error.line : null,
  }
}
