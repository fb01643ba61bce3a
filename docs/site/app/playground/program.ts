/** A program in a worker of its own, which can be ended at any time. */
import around from './program-worker.ts?worker&url'
import type { Begin, Failure, FromProgram, Printed } from './protocol.ts'

export interface Listener {
  printed: (lines: Printed[], dropped: number) => void
  cleared: () => void
  failed: (failure: Failure) => void
  ended: (milliseconds: number) => void
}

const script = (code: string): string => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))

const NO_WORKER =
  'No program can run here: this browser or a policy of the host refuses workers from blob: URLs, or the site is out of reach.'

export class Program {
  #worker: Worker
  #urls: string[]

  /** Runs JavaScript; `thread` is the script of softmargin's threads. The worker is from a `blob:` URL, so that the page's policy is its own, whatever the host sends. */
  constructor(code: string, thread: string, listener: Listener) {
    const program = script(code)
    const start = script(`import ${JSON.stringify(new URL(around, import.meta.url).href)}`)
    this.#urls = [program, start]
    this.#worker = new Worker(start, { type: 'module', name: 'program' })
    let isReady = false
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromProgram>) => {
      if (data.kind === 'ready') {
        isReady = true
        const begin: Begin = { program, thread }
        this.#worker.postMessage(begin)
      } else if (data.kind === 'printed') listener.printed(data.lines, data.dropped)
      else if (data.kind === 'cleared') listener.cleared()
      else if (data.kind === 'failed') listener.failed(data.failure)
      else listener.ended(data.milliseconds)
    })
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault()
      listener.failed({
        message: isReady ? event.message || 'The worker of the program has failed' : NO_WORKER,
      })
      listener.ended(0)
    })
  }

  end(): void {
    this.#worker.terminate()
    for (const url of this.#urls) URL.revokeObjectURL(url)
  }
}
