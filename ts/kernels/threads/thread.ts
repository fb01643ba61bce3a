/**
 * The program of a worker. It has no imports: entries start it as a file of its own, or as text.
 */

/** The words of the control block; those that several threads write often have a cache line of their own. */
interface Words {
  /** The number of the current fork and, in the lower bits, how many jobs it has; none until all else is written. */
  readonly JOBS: number
  readonly WORK: number
  readonly THREADS: number
  /** Jobs that have finished. */
  readonly DONE: number
  /** Whether the first thread waits for `DONE`. */
  readonly WAITING: number
  /** Whether a job has trapped. */
  readonly FAILED: number
  /** Workers that wait for `JOBS` to change. */
  readonly SLEEPING: number
  readonly READY: number
  /**
   * For each thread, at a distance of `STRIDE`: the number of the fork and the next job of that thread's share. So a thread
   * mostly works on what lies in its own cache since the last kernel; one that has finished takes from the others.
   */
  readonly NEXT: number
  readonly STRIDE: number
}

/** What a worker is started with. */
export interface Start {
  readonly memory: WebAssembly.Memory
  /** The kernels, and families of them that share its exports. */
  readonly modules: readonly WebAssembly.Module[]
  /** The number of this thread; the first has 0. */
  readonly thread: number
  /** The end of this thread's stack. */
  readonly stack: number
  /** Address of the control block, and its words. */
  readonly control: number
  readonly length: number
  readonly words: Words
  /** Bits of the number of a job. */
  readonly jobBits: number
  /** How long to look for more work before sleeping. */
  readonly spinMs: number
}

/** Runs jobs for ever. */
export function serve({
  memory,
  modules,
  thread,
  stack,
  control,
  length,
  words,
  jobBits,
  spinMs,
}: Start): void {
  const [first, ...families] = modules
  const alone = {
    memory,
    // A job that forks runs all of that alone.
    fork: (work: number, jobs: number) => run(work, 0, jobs, 0),
  }
  const imports = { './softmargin_bg.js': { __wbindgen_init_externref_table() {} }, threads: alone }
  // Their data is written to memory again: constants, which are there already.
  const { exports } = new WebAssembly.Instance(first, imports)
  for (const family of families) new WebAssembly.Instance(family, { core: exports })
  const stackPointer = exports.stack_pointer as WebAssembly.Global
  stackPointer.value = stack
  const run = exports.run_jobs as (work: number, first: number, end: number, thread: number) => void

  const { JOBS, WORK, THREADS, DONE, WAITING, FAILED, SLEEPING, READY, NEXT, STRIDE } = words
  const block = new Int32Array(memory.buffer, control, length)
  const jobMask = (1 << jobBits) - 1

  /** Runs what is left of the share of thread `owner` in a fork on `threads` threads. */
  const takeShare = (jobs: number, threads: number, owner: number) => {
    const total = jobs & jobMask
    const end = Math.floor((total * (owner + 1)) / threads)
    for (;;) {
      const next = Atomics.load(block, NEXT + owner * STRIDE)
      const job = next & jobMask
      if (next >> jobBits !== jobs >> jobBits || job >= end) return
      if (Atomics.compareExchange(block, NEXT + owner * STRIDE, next, next + 1) !== next) continue
      // The fork cannot end before this job has, if it is one of its jobs.
      if (Atomics.load(block, JOBS) !== jobs) return
      try {
        run(Atomics.load(block, WORK), job, job + 1, thread)
      } catch {
        // A trap leaves the stack as deep as it was.
        stackPointer.value = stack
        Atomics.store(block, FAILED, 1)
      }
      if (Atomics.add(block, DONE, 1) + 1 === total && Atomics.load(block, WAITING) === 1) {
        Atomics.notify(block, DONE)
      }
    }
  }

  const takePart = (jobs: number) => {
    const threads = Atomics.load(block, THREADS)
    // Otherwise the number of threads may be that of the next fork.
    if (thread >= threads || Atomics.load(block, JOBS) !== jobs) return
    for (let i = 0; i < threads; i++) takeShare(jobs, threads, (thread + i) % threads)
  }

  /** Whether `jobs` stays the current fork for `spinMs`. */
  const isIdle = (jobs: number): boolean => {
    for (const end = performance.now() + spinMs; performance.now() < end; ) {
      for (let i = 0; i < 1000; i++) if (Atomics.load(block, JOBS) !== jobs) return false
    }
    return true
  }

  Atomics.add(block, READY, 1)
  for (;;) {
    const jobs = Atomics.load(block, JOBS)
    takePart(jobs)
    while (isIdle(jobs)) {
      Atomics.add(block, SLEEPING, 1)
      Atomics.wait(block, JOBS, jobs)
      Atomics.sub(block, SLEEPING, 1)
    }
  }
}
