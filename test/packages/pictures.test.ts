import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder } from './consumer.js'
import { execute } from './execute.js'
import { chromium } from './programs.js'
import { scoresIn } from './scores.js'

const script = (...path: string[]) => join(import.meta.dirname, ...path)

test('examples/pictures learns tags that guessing and a linear model do not know', async () => {
  const args = ['pictures/main.js', '8']
  const printed = await execute(process.execPath, args, { cwd: folder, timeout: 400_000 })
  const [guessing, linear, network] = scoresIn(printed, ['guessing', 'linear', 'network'])
  expect(guessing.length).toBe(3)
  for (const [i, score] of guessing.entries()) {
    expect(linear[i]).toBeGreaterThan(score + 0.05)
    expect(network[i]).toBeGreaterThan(linear[i] + 0.03)
  }
  const [, auroc] = network
  expect(auroc).toBeGreaterThan(0.8)
}, 420_000)

const where = chromium.missing ? `a page (skipped: ${chromium.missing})` : 'a page'

test.skipIf(chromium.missing)(
  `examples/pictures learns in ${where}, until it is stopped`,
  async () => {
    const [example, output] = [join(folder, 'pictures'), join(folder, 'bundles', 'pictures')]
    await execute(process.execPath, [script('bundlers', 'vite.mjs'), example, output])
    const args = [script('chromium', 'pictures.mjs'), chromium.path, output]
    const { read, trained, marks } = JSON.parse(
      await execute(process.execPath, args, { timeout: 400_000 }),
    ) as { read: string; trained: string; marks: string[] }
    expect(read).toMatch(/^1911 emoji, 30 tags: flag, face, animal, /)
    const [, auroc] =
      /^1 epochs in \d+ s\. On 382 other pictures: macro F1 0\.\d{3}, AUROC (0\.\d{3})\.$/.exec(trained) ?? []
    expect(Number(auroc)).toBeGreaterThan(0.6)
    expect(marks.length).toBe(55)
    expect(marks.filter((mark) => mark.includes('✓ flag')).length).toBeGreaterThan(3)
  },
  420_000,
)
