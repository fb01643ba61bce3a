import { readFileSync } from 'node:fs'
import { compile, install } from '../../ts/kernels/instance.js'
import { setThreadCount, threadCount } from '../../ts/kernels/threads/fork.js'

// scripts/test.mjs runs everything once more with relaxed SIMD where the runtime has it, and a part of it on the kernels of
// the debug build, and on several threads.
const { SOFTMARGIN_KERNELS: build = 'wasm', SOFTMARGIN_NUM_THREADS: threads } =
  globalThis.process?.env ?? ({} as NodeJS.ProcessEnv)

if (threads !== undefined) await import('../../ts/entry/node_threads.js')
install(compile(readFileSync(`build/${build}/softmargin_bg.wasm`)))
// Started before there is enough work for them.
if (threads !== undefined) setThreadCount(threadCount())
