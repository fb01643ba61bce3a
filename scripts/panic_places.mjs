// Places of panics in the crate's sources, which the compiler leaves in the data of a build whose panics only trap: no
// instruction names them. A place is the address and the length of a file's name, a line and a column; it becomes zeros, and
// so does the name. Addresses stay as they are, and zeros compress to nothing.
import * as wasm from './wasm_module.mjs'

const BYTES_OF_PLACE = 16
const MOST_LINES = 1 << 16
const MOST_COLUMNS = 1 << 10

/** The section of data for functions with these bodies. */
export function withoutPanicPlaces(section, bodies) {
  const own = Uint8Array.from(section)
  const segments = wasm.segmentsOf(own)
  const named = new Set(bodies.flatMap(wasm.addressesIn))
  const names = new Map()
  const kept = new Set()
  for (const { first, bytes } of segments) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let at = 0; at + BYTES_OF_PLACE <= bytes.length; at += 4) {
      const [address, length, line, column] = [0, 4, 8, 12].map((k) => view.getUint32(at + k, true))
      const name = line < MOST_LINES && column < MOST_COLUMNS ? bytesAt(segments, address, length) : null
      if (name === null || !isSource(name)) continue
      names.set(address, name)
      if (named.has(first + at)) kept.add(address)
      else bytes.fill(0, at, at + BYTES_OF_PLACE)
    }
  }
  for (const [address, name] of names) if (!kept.has(address)) name.fill(0)
  return own
}

const isSource = (name) => /^[\w./-]+\.rs$/.test(String.fromCharCode(...name))

/** The bytes of a segment, without a copy; null if none has all of them. */
function bytesAt(segments, address, length) {
  const segment = segments.find(
    ({ first, bytes }) => first <= address && address + length <= first + bytes.length,
  )
  return segment?.bytes.subarray(address - segment.first, address - segment.first + length) ?? null
}
