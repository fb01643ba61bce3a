import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folder, run } from './consumer.js'
import { execute } from './execute.js'
import { chromium } from './programs.js'

const script = (...path: string[]) => join(import.meta.dirname, ...path)

const where = chromium.missing ? `a page (skipped: ${chromium.missing})` : 'a page'

test.skipIf(chromium.missing)(`examples/web-worker trains without stopping ${where}`, async () => {
  const [example, output] = [join(folder, 'web-worker'), join(folder, 'bundles', 'web-worker')]
  await execute(process.execPath, [script('bundlers', 'vite.mjs'), example, output])
  const printed = await execute(process.execPath, [
    script('chromium', 'web_worker.mjs'),
    chromium.path,
    output,
  ])
  const [inWorker, onPage] = ['worker', 'page'].map((way) => {
    const [, frames, accuracy] = /^(\d+) frames .* ([\d.]+) %/.exec(JSON.parse(printed)[way]) ?? []
    return { frames: Number(frames), accuracy: Number(accuracy) }
  })
  expect(onPage.frames).toBe(0)
  expect(inWorker.frames).toBeGreaterThan(0)
  expect(inWorker.accuracy).toBeGreaterThan(90)
  expect(inWorker.accuracy).toBe(onPage.accuracy)
})

describe('examples/interop', () => {
  test('trains on columns of an Arrow table', async () => {
    const [first, ...steps] = (await run('interop/arrow.js')).split('\n')
    expect(first).toBe('embeddings float32 [500,64], tags uint8 [500,4]')
    const losses = steps.map((line) => Number(/loss ([\d.]+)$/.exec(line)?.[1]))
    expect(losses[2]).toBeLessThan(losses[0] / 10)
  })

  test('takes columns in chunks and parts, and no nulls', async () => {
    expect(JSON.parse(await run('arrow_chunks.mjs'))).toEqual({
      chunks: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      cut: [
        [3, 4],
        [5, 6],
      ],
      nulls: 'a tensor has no place for 1 nulls: fill them first',
      columns: [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
      fewer: [[5], [6]],
    })
  })

  test('trains on what onnxruntime-web gives, and gives it back what was trained', async () => {
    const lines = (await run('interop/onnx.js')).split('\n')
    expect(lines[0]).toBe('features 400,48')
    const difference = Number(/largest difference of a probability: (\S+)$/.exec(lines.at(-1) ?? '')?.[1])
    expect(difference).toBeLessThan(1e-6)
  })
})
