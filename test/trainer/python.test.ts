/** A run begun here goes on in PyTorch, and the other way round, with the curve of one that torch trained alone. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Row } from '../../ts/trainer/index.js'
import { run } from '../serialization/python.js'
import { pythonTorch } from '../serialization/python_torch.js'
import { expectCurve, setUp } from './curves.js'

const SOURCE = readFileSync('test/trainer/curves.py', 'utf8')

function inPython(until: number, file = new Uint8Array()): { bytes: Uint8Array; history: Row[] } {
  const { status, stdout, stderr } = run(`UNTIL = ${until}\n${SOURCE}`, file)
  if (status !== 0) throw new Error(stderr.toString())
  return { bytes: stdout, history: torch.load<{ history: Row[] }>(stdout).history }
}

describe.skipIf(!pythonTorch)('with PyTorch', () => {
  const wanted = pythonTorch ? inPython(6).history : []

  test.each([1, 12, 13, 30, 59])(
    'begun here, aborted after %i steps, gone on with in Python',
    async (steps) => {
      const controller = new AbortController()
      const { task, loader, trainer } = setUp(6, -1, {
        signal: controller.signal,
        on_progress: ({ global_step }) => {
          if (global_step === steps) controller.abort()
        },
      })
      await expect(trainer.fit(task, loader)).rejects.toThrow()
      expect(trainer.global_step).toBe(steps)
      expectCurve(inPython(6, trainer.save_checkpoint()).history, wanted)
    },
  )

  test('begun here, gone on with in Python after an epoch', async () => {
    const { task, loader, trainer } = setUp(3)
    await trainer.fit(task, loader)
    expectCurve(inPython(6, trainer.save_checkpoint()).history, wanted)
  })

  test('begun in Python, gone on with here, and there again', async () => {
    const { bytes } = inPython(2)
    const { task, loader, trainer } = setUp(4)
    torch.manual_seed(77)
    await trainer.fit(task, loader, { ckpt_path: bytes })
    expectCurve(inPython(6, trainer.save_checkpoint()).history, wanted)
  })
})
