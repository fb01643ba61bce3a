// wasm-bindgen and wasm-pack, built with cargo into the user's cache folder, where a new clone finds them.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fromCargoToml } from '../project.mjs'
import { answer, step } from '../step.mjs'
import { isAtLeast } from './version.mjs'

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'softmargin', 'tools')

export const cachedPrograms = join(cache, 'bin')

// The program and the library must have the same version.
const bindgenVersion = fromCargoToml(/^wasm-bindgen = .*"=(.+?)"/m)

const tools = [
  {
    program: 'wasm-bindgen',
    fits: (printed) => printed === `wasm-bindgen ${bindgenVersion}`,
    // Without --locked: its lock file names an unpublished version.
    install: ['wasm-bindgen-cli', '--version', bindgenVersion],
  },
  {
    program: 'wasm-pack',
    fits: (printed) => isAtLeast('0.15.1', printed),
    install: ['wasm-pack', '--version', '0.15.1', '--locked'],
  },
]

/** Unoptimised: they compile in a third of the time, and have little to do. */
const unoptimised = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: '0',
  CARGO_PROFILE_RELEASE_LTO: 'off',
  CARGO_PROFILE_RELEASE_STRIP: 'true',
}

/** Builds the missing ones in parallel: each has phases that use only one core. */
export async function ensureCargoTools(env) {
  const missing = tools.filter(({ program, fits }) => !fits(answer(program, ['--version'], env)))
  const builds = missing.map(({ program, install }) => {
    const args = ['install', '--force', '--root', cache, ...install]
    const options = { env: { ...env, ...unoptimised }, expect: '90 s' }
    return step(`Building ${program}, once for this machine`, 'cargo', args, options)
  })
  await Promise.all(builds)
}
