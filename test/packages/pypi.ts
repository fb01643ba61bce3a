/** Packages of PyPI, for tests: kept in build/ under their name. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { outcome } from './execute.js'
import type { Program } from './programs.js'

/** A folder with what a file of requirements names, and the Python that installed it; or why it cannot be had. */
export interface Packages extends Program {
  python: string
}

/** Installs what `requirements` names, with these other options of pip, unless it is there. */
export async function fromPyPI(
  name: string,
  requirements: string,
  options: readonly string[] = [],
): Promise<Packages> {
  const python = await pythonWithPip()
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const path = resolve(`build/${name}-${version}`)
  if (python === undefined) return { path: '', python: '', missing: 'no Python with pip here' }
  if (existsSync(path)) return { path, python }
  // Renamed when it is whole.
  const target = await mkdtemp(resolve(`build/${name}-`))
  try {
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps']
    await outcome(python, [...pip, '--target', target, ...options, '-r', requirements], { timeout: 300_000 })
    await rename(target, path)
    return { path, python }
  } catch (error) {
    const line = (error as Error).message
      .split('\n')
      .filter((text) => text.includes('ERROR'))
      .at(-1)
    return { path: '', python, missing: `pip gives no ${name}: ${line ?? (error as Error).message}` }
  } finally {
    await rm(target, { recursive: true, force: true })
  }
}

/** .ci/run makes the first, or the second. */
async function pythonWithPip(): Promise<string | undefined> {
  const own = resolve('build/python/bin/python')
  for (const python of [process.env.SOFTMARGIN_PYTHON, own, 'python3', 'python']) {
    if (python === undefined) continue
    const found = await outcome(python, ['-m', 'pip', '--version']).then(
      () => true,
      () => false,
    )
    if (found) return python
  }
  return undefined
}
