/** Full pages of numbers in fewer bytes. */

export type Numbers = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>

/** Typed arrays that numbers are written to. */
export type Target = Float32Array | Int32Array | Uint8Array

/** A page: as it is, as integers of 16 bits, or as a palette. */
export type Page = Numbers | Uint16Array<ArrayBuffer> | Palette

/** Different numbers of a palette at most. */
const COLOURS = 256
/** Places of the hash table in which they are found. */
const PLACES = 1024
const places = new Int16Array(PLACES)
const patterns = new Int32Array(COLOURS)

/** Numbers of which few are different: these, and a code of 1, 2, 4 or 8 bits for each. */
export class Palette {
  constructor(
    readonly length: number,
    /** The different numbers. */
    readonly colours: Numbers,
    private readonly bits: number,
    private readonly codes: Uint8Array,
  ) {}

  writeTo(target: Target, at: number): void {
    const { bits, codes, colours, length } = this
    const mask = 2 ** bits - 1
    for (let i = 0; i < length; i++) {
      const bit = i * bits
      target[at + i] = colours[(codes[bit >> 3] >> (bit & 7)) & mask]
    }
  }
}

/** Writes the numbers of a page to `target` from `at` on. */
export function writePage(page: Page, target: Target, at: number): void {
  if (page instanceof Palette) page.writeTo(target, at)
  else target.set(page, at)
}

/** The same numbers in fewer bytes, or the page itself. */
export function packed(page: Numbers): Page {
  // Bits, as NaN is a number here, and 0 and -0 are two.
  const found = new Int32Array(page.buffer, 0, page.length)
  const codes = new Uint8Array(page.length)
  places.fill(-1)
  let count = 0
  for (let i = 0; i < found.length; i++) {
    const pattern = found[i]
    // Fibonacci hashing, to ten bits.
    let place = Math.imul(pattern, 0x9e3779b1) >>> 22
    while (places[place] >= 0 && patterns[places[place]] !== pattern) place = (place + 1) % PLACES
    if (places[place] < 0) {
      if (count === COLOURS) return shortened(page)
      patterns[count] = pattern
      places[place] = count++
    }
    codes[i] = places[place]
  }
  const colours = page.slice(0, count)
  new Int32Array(colours.buffer).set(patterns.subarray(0, count))
  const bits = count <= 2 ? 1 : count <= 4 ? 2 : count <= 16 ? 4 : 8
  return new Palette(page.length, colours, bits, narrowed(codes, bits))
}

function narrowed(codes: Uint8Array, bits: number): Uint8Array {
  if (bits === 8) return codes
  const bytes = new Uint8Array(Math.ceil((codes.length * bits) / 8))
  for (let i = 0; i < codes.length; i++) {
    const bit = i * bits
    bytes[bit >> 3] |= codes[i] << (bit & 7)
  }
  return bytes
}

/** As integers of 16 bits, if they are such. */
function shortened(page: Numbers): Page {
  for (const value of page) {
    // Neither fractions nor NaN nor -0.
    if (!(value >= 0 && value <= 0xffff) || value !== (value | 0) || Object.is(value, -0)) return page
  }
  return Uint16Array.from(page)
}
