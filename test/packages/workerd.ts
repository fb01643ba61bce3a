/** Cloudflare's runtime, with the package as its `workerd` condition gives it and no bundler in between. */
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, posix } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { folder, packed, read } from './consumer.js'

const require = createRequire(import.meta.url)
const { version } = require('workerd/package.json') as { version: string }

/** The newest compatibility date that this workerd knows: the day it was built, 1.YYYYMMDD.n. */
export const newestDate = version.replace(/^1\.(\d{4})(\d\d)(\d\d)\..*/, '$1-$2-$3')

/** A module of a worker: its name, which others import it by, and its file in the consumer's folder. */
interface Module {
  name: string
  file?: string
  kind?: 'esModule' | 'wasm' | 'data'
}

export interface Worker {
  url: string
  process: number
  /** Milliseconds from the start of workerd until it listened. */
  started: number
}

/** Runs `work` with a worker that consists of `modules`, the first being its main one, and of the package. */
export async function withWorker<T>(
  program: string,
  compatibilityDate: string,
  modules: Module[],
  work: (worker: Worker) => Promise<T>,
): Promise<T> {
  const config = join(folder, `${modules[0].name}-${compatibilityDate}.capnp`)
  await writeFile(config, await configuration(compatibilityDate, modules))
  const start = performance.now()
  const workerd = spawn(program, ['serve', config, '--control-fd=3'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const errors = text(workerd.stderr as Readable)
  const stop = setTimeout(() => workerd.kill('SIGKILL'), 50_000)
  try {
    const port = await listeningPort(workerd.stdio[3] as Readable)
    if (port === undefined) throw new Error('workerd does not start')
    const started = performance.now() - start
    return await work({ url: `http://127.0.0.1:${port}`, process: workerd.pid ?? 0, started })
  } catch (error) {
    workerd.kill('SIGKILL')
    throw new Error(`${(error as Error).message}\n${await errors}`)
  } finally {
    clearTimeout(stop)
    workerd.kill('SIGKILL')
  }
}

/** What `worker.mjs` of the consumer answers under a compatibility date. */
export function answerOfWorker(program: string, compatibilityDate: string): Promise<string> {
  const modules = [{ name: 'worker.mjs' }, { name: 'digits.mjs' }]
  return withWorker(program, compatibilityDate, modules, async ({ url }) => {
    const response = await fetch(url)
    const body = await response.text()
    if (!response.ok) throw new Error(`the worker answered ${response.status}`)
    return body
  })
}

/** The port that workerd chose, or undefined if it ended before it had one. */
async function listeningPort(control: Readable): Promise<number | undefined> {
  let messages = ''
  for await (const chunk of control) {
    messages += chunk
    const port = /"event":\s*"listen".*"port":\s*(\d+)/.exec(messages)?.[1]
    if (port !== undefined) return Number(port)
  }
  return undefined
}

async function configuration(compatibilityDate: string, own: Module[]): Promise<string> {
  const modules = own.map(embedded)
  const { exports } = JSON.parse(String(await read('package.json'))) as {
    exports: Record<string, { workerd: string }>
  }
  // workerd does not look into package.json: each specifier becomes a module that leads to its file.
  for (const [specifier, subpath] of Object.entries({ softmargin: '.', 'softmargin/loss': './loss' })) {
    const file = posix.join(subpath === '.' ? '.' : '..', 'node_modules/softmargin', exports[subpath].workerd)
    const source = `export * from '${file}'; ${subpath === '.' ? `export { default } from '${file}'` : ''}`
    modules.push(`(name = "${specifier}", esModule = ${JSON.stringify(source)})`)
  }
  for (const path of packed.filter((path) => path.startsWith('dist/'))) {
    const name = `node_modules/softmargin/${path}`
    if (path.endsWith('.js')) modules.push(embedded({ name }))
    if (path.endsWith('.wasm')) modules.push(embedded({ name, kind: 'wasm' }))
  }
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = ["--expose-gc"],
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  compatibilityDate = "${compatibilityDate}",
  modules = [
    ${modules.join(',\n    ')},
  ],
);
`
}

const embedded = ({ name, file = name, kind = 'esModule' }: Module) =>
  `(name = "${name}", ${kind} = embed "${file}")`
