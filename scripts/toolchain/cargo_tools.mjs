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
  },
  {
    program: 'wasm-pack',
    fits: (printed) => isAtLeast('0.15.1', printed),
    install: ['wasm-pack', '--version', '0.15.1', '--locked'],
  },
]

/** Unoptimised: compiling them takes a third of the time, and they have little to do. */
const unoptimised = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: '0',
  CARGO_PROFILE_RELEASE_LTO: 'off',
  CARGO_PROFILE_RELEASE_STRIP: 'true',
}

/** Builds those that are missing, side by side: each has stretches in which only one core works. */
export async function ensureCargoTools(env) {
  const missing = tools.filter(({ program, fits }) => !fits(answer(program, ['--version'], env)))
  const builds = missing.map(({ program, install }) => {
    const args = ['install', '--force', '--root', cache, ...install]
    const options = { env: { ...env, ...unoptimised }, expect: '90 s' }
    return step(`Building ${program}, once for this machine`, 'cargo', args, options)
  })
  await Promise.all(builds)
}
