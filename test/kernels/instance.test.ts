import { afterEach, describe, expect, test, vi } from 'vitest'
import { init } from '../../ts/kernels/init.js'
import { compile } from '../../ts/kernels/instance.js'

afterEach(() => {
  vi.restoreAllMocks()
})

const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)

describe('a runtime that cannot run the kernels', () => {
  test('without SIMD is told what can', async () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)
    const message = /^softmargin needs WebAssembly SIMD, which this runtime lacks: use Node >= 16.4/
    expect(() => compile(empty)).toThrow(message)
    await expect(init(empty)).rejects.toThrow(message)
  })

  test('with a limit for the main thread is told to use a worker', () => {
    const limit =
      'WebAssembly.Compile is disallowed on the main thread, if the buffer size is larger than 4KB.'
    class Limited {
      constructor() {
        throw new RangeError(limit)
      }
    }
    vi.spyOn(WebAssembly, 'Module').mockImplementation(Limited as never)
    expect(() => compile(empty)).toThrow(
      `softmargin: this browser compiles only small modules on a page's main thread: import softmargin in a Web Worker (${limit})`,
    )
  })

  test('passes on what the runtime says of all else', () => {
    const refused = () => compile(Uint8Array.of(1, 2, 3))
    expect(refused).toThrow(/^softmargin: this runtime refuses to compile WebAssembly \(.+\)$/)
    expect(refused).toThrow(expect.objectContaining({ cause: expect.any(WebAssembly.CompileError) }))
  })
})
