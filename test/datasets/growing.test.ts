import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Growing } from '../../ts/datasets/growing.js'

/** More than two pages. */
const length = 150_000

const same = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  for (let i = 0; i < length; i++) if (!Object.is(a[i], b[i])) return i
  return -1
}

test.each([1, 2, 3, 4, 5, 16, 17, 256, 257, 70_000])('%i different numbers stay what they are', (count) => {
  const some = [Number.NaN, -0, 0, 1, Number.POSITIVE_INFINITY, 2 ** -149, -1e38]
  const floats = Array.from({ length: count }, (_, i) => Math.fround(some[i] ?? i / 3))
  const ints = Array.from({ length: count }, (_, i) => i - (count > 65_536 ? 5 : 0))
  const drawn = fc.sample(fc.nat(count - 1), { numRuns: 1000, seed: 16 })
  for (const [dtype, values] of [
    ['float32', floats],
    ['int32', ints],
  ] as const) {
    const wanted = Array.from({ length }, (_, i) => values[(drawn[i % 1000] + i) % count])
    const growing = () => {
      const made = new Growing('op', dtype)
      for (const value of wanted) made.push(value)
      return made
    }
    expect(growing().areBinary).toBe(wanted.every((value) => value === 0 || value === 1))
    expect(same(growing().toArray(), wanted)).toBe(-1)
    const next = growing().reader()
    expect(same(Array.from({ length }, next), wanted)).toBe(-1)
  }
})
