import { describe, expect, test } from 'vitest'
import { untyped } from './errors.js'

/** Sizes that no kernel may see. */
const noSizes = [
  -1,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 30,
  '2',
  [0.5],
  [1, 2, 3],
  [1, '2'],
  null,
  {},
  1n,
]

/** For arguments that want a size of at least 1, or 0 for padding. */
export function testSizes(withSizes: Record<string, (size: never) => unknown>): void {
  describe('no wrong size reaches a kernel', () => {
    test.each(Object.entries(withSizes))('%s', (name, run) => {
      for (const size of noSizes) {
        // Left out, where null is: the default.
        if (size === null && /stride|padding|dilation/.test(name)) continue
        let error: unknown
        try {
          run(untyped(size))
        } catch (thrown) {
          error = thrown
        }
        expect(error, `${name} of ${String(size)}`).toBeInstanceOf(Error)
        expect(error, `${name} of ${String(size)}`).not.toBeInstanceOf(WebAssembly.RuntimeError)
        expect((error as Error).message, `${name} of ${String(size)}`).not.toMatch(/undefined|not iterable/)
      }
    })
  })
}
