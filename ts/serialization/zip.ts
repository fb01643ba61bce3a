/**
 * The part of zip that archives of torch.save use: uncompressed entries, perhaps with
 * 64-bit sizes. Checksums are not verified: torch does not verify them either, and may be configured not
 * to write them.
 */
import { RuntimeError } from '../base/errors.js'
import { MAX_ZIP_ENTRIES } from './limits.js'
import { ByteReader, quote } from './source.js'

/** The first two bytes of an archive, and of each of its records. */
export const ZIP_MAGIC = [0x50, 0x4b] as const

const LOCAL_HEADER = 0x04034b50
const DIRECTORY_ENTRY = 0x02014b50
const END = 0x06054b50
const END_64_LOCATOR = 0x07064b50
const END_64 = 0x06064b50

const END_BYTES = 22
const LOCATOR_BYTES = 20
/** Marks a size or an offset that is in the entry's field of 64-bit sizes. */
const IN_FIELD_64 = 0xffffffff
const FIELD_64 = 1
const ENCRYPTED = 1

interface Entry {
  name: string
  /** Length of its content in the file. */
  bytes: number
  /** Whether the content is neither compressed nor encrypted. */
  isPlain: boolean
  /** Offset of its local header. */
  offset: number
}

const invalid = (what: string) => new RuntimeError(`load: failed reading zip archive: ${what}`)

/** The entries of an archive. The directory is checked on construction; contents are views of the file. */
export class ZipArchive {
  /** Sorted by name. Not a hash table, in which names could be chosen to collide. */
  private readonly entries: readonly Content[]

  constructor(file: Uint8Array<ArrayBuffer>) {
    const directory = findDirectory(file)
    const reader = new ByteReader(file, invalid, directory.offset)
    const entries: Entry[] = []
    for (let i = 0; i < directory.entries; i++) entries.push(readDirectoryEntry(reader))
    entries.sort((a, b) => a.offset - b.offset)
    let free = 0
    const contents = entries.map((entry) => {
      const { name, isPlain, offset } = entry
      if (offset < free) throw invalid(`the entry ${quote(name)} overlaps the one before`)
      const { bytes, end } = contentOf(file, entry)
      free = end
      return { name, bytes: isPlain ? bytes : null }
    })
    if (free > directory.offset) throw invalid('an entry overlaps the directory')
    contents.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    for (let i = 1; i < contents.length; i++) {
      const { name } = contents[i]
      if (name === contents[i - 1].name) throw invalid(`the entry ${quote(name)} is there twice`)
    }
    this.entries = contents
  }

  /** Names of all entries. */
  get names(): string[] {
    return this.entries.map(({ name }) => name)
  }

  /** The content of an entry; undefined if there is none with this name. */
  read(name: string): Uint8Array<ArrayBuffer> | undefined {
    let [first, last] = [0, this.entries.length]
    while (first < last) {
      const middle = (first + last) >> 1
      if (this.entries[middle].name < name) first = middle + 1
      else last = middle
    }
    const entry = this.entries.at(first)
    if (entry?.name !== name) return undefined
    if (entry.bytes !== null) return entry.bytes
    throw invalid(
      `the entry ${quote(name)} is compressed or encrypted, as torch.save never writes it: repack the archive without compression`,
    )
  }
}

/** An entry's bytes; null if they are compressed or encrypted. */
interface Content {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer> | null
}

/** Finds the offset and the number of entries of the directory, from the end of the file. */
function findDirectory(file: Uint8Array<ArrayBuffer>): { offset: number; entries: number } {
  const end = findEnd(file)
  const reader = new ByteReader(file, invalid, end + 10)
  let entries = reader.uint16()
  reader.skip(4)
  let offset = reader.uint32()
  if (end >= LOCATOR_BYTES && recordAt(file, end - LOCATOR_BYTES) === END_64_LOCATOR) {
    const locator = new ByteReader(file, invalid, end - LOCATOR_BYTES + 8)
    const end64 = new ByteReader(file, invalid)
    end64.skip(locator.uint64())
    if (end64.uint32() !== END_64) throw invalid('its 64-bit end record is not where it should be')
    end64.skip(28)
    entries = end64.uint64()
    end64.skip(8)
    offset = end64.uint64()
  }
  if (entries > MAX_ZIP_ENTRIES) {
    throw invalid(`it claims ${entries} entries, more than the ${MAX_ZIP_ENTRIES} that are allowed`)
  }
  if (offset > end) throw invalid(`its directory is said to begin at byte ${offset} of ${file.length}`)
  return { offset, entries }
}

/** The end record is last; only a comment, whose length it states, may follow. */
function findEnd(file: Uint8Array<ArrayBuffer>): number {
  const first = Math.max(0, file.length - END_BYTES - 0xffff)
  for (let at = file.length - END_BYTES; at >= first; at--) {
    if (file[at] !== ZIP_MAGIC[0] || recordAt(file, at) !== END) continue
    const comment = new ByteReader(file, invalid, at + END_BYTES - 2).uint16()
    if (at + END_BYTES + comment === file.length) return at
  }
  throw invalid('finding its directory: there is no end record; the file may be truncated')
}

const recordAt = (file: Uint8Array<ArrayBuffer>, at: number) => new ByteReader(file, invalid, at).uint32()

function readDirectoryEntry(reader: ByteReader): Entry {
  if (reader.uint32() !== DIRECTORY_ENTRY) throw invalid('its directory has fewer entries than it claims')
  reader.skip(4)
  const flags = reader.uint16()
  const method = reader.uint16()
  reader.skip(8)
  let stored = reader.uint32()
  let bytes = reader.uint32()
  const [nameBytes, extraBytes, commentBytes] = [reader.uint16(), reader.uint16(), reader.uint16()]
  reader.skip(8)
  let offset = reader.uint32()
  const name = reader.text(nameBytes)
  const extra = new ByteReader(reader.bytes(extraBytes), invalid)
  reader.skip(commentBytes)
  while (extra.remaining > 0) {
    const [kind, length] = [extra.uint16(), extra.uint16()]
    const field = new ByteReader(extra.bytes(length), invalid)
    if (kind !== FIELD_64) continue
    if (bytes === IN_FIELD_64) bytes = field.uint64()
    if (stored === IN_FIELD_64) stored = field.uint64()
    if (offset === IN_FIELD_64) offset = field.uint64()
  }
  const isPlain = method === 0 && bytes === stored && (flags & ENCRYPTED) === 0
  return { name, bytes: stored, isPlain, offset }
}

/** The bytes of an entry, which follow its local header. */
function contentOf(file: Uint8Array<ArrayBuffer>, { name, bytes, offset }: Entry) {
  const reader = new ByteReader(file, invalid)
  reader.skip(offset)
  if (reader.uint32() !== LOCAL_HEADER) throw invalid(`there is no entry ${quote(name)} at byte ${offset}`)
  reader.skip(22)
  const [nameBytes, extraBytes] = [reader.uint16(), reader.uint16()]
  if (reader.text(nameBytes) !== name)
    throw invalid(`the entry ${quote(name)} has another name in the directory`)
  reader.skip(extraBytes)
  const content = reader.bytes(bytes)
  return { bytes: content, end: reader.position }
}
