/**
 * Pickles, protocols 2 to 5, of nothing but containers, numbers, texts and what the caller's
 * vocabulary makes. A pickle is a program for a stack machine; this one calls only functions that it was given.
 */
import { describe } from '../check.js'
import { RuntimeError } from '../errors.js'
import { MAX_PICKLE_BYTES, MAX_PICKLE_MEMO, MAX_PICKLE_OBJECTS } from './limits.js'
import { ByteReader, quote } from './source.js'

/** A dict: without a prototype, so that no key reaches one. */
export type Dict = Record<string, unknown>

export const newDict = (): Dict => Object.create(null)

export const isDict = (value: unknown): value is Dict =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null

/** What a pickle may name, and call where it is a function of an argument list. */
export interface Vocabulary {
  globals: ReadonlyMap<string, unknown>
  /** What stands for an object outside of the pickle. */
  persistent(id: unknown): unknown
}

const invalid = (what: string) => new RuntimeError(`load: not a valid pickle: ${what}`)

/** The one value that a pickle makes: numbers, bigints beyond 2^53, strings, booleans, null, arrays for lists and tuples, dicts. */
export function unpickle(bytes: Uint8Array<ArrayBuffer>, vocabulary: Vocabulary): unknown {
  if (bytes.length > MAX_PICKLE_BYTES) {
    throw invalid(`it has ${bytes.length} bytes, more than the ${MAX_PICKLE_BYTES} that are allowed`)
  }
  return new Unpickler(bytes, vocabulary).run()
}

class Unpickler {
  private readonly reader: ByteReader
  private stack: unknown[] = []
  /** Stacks that wait for their mark to be used up. */
  private readonly marked: unknown[][] = []
  private readonly memo = new Map<number, unknown>()
  private objects = 0
  private depth = 0

  constructor(
    bytes: Uint8Array<ArrayBuffer>,
    private readonly vocabulary: Vocabulary,
  ) {
    this.reader = new ByteReader(bytes, invalid)
  }

  run(): unknown {
    for (;;) {
      const opcode = this.reader.uint8()
      if (opcode === STOP) break
      const instruction = instructions.get(opcode)
      if (instruction === undefined) {
        throw invalid(
          `the instruction ${opcode} at byte ${this.reader.position - 1} makes what is neither a tensor nor a container`,
        )
      }
      instruction(this, this.reader)
    }
    const value = this.pop()
    if (this.stack.length + this.marked.length > 0) throw invalid('it makes more than one value')
    return value
  }

  push(value: unknown): void {
    if (this.depth === MAX_PICKLE_OBJECTS)
      throw invalid(`its stack has more than ${MAX_PICKLE_OBJECTS} values`)
    this.depth++
    this.stack.push(value)
  }

  /** Pushes a new container, which counts. */
  make(container: unknown): void {
    if (this.objects++ === MAX_PICKLE_OBJECTS)
      throw invalid(`it makes more than ${MAX_PICKLE_OBJECTS} containers`)
    this.push(container)
  }

  pop(): unknown {
    if (this.stack.length === 0) throw invalid('its stack is empty')
    this.depth--
    return this.stack.pop()
  }

  top(): unknown {
    if (this.stack.length === 0) throw invalid('its stack is empty')
    return this.stack[this.stack.length - 1]
  }

  mark(): void {
    if (this.depth === MAX_PICKLE_OBJECTS)
      throw invalid(`its stack has more than ${MAX_PICKLE_OBJECTS} values`)
    this.depth++
    this.marked.push(this.stack)
    this.stack = []
  }

  /** The values above the last mark, in a list of their own. */
  popToMark(): unknown[] {
    const values = this.stack
    const below = this.marked.pop()
    if (below === undefined) throw invalid('a mark is missing')
    this.depth -= values.length + 1
    this.stack = below
    return values
  }

  /** The last `count` values. */
  popMany(count: number): unknown[] {
    if (this.stack.length < count) throw invalid('its stack is empty')
    this.depth -= count
    return this.stack.splice(this.stack.length - count)
  }

  remember(index: number): void {
    if (this.memo.size === MAX_PICKLE_MEMO) throw invalid(`it remembers more than ${MAX_PICKLE_MEMO} values`)
    this.memo.set(index, this.top())
  }

  rememberNext(): void {
    this.remember(this.memo.size)
  }

  recall(index: number): void {
    if (!this.memo.has(index)) throw invalid(`it recalls value ${index}, which it does not remember`)
    this.push(this.memo.get(index))
  }

  find(module: unknown, name: unknown): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw invalid('a global has no name')
    const global = `${module}.${name}`
    if (!this.vocabulary.globals.has(global)) {
      throw new RuntimeError(
        `load: Unsupported global: GLOBAL ${quote(global)} was not an allowed global by default: only tensors, numbers, texts and containers are loaded; in Python save a state_dict() instead of a whole object`,
      )
    }
    this.push(this.vocabulary.globals.get(global))
  }

  call(): void {
    const [callable, args] = this.popMany(2)
    if (typeof callable !== 'function' || !Array.isArray(args)) throw invalid('it calls what is no function')
    this.make(callable(...args.slice(0, MOST_ARGUMENTS)))
  }

  persistent(): void {
    this.make(this.vocabulary.persistent(this.pop()))
  }

  append(values: readonly unknown[]): void {
    const list = this.top()
    if (!Array.isArray(list)) throw invalid('it appends to what is no list')
    for (const value of values) list.push(value)
  }

  setItems(items: readonly unknown[]): void {
    const dict = this.top()
    if (!isDict(dict) || items.length % 2 === 1) throw invalid('it sets an item of what is no dict')
    for (let i = 0; i < items.length; i += 2) dict[keyOf(dict, items[i])] = items[i + 1]
  }

  /** Attributes, such as a state_dict's versions of its modules: dicts here have none. */
  build(): void {
    this.pop()
    if (!isDict(this.top())) throw invalid('it sets attributes of what is no OrderedDict')
  }
}

/** Arguments that any function of a vocabulary takes. */
const MOST_ARGUMENTS = 8

/** Keys are strings, and integers as strings. */
function keyOf(dict: Dict, key: unknown): string {
  const isKey = typeof key === 'string' || typeof key === 'bigint' || Number.isInteger(key)
  if (!isKey) throw invalid(`a dict has a key that is neither a string nor an integer: ${describe(key)}`)
  const name = String(key)
  if (Object.hasOwn(dict, name)) throw invalid(`a dict has the key ${quote(name)} twice`)
  return name
}

/** Two's complement, little-endian; a bigint beyond 2^53. */
function longInteger(bytes: Uint8Array): number | bigint {
  let value = 0n
  for (const byte of bytes.slice().reverse()) value = (value << 8n) | BigInt(byte)
  value = BigInt.asIntN(8 * bytes.length, value)
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

type Instruction = (machine: Unpickler, reader: ByteReader) => void

const STOP = 0x2e

/** By opcode; the comment is its name in Python's pickletools. */
const instructions: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, (_, reader) => checkProtocol(reader.uint8())], // PROTO
  [0x95, (_, reader) => checkFrame(reader.uint64(), reader.remaining)], // FRAME

  [0x4e, (machine) => machine.push(null)], // NONE
  [0x88, (machine) => machine.push(true)], // NEWTRUE
  [0x89, (machine) => machine.push(false)], // NEWFALSE
  [0x4b, (machine, reader) => machine.push(reader.uint8())], // BININT1
  [0x4d, (machine, reader) => machine.push(reader.uint16())], // BININT2
  [0x4a, (machine, reader) => machine.push(reader.int32())], // BININT
  [0x8a, (machine, reader) => machine.push(longInteger(reader.bytes(reader.uint8())))], // LONG1
  [0x47, (machine, reader) => machine.push(reader.bigEndianFloat64())], // BINFLOAT
  [0x8c, (machine, reader) => machine.push(reader.text(reader.uint8()))], // SHORT_BINUNICODE
  [0x58, (machine, reader) => machine.push(reader.text(reader.uint32()))], // BINUNICODE
  [0x8d, (machine, reader) => machine.push(reader.text(reader.uint64()))], // BINUNICODE8

  [0x28, (machine) => machine.mark()], // MARK

  [0x29, (machine) => machine.make([])], // EMPTY_TUPLE
  [0x85, (machine) => machine.make(machine.popMany(1))], // TUPLE1
  [0x86, (machine) => machine.make(machine.popMany(2))], // TUPLE2
  [0x87, (machine) => machine.make(machine.popMany(3))], // TUPLE3
  [0x74, (machine) => machine.make(machine.popToMark())], // TUPLE
  [0x5d, (machine) => machine.make([])], // EMPTY_LIST
  [0x61, (machine) => machine.append([machine.pop()])], // APPEND
  [0x65, (machine) => machine.append(machine.popToMark())], // APPENDS
  [0x7d, (machine) => machine.make(newDict())], // EMPTY_DICT
  [0x73, (machine) => machine.setItems(machine.popMany(2))], // SETITEM
  [0x75, (machine) => machine.setItems(machine.popToMark())], // SETITEMS

  [0x71, (machine, reader) => machine.remember(reader.uint8())], // BINPUT
  [0x72, (machine, reader) => machine.remember(reader.uint32())], // LONG_BINPUT
  [0x94, (machine) => machine.rememberNext()], // MEMOIZE
  [0x68, (machine, reader) => machine.recall(reader.uint8())], // BINGET
  [0x6a, (machine, reader) => machine.recall(reader.uint32())], // LONG_BINGET

  [0x63, (machine, reader) => machine.find(reader.line(), reader.line())], // GLOBAL
  [0x93, (machine) => machine.find(...(machine.popMany(2) as [unknown, unknown]))], // STACK_GLOBAL
  [0x52, (machine) => machine.call()], // REDUCE
  [0x51, (machine) => machine.persistent()], // BINPERSID
  [0x62, (machine) => machine.build()], // BUILD
])

function checkProtocol(protocol: number): void {
  if (protocol < 2 || protocol > 5) throw invalid(`it is of protocol ${protocol}, but 2 to 5 can be read`)
}

function checkFrame(length: number, remaining: number): void {
  if (length > remaining) throw invalid(`a frame of ${length} bytes has ${remaining}; it may be truncated`)
}
