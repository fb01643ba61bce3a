/** Threads in Node, Deno and Bun: `SOFTMARGIN_NUM_THREADS`, or as many as cores. */
import program from '#thread?text'
import { MAX_THREADS, offerThreads } from '../kernels/threads/fork.js'
import { type StartWorker, startTeam } from '../kernels/threads/team.js'
import { isPermitted } from './permission.js'

/** Loaded when they are needed, as loading them takes longer than the first loss. */
const builtin = <T>(name: string): T => process.getBuiltinModule(name) as T

const startWorker: StartWorker = (start, lost) => {
  const { Worker } = builtin<typeof import('node:worker_threads')>('node:worker_threads')
  const code = `${program}\nserve(require('node:worker_threads').workerData)`
  // As text, because bundlers would not bring a file along. Without what the process was started with, such as a debugger or loaders.
  const options = { eval: true, workerData: start, execArgv: [], env: {}, name: 'softmargin' }
  const worker = new Worker(code, options)
  worker.on('error', ({ message }) => lost(`a worker has failed (${message})`))
  worker.on('exit', () => lost('a worker has ended'))
  // The process may end while they wait for work.
  worker.unref()
  return { terminate: () => void worker.terminate() }
}

/** The variable, if it is a number of threads. */
function fromEnvironment(): number | undefined {
  const threads = isPermitted({ name: 'env', variable: VARIABLE }) ? Number(process.env[VARIABLE]) : 0
  return Number.isSafeInteger(threads) && threads >= 1 ? threads : undefined
}

const VARIABLE = 'SOFTMARGIN_NUM_THREADS'

const cores = (): number =>
  globalThis.navigator?.hardwareConcurrency ??
  builtin<typeof import('node:os')>('node:os').availableParallelism()

if (typeof SharedArrayBuffer !== 'undefined' && typeof process.getBuiltinModule === 'function') {
  offerThreads({
    threads: Math.min(fromEnvironment() ?? cores(), MAX_THREADS),
    startTeam: (start) => startTeam(start, startWorker),
  })
}
