/**
 * Where jobs of kernels run: `fork` is what the crate's `parallel.rs` imports. Without a team, and inside of a job, they run
 * here, one after the other.
 */
import { describe } from '../../base/check.js'
import { RuntimeError } from '../../base/errors.js'

/** Runs the jobs from `first` to `end` as thread `thread`: the export `run_jobs` of the kernels. */
export type RunJobs = (work: number, first: number, end: number, thread: number) => void

/** Threads that share linear memory with this one. */
export interface Team {
  /** Whether a worker besides this thread is there. */
  readonly isReady: boolean
  /** Starts workers until there are `size` threads, this one included. */
  grow(size: number): void
  /** Ends its workers, which have no work. */
  stop(): void
  /** Runs jobs on at most `threads` threads, and returns when all have finished. */
  fork(run: RunJobs, work: number, jobs: number, threads: number): void
}

/** The kernels, as threads share them. */
export interface Shared {
  readonly memory: WebAssembly.Memory
  /** Another array after each installation. */
  readonly modules: readonly WebAssembly.Module[]
  /** Address of uninitialised bytes, or 0. */
  allocate(bytes: number): number
}

/** What a team is started with. */
export interface TeamStart extends Shared {
  /** The number of threads, this one included. */
  readonly size: number
  /** The most that there will be. */
  readonly limit: number
  /** Is told why workers cannot run, or that one has ended. */
  refuse(reason: string): void
  /** What a fork throws that cannot be completed. */
  error(message: string): Error
}

/** A runtime that has workers, and a memory that they can share. */
interface Offer {
  /** The number of threads unless the user sets another. */
  readonly threads: number
  /** May throw, if workers cannot run. */
  startTeam(start: TeamStart): Team | Promise<Team>
}

/** The time that work which several threads could share takes before they are started. */
const WORTHWHILE_MS = 10

let offer: Offer | null = null
let shared: Shared | null = null
let team: Team | null = null
let wanted = 1
let refusal = 'this runtime has no workers that could share memory'
let sharedWorkMs = 0
/** Whether jobs run: those that fork again do not find free threads. */
let isForked = false

/** Lets kernels run on several threads: an entry calls this before the kernels are installed. */
export function offerThreads(offered: Offer): void {
  offer = offered
  wanted = offered.threads
}

/** The kernels that are installed from now on. Workers that run others are replaced. */
export function shareKernels(kernels: Shared): void {
  shared = kernels
  team?.stop()
  team = null
}

/** Whether linear memory is to be shared with other threads. */
export const mayShare = (): boolean => offer !== null

/** Linear memory turned out not to be shared, or workers cannot run: goes on with this thread alone. */
export function refuse(reason: string): void {
  if (offer !== null && wanted > 1) warn(reason)
  offer = null
  team = null
  wanted = 1
  refusal = reason
}

let isSaid = false

function warn(reason: string): void {
  if (isSaid) return
  isSaid = true
  console.warn(`softmargin: kernels run on one thread, as ${reason}`)
}

/** The number of threads that kernels may run on, this one included. */
export const threadCount = (): number => wanted

/** The threads that may be running: as many workspaces does a kernel need that runs on all of them. */
export const runningThreads = (): number => (team === null ? 1 : wanted)

/** Sets the number of threads. They start when there is work for them. */
export function setThreadCount(threads: number): void {
  if (!(Number.isSafeInteger(threads) && threads >= 1)) {
    throw new RuntimeError(`set_num_threads expects a positive integer, but got ${describe(threads)}`)
  }
  if (threads > MAX_THREADS) {
    throw new RuntimeError(`set_num_threads: at most ${MAX_THREADS} threads are possible, but got ${threads}`)
  }
  if (offer === null) {
    if (threads > 1) warn(refusal)
    return
  }
  wanted = threads
  if (threads > 1) start()
}

/** As many as the memory of a page has room for: each has a stack of 1 MiB. */
export const MAX_THREADS = 256

let isStarting = false

function start(): void {
  if (offer === null || shared === null || isStarting) return
  isStarting = true
  const kernels = shared
  try {
    const started =
      team ??
      offer.startTeam({
        ...kernels,
        size: wanted,
        limit: MAX_THREADS,
        refuse,
        error: (message) => new RuntimeError(message),
      })
    if (isTeam(started)) accept(started, kernels)
    else started.then((started) => accept(started, kernels)).catch(fail)
  } catch (error) {
    fail(error as Error)
  }
}

function accept(started: Team, kernels: Shared): void {
  isStarting = false
  if (offer !== null && kernels === shared) {
    team = started
    // Another number may have been set in the meantime.
    team.grow(wanted)
  } else {
    started.stop()
    start()
  }
}

function fail({ message }: Error): void {
  isStarting = false
  refuse(`workers cannot be started (${message})`)
}

const isTeam = (started: Team | Promise<Team>): started is Team => 'fork' in started

/** Runs `jobs` jobs on at most `threads` threads. */
export function fork(run: RunJobs, work: number, jobs: number, threads: number): void {
  const most = Math.min(threads >>> 0, wanted)
  if (isForked || most === 1) run(work, 0, jobs, 0)
  else if (team === null) runAlone(run, work, jobs)
  else if (!team.isReady) run(work, 0, jobs, 0)
  else {
    isForked = true
    try {
      team.fork(run, work, jobs, most)
    } finally {
      isForked = false
    }
  }
}

/** Starts threads for the work to come, once there has been enough that they could have shared. */
function runAlone(run: RunJobs, work: number, jobs: number): void {
  // In whole milliseconds, which are right on average.
  const begin = Date.now()
  run(work, 0, jobs, 0)
  sharedWorkMs += Date.now() - begin
  if (sharedWorkMs >= WORTHWHILE_MS) start()
}
