/** The library on workers that tests can count, delay and end. */
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { vi } from 'vitest'
import program from '#thread?text'
import type { Team } from '../../../ts/kernels/threads/fork.js'
import type { StartWorker } from '../../../ts/kernels/threads/team.js'

export type Torch = typeof import('../../../ts/api.js')

/** What a worker runs before it serves: `counts` has the jobs of each thread; in its first word, how many workers have begun. */
const COUNTING = `
const { start, counts, shared } = require('node:worker_threads').workerData
const { Instance } = WebAssembly
WebAssembly.Instance = class extends Instance {
  get exports() {
    const all = super.exports
    if (all.run_jobs === undefined) return all
    const run_jobs = (work, first, end, thread) => {
      Atomics.add(counts, thread, end - first)
      // Several, if a job forks again.
      for (let job = first; job < end; job++) runJob(all.run_jobs, work, job, thread)
    }
    return { ...all, run_jobs }
  }
}
let runJob = (run, work, job, thread) => run(work, job, job + 1, thread)
Atomics.add(counts, 0, 1)
`

const bytes = readFileSync('build/wasm/softmargin_bg.wasm')

export class Crew {
  readonly counts = new Int32Array(new SharedArrayBuffer(4 * 257))
  /** Words for the code that workers run first. */
  readonly shared = new Int32Array(new SharedArrayBuffer(4096))
  readonly workers: Worker[] = []
  team: Team | undefined

  constructor(
    readonly torch: Torch,
    readonly memory: WebAssembly.Memory,
  ) {}

  /** Resolves when all workers that were started wait for work. */
  async begun(): Promise<void> {
    while (this.counts[0] < this.workers.length) await wait(1)
  }

  /** Runs `work` again and again until every thread but the first, up to this number of threads, has run a job of it. */
  async untilAllTakePart(threads: number, work: () => void): Promise<void> {
    this.counts.fill(0, 1)
    do {
      work()
      await wait(0)
    } while (this.counts.subarray(1, threads).some((count) => count === 0))
  }
}

interface Settings {
  threads?: number
  /** Code that workers run first: it may set `runJob`, which runs a job, and has words of its own, `shared`. */
  before?: string
  /** In place of starting a worker. */
  start?: (worker: () => Worker, ...args: Parameters<StartWorker>) => ReturnType<StartWorker>
}

/** The library anew, with a memory that threads share. */
export async function freshCrew({ threads = 1, before = '', start }: Settings = {}): Promise<Crew> {
  vi.resetModules()
  const { offerThreads } = await import('../../../ts/kernels/threads/fork.js')
  const { startTeam } = await import('../../../ts/kernels/threads/team.js')
  const { compile, install, memory } = await import('../../../ts/kernels/instance.js')
  const startWorker: StartWorker = (place, lost) => {
    const make = () => {
      const code = `${program}\n${COUNTING}\n${before}\nserve(start)`
      const workerData = { start: place, counts: crew.counts, shared: crew.shared }
      const worker = new Worker(code, { eval: true, workerData, execArgv: [] })
      worker.on('error', ({ message }) => lost(`a worker has failed (${message})`))
      worker.on('exit', () => lost('a worker has ended'))
      worker.unref()
      crew.workers.push(worker)
      return worker
    }
    return start === undefined ? make() : start(make, place, lost)
  }
  offerThreads({
    threads,
    startTeam(settings) {
      crew.team = startTeam(settings, startWorker)
      return crew.team
    },
  })
  install(compile(bytes))
  const crew = new Crew(await import('../../../ts/index.js'), memory())
  return crew
}
