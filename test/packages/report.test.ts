/** Pages of softmargin/report in a browser: accessible, and no wider than a phone. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder, run } from './consumer.js'
import { execute } from './execute.js'
import { chromium } from './programs.js'

interface Found {
  wrong: { id: string; impact: string; html: string }[]
  overflow: number
}

const where = chromium.missing ? `a page (skipped: ${chromium.missing})` : 'a page'

const title = `axe-core finds nothing in reports, wide and narrow, light and dark, in ${where}`

test.skipIf(chromium.missing)(title, { timeout: 300_000 }, async () => {
  await run('report_pages.mjs', 'reports')
  const script = join(import.meta.dirname, 'chromium', 'axe.mjs')
  const args = [script, chromium.path, join(folder, 'reports')]
  const printed = await execute(process.execPath, args, { timeout: 300_000 })
  const found = Object.entries(JSON.parse(printed) as Record<string, Found>)
  expect(found.length).toBe(3 * 2 * 2)
  for (const [page, { wrong, overflow }] of found) {
    expect(wrong, page).toEqual([])
    expect(overflow, page).toBe(0)
  }
})
