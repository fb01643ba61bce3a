/**
 * safetensors: the length of the header in eight bytes, the header as JSON, then the elements of all
 * tensors without gaps, little-endian and row-major.
 */

import { RuntimeError, ValueError } from '../base/errors.js'
import { utf8Of } from '../base/utf8.js'
import type { StateDict } from '../nn/state_dict.js'
import { bytesPerElement, type DType } from '../tensor/dtype.js'
import { readElements } from '../tensor/elements.js'
import { MAX_RANK, type Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import { allocate } from './byte_writer.js'
import { decode, type ElementType, elementTypes, isReadable, lackOf, readableTypes } from './element_type.js'
import { JsonReader } from './json.js'
import { MAX_HEADER_BYTES, MAX_TENSORS } from './limits.js'
import { once } from './once.js'
import type { Skips } from './skips.js'
import { ByteReader, quote } from './source.js'
import { throwWhenRead, Unreadable } from './unreadable.js'

/** Text entries in the header of a file. */
export type FileMetadata = Record<string, string>

const METADATA = '__metadata__'

/** The header's bytes are padded to a multiple of this. */
const ALIGNMENT = 8

interface Entry {
  readonly name: string
  readonly type: ElementType
  readonly shape: FileShape
  /** Byte offset after the header. */
  readonly begin: number
  readonly end: number
}

/** A shape in a file, which may exceed what tensors support. */
interface FileShape {
  /** The first sizes. */
  readonly sizes: Shape
  readonly rank: number
  /** Infinity beyond 2^64. */
  readonly numel: number
}

const invalid = (what: string) => new RuntimeError(`load: not a valid safetensors file: ${what}`)

const byCode = /* @__PURE__ */ once(
  (): ReadonlyMap<string | null, ElementType> => new Map(elementTypes().map((type) => [type.code, type])),
)

/** The tensors of a file by name, without the skipped ones. */
export function readTensors(file: Uint8Array<ArrayBuffer>, skips: Skips): StateDict {
  const { entries, data } = readHeader(file)
  const state: StateDict = Object.create(null)
  for (const entry of entries) {
    const { name, begin, end } = entry
    if (skips.below(name) === null) continue
    const op = `load: tensor ${quote(name)}`
    const tensor = tensorOf(op, entry, data.subarray(begin, end))
    if (!(tensor instanceof Unreadable)) state[name] = tensor
    else
      throwWhenRead(
        state,
        name,
        `${op}${tensor.reason}; load(bytes, { skip: [${quote(name)}] }) leaves it out`,
      )
  }
  return state
}

function tensorOf(op: string, { type, shape }: Entry, bytes: Uint8Array): Tensor | Unreadable {
  if (!isReadable(type)) return lackOfCode(type)
  const { sizes, rank } = shape
  if (rank > MAX_RANK)
    return new Unreadable(`: tensors have at most ${MAX_RANK} dimensions, but it has ${rank}`)
  return decode(op, type, bytes, sizes)
}

const lackOfCode = ({ name, code }: ElementType) => lackOf(code ?? name, readableCodes())

/** Whether a file looks like safetensors: a length in eight bytes, then a header that starts with a brace. */
export function isSafetensors(file: Uint8Array): boolean {
  let at = 8
  while (WHITE_SPACE.includes(file[at])) at++
  return file[at] === BRACE
}

const WHITE_SPACE = [0x20, 0x0a, 0x0d, 0x09]
const BRACE = 0x7b

/** The parsed and checked header: the tensors must cover the rest of the file exactly. */
export function readHeader(file: Uint8Array<ArrayBuffer>) {
  const reader = new ByteReader(file, invalid)
  const length = reader.uint64()
  if (length > MAX_HEADER_BYTES) {
    throw invalid(`its header claims ${length} bytes, more than the ${MAX_HEADER_BYTES} that are allowed`)
  }
  const json = new JsonReader(reader.text(length), invalid)
  let metadata: FileMetadata | null = null
  const byName: Record<string, Entry> = Object.create(null)
  json.object(MAX_TENSORS + 1, (name) => {
    if (name === METADATA) {
      if (metadata !== null) throw invalid(`the key ${quote(METADATA)} is there twice`)
      metadata = readMetadata(json)
    } else {
      // The last of repeated names wins, as in the reference.
      byName[name] = readEntry(json, name)
    }
  })
  json.end()
  const data = reader.bytes(reader.remaining)
  const entries = Object.values(byName)
  checkCover(entries, data.length)
  return { entries, metadata: metadata ?? (Object.create(null) as FileMetadata), data }
}

function readMetadata(json: JsonReader): FileMetadata {
  const metadata: FileMetadata = Object.create(null)
  if (json.acceptNull()) return metadata
  json.object(MAX_TENSORS, (key) => {
    metadata[key] = json.string()
  })
  return metadata
}

function readEntry(json: JsonReader, name: string): Entry {
  const info: { dtype?: string; shape?: FileShape; data_offsets?: readonly number[] } = {}
  json.object(Number.POSITIVE_INFINITY, (key) => {
    if (Object.hasOwn(info, key)) throw invalid(`the key ${quote(key)} is there twice`)
    if (key === 'dtype') info.dtype = json.string()
    else if (key === 'shape') info.shape = readShape(json)
    else if (key === 'data_offsets') info.data_offsets = readOffsets(json)
    else json.pass()
  })
  const { dtype, shape, data_offsets } = info
  if (dtype === undefined || shape === undefined || data_offsets?.length !== 2) {
    throw invalid(`tensor ${quote(name)} lacks its dtype, its shape or its two data_offsets`)
  }
  const type = byCode().get(dtype)
  if (type === undefined) throw invalidDtype(name, lackOf(dtype.slice(0, 100), readableCodes()))
  return { name, type, shape, begin: data_offsets[0], end: data_offsets[1] }
}

const readableCodes = () => readableTypes().map(({ code }) => code)

const invalidDtype = (name: string, { reason }: Unreadable) =>
  new RuntimeError(`load: tensor ${quote(name)}${reason}`)

function readOffsets(json: JsonReader): number[] {
  const offsets: number[] = []
  json.integers((offset) => {
    if (offsets.length === 2) throw invalid('an array has more than 2 numbers')
    offsets.push(offset)
  })
  return offsets
}

function readShape(json: JsonReader): FileShape {
  const sizes: number[] = []
  let [rank, product] = [0, 1n]
  let overflows = false
  json.integers((size) => {
    if (rank++ < MAX_RANK) sizes.push(size)
    product *= BigInt(size)
    // As in the reference, even if a size of 0 follows.
    if (product >= 2n ** 64n) [overflows, product] = [true, 1n]
  })
  return { sizes, rank, numel: overflows ? Number.POSITIVE_INFINITY : Number(product) }
}

/** Throws unless every tensor has the bytes for its shape, and all together have those of the file. */
function checkCover(entries: readonly Entry[], length: number): void {
  let covered = 0
  for (const { name, type, shape, begin, end } of [...entries].sort(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin !== covered || end < begin) {
      throw invalid(
        `tensor ${quote(name)} lies at bytes ${begin} to ${end}, where one that begins at ${covered} is wanted`,
      )
    }
    const wanted = (shape.numel * type.bits) / 8
    if (wanted % 1 > 0) throw invalidDtype(name, lackOfCode(type))
    if (end - begin !== wanted) {
      const more = shape.rank > MAX_RANK ? ', …' : ''
      throw invalid(
        `tensor ${quote(name)}, ${type.code} of shape [${shape.sizes.join(', ')}${more}], has ${end - begin} bytes instead of ${wanted}`,
      )
    }
    covered = end
  }
  if (covered !== length) {
    throw invalid(
      `its tensors take ${covered} bytes, but ${length} are behind the header; it may be truncated`,
    )
  }
}

/** Names of dtypes in the order of writing: widest first, as in the reference. */
const codes: Record<DType, string> = { float32: 'F32', int32: 'I32', uint8: 'U8', bool: 'BOOL' }
const order = /* @__PURE__ */ Object.keys(codes)

/** The bytes of the file. Names and metadata must be well-formed, and no tensor disposed. */
export function writeTensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: ReadonlyMap<string, string> | null,
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors]
    .map(([name, tensor]) => ({ name, tensor, key: utf8Of(name) }))
    .sort((a, b) => order.indexOf(a.tensor.dtype) - order.indexOf(b.tensor.dtype) || compare(a.key, b.key))
  const fields: string[] = []
  if (metadata !== null) fields.push(field(METADATA, Object.fromEntries(metadata)))
  let length = 0
  const offsets = sorted.map(({ name, tensor }) => {
    const begin = length
    length += tensor.numel() * bytesPerElement[tensor.dtype]
    fields.push(
      field(name, { dtype: codes[tensor.dtype], shape: tensor.shape, data_offsets: [begin, length] }),
    )
    return begin
  })
  // A text takes at least as many bytes as it has characters.
  checkHeaderLength(fields.reduce((total, text) => total + text.length, 0))
  const header = utf8Of(`{${fields.join(',')}}`)
  const padded = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT
  checkHeaderLength(padded)
  const file = allocate(8 + padded + length)
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true)
  file.set(header, 8)
  file.fill(0x20, 8 + header.length, 8 + padded)
  for (const [i, { tensor }] of sorted.entries()) {
    file.set(readElements(tensor), 8 + padded + offsets[i])
  }
  return file
}

function checkHeaderLength(bytes: number): void {
  if (bytes <= MAX_HEADER_BYTES) return
  throw new ValueError(
    `save: names and metadata take ${bytes} bytes, more than the ${MAX_HEADER_BYTES} that files may have`,
  )
}

const field = (key: string, value: unknown) => `${JSON.stringify(key)}:${JSON.stringify(value)}`

/** Compares UTF-8 bytes, and so code points; JavaScript's string comparison differs beyond the basic plane. */
function compare(a: Uint8Array, b: Uint8Array): number {
  const different = a.findIndex((byte, i) => byte !== b[i])
  return different < 0 ? a.length - b.length : a[different] - (b[different] ?? -1)
}
