/**
 * Decompresses raw DEFLATE (RFC 1951): what the runtimes have for it is asynchronous, and the inlined
 * kernels must be compiled while the module loads. Trusts its input, which the build made.
 */

/** A canonical Huffman code: how many codes each length has, and the symbols in the order of their codes. */
interface Code {
  counts: Uint16Array
  symbols: Uint16Array
}

/** Longest code that DEFLATE allows. */
const MAX_BITS = 15

const END_OF_BLOCK = 256

/** Order in which a block states the lengths of the code that its other codes' lengths are written in. */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** The `size` bytes that were compressed to `input`. */
export function inflate(input: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(size)
  let written = 0
  let position = 0
  let held = 0
  let heldBits = 0

  function bits(count: number): number {
    while (heldBits < count) {
      held |= input[position++] << heldBits
      heldBits += 8
    }
    const value = held & ((1 << count) - 1)
    held >>>= count
    heldBits -= count
    return value
  }

  /** Codes of one length are consecutive, and follow twice the last one of the length before. */
  function symbol({ counts, symbols }: Code): number {
    let code = 0
    let first = 0
    let index = 0
    for (let length = 1; ; length++) {
      code |= bits(1)
      const count = counts[length]
      if (code - first < count) return symbols[index + code - first]
      index += count
      first = (first + count) << 1
      code <<= 1
    }
  }

  function readCodes(): [literals: Code, distances: Code] {
    const literals = bits(5) + 257
    const distances = bits(5) + 1
    const stated = bits(4) + 4
    const ofLengths = new Uint8Array(19)
    for (let i = 0; i < stated; i++) ofLengths[LENGTH_ORDER[i]] = bits(3)
    const lengthCode = codeOf(ofLengths)
    const lengths = new Uint8Array(literals + distances)
    for (let i = 0; i < lengths.length; ) {
      const next = symbol(lengthCode)
      if (next < 16) {
        lengths[i++] = next
        continue
      }
      const repeated = next === 16 ? lengths[i - 1] : 0
      const times = next === 16 ? bits(2) + 3 : next === 17 ? bits(3) + 3 : bits(7) + 11
      lengths.fill(repeated, i, i + times)
      i += times
    }
    return [codeOf(lengths.subarray(0, literals)), codeOf(lengths.subarray(literals))]
  }

  function copyStored(): void {
    // It starts at the next byte: its length, and the same inverted.
    held = heldBits = 0
    const length = input[position] | (input[position + 1] << 8)
    output.set(input.subarray(position + 4, position + 4 + length), written)
    position += 4 + length
    written += length
  }

  function expand([literals, distances]: [Code, Code]): void {
    for (;;) {
      const next = symbol(literals)
      if (next === END_OF_BLOCK) return
      if (next < END_OF_BLOCK) {
        output[written++] = next
        continue
      }
      const length = next === 285 ? 258 : 3 + scaled(next - 257, 4)
      const distance = 1 + scaled(symbol(distances), 2)
      // Byte by byte: the two may overlap.
      for (const end = written + length; written < end; written++)
        output[written] = output[written - distance]
    }
  }

  /** Lengths and distances come in steps that double after each `group` codes, with the rest in extra bits. */
  function scaled(code: number, group: number): number {
    if (code < 2 * group) return code
    const extra = Math.floor(code / group) - 1
    return ((group + (code % group)) << extra) + bits(extra)
  }

  for (let isLast = 0; !isLast; ) {
    isLast = bits(1)
    const kind = bits(2)
    if (kind === 0) copyStored()
    else expand(kind === 1 ? fixedCodes() : readCodes())
  }
  return output
}

function codeOf(lengths: Uint8Array): Code {
  const counts = new Uint16Array(MAX_BITS + 1)
  for (const length of lengths) counts[length]++
  counts[0] = 0
  const offsets = new Uint16Array(MAX_BITS + 2)
  for (let length = 1; length <= MAX_BITS; length++) offsets[length + 1] = offsets[length] + counts[length]
  const symbols = new Uint16Array(lengths.length)
  lengths.forEach((length, symbol) => {
    if (length !== 0) symbols[offsets[length]++] = symbol
  })
  return { counts, symbols }
}

function fixedCodes(): [literals: Code, distances: Code] {
  const lengths = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280)
  return [codeOf(lengths), codeOf(new Uint8Array(30).fill(5))]
}
