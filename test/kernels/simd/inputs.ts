/** Inputs for kernels: sizes, special values, and numbers that are the same in every run. */
import { stream } from '../../support/stream.js'

/** Around 4 lanes, blocks of 16, spans of 256 and 512. */
export const SIZES = [...Array.from({ length: 18 }, (_, i) => i), 31, 32, 33, 100, 257, 515]
export const FEW = [0, 1, 3, 4, 5, 16, 17, 33]

// biome-ignore format: a table
export const SPECIAL = [
  0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** -149, -(2 ** -149), 2 ** -127,
  2 ** -126, -(2 ** -126), 3.4028234663852886e38, -3.4028234663852886e38, 0.5, 2, 16777216, 87.5, 88.3, -103.9, 1e-8,
]

const random = stream(7)
export const bytes = (length: number) => Uint8Array.from({ length }, () => random() * 3)
export const indices = (length: number, rows: number) => Int32Array.from({ length }, () => random() * rows)
/** Numbers of ordinary size. */
export const tame = (length: number) => Float32Array.from({ length }, () => (random() - 0.5) * 8)
/** A third special values, the others of any size. */
export const wild = (length: number) =>
  Float32Array.from({ length }, () => {
    if (random() < 1 / 3) return SPECIAL[Math.floor(random() * SPECIAL.length)]
    return (random() - 0.5) * 2 ** Math.floor(random() * 60 - 30)
  })
export const flavours = [tame, wild]
/** Numbers of ordinary size, and those that float32 rounds, as float64. */
export const doubles = (length: number) =>
  Float64Array.from({ length }, (_, i) =>
    i % 3 === 0 ? SPECIAL[i % SPECIAL.length] : 2 ** (150 * random()) / 3,
  )
/** Any bits. */
export const words = (length: number) => Uint16Array.from({ length }, () => random() * 65536)
/** For results: any contents, the same in both instances. */
export const out = (length: number) => new Float32Array(length).fill(-7)
export const outBytes = (length: number) => new Uint8Array(length).fill(7)
export const outIntegers = (length: number) => new Int32Array(length).fill(-7)
export const isTrue = [false, true]

/** Every combination of one element from each list. */
export function* product<T extends readonly (readonly unknown[])[]>(
  ...lists: T
): Generator<{ -readonly [K in keyof T]: T[K][number] }> {
  const [first = [], ...rest] = lists
  if (lists.length === 0) yield [] as never
  else for (const head of first) for (const tail of product(...rest)) yield [head, ...tail] as never
}
