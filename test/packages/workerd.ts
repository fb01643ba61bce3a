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

/** What `worker.mjs` of the consumer answers under a compatibility date. */
export async function answerOfWorker(program: string, compatibilityDate: string): Promise<string> {
  const config = join(folder, `${compatibilityDate}.capnp`)
  await writeFile(config, await configuration(compatibilityDate))
  const workerd = spawn(program, ['serve', config, '--control-fd=3'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const errors = text(workerd.stderr as Readable)
  const stop = setTimeout(() => workerd.kill('SIGKILL'), 20_000)
  try {
    const port = await listeningPort(workerd.stdio[3] as Readable)
    if (port === undefined) throw new Error(`workerd does not start:\n${await errors}`)
    const response = await fetch(`http://127.0.0.1:${port}/`)
    const body = await response.text()
    if (!response.ok) {
      workerd.kill('SIGKILL')
      throw new Error(`the worker answered ${response.status}:\n${await errors}`)
    }
    return body
  } finally {
    clearTimeout(stop)
    workerd.kill('SIGKILL')
  }
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

async function configuration(compatibilityDate: string): Promise<string> {
  const modules = [embedded('worker.mjs', 'esModule'), embedded('digits.mjs', 'esModule')]
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
    if (path.endsWith('.js')) modules.push(embedded(`node_modules/softmargin/${path}`, 'esModule'))
    if (path.endsWith('.wasm')) modules.push(embedded(`node_modules/softmargin/${path}`, 'wasm'))
  }
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
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

const embedded = (path: string, kind: 'esModule' | 'wasm') => `(name = "${path}", ${kind} = embed "${path}")`
