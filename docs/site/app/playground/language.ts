/** The language's worker as the page sees it: questions, and promises of their answers. */
import type { Answered, Asked, Opened, Question, Questions } from './protocol.ts'

export class Language {
  #worker: Worker | undefined
  #asked = 0
  #waiting = new Map<number, { resolve: (answer: never) => void; reject: (reason: Error) => void }>()
  #types: URL

  constructor(types: URL) {
    this.#types = types
  }

  /** Whether it has been started: it is some megabytes. */
  get isStarted(): boolean {
    return this.#worker !== undefined
  }

  start(): void {
    if (this.#worker !== undefined) return
    this.#worker = new Worker(new URL('./language-worker.ts', import.meta.url), { type: 'module' })
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Answered>) => {
      const waiting = this.#waiting.get(data.id)
      this.#waiting.delete(data.id)
      if ('fault' in data) waiting?.reject(new Error(data.fault))
      else waiting?.resolve(data.answer as never)
    })
    this.#worker.addEventListener('error', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('TypeScript could not be loaded'))
      this.#waiting.clear()
      // The next question tries again.
      this.#worker?.terminate()
      this.#worker = undefined
    })
    const opened: Opened = { types: this.#types.href }
    this.#worker.postMessage(opened)
  }

  ask<Q extends Question>(question: Q, ask: Questions[Q]['ask']): Promise<Questions[Q]['answer']> {
    this.start()
    const id = ++this.#asked
    const asked: Asked = { id, question, ask }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker?.postMessage(asked)
    })
  }
}
