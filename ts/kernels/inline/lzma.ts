/**
 * Decompresses LZMA (as specified with 7-Zip's LZMA SDK). The runtimes' own decompressors are
 * asynchronous, but the inlined kernels must be compiled while the module loads. They are a quarter smaller
 * than with DEFLATE, and take about 5 ms longer to start. Trusts its input, which the build made.
 */

/** A literal's probabilities depend on this many bits of the previous byte (lc). */
const CONTEXT_BITS = 3

/** Other probabilities depend on the position modulo this (2^pb). */
const POSITIONS = 4

/** States for the kinds of the last symbols; from FIRST_AFTER_MATCH on the last one was not a literal. */
const STATES = 12
const FIRST_AFTER_MATCH = 7

/** Probabilities of a byte: plain, or given an expected byte whose current bit is 0, or 1. */
const LITERAL = 3 * 256

/** Probabilities of a length: two choices, then 3 bits or 3 others for each position, or 8 bits. */
const LENGTH = 2 + 2 * 8 * POSITIONS + 256

/** Offsets of the probabilities of each decision. */
const IS_MATCH = 0
const IS_REPEATED = IS_MATCH + STATES * POSITIONS
const IS_OLDER = IS_REPEATED + STATES
const IS_LONG = IS_OLDER + 3 * STATES
const SLOTS = IS_LONG + STATES * POSITIONS
const LOW_BITS = SLOTS + 4 * 64
const ALIGNMENT = LOW_BITS + 128
const MATCH_LENGTH = ALIGNMENT + 16
const REPEATED_LENGTH = MATCH_LENGTH + LENGTH
const LITERALS = REPEATED_LENGTH + LENGTH
const END = LITERALS + (LITERAL << CONTEXT_BITS)

// The decoder's state is the module's, not of a call: functions that each call made anew would be compiled anew.

let input: Uint8Array = new Uint8Array(0)
let position = 0
let output = new Uint8Array(0)
let written = 0
let state = 0
/** The last four distances, most recent first. */
const distances = new Int32Array(4)
/** The probability of 0 for each decision, times 2048. */
const probabilities = new Uint16Array(END)
/** The range coder's state: the width of the interval, and the position of the input in it; both unsigned. */
const coder = new Uint32Array(2)

/** Decompresses `compressed`, a bare stream with the properties lc=3, lp=0, pb=2, to `size` bytes. */
export function decompress(compressed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  input = compressed
  position = 5
  output = new Uint8Array(size)
  written = 0
  state = 0
  distances.fill(1)
  probabilities.fill(1024)
  coder.set([-1, new DataView(input.buffer, input.byteOffset).getUint32(1)])
  while (written < size) {
    if (bit(IS_MATCH + POSITIONS * state + (written % POSITIONS)) === 0) literal()
    else copy(bit(IS_REPEATED + state) === 0 ? match() : repeated())
  }
  return output
}

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

/** A bit with equal probabilities. */
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

/** A number of `bits` bits, the highest first; each depends on those before it. */
function number(first: number, bits: number): number {
  let node = 1
  while (node < 1 << bits) node = 2 * node + bit(first + node)
  return node - (1 << bits)
}

/** The same, with the lowest bit first. */
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
  const ofPosition = first + 2 + 8 * (written % POSITIONS)
  if (bit(first) === 0) return 2 + number(ofPosition, 3)
  if (bit(first + 1) === 0) return 10 + number(ofPosition + 8 * POSITIONS, 3)
  return 18 + number(first + 2 + 16 * POSITIONS, 8)
}

/** A distance: a slot encodes the two highest bits and their position; the other bits follow. */
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
    // The byte differs from the one that would have continued the match; its bits depend on that byte's up to the first difference.
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

/** Decodes a repeated match, at one of the last distances; returns its length. */
function repeated(): number {
  const context = POSITIONS * state + (written % POSITIONS)
  let age = bit(IS_OLDER + state)
  if (age === 0) {
    if (bit(IS_LONG + context) === 0) {
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

/** Makes a distance the most recent one, and shifts those more recent than `age`. */
function use(newest: number, age: number): void {
  distances.copyWithin(1, 0, age)
  distances[0] = newest
}

function copy(count: number): void {
  // Byte by byte, because source and target may overlap.
  for (const end = written + count; written < end; written++) {
    output[written] = output[written - distances[0]]
  }
}
