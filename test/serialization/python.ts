/** A Python with numpy and safetensors: SOFTMARGIN_PYTHON names it, where `python3` has not got them. */
import { spawnSync } from 'node:child_process'

const python = process.env.SOFTMARGIN_PYTHON ?? 'python3'

export const run = (program: string, input: Uint8Array = new Uint8Array()) =>
  spawnSync(python, ['-c', program], { input, maxBuffer: 2 ** 26 })

const version = run('import numpy, safetensors.numpy; print(safetensors.__version__)')
export const isThere = version.status === 0
if (!isThere) {
  const reason = version.error?.message ?? version.stderr.toString().trim().split('\n').at(-1)
  console.warn(
    `skipped: comparisons with Python (${python}: ${reason}); set SOFTMARGIN_PYTHON to a Python with numpy and safetensors`,
  )
}
