// The binary format of WebAssembly, as far as the build reads and writes it: sections, numbers, names.

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

export const CUSTOM = 0
export const TYPE = 1
export const IMPORT = 2
export const FUNCTION = 3
export const TABLE = 4
export const MEMORY = 5
export const GLOBAL = 6
export const EXPORT = 7
export const START = 8
export const ELEMENT = 9
export const CODE = 10
export const DATA = 11

/** `i32.const` and `end`. */
export const CONSTANT = 0x41
export const END = 0x0b

/** The part of the section of names that has those of functions. */
const FUNCTION_NAMES = 1

/** Reads bytes from the first on. */
export class Reader {
  position = 0

  constructor(bytes) {
    this.bytes = bytes
  }

  get isAtEnd() {
    return this.position === this.bytes.length
  }

  byte() {
    return this.bytes[this.position++]
  }

  /** An unsigned number. */
  number() {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }

  take(length) {
    this.position += length
    return this.bytes.subarray(this.position - length, this.position)
  }

  name() {
    return new TextDecoder().decode(this.take(this.number()))
  }

  /** A vector: its length, then what `read` reads so many times. */
  vector(read) {
    return Array.from({ length: this.number() }, (_, i) => read(i))
  }
}

/** The bytes of an unsigned number. */
export function number(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(Math.floor(value / 128))]
}

/** The bytes of a signed number that is not negative. */
export const signedNumber = (value) =>
  value < 64 ? [value] : [(value & 127) | 128, ...signedNumber(Math.floor(value / 128))]

export function name(text) {
  const bytes = new TextEncoder().encode(text)
  return [...number(bytes.length), ...bytes]
}

/** A vector of `items`, each an array of bytes. */
export const vector = (items) => [...number(items.length), ...items.flatMap((item) => [...item])]

/** The sections in their order, each `[id, content]`. */
export function sectionsOf(module) {
  const reader = new Reader(module)
  reader.take(PREAMBLE.length)
  const sections = []
  while (!reader.isAtEnd) sections.push([reader.byte(), reader.take(reader.number())])
  return sections
}

/** The segments of a section of data: where each lies in memory, and its bytes, not copied. */
export function segmentsOf(section) {
  const reader = new Reader(section)
  return reader.vector(() => {
    // Of the first memory, from a constant address on.
    if (reader.byte() !== 0 || reader.byte() !== CONSTANT) throw new Error('Data is of an unknown kind')
    const first = reader.number()
    if (reader.byte() !== END) throw new Error('Data lies at an unknown place')
    return { first, bytes: reader.take(reader.number()) }
  })
}

/** What the bytes of a function mean wherever they are an address of data: a number of three bytes, or of four if it has a sign. */
export function addressesIn(body) {
  const addresses = []
  for (let i = 0; i + 2 < body.length; i++) {
    if (body[i] < 128 || body[i + 1] < 128 || (body[i + 2] > 127 && body[i + 3] !== 0)) continue
    addresses.push((body[i] & 127) | ((body[i + 1] & 127) << 7) | ((body[i + 2] & 127) << 14))
  }
  return addresses
}

export function moduleOf(sections) {
  const bytes = sections.flatMap(([id, content]) => [id, ...number(content.length), ...content])
  return Uint8Array.from([...PREAMBLE, ...bytes])
}

/** The bodies of its functions. */
export function bodiesOf(code) {
  const reader = new Reader(code)
  return reader.vector(() => reader.take(reader.number()))
}

export const codeOf = (bodies) => vector(bodies.map((body) => [...number(body.length), ...body]))

/** The names of functions by their indices, as far as the module has them. */
export function functionNames(module) {
  const names = new Map()
  for (const [id, content] of sectionsOf(module)) {
    const section = new Reader(content)
    if (id !== CUSTOM || section.name() !== 'name') continue
    while (!section.isAtEnd) {
      const [part, bytes] = [section.byte(), section.take(section.number())]
      if (part !== FUNCTION_NAMES) continue
      const reader = new Reader(bytes)
      reader.vector(() => names.set(reader.number(), reader.name()))
    }
  }
  return names
}

/** The module without names and other notes. */
export const stripped = (module) => moduleOf(sectionsOf(module).filter(([id]) => id !== CUSTOM))
