/** examples/checkpoints: a run that stopped goes on from bytes that lie in files, KV, R2, OPFS or IndexedDB. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { folder } from './consumer.js'
import { execute } from './execute.js'
import { chromium, node, workerd } from './programs.js'

const script = (...path: string[]) => join(import.meta.dirname, ...path)

/** What `file.js` prints that runs for so many seconds at a time, until the training is over. */
async function inFiles(seconds?: number): Promise<{ printed: string; starts: number }> {
  const cwd = await mkdtemp(join(tmpdir(), 'softmargin-checkpoints-'))
  try {
    for (let starts = 1; ; starts++) {
      // Longer each time: a slow machine gets there too.
      const args = seconds === undefined ? [] : [String(seconds * starts)]
      const printed = await execute(process.execPath, [join(folder, 'checkpoints', 'file.js'), ...args], {
        cwd,
      })
      if (!printed.startsWith('stopped')) return { printed, starts }
    }
  } finally {
    await rm(cwd, { recursive: true, force: true })
  }
}

const missing = (reason: string | undefined) => (reason === undefined ? '' : ` (skipped: ${reason})`)

describe('examples/checkpoints', () => {
  let wanted = ''
  beforeAll(async () => {
    wanted = (await inFiles()).printed
    expect(wanted).toMatch(/^epoch 19, step 600, validation loss 0\.\d+$/)
  }, 60_000)

  test('files', async () => {
    const { printed, starts } = await inFiles(0.01)
    expect(printed).toBe(wanted)
    expect(starts).toBeGreaterThan(1)
  }, 120_000)

  // Miniflare wants Node 22.
  const program = workerd.missing ? workerd : node(22)
  test.skipIf(program.missing)(
    `Workers KV and R2${missing(program.missing)}`,
    async () => {
      const worker = join(folder, 'checkpoints', 'worker.js')
      const answers = JSON.parse(await execute(program.path, [script('runtimes', 'checkpoints.mjs'), worker]))
      for (const place of ['kv', 'r2']) {
        expect(answers[place].map((text: string) => text.replace(/, validation.*/, ''))).toEqual([
          'epoch 4, step 150',
          'epoch 9, step 300',
          'epoch 14, step 450',
          'epoch 19, step 600',
        ])
        expect(answers[place][3]).toBe(wanted)
      }
    },
    120_000,
  )

  test.skipIf(chromium.missing)(
    `OPFS and IndexedDB${missing(chromium.missing)}`,
    async () => {
      const [example, output] = [join(folder, 'checkpoints'), join(folder, 'bundles', 'checkpoints')]
      await execute(process.execPath, [script('bundlers', 'vite.mjs'), example, output])
      const args = [script('chromium', 'checkpoints.mjs'), chromium.path, output]
      const answers = JSON.parse(await execute(process.execPath, args))
      for (const place of ['opfs', 'indexeddb']) {
        const { stopped, done } = answers[place]
        expect(stopped).toMatch(/^Stopped after \d+ steps$/)
        expect(done).toBe(`Done: ${wanted}`)
      }
    },
    120_000,
  )
})
