import { expect } from 'vitest'

/** Distance to the next float32. */
export function ulpOf(x: number): number {
  const size = Math.max(Math.abs(x), 2 ** -126)
  return 2 ** (Math.floor(Math.log2(size)) - 23)
}

export interface Tolerance {
  /** Relative to each wanted value. */
  relative?: number
  absolute?: number
}

/** Fails with the worst element, its error in units in the last place, and where it is. */
export function expectClose(
  got: ArrayLike<number>,
  want: ArrayLike<number | string | boolean>,
  tolerance: Tolerance = {},
): void {
  const { relative = 1e-6, absolute = 1e-37 } = tolerance
  expect(got.length, 'length').toBe(want.length)
  let worst = { excess: 0, message: '' }
  for (let i = 0; i < got.length; i++) {
    const exact = Number(want[i])
    // Beyond float32 the right answer is infinity.
    const wanted = Number.isFinite(Math.fround(exact)) ? exact : Math.fround(exact)
    if (Object.is(got[i], wanted) || got[i] === wanted) continue
    const error = Math.abs(got[i] - wanted)
    const excess = Number.isFinite(error)
      ? error / (absolute + relative * Math.abs(wanted))
      : Number.POSITIVE_INFINITY
    if (excess > worst.excess) {
      const ulps = (error / ulpOf(wanted)).toFixed(2)
      worst = { excess, message: `[${i}]: got ${got[i]}, want ${wanted}, off by ${error} (${ulps} ulp)` }
    }
  }
  if (worst.excess > 1) expect.fail(`${worst.message}, ${worst.excess.toFixed(2)} times what is allowed`)
}
