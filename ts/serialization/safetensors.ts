/**
 * safetensors: the length of a header in eight bytes, the header as JSON, the elements of all
 * tensors one after another without gaps, little-endian and row-major.
 */
import { OutOfMemoryError, RuntimeError, ValueError } from '../errors.js'
import type { StateDict } from '../nn/state_dict.js'
import { bytesPerElement, type DType } from '../tensor/dtype.js'
import { MAX_RANK, numelOf, type Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import { decode, type ElementType, elementTypes } from './element_type.js'
import { JsonReader } from './json.js'
import { MAX_HEADER_BYTES, MAX_TENSORS } from './limits.js'
import { ByteReader, quote } from './source.js'

/** Texts that a file carries beside its tensors. */
export type FileMetadata = Record<string, string>

const METADATA = '__metadata__'

/** The header's bytes are padded to a multiple of this. */
const ALIGNMENT = 8

interface Entry {
  name: string
  type: ElementType
  shape: Shape
  /** Bytes behind the header. */
  begin: number
  end: number
}

const invalid = (what: string) => new RuntimeError(`load: not a valid safetensors file: ${what}`)

const byCode: ReadonlyMap<string, ElementType> = new Map(elementTypes.map((type) => [type.code, type]))

/** The tensors of a file by name. */
export function readTensors(file: Uint8Array<ArrayBuffer>): StateDict {
  const { entries, data } = readHeader(file)
  const state: StateDict = Object.create(null)
  for (const { name, type, shape, begin, end } of entries) {
    state[name] = decode(`load: tensor ${quote(name)}`, type, data.subarray(begin, end), shape)
  }
  return state
}

/** Everything about a file but its elements, checked: the tensors cover the rest of the file exactly. */
export function readHeader(file: Uint8Array<ArrayBuffer>) {
  const reader = new ByteReader(file, invalid)
  const length = reader.uint64()
  if (length > MAX_HEADER_BYTES) {
    throw invalid(`its header claims ${length} bytes, more than the ${MAX_HEADER_BYTES} that are allowed`)
  }
  const json = new JsonReader(reader.text(length), invalid)
  let metadata: FileMetadata = Object.create(null)
  const entries: Entry[] = []
  json.object(MAX_TENSORS + 1, (name) => {
    if (name === METADATA) metadata = readMetadata(json)
    else entries.push(readEntry(json, name))
  })
  json.end()
  const data = reader.bytes(reader.remaining)
  checkCover(entries, data.length)
  return { entries, metadata, data }
}

function readMetadata(json: JsonReader): FileMetadata {
  const metadata: FileMetadata = Object.create(null)
  json.object(MAX_TENSORS, (key) => {
    metadata[key] = json.string()
  })
  return metadata
}

function readEntry(json: JsonReader, name: string): Entry {
  const info: { dtype?: string; shape?: Shape; data_offsets?: readonly number[] } = {}
  json.object(3, (key) => {
    if (key === 'dtype') info.dtype = json.string()
    else if (key === 'shape') info.shape = json.integers(MAX_RANK)
    else if (key === 'data_offsets') info.data_offsets = json.integers(2)
    else throw invalid(`tensor ${quote(name)} has the unknown key ${quote(key)}`)
  })
  const { dtype, shape, data_offsets } = info
  if (dtype === undefined || shape === undefined || data_offsets?.length !== 2) {
    throw invalid(`tensor ${quote(name)} lacks its dtype, its shape or its two data_offsets`)
  }
  const type = byCode.get(dtype)
  if (type === undefined) {
    const known = [...byCode.keys()].join(', ')
    throw new RuntimeError(
      `load: tensor ${quote(name)} has the dtype ${quote(dtype)}, which cannot be read; those that can are ${known}`,
    )
  }
  return { name, type, shape, begin: data_offsets[0], end: data_offsets[1] }
}

/** Throws unless every tensor has the bytes that its shape needs, and all together those of the file. */
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
    const wanted = numelOf(shape) * type.bytes
    if (end - begin !== wanted) {
      throw invalid(
        `tensor ${quote(name)}, ${type.code} of shape [${shape.join(', ')}], has ${end - begin} bytes instead of ${wanted}`,
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

/** Names of dtypes, in the order in which tensors are written: widest first, as in the reference. */
const codes: Record<DType, string> = { float32: 'F32', int32: 'I32', uint8: 'U8', bool: 'BOOL' }
const order = Object.keys(codes)

const encoder = new TextEncoder()

/** The file. Names and metadata are well-formed, no tensor is disposed. */
export function writeTensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: ReadonlyMap<string, string> | null,
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors]
    .map(([name, tensor]) => ({ name, tensor, key: encoder.encode(name) }))
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
  // No text takes fewer bytes than it has characters.
  checkHeaderLength(fields.reduce((total, text) => total + text.length, 0))
  const header = encoder.encode(`{${fields.join(',')}}`)
  const padded = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT
  checkHeaderLength(padded)
  const file = allocate(8 + padded + length)
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true)
  file.set(header, 8)
  file.fill(0x20, 8 + header.length, 8 + padded)
  for (const [i, { tensor }] of sorted.entries()) {
    const bytes = tensor.numel() * bytesPerElement[tensor.dtype]
    file.set(tensor.storage.read(tensor.byteOffset, bytes), 8 + padded + offsets[i])
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

/** Order of UTF-8 bytes, which is that of code points; JavaScript's own is another beyond the basic plane. */
function compare(a: Uint8Array, b: Uint8Array): number {
  const different = a.findIndex((byte, i) => byte !== b[i])
  return different < 0 ? a.length - b.length : a[different] - (b[different] ?? -1)
}

function allocate(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes)
  } catch (error) {
    throw new OutOfMemoryError(`save: the runtime has no room for a file of ${bytes} bytes`, { cause: error })
  }
}
