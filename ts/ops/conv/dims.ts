import { describe } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'
import { Storage } from '../../memory/storage.js'
import { formatShape } from '../../tensor/shape.js'

/** A size for height and width, or one for each. */
export type Pair = number | readonly [number, number]

/** Sizes that still fit the kernels' arithmetic after they are added up. */
export const MAX_SIZE = 2 ** 29

/** `[height, width]`, checked to be whole numbers from `least` on. */
export function toPair(op: string, argument: string, value: unknown, least: number): [number, number] {
  const given: unknown[] = Array.isArray(value) ? [...value] : [value, value]
  const isSize = (size: unknown) =>
    Number.isInteger(size) && (size as number) >= least && (size as number) <= MAX_SIZE
  if (given.length !== 2 || !given.every(isSize)) {
    const got = Array.isArray(value) ? formatShape(given as number[]) : describe(value)
    throw new ValueError(
      `${op}: ${argument} must be a whole number from ${least} to ${MAX_SIZE}, or two of them, but got ${got}`,
    )
  }
  return [given[0] as number, given[1] as number]
}

/** Numbers for a kernel, in linear memory; `pointer()` inside a launch, then `dispose()`. */
export function placeDims(values: readonly number[]): Storage {
  const storage = new Storage(4 * values.length)
  storage.write(0, new Uint8Array(Uint32Array.from(values).buffer))
  return storage
}
