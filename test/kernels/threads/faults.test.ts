/** Workers that do not start, that end, that trap: work goes on, or the operation in flight throws. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest'
import type { Tensor } from '../../../ts/tensor/tensor.js'
import { type Crew, freshCrew, type Torch } from './crew.js'

let warnings: MockInstance<typeof console.warn>
beforeEach(() => {
  warnings = vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => warnings.mockRestore())

const work = (torch: Torch): Tensor => torch.full([400_000], 0.5).exp().mul(2).sum()

/** Expects that work gives what it gives on one thread. */
function expectWork({ torch }: Crew): void {
  expect(work(torch).item()).toBeCloseTo(400_000 * 2 * Math.exp(0.5), -2)
}

function expectOneWarning(sentence: string | RegExp): void {
  expect(warnings.mock.calls).toHaveLength(1)
  expect(warnings.mock.calls[0][0]).toMatch(/^softmargin: kernels run on one thread, as /)
  expect(warnings.mock.calls[0][0]).toMatch(sentence)
}

const running = async (crew: Crew, threads: number) => {
  crew.torch.set_num_threads(threads)
  await crew.begun()
  await crew.untilAllTakePart(threads, () => expectWork(crew))
}

describe('workers that do not start', () => {
  test('as the runtime has none: one thread, said once', async () => {
    const crew = await freshCrew({
      start() {
        throw new Error('no permission')
      },
    })
    crew.torch.set_num_threads(3)
    expectOneWarning(/workers cannot be started \(no permission\)$/)
    expect(crew.torch.get_num_threads()).toBe(1)
    crew.torch.set_num_threads(3)
    expectOneWarning('no permission')
    expectWork(crew)
  })

  test('as the second is refused: the first ends', async () => {
    let started = 0
    const crew = await freshCrew({
      start(worker) {
        if (++started === 2) throw new Error('no more')
        return worker()
      },
    })
    crew.torch.set_num_threads(3)
    expectOneWarning('no more')
    await vi.waitFor(() => expect(crew.workers[0].threadId).toBe(-1))
    expectWork(crew)
  })

  test('as their program fails', async () => {
    const crew = await freshCrew({ before: "throw new Error('broken')" })
    crew.torch.set_num_threads(3)
    expectWork(crew)
    await vi.waitFor(() => expectOneWarning(/a worker has failed \(broken\)$/))
    expect(crew.torch.get_num_threads()).toBe(1)
    expectWork(crew)
  })

  test('ever, without a word: work does not wait for them', async () => {
    const crew = await freshCrew({ before: 'Atomics.wait(shared, 0, 0)' })
    crew.torch.set_num_threads(3)
    for (let i = 0; i < 50; i++) expectWork(crew)
    expect(warnings).not.toHaveBeenCalled()
    for (const worker of crew.workers) worker.removeAllListeners('exit')
    await Promise.all(crew.workers.map((worker) => worker.terminate()))
  })
})

describe('workers that end', () => {
  test('while they sleep: work goes on with one thread, said once', async () => {
    const crew = await freshCrew()
    await running(crew, 3)
    const ended = Promise.all(crew.workers.map((worker) => worker.terminate()))
    for (let i = 0; i < 20; i++) expectWork(crew)
    await ended
    await vi.waitFor(() => expectOneWarning(/a worker has ended$/))
    expect(crew.torch.get_num_threads()).toBe(1)
    for (let i = 0; i < 20; i++) expectWork(crew)
    crew.torch.set_num_threads(3)
    expectOneWarning(/a worker has ended$/)
  })

  test('between jobs: the others and this thread do their work', async () => {
    const before = `runJob = (run, work, job, thread) => {
      run(work, job, job + 1, thread)
      if (thread === 1 && shared[0] === 1) setTimeout(() => process.exit())
    }
    const { wait } = Atomics
    Atomics.wait = (...args) => (start.thread === 1 && shared[0] === 1 ? process.exit() : wait(...args))`
    const crew = await freshCrew({ before })
    await running(crew, 3)
    crew.shared[0] = 1
    for (let i = 0; i < 100; i++) {
      expectWork(crew)
      await wait(1)
    }
    expectOneWarning(/a worker has ended$/)
    expectWork(crew)
  })

  test('in the middle of a job: the operation throws, what follows is right', async () => {
    const before =
      'runJob = (...args) => (shared[0] === 1 ? process.exit() : args[0](args[1], args[2], args[2] + 1, args[3]))'
    const crew = await freshCrew({ before })
    await running(crew, 2)
    crew.shared[0] = 1
    const untilItThrows = () => {
      for (;;) expectWork(crew)
    }
    expect(untilItThrows).toThrow(
      /a worker has ended in the middle of an operation, whose result is incomplete/,
    )
    expectOneWarning(/a worker has ended in the middle of its work$/)
    expect(crew.torch.get_num_threads()).toBe(1)
    expectWork(crew)
    await wait(10)
    expectOneWarning(/in the middle/)
  })
})

describe('a job that traps', () => {
  test('in a worker throws from the operation, and the worker goes on', async () => {
    const before = `runJob = (run, work, job, thread) => {
      if (Atomics.load(shared, 0) > 0) {
        Atomics.sub(shared, 0, 1)
        throw new WebAssembly.RuntimeError('unreachable')
      }
      run(work, job, job + 1, thread)
    }`
    const crew = await freshCrew({ before })
    await running(crew, 3)
    for (let trap = 0; trap < 5; trap++) {
      crew.shared[0] = 1
      const untilItThrows = () => {
        for (;;) expectWork(crew)
      }
      expect(untilItThrows).toThrow(/unreachable/)
      expectWork(crew)
    }
    await crew.untilAllTakePart(3, () => expectWork(crew))
    expect(warnings).not.toHaveBeenCalled()
  })

  test('here ends the fork, and the next one is right', async () => {
    const crew = await freshCrew({ before: 'runJob = () => {}' })
    crew.torch.set_num_threads(2)
    await crew.begun()
    let ran = 0
    const fork = () =>
      crew.team?.fork(
        () => {
          ran++
          throw new Error('trap')
        },
        0,
        40,
        2,
      )
    let thrown = 0
    for (let i = 0; i < 100; i++) {
      const before = ran
      try {
        fork()
      } catch (error) {
        expect((error as Error).message).toBe('trap')
        thrown++
      }
      // The worker may have been faster, and left none.
      expect(ran - before).toBeLessThanOrEqual(1)
    }
    expect(thrown).toBe(ran)
    expect(thrown).toBeGreaterThan(0)
  })
})

describe('set_num_threads', () => {
  test('takes positive integers up to a limit', async () => {
    const { torch } = await freshCrew()
    const set = torch.set_num_threads as (value: unknown) => void
    for (const wrong of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => set(wrong)).toThrow(/^set_num_threads expects a positive integer, but got /)
    }
    for (const wrong of ['2', null, undefined, 2n]) expect(() => set(wrong)).toThrow(/num_threads/)
    expect(() => set(257)).toThrow('set_num_threads: at most 256 threads are possible, but got 257')
    expect(torch.get_num_threads()).toBe(1)
  })

  test('again and again, in hooks and between operations, changes no bit', async () => {
    const crew = await freshCrew()
    const { torch } = crew
    const step = () => {
      const x = torch.full([300_000], 0.7).requires_grad_()
      x.register_hook(() => torch.set_num_threads(1 + (numbers++ % 4)))
      const y = x.mul(3)
      y.register_hook(() => torch.set_num_threads(1 + (numbers++ % 5)))
      y.exp().sum().backward()
      return Buffer.from((x.grad as Tensor).data().buffer)
    }
    let numbers = 0
    const first = step()
    for (let i = 0; i < 60; i++) {
      torch.set_num_threads(1 + (i % 6))
      expect(step().equals(first)).toBe(true)
      if (i % 10 === 0) await crew.begun()
    }
    // Threads are kept: no more were started than were wanted at most.
    expect(crew.workers).toHaveLength(5)
    expect(torch.get_num_threads()).toBeLessThan(6)
  })

  test('to the limit, and back', async () => {
    const crew = await freshCrew()
    crew.torch.set_num_threads(64)
    expectWork(crew)
    crew.torch.set_num_threads(1)
    expectWork(crew)
    await crew.begun()
    crew.torch.set_num_threads(64)
    for (let i = 0; i < 20; i++) expectWork(crew)
    crew.team?.stop()
  })
})

describe('linear memory', () => {
  test('that grows while workers run is theirs too', async () => {
    const crew = await freshCrew()
    await running(crew, 3)
    const { torch } = crew
    const kept: Tensor[] = []
    const before = crew.memory.buffer.byteLength
    for (let i = 0; crew.memory.buffer.byteLength < before + 2 ** 28; i++) {
      kept.push(torch.full([500_000], i).add(1).relu())
      expectWork(crew)
    }
    for (const [i, tensor] of kept.entries()) expect(tensor.mean().item()).toBe(i + 1)
  })

  test('that is full: OutOfMemoryError, and workers go on; without them where their stacks have no room', async () => {
    const crew = await freshCrew()
    const { torch } = crew
    const { allocate } = await import('../../../ts/kernels/heap.js')
    await running(crew, 2)
    // Nothing is written there, so the machine need not have it.
    const fill = (bytes: number) => {
      for (;;) allocate(bytes)
    }
    for (const bytes of [2 ** 28, 2 ** 24, 2 ** 20]) expect(() => fill(bytes)).toThrow(torch.OutOfMemoryError)
    expect(() => work(torch)).toThrow(torch.OutOfMemoryError)
    const small = torch.full([70_000], 2)
    for (let i = 0; i < 100; i++) expect(small.mul(3).max().item()).toBe(6)
    crew.torch.set_num_threads(3)
    expectOneWarning('linear memory is full')
    expect(torch.get_num_threads()).toBe(1)
    expect(small.mul(3).max().item()).toBe(6)
  })
})
