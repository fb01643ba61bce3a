/** Gives other tasks of the page, or of the server, their turn. */

/** Milliseconds of work between two breaths: half a frame. */
const BUDGET = 8

/** Resolves in a task of its own, after those that are waiting: input, timers, messages, frames. */
export function nextTask(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (work: () => void) => unknown }
  if (typeof setImmediate === 'function') return new Promise((resolve) => void setImmediate(resolve))
  if (typeof MessageChannel === 'undefined') return new Promise((resolve) => void setTimeout(resolve))
  // Not scheduler.yield, which goes on before timers and messages that wait, so that an abort by one of them would never come;
  // not setTimeout, which browsers delay by four milliseconds, and by a second in hidden pages.
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
