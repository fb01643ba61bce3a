import { STREAMS, walker } from '../build/ts/wasm/instruction_streams.js'

const PREAMBLE_BYTES = 8
const CODE_SECTION = 10

/** What `ts/wasm/instruction_streams.ts` merges: a module's streams, then what is in front of and behind its functions. */
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
  const walk = walker((stream) => {
    streams[stream].push(module[position])
    return module[position++]
  })
  for (let i = 0; i < functions; i++) {
    const size = number()
    const end = position + size
    walk()
    if (position !== end) throw new Error(`Function ${i} has an instruction that RANGES lacks`)
  }
  return {
    sorted: Uint8Array.from([...streams.flat(), ...module.subarray(0, head), ...module.subarray(position)]),
    lengths: streams.map((stream) => stream.length),
    head,
  }
}
