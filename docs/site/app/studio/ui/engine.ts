/** The worker, as functions that give promises. */
import type { Message, Request, RequestName, Requests } from '../protocol.ts'

type News = Exclude<Message, { kind: 'answer' } | { kind: 'failure' }>

/** What the worker could not do, in a sentence. */
export class EngineError extends Error {}

export class Engine {
  private readonly worker = new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module' })
  private readonly waiting = new Map<
    number,
    { resolve: (gives: never) => void; reject: (error: Error) => void }
  >()
  private next = 1

  constructor(onNews: (news: News) => void) {
    this.worker.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind !== 'answer' && data.kind !== 'failure') return onNews(data)
      const waiting = this.waiting.get(data.id)
      this.waiting.delete(data.id)
      if (data.kind === 'answer') waiting?.resolve(data.gives as never)
      else waiting?.reject(new EngineError(data.sentence))
    }
    this.worker.onerror = (event) => {
      event.preventDefault()
      const sentence = `The worker stopped: ${event.message || 'it could not be loaded'}. Reload the page to go on from what was kept.`
      onNews({ kind: 'trouble', sentence })
      for (const { reject } of this.waiting.values()) reject(new EngineError(sentence))
      this.waiting.clear()
    }
  }

  ask<Name extends RequestName>(
    name: Name,
    takes: Requests[Name]['takes'],
  ): Promise<Requests[Name]['gives']> {
    const id = this.next++
    const request: Request<Name> = { id, name, takes }
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.worker.postMessage(request)
    })
  }
}
