/** The workers of a page. Loaded when the user asks for threads. */
import program from '#thread?text'
import type { Team, TeamStart } from '../kernels/threads/fork.js'
import { type StartWorker, startTeam } from '../kernels/threads/team.js'

const startWorker: StartWorker = (start, lost) => {
  let worker: Worker | undefined
  let isEnded = false
  const run = (source: () => Worker, otherwise: (reason: string) => void) => {
    const fail = (reason: string) => {
      worker?.terminate()
      if (!isEnded) otherwise(reason)
    }
    try {
      worker = source()
      worker.onerror = (event) => {
        event.preventDefault()
        fail(event.message || 'its file could not be loaded')
      }
      worker.postMessage(start)
    } catch (error) {
      fail((error as Error).message)
    }
  }
  // Files first, which a content security policy allows: beside this one, or in a bundle, beside the page.
  const giveUp = (reason: string) => lost(`workers cannot be started (${reason})`)
  run(fromFile, () => run(fromPage, () => run(fromText, giveUp)))
  return {
    terminate() {
      isEnded = true
      worker?.terminate()
    },
  }
}

// In a variable: where webpack and Rspack know the expression, their output asks for the page before all else, and would not run in Node.
const here = import.meta.url

const fromFile = () => new Worker(new URL('./thread.js', here), { type: 'module' })

const fromPage = () => new Worker(new URL('thread.js', location.href), { type: 'module' })

const fromText = () => {
  const url = URL.createObjectURL(
    new Blob([`${program}\nonmessage = ({ data }) => serve(data)`], { type: 'text/javascript' }),
  )
  try {
    return new Worker(url, { type: 'module' })
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** Starts the workers of a team. */
export const startWebTeam = (start: TeamStart): Team => startTeam(start, startWorker)
