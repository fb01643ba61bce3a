/**
 * Workers that run jobs of kernels on shared memory, told by a control block in that memory. Imports nothing, so that pages
 * can load it alone, when the user asks for threads.
 */
import type { RunJobs, Team, TeamStart } from './fork.js'
import type { Start } from './thread.js'

/** A worker that was started. */
export interface Worker {
  terminate(): void
}

/**
 * Starts a worker that serves with `start`, and never keeps the process alive. Calls `lost` with a reason if it cannot run or has ended.
 * May throw.
 */
export type StartWorker = (start: Start, lost: (reason: string) => void) => Worker

const words = {
  JOBS: 0,
  WORK: 1,
  THREADS: 2,
  DONE: 16,
  WAITING: 17,
  FAILED: 18,
  SLEEPING: 32,
  READY: 33,
  NEXT: 48,
  STRIDE: 16,
}
/**
 * A job's number takes these bits of a word, the number of its fork the others. Those come again after seconds of nothing
 * but forks: a worker that was suspended for as long finds, once it has taken a job, that the fork has no such job.
 */
const JOB_BITS = 12
const MAX_JOBS = 2 ** JOB_BITS - 1

/** The stack of a thread, as large as that of the first one. */
const STACK_BYTES = 2 ** 20

/** How long a worker looks for more work before it sleeps: longer than the time between the kernels of a training step. Waking it takes some 30 us. */
const SPIN_MS = 1
/** How often this thread looks whether the others have finished before it sleeps: some 0.2 ms. */
const JOIN_SPINS = 500_000
const SLICE_MS = 20
/**
 * Slices without a finished job after which a worker is taken for dead: 10 s, where a job takes milliseconds. The time of a
 * suspended machine does not count.
 */
const PATIENCE = 500

/** Taken here, as an app's tests may replace the clock. */
const { now } = Date

/** Starts workers for all threads but this one. */
export function startTeam(
  { size, limit, memory, modules, ...host }: TeamStart,
  startWorker: StartWorker,
): Team {
  const allocate = (bytes: number) => {
    const pointer = host.allocate(bytes) >>> 0
    if (pointer === 0) throw new RangeError('linear memory is full')
    return pointer
  }
  const length = words.NEXT + limit * words.STRIDE
  const control = allocate(4 * length)
  // Shared memory stays where it is when it grows.
  const block = new Int32Array(memory.buffer, control, length).fill(0)
  const workers: Worker[] = []
  let isStopped = false
  let forks = 0
  /** Whether this thread may sleep: that of a page may not. */
  let maySleep = true

  const stop = () => {
    isStopped = true
    for (const worker of workers) worker.terminate()
  }

  const lose = (reason: string) => {
    if (isStopped) return
    stop()
    host.refuse(reason)
  }

  const grow = (threads: number) => {
    try {
      while (workers.length < threads - 1) {
        const stack = allocate(STACK_BYTES) + STACK_BYTES
        const place = { thread: workers.length + 1, stack, control, length }
        const start = { memory, modules, ...place, words, jobBits: JOB_BITS, spinMs: SPIN_MS }
        workers.push(startWorker(start, lose))
      }
    } catch (error) {
      stop()
      throw error
    }
  }

  /** Where the share of a thread begins. */
  const shareOf = (thread: number, jobs: number, threads: number) => Math.floor((jobs * thread) / threads)

  /** Runs jobs here until all have been taken; the first error of one, after which the others are only taken. */
  const takePart = (run: RunJobs, work: number, jobs: number, threads: number): unknown => {
    let failure: unknown
    for (let owner = 0; owner < threads; owner++) {
      const end = shareOf(owner + 1, jobs, threads)
      const at = words.NEXT + owner * words.STRIDE
      for (;;) {
        const next = Atomics.load(block, at)
        const job = next & MAX_JOBS
        if (job >= end) break
        if (Atomics.compareExchange(block, at, next, next + 1) !== next) continue
        try {
          if (failure === undefined) run(work, job, job + 1, 0)
        } catch (error) {
          failure = error
        }
        Atomics.add(block, words.DONE, 1)
      }
    }
    return failure
  }

  /** Waits until all jobs have finished. */
  const join = (jobs: number) => {
    let [finished, slices] = [-1, 0]
    for (let spins = 0; ; spins++) {
      const done = Atomics.load(block, words.DONE)
      if (done === jobs) return
      if (spins < JOIN_SPINS) continue
      slices = done === finished ? slices + 1 : 0
      finished = done
      pause(jobs)
      if (slices < PATIENCE) continue
      lose('a worker has ended in the middle of its work')
      throw host.error('a worker has ended in the middle of an operation, whose result is incomplete')
    }
  }

  /** Lets at most a slice of time pass. */
  const pause = (jobs: number) => {
    Atomics.store(block, words.WAITING, 1)
    const done = Atomics.load(block, words.DONE)
    if (maySleep && done !== jobs) {
      try {
        Atomics.wait(block, words.DONE, done, SLICE_MS)
        return
      } catch {
        maySleep = false
      }
    }
    for (const end = now() + SLICE_MS; now() < end; ) {
      if (Atomics.load(block, words.DONE) === jobs) return
    }
  }

  grow(size)
  return {
    get isReady() {
      return Atomics.load(block, words.READY) > 0
    },
    grow,
    stop,
    fork(run, work, jobs, most) {
      if (jobs > MAX_JOBS) return run(work, 0, jobs, 0)
      const threads = Math.min(most, workers.length + 1)
      forks = (forks + 1) | 0
      const fork = forks << JOB_BITS
      // A fork without jobs, until the words below are written: workers leave it alone.
      Atomics.store(block, words.JOBS, fork)
      block[words.WORK] = work
      block[words.DONE] = 0
      block[words.WAITING] = 0
      block[words.FAILED] = 0
      Atomics.store(block, words.THREADS, threads)
      for (let thread = 0; thread < threads; thread++) {
        Atomics.store(block, words.NEXT + thread * words.STRIDE, fork | shareOf(thread, jobs, threads))
      }
      Atomics.store(block, words.JOBS, fork | jobs)
      if (Atomics.load(block, words.SLEEPING) > 0) Atomics.notify(block, words.JOBS)
      const error = takePart(run, work, jobs, threads)
      join(jobs)
      if (error !== undefined) throw error
      if (block[words.FAILED] === 1) throw new WebAssembly.RuntimeError('unreachable')
    },
  }
}
