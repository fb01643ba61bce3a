/** The package for Python: its tests that need no Spark, with the binary of the tarball. */
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folder } from './consumer.js'
import { outcome } from './execute.js'
import { fromPyPI } from './pypi.js'

const { path, python, missing } = await fromPyPI('wasmtime', 'python/tests/requirements.txt')
const where = missing === undefined ? '' : ` (skipped: ${missing})`

describe.skipIf(missing)(`python/${where}`, () => {
  test('passes its tests without Spark', { timeout: 300_000 }, async () => {
    const env = {
      ...process.env,
      PYTHONPATH: [path, resolve('python')].join(process.platform === 'win32' ? ';' : ':'),
      PYTHONDONTWRITEBYTECODE: '1',
      SOFTMARGIN_WASM: join(folder, 'node_modules/softmargin/dist/softmargin.core.wasm'),
    }
    const args = ['-m', 'pytest', '-q', '-m', 'not spark', '-p', 'no:cacheprovider', 'python']
    const { stdout } = await outcome(python, args, { env, timeout: 280_000 })
    expect(stdout).toMatch(/^\d+ passed, \d+ deselected in/m)
  })
})
