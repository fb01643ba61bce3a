/**
 * Sorts the bytes of WebAssembly's functions by their meaning: locals next to locals, memory offsets next to offsets.
 * This makes the LZMA of a module a tenth smaller, for about 5 ms of start-up. The build sorts
 * (`scripts/instruction_streams.mjs`), and the inlined code merges. Trusts its input, which the build made.
 */

/** Opcodes, and operands that correlate with them. */
const CODE = 0
const LOCALS = 1
const OFFSETS = 2
const LABELS = 3
const FUNCTIONS = 4
const CONSTANTS = 5
/** The bytes of numbers after the first, which are rare. */
const CONTINUATIONS = 6

export const STREAMS = 7

/** Ranges of opcodes with operands: the number of bytes of a constant, then the streams of numbers. */
const RANGES: readonly (readonly [first: number, last: number, constant: number, ...numbers: number[]])[] = [
  // Blocks: a type.
  [0x02, 0x04, 0, CODE],
  // Branches, calls, calls by a table.
  [0x0c, 0x0d, 0, LABELS],
  [0x10, 0x10, 0, FUNCTIONS],
  [0x11, 0x11, 0, CODE, CODE],
  // A selection of one type.
  [0x1c, 0x1c, 0, CODE, CODE],
  // Local and global variables.
  [0x20, 0x22, 0, LOCALS],
  [0x23, 0x24, 0, CODE],
  // Memory: an alignment and an offset; its size and growth, copying, filling.
  [0x28, 0x3e, 0, CODE, OFFSETS],
  [0x3f, 0x40, 0, CODE],
  [0xfc0a, 0xfc0a, 0, CODE, CODE],
  [0xfc0b, 0xfc0b, 0, CODE],
  // Constants.
  [0x41, 0x42, 0, CODE],
  [0x43, 0x43, 4],
  [0x44, 0x44, 8],
  // Vectors: memory, constants and shuffles, lanes, lanes of memory, half of memory.
  [0xfd00, 0xfd0b, 0, CODE, OFFSETS],
  [0xfd0c, 0xfd0d, 16],
  [0xfd15, 0xfd22, 0, CODE],
  [0xfd54, 0xfd5b, 0, CODE, OFFSETS, CODE],
  [0xfd5c, 0xfd5d, 0, CODE, OFFSETS],
]

const FIRST_BLOCK = 0x02
const LAST_BLOCK = 0x04
const END = 0x0b
const BR_TABLE = 0x0e
/** Opcodes from here on are prefixes, followed by a number. */
const PREFIX = 0xfc

/** For each opcode: the bytes of its constant, and the streams of its numbers. */
const constants = new Uint8Array(0x10000)
const numbers: (readonly number[])[] = new Array(0x10000).fill([])
for (const [first, last, constant, ...streams] of RANGES) {
  constants.fill(constant, first, last + 1)
  numbers.fill(streams, first, last + 1)
}

/** Moves the next byte of a stream, and returns it. */
type Move = (stream: number) => number

function moveNumber(move: Move, stream: number): number {
  let byte = move(stream)
  let value = byte & 127
  for (let shift = 7; byte > 127; shift += 7) {
    byte = move(CONTINUATIONS)
    value |= (byte & 127) << shift
  }
  return value
}

/** Walks over one function's locals and instructions. */
export function walk(move: Move): void {
  for (let groups = moveNumber(move, CODE); groups > 0; groups--) {
    moveNumber(move, CODE)
    moveNumber(move, CODE)
  }
  for (let depth = 1; depth > 0; ) {
    let opcode = move(CODE)
    if (opcode >= PREFIX) opcode = (opcode << 8) + moveNumber(move, CODE)
    if (opcode >= FIRST_BLOCK && opcode <= LAST_BLOCK) depth++
    else if (opcode === END) depth--
    else if (opcode === BR_TABLE) {
      for (let labels = moveNumber(move, CODE); labels >= 0; labels--) moveNumber(move, CODE)
    }
    for (let i = constants[opcode]; i > 0; i--) move(CONSTANTS)
    for (const stream of numbers[opcode]) moveNumber(move, stream)
  }
}

// What merging works on is the module's, not of a call: a function that each call made anew would be compiled anew.

let streams: Uint8Array = new Uint8Array(0)
/** Where each stream goes on. */
let positions: number[] = []
/** The function being merged. */
let body = new Uint8Array(0)
let length = 0

const moveMerged: Move = (stream) => (body[length++] = streams[positions[stream]++])

/**
 * Restores a module of `size` bytes from concatenated streams of `lengths`, followed by the first `head` bytes of the
 * module and by those after its functions.
 */
export function merge(
  input: Uint8Array,
  lengths: readonly number[],
  head: number,
  size: number,
): Uint8Array<ArrayBuffer> {
  streams = input
  positions = []
  let end = 0
  for (const length of lengths) {
    positions.push(end)
    end += length
  }
  const output = new Uint8Array(size)
  output.set(input.subarray(end, end + head))
  const tail = input.subarray(end + head)
  output.set(tail, size - tail.length)

  body = new Uint8Array(size)
  for (let written = head; positions[CODE] < lengths[CODE]; written += length) {
    length = 0
    walk(moveMerged)
    let rest = length
    for (; rest > 127; rest >>= 7) output[written++] = rest | 128
    output[written++] = rest
    output.set(body.subarray(0, length), written)
  }
  return output
}
