/** Results do not depend on the number of threads, and threads take part. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { importingShared, LIMITS } from '../../../ts/kernels/threads/shared_memory.js'
import type { Tensor } from '../../../ts/tensor/tensor.js'
import { freshCrew } from './crew.js'
import { programs } from './programs.js'

const crew = await freshCrew()
const { torch } = crew

/** The bits of tensors, mixed to a number for each. */
const digests = (tensors: readonly Tensor[]) =>
  tensors.map((tensor) => {
    const bits = new Int32Array(tensor.data().buffer)
    let digest = bits.length
    for (const each of bits) digest = Math.imul(digest ^ each, 0x0100_0193)
    return digest
  })

function run(name: string): number[] {
  torch.manual_seed(7)
  return digests(programs[name](torch))
}

/** One stream of random numbers cannot be shared. */
const isAlone = (name: string) => name === 'random'

describe.each(Object.keys(programs))('%s', (name) => {
  test('has the same bits with 1, 2, 3 and 8 threads, and runs on all of them', async () => {
    torch.set_num_threads(1)
    const alone = run(name)
    expect(alone.length).toBeGreaterThan(1)
    expect(new Set(alone).size).toBeGreaterThan(1)
    for (const threads of [2, 3, 8]) {
      torch.set_num_threads(threads)
      await crew.begun()
      const check = () => expect(run(name)).toEqual(alone)
      await crew.untilAllTakePart(isAlone(name) ? 1 : threads, check)
      expect(crew.counts.subarray(threads).every((count) => count === 0)).toBe(true)
    }
  })
})

test('a worker that starts writes constants where they are already', () => {
  const before = new Uint8Array(crew.memory.buffer).slice()
  // A copy: workers of the programs above may still be writing that they wait.
  const { maximum } = LIMITS
  const memory = new WebAssembly.Memory({ initial: before.length / 2 ** 16, maximum, shared: true })
  new Uint8Array(memory.buffer).set(before)
  const imports = {
    './softmargin_bg.js': { __wbindgen_init_externref_table() {} },
    threads: { memory, fork() {} },
  }
  const bytes = importingShared(readFileSync('build/wasm/softmargin_bg.wasm'))
  new WebAssembly.Instance(new WebAssembly.Module(bytes), imports)
  expect(Buffer.compare(new Uint8Array(memory.buffer), before)).toBe(0)
})
