/** The worker: answers what the page asks, one thing after another, while a run goes on. */

import type { Message, Request, RequestName, Requests } from '../protocol.ts'
import { sentenceOf } from '../reading/read.ts'
import { curveOf } from './evaluate.ts'
import { exported } from './exports.ts'
import { guess } from './guess.ts'
import { weightsFor } from './reasons.ts'
import { crossValidate, rowsPage } from './rows.ts'
import { Session } from './session.ts'

interface Scope {
  onmessage: ((event: MessageEvent<Request>) => void) | null
  postMessage(message: Message, transfer?: Transferable[]): void
}

const scope = globalThis as unknown as Scope
const session = new Session((message) => scope.postMessage(message))

type Answers = {
  [Name in RequestName]: (
    takes: Requests[Name]['takes'],
  ) => Requests[Name]['gives'] | Promise<Requests[Name]['gives']>
}

const answers: Answers = {
  async restore() {
    await session.useAllCores()
    return await session.restore()
  },
  read: ({ source, options }) => session.read(source, options),
  reread: (options) => session.reread(options),
  train: async (settings) => {
    await session.train(settings)
    return null
  },
  learn_on: async () => {
    await session.learnOn()
    return null
  },
  pause: async () => {
    await session.pause()
    return null
  },
  resume: async () => {
    await session.resume()
    return null
  },
  cancel: () => {
    session.cancel()
    return null
  },
  scores: ({ part }) => session.judge.scores(part),
  curve: ({ label, part }) => curveOf(session.judge.predicted(part), label),
  set_threshold: async ({ label, threshold, part }) => {
    await session.setThreshold(label, threshold)
    return session.judge.scores(part)
  },
  tune: async ({ part }) => {
    await session.tune()
    return session.judge.scores(part)
  },
  rows: (takes) => rowsPage(session, takes),
  correct: async ({ row, label, value }) => {
    await session.correct(row, label, value ?? Number.NaN)
    return { waiting: session.waiting }
  },
  cross_validate: () => crossValidate(session),
  guess: (takes) => guess(session, takes),
  weights: ({ label }) => weightsFor(session, label),
  export: ({ kind }) => exported(session, kind),
  forget: async () => {
    await session.forget()
    return null
  },
}

/** What changes the rows or begins a run: one after the other, as each takes some turns. */
const EXCLUSIVE: ReadonlySet<RequestName> = new Set([
  ...(['restore', 'read', 'reread', 'train', 'learn_on', 'cross_validate', 'forget'] as const),
])
let before: Promise<unknown> = Promise.resolve()

async function answered(name: RequestName, takes: unknown): Promise<unknown> {
  const answer = answers[name] as (takes: unknown) => unknown
  if (!EXCLUSIVE.has(name)) return await answer(takes)
  const mine = before.then(() => answer(takes))
  before = mine.catch(() => {})
  return await mine
}

scope.onmessage = async ({ data: { id, name, takes } }) => {
  try {
    scope.postMessage({ kind: 'answer', id, gives: await answered(name, takes) })
  } catch (error) {
    scope.postMessage({ kind: 'failure', id, ...sentenceOf(error) })
  }
}
