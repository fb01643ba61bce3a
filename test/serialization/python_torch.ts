/** Whether SOFTMARGIN_PYTHON, or `python3`, has torch. */
import { run } from './python.js'

const version = run('import torch; print(torch.__version__)')
export const pythonTorch = version.status === 0
if (!pythonTorch) {
  const reason = version.error?.message ?? version.stderr.toString().trim().split('\n').at(-1)
  console.warn(`skipped: files that PyTorch reads (${reason}); set SOFTMARGIN_PYTHON to a Python with torch`)
}
