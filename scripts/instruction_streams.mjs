import { merge, STREAMS, walker } from '../build/ts/kernels/inline/instruction_streams.js'

const PREAMBLE_BYTES = 8
const CODE_SECTION = 10

/** The input of `merge` in `ts/kernels/inline/instruction_streams.ts`: a module's streams, then the bytes before and after its functions. */
export function split(module) {
  let position = PREAMBLE_BYTES
  function number() {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = module[position++]
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (module[position++] !== CODE_SECTION) {
    const size = number()
    position += size
  }
  number()
  const functions = number()
  const head = position

  const streams = Array.from({ length: STREAMS }, () => [])
  let end = 0
  const walk = walker((stream) => {
    // Otherwise this might never end.
    if (position === end) throw unknown()
    streams[stream].push(module[position])
    return module[position++]
  })
  let i = 0
  const unknown = () => new Error(`Function ${i} has an instruction that RANGES lacks`)
  for (; i < functions; i++) {
    const size = number()
    end = position + size
    walk()
    if (position !== end) throw unknown()
  }
  const sorted = Uint8Array.from([
    ...streams.flat(),
    ...module.subarray(0, head),
    ...module.subarray(position),
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
