import { readFileSync } from 'node:fs'
import { constants, deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { inflate } from '../ts/wasm/inflate.js'
import { stream } from './helpers.js'

const random = stream(1)
const noise = Uint8Array.from({ length: 70_000 }, () => 256 * random())
const inputs: Record<string, Uint8Array> = {
  nothing: new Uint8Array(0),
  'one byte': Uint8Array.of(7),
  'a long run': new Uint8Array(100_000).fill(3),
  'every byte': Uint8Array.from({ length: 256 }, (_, i) => i),
  noise,
  'a repetition 32 KiB away': Uint8Array.from([...noise.subarray(0, 32_768), ...noise.subarray(0, 32_768)]),
  'few symbols, unevenly frequent': noise.map((byte) => Math.clz32(byte)),
  'the kernels': readFileSync('build/wasm/softmargin_bg.wasm'),
}

const ways = {
  'the best codes': { level: 9 },
  'the fastest codes': { level: 1 },
  'fixed codes': { strategy: constants.Z_FIXED },
  'codes without repetitions': { strategy: constants.Z_HUFFMAN_ONLY },
  'no compression': { level: 0 },
}

describe.each(Object.entries(ways))('inflate undoes zlib with %s', (_name, options) => {
  test.each(Object.entries(inputs))('on %s', (_name, input) => {
    const output = inflate(deflateRawSync(input, options), input.length)
    expect(Buffer.compare(output, input)).toBe(0)
  })
})
