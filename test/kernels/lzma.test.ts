import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { lzma } from '../../scripts/lzma.mjs'
import { decompress } from '../../ts/kernels/inline/lzma.js'
import { stream } from '../support/stream.js'

const random = stream(1)
const noise = Uint8Array.from({ length: 70_000 }, () => 256 * random())

/** Four records of fields that change at times: repetitions at several distances, taken in turns. */
const records = Uint8Array.from({ length: 60_000 }, (_, i) => {
  const period = [3, 17, 40, 129][(i >> 9) % 4]
  return random() < 0.02 ? 256 * random() : noise[i % period]
})

/** The start of noise, as often as there are lengths, each followed by a byte that differs. */
const everyLength = Uint8Array.from(
  Array.from({ length: 600 }, (_, length) => [...noise.subarray(0, length), length]).flat(),
)

/** Noise in between, of so many bytes. */
const apart = (bytes: number) =>
  Uint8Array.from([
    ...noise.subarray(0, 100),
    ...Uint8Array.from({ length: bytes }, () => 256 * random()),
    ...noise.subarray(0, 100),
  ])

const inputs: Record<string, Uint8Array> = {
  nothing: new Uint8Array(0),
  'one byte': Uint8Array.of(7),
  'a long run': new Uint8Array(100_000).fill(3),
  'every byte': Uint8Array.from({ length: 256 }, (_, i) => i),
  noise,
  records,
  'repetitions of every length': everyLength,
  'a repetition 30 bytes away': apart(30),
  'a repetition 1000 bytes away': apart(1000),
  'a repetition 300,000 bytes away': apart(300_000),
  'few symbols, unevenly frequent': noise.map((byte) => Math.clz32(byte)),
  'the kernels': readFileSync('build/wasm/softmargin_bg.wasm'),
}

describe('decompress undoes what the build does', () => {
  test.each(Object.entries(inputs))('to %s', (_name, input) => {
    expect(Buffer.compare(decompress(lzma(input), input.length), input)).toBe(0)
  })
})
