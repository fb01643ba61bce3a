/** The instructions of pickles. */

import { invalid, type PickleMachine } from './pickle_machine.js'
import { PickledDict, PickledSet } from './pickled.js'
import type { ByteReader } from './source.js'

type Instruction = (machine: PickleMachine, reader: ByteReader) => void

export const STOP = 0x2e

/** By opcode; the comment is its name in Python's pickletools. */
export const instructions: Readonly<Record<number, Instruction | undefined>> = {
  128: (_, reader) => checkProtocol(reader.uint8()), // PROTO
  149: (_, reader) => checkFrame(reader.uint64(), reader.remaining), // FRAME

  78: (machine) => machine.push(null), // NONE
  136: (machine) => machine.push(true), // NEWTRUE
  137: (machine) => machine.push(false), // NEWFALSE
  75: (machine, reader) => machine.push(reader.uint8()), // BININT1
  77: (machine, reader) => machine.push(reader.uint16()), // BININT2
  74: (machine, reader) => machine.push(reader.int32()), // BININT
  138: (machine, reader) => machine.push(longInteger(reader.bytes(reader.uint8()))), // LONG1
  71: (machine, reader) => machine.push(reader.bigEndianFloat64()), // BINFLOAT
  140: (machine, reader) => machine.push(reader.pythonText(reader.uint8())), // SHORT_BINUNICODE
  88: (machine, reader) => machine.push(reader.pythonText(reader.uint32())), // BINUNICODE
  141: (machine, reader) => machine.push(reader.pythonText(reader.uint64())), // BINUNICODE8
  85: (machine, reader) => machine.push(reader.oldText(reader.uint8())), // SHORT_BINSTRING
  84: (machine, reader) => machine.push(reader.oldText(reader.uint32())), // BINSTRING
  67: (machine, reader) => machine.make(reader.bytes(reader.uint8()).slice()), // SHORT_BINBYTES
  66: (machine, reader) => machine.make(reader.bytes(reader.uint32()).slice()), // BINBYTES
  142: (machine, reader) => machine.make(reader.bytes(reader.uint64()).slice()), // BINBYTES8
  150: (machine, reader) => machine.make(reader.bytes(reader.uint64()).slice()), // BYTEARRAY8

  40: (machine) => machine.mark(), // MARK
  // Used for tuples that contain themselves.
  48: (machine) => void machine.pop(), // POP
  49: (machine) => void machine.popToMark(), // POP_MARK

  41: (machine) => machine.make([]), // EMPTY_TUPLE
  133: (machine) => machine.make(machine.popMany(1)), // TUPLE1
  134: (machine) => machine.make(machine.popMany(2)), // TUPLE2
  135: (machine) => machine.make(machine.popMany(3)), // TUPLE3
  116: (machine) => machine.make(machine.popToMark()), // TUPLE
  93: (machine) => machine.make([]), // EMPTY_LIST
  97: (machine) => machine.append([machine.pop()]), // APPEND
  101: (machine) => machine.append(machine.popToMark()), // APPENDS
  125: (machine) => machine.make(new PickledDict()), // EMPTY_DICT
  115: (machine) => machine.setItems(machine.popMany(2)), // SETITEM
  117: (machine) => machine.setItems(machine.popToMark()), // SETITEMS
  143: (machine) => machine.make(new PickledSet()), // EMPTY_SET
  144: (machine) => machine.add(machine.popToMark()), // ADDITEMS
  145: (machine) => machine.make(new PickledSet(machine.popToMark())), // FROZENSET

  113: (machine, reader) => machine.remember(reader.uint8()), // BINPUT
  114: (machine, reader) => machine.remember(reader.uint32()), // LONG_BINPUT
  148: (machine) => machine.rememberNext(), // MEMOIZE
  104: (machine, reader) => machine.recall(reader.uint8()), // BINGET
  106: (machine, reader) => machine.recall(reader.uint32()), // LONG_BINGET

  99: (machine, reader) => machine.find(reader.line(), reader.line()), // GLOBAL
  147: (machine) => machine.find(...(machine.popMany(2) as [unknown, unknown])), // STACK_GLOBAL
  82: (machine) => machine.call(), // REDUCE
  129: (machine) => machine.construct(0x81), // NEWOBJ
  81: (machine) => machine.persistent(), // BINPERSID
  98: (machine) => machine.build(), // BUILD
}

function checkProtocol(protocol: number): void {
  if (protocol < 2 || protocol > 5) throw invalid(`it is of protocol ${protocol}, but 2 to 5 can be read`)
}

function checkFrame(length: number, remaining: number): void {
  if (length > remaining) throw invalid(`a frame of ${length} bytes has ${remaining}; it may be truncated`)
}

/** Decodes little-endian two's complement; a bigint beyond 2^53. */
function longInteger(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) return 0
  if (bytes.length <= 4) return smallInteger(bytes)
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
  const value = BigInt.asIntN(8 * bytes.length, BigInt(`0x${digits.reverse().join('')}`))
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** The same for at most four bytes. */
function smallInteger(bytes: Uint8Array): number {
  const unused = 32 - 8 * bytes.length
  return (bytes.reduce((value, byte, i) => value | (byte << (8 * i)), 0) << unused) >> unused
}
