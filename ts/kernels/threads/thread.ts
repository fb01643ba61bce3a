/**
 * The program of a worker. It has no imports: entries start it as a file of its own, or as text.
 */

/** The words of the control block; those that several threads write often have a cache line of their own. */
interface Words {
  /** The number of the current fork and, in the lower bits, of the next job. */
  readonly NEXT: number
  /** The same number, and how many jobs there are. */
  readonly JOBS: number
  readonly WORK: number
  readonly THREADS: number
  /** Jobs that have finished. */
  readonly DONE: number
  /** Whether the first thread waits for `DONE`. */
  readonly WAITING: number
  /** Whether a job has trapped. */
  readonly FAILED: number
  /** Workers that wait for `NEXT` to change. */
  readonly SLEEPING: number
  readonly READY: number
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
  /** Address of the control block. */
  readonly control: number
  readonly words: Words
  /** Bits of the number of a job. */
  readonly jobBits: number
  /** How often to look for more work before sleeping. */
  readonly spins: number
}

/** Runs jobs for ever. */
export function serve({ memory, modules, thread, stack, control, words, jobBits, spins }: Start): void {
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

  const block = new Int32Array(memory.buffer, control, 64)
  const { NEXT, JOBS, WORK, THREADS, DONE, WAITING, FAILED, SLEEPING, READY } = words
  const jobMask = (1 << jobBits) - 1
  /** Whether `jobs`, a fork and how many jobs it has, has the job `next`. */
  const has = (jobs: number, next: number) =>
    next >> jobBits === jobs >> jobBits && (next & jobMask) < (jobs & jobMask)

  /** Takes the next job and runs it; false if there is none. */
  const work = (next: number): boolean => {
    if (!has(Atomics.load(block, JOBS), next) || thread >= Atomics.load(block, THREADS)) return false
    if (Atomics.compareExchange(block, NEXT, next, next + 1) !== next) return true
    // The fork cannot end before this job has, if it is one of its jobs: all that is read now belongs to it.
    const jobs = Atomics.load(block, JOBS)
    if (!has(jobs, next)) return true
    const job = next & jobMask
    try {
      run(Atomics.load(block, WORK), job, job + 1, thread)
    } catch {
      // A trap leaves the stack as deep as it was.
      stackPointer.value = stack
      Atomics.store(block, FAILED, 1)
    }
    if (Atomics.add(block, DONE, 1) + 1 === (jobs & jobMask) && Atomics.load(block, WAITING) === 1) {
      Atomics.notify(block, DONE)
    }
    return true
  }

  Atomics.add(block, READY, 1)
  let idle = 0
  for (;;) {
    const next = Atomics.load(block, NEXT)
    if (work(next)) idle = 0
    else if (++idle > spins) {
      Atomics.add(block, SLEEPING, 1)
      Atomics.wait(block, NEXT, next)
      Atomics.sub(block, SLEEPING, 1)
      idle = 0
    }
  }
}
