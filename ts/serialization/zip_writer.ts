/** Writes zip archives as torch.save does: entries without compression, their contents aligned to 64 bytes. */
import { ValueError } from '../base/errors.js'
import { utf8Of } from '../base/utf8.js'
import { allocate, ByteWriter } from './byte_writer.js'

/** An entry of an archive; `content` is asked for once, when it is written. */
export interface NewEntry {
  readonly name: string
  readonly bytes: number
  readonly content: () => Uint8Array
}

const ALIGNMENT = 64
const LOCAL_BYTES = 30
/** The extra field that torch pads with: `FB`. */
const PADDING_FIELD = 0x4246
/** 1 January 1980: the same archive for the same contents. */
const DATE = 0x21
/** Names are UTF-8. */
const UTF8_NAMES = 1 << 11
/** What fields of 32 bits hold. */
const MAX_BYTES = 0xffffffff

/** The bytes of an archive. */
export function zip(entries: readonly NewEntry[]): Uint8Array<ArrayBuffer> {
  let length = 0
  const placed = entries.map((entry) => {
    const name = utf8Of(entry.name)
    const offset = length
    const start = offset + LOCAL_BYTES + name.length + 4
    const padding = (ALIGNMENT - (start % ALIGNMENT)) % ALIGNMENT
    length = start + padding + entry.bytes
    return { ...entry, name, offset, start: start + padding, padding }
  })
  const most = length + placed.reduce((sum, { name }) => sum + 46 + name.length, 22)
  if (most > MAX_BYTES || entries.length > 0xffff) {
    throw new ValueError(
      `save: a file of ${most} bytes and ${entries.length} storages is more than an archive holds: 4 GB and 65,535 of them`,
    )
  }
  const file = allocate(most)
  const directory = new ByteWriter()
  for (const { name, bytes, content, offset, start, padding } of placed) {
    file.set(content(), start)
    const crc = crc32(file.subarray(start, start + bytes))
    const shared = new ByteWriter()
      .uint16(20) // version
      .uint16(UTF8_NAMES)
      .uint16(0) // stored
      .uint16(0)
      .uint16(DATE)
      .uint32(crc)
      .uint32(bytes)
      .uint32(bytes)
      .uint16(name.length)
      .bytes()
    const local = new ByteWriter()
      .uint32(0x04034b50)
      .raw(shared)
      .uint16(4 + padding)
      .raw(name)
    file.set(
      local.uint16(PADDING_FIELD).uint16(padding).raw(new Uint8Array(padding).fill(0x5a)).bytes(),
      offset,
    )
    directory.uint32(0x02014b50).uint16(20).raw(shared).uint16(0).uint16(0)
    directory.uint16(0).uint16(0).uint32(0).uint32(offset).raw(name)
  }
  const listed = directory.bytes()
  const end = new ByteWriter().uint32(0x06054b50).uint16(0).uint16(0).uint16(entries.length)
  end.uint16(entries.length).uint32(listed.length).uint32(length).uint16(0)
  file.set(listed, length)
  file.set(end.bytes(), length + listed.length)
  return file
}

let table: Uint32Array | undefined

/** The checksum of zip. */
function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, i) => {
    let value = i
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0)
    return value
  })
  let crc = -1
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]) & 255]
  return ~crc >>> 0
}
