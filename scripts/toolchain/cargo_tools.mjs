// wasm-bindgen and wasm-pack, built with cargo into the person's cache folder: a new clone finds them there.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fromCargoToml } from '../project.mjs'
import { answer, step } from '../step.mjs'
import { isAtLeast } from './version.mjs'

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'softmargin', 'tools')

export const cachedPrograms = join(cache, 'bin')

// The program and the library must be of one version.
const bindgenVersion = fromCargoToml(/^wasm-bindgen = .*"=(.+?)"/m)

const tools = [
  {
    program: 'wasm-bindgen',
    fits: (printed) => printed === `wasm-bindgen ${bindgenVersion}`,
    // Without --locked: its lock file names a version that is not published.
    install: ['wasm-bindgen-cli', '--version', bindgenVersion],
    expect: '3 min',
  },
  {
    program: 'wasm-pack',
    fits: (printed) => isAtLeast('0.15.1', printed),
    install: ['wasm-pack', '--version', '0.15.1', '--locked'],
    expect: '2 min',
  },
]

export async function ensureCargoTools(env) {
  for (const { program, fits, install, expect } of tools) {
    if (fits(answer(program, ['--version'], env))) continue
    const args = ['install', '--force', '--root', cache, ...install]
    await step(`Building ${program}, once for this machine`, 'cargo', args, { env, expect })
  }
}
