/** What the studio gives away: a program that prints its digits in Node, for every kind of rows, and weights that load there. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '../../../scripts/site_server.mjs'
import { launch, missing } from './browsers.js'
import { FOLDER, UNDER } from './pages.js'
import {
  begin,
  button,
  ended,
  exported,
  give,
  inStudio,
  lines,
  PATIENCE,
  status,
  train,
} from './studio_page.js'

const { unzipSync } = createRequire(resolve('docs/site/package.json'))('fflate') as typeof import('fflate')
const node = promisify(execFile)

let browser: Browser
let server: Server
let url: string

beforeAll(async () => {
  if (missing !== undefined) return
  ;({ server, url } = await startServer(FOLDER, { under: UNDER }))
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  server?.close()
})

/** Compares what Node has learned with the files that the studio gives: both have the weights of the best epoch. */
const COMPARE = `
import { readFileSync } from 'node:fs'
import torch from 'softmargin'
const [mine, studio] = ['tagger.safetensors', 'studio.safetensors'].map((name) => torch.load(readFileSync(name)))
const { state_dict, labels, thresholds } = torch.load(readFileSync('studio.pt'))
for (const [name, value] of Object.entries(mine))
  for (const other of [studio[name], state_dict[name]])
    if (!torch.equal(value, other)) throw new Error(name + ' differs')
if (thresholds.numel() !== labels.length) throw new Error('there are not as many thresholds as labels')
console.log(Object.keys(mine).length)
`

/** Runs the exported program: it must print the studio's losses, and arrive at the studio's weights and figures. */
async function reproduces(page: Page): Promise<void> {
  await page.locator('.files').waitFor()
  const figures = await page.locator('.step', { hasText: 'micro-F1' }).locator('.figure dd').allTextContents()
  const folder = mkdtempSync(join(tmpdir(), 'softmargin-studio-'))
  try {
    for (const [name, bytes] of Object.entries(unzipSync(await exported(page, 'reproduce.zip'))))
      writeFileSync(join(folder, name), bytes)
    writeFileSync(join(folder, 'studio.safetensors'), await exported(page, 'tagger.safetensors'))
    writeFileSync(join(folder, 'studio.pt'), await exported(page, 'tagger.pt'))
    writeFileSync(join(folder, 'compare.mjs'), COMPARE)
    symlinkSync(resolve('docs/site/node_modules'), join(folder, 'node_modules'), 'junction')
    const { stdout } = await node(process.execPath, ['reproduce.mjs'], { cwd: folder })
    expect(stdout).toContain('The same digits as in the studio.')
    expect(stdout).toContain(`micro-F1 on the test rows ${figures[0]}`)
    expect(stdout).toContain(`macro-F1 on the test rows ${figures[1]}`)
    expect(Number((await node(process.execPath, ['compare.mjs'], { cwd: folder })).stdout)).toBeGreaterThan(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Two labels that a rule gives to 240 rows, a tenth of them not known. */
const gaps = (i: number, value: boolean) => (i % 10 === 3 ? '' : String(Number(value)))
const GAPS = `a,b,label_x,label_y\n${lines(240, (i) => `${(i * 7) % 20},${i % 9 ? (i * 3) % 11 : ''},${gaps(i, (i * 7) % 20 > 9)},${gaps(i + 4, (i * 3) % 11 > 5)}`)}`
const WORDS = ['mail', 'inbox', 'graph', 'axis', 'game', 'level', 'sound', 'tone']
const TEXTS = lines(
  160,
  (i) => `a ${WORDS[i % 8]} and ${WORDS[(i * 3) % 8]} ${i % 5} #${i % 8 < 2 ? 'mail' : 'other'} #t${i % 3}`,
)
const SPARSE = lines(160, (i) => `${i % 3},${3 + (i % 2)} ${1 + (i % 4)}:0.5 ${9 + (i % 3)}:1.25`)

const epochs = (page: Page, count: number) => page.getByLabel('epochs', { exact: true }).fill(String(count))

describe.skipIf(missing !== undefined)('the same digits in Node', () => {
  test.each([
    ['gaps.csv', GAPS],
    ['texts.txt', TEXTS],
    ['sparse.svm', SPARSE],
  ])('%s', async (name, content) => {
    await inStudio(browser, url, async (page) => {
      await give(page, name, content)
      await page.locator('.lead').waitFor()
      await epochs(page, 6)
      await train(page)
      await reproduces(page)
    })
  })

  test('pictures in a CNN with dropout, of which the end was not awaited', async () => {
    await inStudio(browser, url, async (page) => {
      await begin(page, 'Shapes')
      await page.getByText('More settings').click()
      await page.getByLabel('dropout').fill('0.2')
      await page.getByLabel('hidden units').fill('16')
      await button(page, 'Train').click()
      await expect.poll(() => status(page), PATIENCE).toMatch(/^Epoch [3-9] /)
      await button(page, 'End it here').click()
      await ended(page)
      await reproduces(page)
    })
  })

  test('two layers, rare labels weighted, labels smoothed; then corrections, a reload, and more corrections', async () => {
    await inStudio(browser, url, async (page) => {
      await begin(page, 'Wines')
      await page.getByLabel('two layers').check()
      await page.getByLabel('by rarity').check()
      await page.getByText('More settings').click()
      await page.getByLabel('label smoothing').fill('0.05')
      await epochs(page, 5)
      await train(page)
      for (const [round, epochs] of [10, 15].entries()) {
        await page.getByLabel('all', { exact: true }).check()
        await page.locator('.rows li').nth(9).waitFor()
        await page.locator('.rows .tag').nth(round).click()
        await button(page, 'Learn again with 1 correction').click()
        await expect
          .poll(() => status(page), PATIENCE)
          .toContain(`Ended after ${epochs} epochs, 5 of them with corrections`)
        if (round === 0) await page.reload()
        await ended(page)
      }
      await reproduces(page)
    })
  })
})
