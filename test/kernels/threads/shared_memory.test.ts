import { expect, test } from 'vitest'
import { importingShared } from '../../../ts/kernels/threads/shared_memory.js'

test('what is no module of kernels is returned as it is', () => {
  for (const bytes of [[], [6], [6, 109], [0, 97, 115, 109, 6, 6, 109, 101]]) {
    expect([...importingShared(Uint8Array.from(bytes))]).toEqual(bytes)
  }
})
