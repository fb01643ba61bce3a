/** The part of protobuf's wire format that ONNX files need. A message is a sequence of fields. */
import { utf8Of } from '../base/utf8.js'

const VARINT = 0
const DELIMITED = 2
const FIXED_32 = 5

/** An integer field; also for enumerations. */
export function integer(field: number, value: number): Uint8Array {
  return concatenated([varint((field << 3) | VARINT), varint(value)])
}

/** A float field. */
export function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return concatenated([varint((field << 3) | FIXED_32), bytes])
}

/** A string field. */
export function text(field: number, value: string): Uint8Array {
  return message(field, utf8Of(value))
}

/** A field of bytes, or of a message with these fields. */
export function message(field: number, ...fields: Uint8Array[]): Uint8Array {
  const length = fields.reduce((sum, bytes) => sum + bytes.length, 0)
  return concatenated([varint((field << 3) | DELIMITED), varint(length), ...fields])
}

export function concatenated(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let written = 0
  for (const part of parts) {
    whole.set(part, written)
    written += part.length
  }
  return whole
}

/** Seven bits per byte, the lowest first; the top bit says that more follow. Negative numbers have 64 bits. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}
