import { ValueError } from '../errors.js'
import { Storage } from '../memory/storage.js'

/** A size for height and width, or one for each. */
export type Pair = number | readonly [number, number]

/** Sizes that still fit the kernels' arithmetic after they are added up. */
const MAX_SIZE = 2 ** 29

/** `[height, width]`, checked to be whole numbers from `least` on. */
export function toPair(op: string, argument: string, value: Pair, least: number): [number, number] {
  const pair = typeof value === 'number' ? [value, value] : value
  const isPair = Array.isArray(pair) && pair.length === 2
  if (!isPair || !pair.every((size) => Number.isInteger(size) && size >= least && size <= MAX_SIZE)) {
    throw new ValueError(
      `${op}: ${argument} must be a whole number of at least ${least}, or two of them, but got ${String(value)}`,
    )
  }
  return [pair[0], pair[1]]
}

/** Numbers for a kernel, in linear memory; `pointer()` inside a launch, then `dispose()`. */
export function placeDims(values: readonly number[]): Storage {
  const storage = new Storage(4 * values.length)
  storage.write(0, new Uint8Array(Uint32Array.from(values).buffer))
  return storage
}
