/** Gives other tasks of the page, or of the server, their turn. */

/** The parts of runtimes that let the next task run. Each is there in some of them. */
interface Runtime {
  readonly scheduler?: { yield?: () => Promise<void> }
  readonly setImmediate?: (work: () => void) => unknown
}

/** Milliseconds of work between two breaths: half a frame. */
const BUDGET = 8

/** Resolves in a task of its own: input, timers and frames come first. */
export function nextTask(): Promise<void> {
  const { scheduler, setImmediate } = globalThis as Runtime
  if (typeof scheduler?.yield === 'function') return scheduler.yield()
  if (typeof setImmediate === 'function') return new Promise((resolve) => void setImmediate(resolve))
  if (typeof MessageChannel === 'undefined') return new Promise((resolve) => void setTimeout(resolve))
  // Not setTimeout, which browsers delay by four milliseconds, and by a second in hidden pages.
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** Breathes by time: often enough for frames and input, too seldom to cost anything. */
export class Breath {
  private last = performance.now()

  /** A promise of the next turn if it is time for it, else null. */
  due(): Promise<void> | null {
    if (performance.now() - this.last < BUDGET) return null
    return nextTask().then(() => {
      this.last = performance.now()
    })
  }
}
