import { merge, STREAMS, walk } from '../build/ts/kernels/inline/instruction_streams.js'
import { CODE, Reader } from './wasm_module.mjs'

const PREAMBLE_BYTES = 8

/** The input of `merge` in `ts/kernels/inline/instruction_streams.ts`: a module's streams, then the bytes before and after its functions. */
export function split(module) {
  const reader = new Reader(module)
  reader.take(PREAMBLE_BYTES)
  while (reader.byte() !== CODE) reader.take(reader.number())
  reader.number()
  const functions = reader.number()
  const head = reader.position

  const streams = Array.from({ length: STREAMS }, () => [])
  for (let i = 0; i < functions; i++) {
    const end = reader.number() + reader.position
    const unknown = () => new Error(`Function ${i} has an instruction that RANGES lacks`)
    walk((stream) => {
      // Otherwise this might never end.
      if (reader.position === end) throw unknown()
      const byte = reader.byte()
      streams[stream].push(byte)
      return byte
    })
    if (reader.position !== end) throw unknown()
  }
  const sorted = Uint8Array.from([
    ...streams.flat(),
    ...module.subarray(0, head),
    ...module.subarray(reader.position),
  ])
  const lengths = streams.map((stream) => stream.length)
  const merged = merge(sorted, lengths, head, module.length)
  if (!module.every((byte, i) => byte === merged[i])) {
    throw new Error(
      'The sorted functions do not merge to what they were: is a size longer than it needs to be?',
    )
  }
  return { sorted, lengths, head }
}
