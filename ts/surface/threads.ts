import { takesNothing } from '../call/nothing.js'
import { signature } from '../call/signature.js'
import { setThreadCount, threadCount } from '../kernels/threads/fork.js'

const SET_NUM_THREADS = signature('set_num_threads', 'num_threads: number')

/**
 * The number of threads that kernels run on, this one included: by default as many as cores, or as the environment variable
 * `SOFTMARGIN_NUM_THREADS` says, in Node, Deno and Bun; 1 in browsers and edge runtimes. Results have the same bits
 * for any number. Source: torch.get_num_threads.
 */
export function get_num_threads(): number
export function get_num_threads(...none: unknown[]): number {
  takesNothing('get_num_threads', none)
  return threadCount()
}

/**
 * Sets the number of threads. They start when there is work that is worth sharing, and never keep a process alive. In a
 * page they need `crossOriginIsolated`. Where threads are not possible, warns why, and keeps to one. Source:
 * torch.set_num_threads.
 *
 * @throws RuntimeError if `num_threads` is not a positive integer
 * @example torch.set_num_threads(4)
 */
export function set_num_threads(num_threads: number | { num_threads: number }): void
export function set_num_threads(...args: unknown[]): void {
  const [threads] = SET_NUM_THREADS.read(args)
  setThreadCount(threads)
}
