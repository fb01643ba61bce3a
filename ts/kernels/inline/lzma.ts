/**
 * Decompresses LZMA (as specified with 7-Zip's LZMA SDK): what the runtimes have for decompressing is
 * asynchronous, and the inlined kernels must be compiled while the module loads. They are a quarter smaller
 * than as DEFLATE, and take some 5 ms longer to start. Trusts its input, which the build made.
 */

/** A literal's probabilities depend on so many bits of the byte before it. */
const CONTEXT_BITS = 3

/** Others depend on the number of bytes before them, modulo this. */
const PLACES = 4

/** What the last symbols were: from FIRST_AFTER_MATCH on, the last one was no literal. */
const STATES = 12
const FIRST_AFTER_MATCH = 7

/** A byte: on its own, or beside an expected one whose bit is 0, or 1. */
const LITERAL = 3 * 256

/** A length: two choices, then 3 bits, or 3 others, for each place, or 8 bits. */
const LENGTH = 2 + 2 * 8 * PLACES + 256

/** Where the probabilities of each decision begin. */
const IS_MATCH = 0
const IS_REPEATED = IS_MATCH + STATES * PLACES
const IS_OLDER = IS_REPEATED + STATES
const IS_LONG = IS_OLDER + 3 * STATES
const SLOTS = IS_LONG + STATES * PLACES
const LOW_BITS = SLOTS + 4 * 64
const ALIGNMENT = LOW_BITS + 128
const MATCH_LENGTH = ALIGNMENT + 16
const REPEATED_LENGTH = MATCH_LENGTH + LENGTH
const LITERALS = REPEATED_LENGTH + LENGTH
const END = LITERALS + (LITERAL << CONTEXT_BITS)

/** The `size` bytes that were compressed to `input`: a bare stream with the properties lc=3, lp=0, pb=2. */
export function decompress(input: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(size)
  let written = 0
  let state = 0
  /** The last four distances, the newest first. */
  const distances = Int32Array.of(1, 1, 1, 1)
  /** How likely each decision is 0, of 2048. */
  const probabilities = new Uint16Array(END).fill(1024)

  /** The range coder's interval: how wide it is, and where in it the input lies; both unsigned. */
  const coder = Uint32Array.of(-1, new DataView(input.buffer, input.byteOffset).getUint32(1))
  let position = 5

  function bit(index: number): number {
    const probability = probabilities[index]
    const bound = (coder[0] >>> 11) * probability
    const isSet = coder[1] < bound ? 0 : 1
    if (isSet === 0) {
      coder[0] = bound
      probabilities[index] = probability + ((2048 - probability) >> 5)
    } else {
      coder[0] -= bound
      coder[1] -= bound
      probabilities[index] = probability - (probability >> 5)
    }
    refill()
    return isSet
  }

  /** A bit that is as likely 0 as 1. */
  function evenBit(): number {
    coder[0] >>>= 1
    const isSet = coder[1] < coder[0] ? 0 : 1
    if (isSet === 1) coder[1] -= coder[0]
    refill()
    return isSet
  }

  function refill(): void {
    if (coder[0] >= 2 ** 24) return
    coder[0] <<= 8
    coder[1] = (coder[1] << 8) | input[position++]
  }

  /** A number of so many bits, the highest first; each depends on those before it. */
  function number(first: number, bits: number): number {
    let node = 1
    while (node < 1 << bits) node = 2 * node + bit(first + node)
    return node - (1 << bits)
  }

  /** The same, the lowest first. */
  function reversed(first: number, bits: number): number {
    let value = 0
    for (let node = 1, i = 0; i < bits; i++) {
      const next = bit(first + node)
      node = 2 * node + next
      value |= next << i
    }
    return value
  }

  function length(first: number): number {
    const ofPlace = first + 2 + 8 * (written % PLACES)
    if (bit(first) === 0) return 2 + number(ofPlace, 3)
    if (bit(first + 1) === 0) return 10 + number(ofPlace + 8 * PLACES, 3)
    return 18 + number(first + 2 + 16 * PLACES, 8)
  }

  /** Its two highest bits and where they stand make a slot, which the rest follows. */
  function distance(matched: number): number {
    const slot = number(SLOTS + 64 * Math.min(matched - 2, 3), 6)
    if (slot < 4) return slot + 1
    const rest = (slot >> 1) - 1
    const start = (2 + (slot & 1)) << rest
    if (slot < 14) return start + reversed(LOW_BITS + start - slot, rest) + 1
    let high = 0
    for (let i = 4; i < rest; i++) high = 2 * high + evenBit()
    return start + 16 * high + reversed(ALIGNMENT, 4) + 1
  }

  function literal(): void {
    const first = LITERALS + LITERAL * (written === 0 ? 0 : output[written - 1] >> (8 - CONTEXT_BITS))
    let node = 1
    if (state >= FIRST_AFTER_MATCH) {
      // It differs from the byte that would have gone on with the match; the bits depend on that byte's until one does.
      let expected = output[written - distances[0]]
      let next: number
      do {
        expected <<= 1
        next = bit(first + 256 + (expected & 256) + node)
        node = 2 * node + next
      } while (node < 256 && next === ((expected >> 8) & 1))
    }
    while (node < 256) node = 2 * node + bit(first + node)
    output[written++] = node
    state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6
  }

  /** A match at one of the last distances; returns its length, as the next one does. */
  function repeated(): number {
    const place = PLACES * state + (written % PLACES)
    let age = bit(IS_OLDER + state)
    if (age === 0) {
      if (bit(IS_LONG + place) === 0) {
        state = state < FIRST_AFTER_MATCH ? 9 : 11
        return 1
      }
    } else if (bit(IS_OLDER + STATES + state) === 1) age = 2 + bit(IS_OLDER + 2 * STATES + state)
    use(distances[age], age)
    state = state < FIRST_AFTER_MATCH ? 8 : 11
    return length(REPEATED_LENGTH)
  }

  function match(): number {
    const matched = length(MATCH_LENGTH)
    use(distance(matched), 3)
    state = state < FIRST_AFTER_MATCH ? 7 : 10
    return matched
  }

  /** Makes a distance the newest, the last of those younger than `age` going to its place. */
  function use(newest: number, age: number): void {
    distances.copyWithin(1, 0, age)
    distances[0] = newest
  }

  function copy(count: number): void {
    // Byte by byte: the two may overlap.
    for (const end = written + count; written < end; written++) {
      output[written] = output[written - distances[0]]
    }
  }

  while (written < size) {
    if (bit(IS_MATCH + PLACES * state + (written % PLACES)) === 0) literal()
    else copy(bit(IS_REPEATED + state) === 0 ? match() : repeated())
  }
  return output
}
