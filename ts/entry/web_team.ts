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
  // A file first, which a content security policy allows; a bundler that did not bring it along leaves the text.
  run(fromFile, () => run(fromText, (reason) => lost(`workers cannot be started (${reason})`)))
  return {
    terminate() {
      isEnded = true
      worker?.terminate()
    },
  }
}

// Bundlers look for this expression, word by word.
const fromFile = () => new Worker(new URL('./thread.js', import.meta.url), { type: 'module' })

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
