/**
 * What is around a program in its worker: a console that the page shows, errors with their lines, an end. It is imported by a worker
 * from a `blob:` URL, whose policy is the page's: nothing leaves this origin. A program may have come with a link, so it does not get
 * what this origin keeps for its visitor.
 */
import { MemoryFolder } from './memory_folder.ts'
import type { Begin, Failure, FromProgram, Level, Printed } from './protocol.ts'
import { shown } from './shown.ts'

const say = self.postMessage.bind(self) as (message: FromProgram) => void
const now = performance.now.bind(performance)

/** Lines go to the page in few messages, as a program can print faster than a page can show. */
const EVERY = 50
const MOST = 500

let lines: Printed[] = []
let dropped = 0
let flushed = 0
let flushing = false
const { setTimeout: later, clearTimeout: never } = self

function flush(): void {
  flushed = now()
  if (lines.length > 0 || dropped > 0) say({ kind: 'printed', lines, dropped })
  lines = []
  dropped = 0
}

let indent = ''

function print(level: Level, text: string): void {
  lines.push({ level, text: indent === '' ? text : indent + text.replaceAll('\n', `\n${indent}`) })
  if (lines.length > MOST) {
    lines.shift()
    dropped += 1
  }
  // A loop that never ends lets no timer run.
  if (now() - flushed > EVERY) flush()
  if (flushing || lines.length === 0) return
  flushing = true
  later(() => {
    flushing = false
    flush()
  }, EVERY)
}

const times = new Map<string, number>()
const counts = new Map<string, number>()
const since = (label: string) => `${label}: ${(now() - (times.get(label) ?? now())).toFixed(1)} ms`

const writing =
  (level: Level) =>
  (...values: unknown[]) =>
    print(level, shown(values))
const group = (...values: unknown[]) => {
  if (values.length > 0) print('log', shown(values))
  indent = `${indent}  `.slice(0, 40)
}

Object.assign(console, {
  log: writing('log'),
  info: writing('info'),
  debug: writing('debug'),
  warn: writing('warn'),
  error: writing('error'),
  trace: writing('debug'),
  dir: (value: unknown) => print('log', shown([value])),
  table: (value: unknown) => print('log', shown([value])),
  assert(condition?: unknown, ...values: unknown[]) {
    if (!condition) print('error', `Assertion failed${values.length > 0 ? `: ${shown(values)}` : ''}`)
  },
  count(label = 'default') {
    counts.set(label, (counts.get(label) ?? 0) + 1)
    print('log', `${label}: ${counts.get(label)}`)
  },
  countReset: (label = 'default') => void counts.delete(label),
  time: (label = 'default') => void times.set(label, now()),
  timeLog: (label = 'default', ...values: unknown[]) => print('log', shown([since(label), ...values])),
  timeEnd(label = 'default') {
    print('log', since(label))
    times.delete(label)
  },
  group,
  groupCollapsed: group,
  groupEnd() {
    indent = indent.slice(2)
  },
  clear() {
    lines = []
    dropped = 0
    say({ kind: 'cleared' })
  },
} satisfies Partial<Console>)

/** Where the program is, and the script of softmargin's threads. */
let address = ''
let thread = ''

function placeIn(stack: string) {
  const at = stack.indexOf(`${address}:`)
  const [, line, column] = /^:(\d+):(\d+)/.exec(at < 0 ? '' : stack.slice(at + address.length)) ?? []
  return line === undefined ? undefined : { line: Number(line), column: Number(column) }
}

/** What a program throws may throw in turn when it is looked at. */
function failureOf(reason: unknown): Failure {
  try {
    return described(reason)
  } catch {
    return { message: 'Uncaught [what cannot be shown]' }
  }
}

function described(reason: unknown): Failure {
  if (!(reason instanceof Error)) return { message: `Uncaught ${shown([[reason]]).slice(2, -2)}` }
  const place = placeIn(String(reason.stack ?? ''))
  const message = shown([String(reason)])
  return place === undefined ? { message } : { message, place }
}

function fail(failure: Failure): void {
  flush()
  say({ kind: 'failed', failure })
}

addEventListener('error', (event) => {
  event.preventDefault()
  const failure = failureOf(event.error ?? event.message)
  if (failure.place === undefined && event.filename === address && event.lineno > 0)
    failure.place = { line: event.lineno, column: event.colno }
  fail(failure)
  settle()
})
addEventListener('unhandledrejection', (event) => {
  event.preventDefault()
  fail(failureOf(event.reason))
})

/** Timers that are still to come: a program with one has not ended. */
const timers = new Set<number>()
let hasRun = false
let started = 0

function settle(): void {
  if (!hasRun || timers.size > 0) return
  flush()
  say({ kind: 'ended', milliseconds: now() - started })
}

function watch(name: 'setTimeout' | 'setInterval'): void {
  const original = self[name] as (work: () => void, ...rest: unknown[]) => number
  const watched = (work: unknown, delay?: number, ...values: unknown[]): number => {
    if (typeof work !== 'function')
      throw new TypeError(`${name}: a function is wanted, as no text is evaluated here`)
    const id = original(() => {
      if (name === 'setTimeout') timers.delete(id)
      try {
        work(...values)
      } finally {
        settle()
      }
    }, delay)
    timers.add(id)
    return id
  }
  Object.assign(self, { [name]: watched })
}

watch('setTimeout')
watch('setInterval')
const forget = (id?: number) => {
  never(id)
  if (timers.delete(id as number)) settle()
}
Object.assign(self, { clearTimeout: forget, clearInterval: forget })

/** A program that closes its worker has ended. */
self.close = () => {
  hasRun = true
  timers.clear()
  settle()
}

function remove(from: object, name: string): void {
  for (let owner: object | null = from; owner !== null; owner = Object.getPrototypeOf(owner))
    Reflect.deleteProperty(owner, name)
}

/** The studio keeps its visitor's rows in IndexedDB: a program has none, nor a worker that would have it again. */
function withhold(): void {
  const root = new MemoryFolder()
  for (const name of ['indexedDB', 'caches', 'BroadcastChannel']) remove(self, name)
  remove(navigator, 'storage')
  Object.defineProperty(navigator, 'storage', { value: { getDirectory: async () => root } })
  // The page hears this file, not the program.
  Reflect.deleteProperty(self, 'postMessage')
  const Original = Worker
  const Guarded = function (this: unknown, url: string | URL, options?: WorkerOptions) {
    if (String(url) !== thread)
      throw new TypeError('Worker: a program of the playground starts no workers of its own')
    return new Original(url, options)
  }
  Guarded.prototype = Original.prototype
  Original.prototype.constructor = Guarded as unknown as typeof Worker
  Object.assign(self, { Worker: Guarded })
}

withhold()

addEventListener('message', async function begin({ data }: MessageEvent<Begin>) {
  removeEventListener('message', begin)
  address = data.program
  thread = data.thread
  started = now()
  try {
    await import(/* @vite-ignore */ address)
  } catch (reason) {
    fail(failureOf(reason))
  }
  hasRun = true
  settle()
})

say({ kind: 'ready' })
