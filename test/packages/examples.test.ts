import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder } from './consumer.js'
import { execute } from './execute.js'
import { chromium } from './programs.js'

const script = (...path: string[]) => join(import.meta.dirname, ...path)

const where = chromium.missing ? `a page (skipped: ${chromium.missing})` : 'a page'

test.skipIf(chromium.missing)(`examples/web-worker trains without stopping ${where}`, async () => {
  const [example, output] = [join(folder, 'web-worker'), join(folder, 'bundles', 'web-worker')]
  await cp('examples/web-worker', example, { recursive: true })
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
