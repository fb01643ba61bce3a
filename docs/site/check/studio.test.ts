/** The studio in Chromium: rows in, a run that is paused, reloaded and resumed, and files that Node loads. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '../../../scripts/site_server.mjs'
import { headers as isolated } from '../generator/policy.mjs'
import { launch, missing } from './browsers.js'
import { demo } from './demo.js'
import { AXE, FOLDER, SCREENSHOTS, UNDER } from './pages.js'
import {
  begin,
  button,
  ended,
  exported,
  give,
  lines,
  inStudio as opened,
  PATIENCE,
  status,
  train,
} from './studio_page.js'

const axe = missing === undefined ? readFileSync(AXE, 'utf8') : ''
const { unzipSync } = createRequire(resolve('docs/site/package.json'))('fflate') as typeof import('fflate')

let browser: Browser
let server: Server
let url: string
/** The same site, isolated by headers. */
let other: { server: Server; url: string }

beforeAll(async () => {
  if (missing !== undefined) return
  ;({ server, url } = await startServer(FOLDER, { under: UNDER }))
  other = await startServer(FOLDER, { under: UNDER, headers: isolated })
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  server?.close()
  other?.server.close()
})

type Options = NonNullable<Parameters<Browser['newContext']>[0]>

const inStudio = (work: (page: Page) => Promise<void>, options: Options = {}, at = url) =>
  opened(browser, at, work, options)

/** The losses of all epochs, as the chart's table has them. */
async function losses(page: Page): Promise<string[]> {
  const table = page.locator('.curves-table')
  if ((await table.getAttribute('open')) === null) await table.locator('summary').click()
  return await table.locator('tbody tr').allTextContents()
}

interface Violation {
  id: string
  impact: string
  nodes: { html: string }[]
}

async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const violations = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as Violation[]
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
  return serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}

const TABLE = `a,b,label_x,label_y\n${lines(200, (i) => `${(i * 7) % 20},${(i * 3) % 11},${Number((i * 7) % 20 > 9)},${Number((i * 3) % 11 > 5)}`)}`

describe.skipIf(missing !== undefined)('the studio', () => {
  test('pasted rows become a tagger, which a reload finds again', async () => {
    await inStudio(async (page) => {
      await page.locator('textarea').first().fill(TABLE)
      await button(page, 'Read these rows').click()
      await expect
        .poll(() => page.locator('.lead').textContent())
        .toContain('200 rows of 2 numbers, 2 labels')
      await train(page)
      await page.locator('.curve .line').waitFor()
      const known = await losses(page)
      const scores = await page.locator('table.scores tbody').textContent()
      expect(known.length).toBeGreaterThan(20)
      await page.reload()
      await ended(page)
      await page.locator('.curve .line').waitFor()
      expect(await losses(page)).toEqual(known)
      expect(await page.locator('table.scores tbody').textContent()).toBe(scores)
      const [first, second] = [page.getByLabel('a', { exact: true }), page.getByLabel('b', { exact: true })]
      await first.fill('19')
      await second.fill('0')
      await expect.poll(() => page.locator('.guesses li.given .name').allTextContents()).toEqual(['label_x'])
    })
  })

  test('the demo’s rows give the demo’s figures, in a run that was paused and reloaded', async () => {
    const expected = demo()
    await inStudio(async (page) => {
      await begin(page, 'Debian programs')
      await button(page, 'Train').click()
      await expect.poll(() => status(page), PATIENCE).toMatch(/^Epoch [2-9] /)
      await button(page, 'Pause').click()
      await expect.poll(() => status(page), PATIENCE).toMatch(/^Paused.*a reload finds it here/)
      await page.reload()
      await expect.poll(() => status(page), PATIENCE).toMatch(/^Paused/)
      await button(page, 'Resume').click()
      await ended(page)
      const [, best, epochs] = /epoch (\d+) of (\d+)/.exec(expected.stopped) ?? []
      expect(await status(page)).toContain(`after ${epochs} epochs; the weights of epoch ${best}`)
      const figures = await page
        .locator('.step', { hasText: 'micro-F1' })
        .locator('.figure dd')
        .allTextContents()
      expect(figures.slice(0, 3)).toEqual(expected.scores)
      await page.getByLabel('A text').fill('a console mail client written in C')
      await expect
        .poll(() => page.locator('.guesses li.given .name').allTextContents())
        .toContain('works-with::mail')
    })
  })

  test('the exported program prints the same digits in Node, and the files load', async () => {
    await inStudio(
      async (page) => {
        await begin(page, 'Wines')
        await page.getByLabel('two layers').check()
        await page.getByLabel('by rarity').check()
        await page.getByLabel('epochs', { exact: true }).fill('12')
        await train(page)
        await page.locator('.files').waitFor()
        const folder = mkdtempSync(join(tmpdir(), 'softmargin-studio-'))
        try {
          for (const [name, bytes] of Object.entries(unzipSync(await exported(page, 'reproduce.zip'))))
            writeFileSync(join(folder, name), bytes)
          symlinkSync(resolve('docs/site/node_modules'), join(folder, 'node_modules'), 'junction')
          const printed = execFileSync(process.execPath, ['reproduce.mjs'], { cwd: folder, encoding: 'utf8' })
          expect(printed).toContain('The same digits as in the studio.')
        } finally {
          rmSync(folder, { recursive: true })
        }
        expect(String((await exported(page, 'tagger.safetensors')).subarray(8, 60))).toContain('{')
        expect([...(await exported(page, 'tagger.pt')).subarray(0, 2)]).toEqual([0x50, 0x4b])
        expect([...(await exported(page, 'checkpoint.pt')).subarray(0, 2)]).toEqual([0x50, 0x4b])
        expect((await exported(page, 'tagger.onnx')).length).toBeGreaterThan(1000)
        expect(String(await exported(page, 'report.html'))).toMatch(/^<!doctype html>/)
      },
      {},
      other.url,
    )
  })

  test('thresholds by keyboard and by mouse, corrections, and learning again', async () => {
    await inStudio(async (page) => {
      await begin(page, 'Wines')
      await page.getByLabel('epochs', { exact: true }).fill('10')
      await train(page)
      const handle = page.getByRole('slider', { name: 'Threshold of dry' })
      const value = async () => Number(await handle.getAttribute('aria-valuenow'))
      const before = await value()
      await handle.focus()
      for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight')
      await expect.poll(value).toBeGreaterThan(before)
      const box = await page.locator('svg.curve').boundingBox()
      if (box === null) throw new Error('there is no curve')
      await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.1)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width * 0.97, box.y + box.height * 0.8, { steps: 8 })
      await page.mouse.up()
      await expect.poll(value).toBeLessThan(before)
      const chosen = await value()
      const tag = page.locator('.rows .tag').first()
      const pressed = await tag.getAttribute('aria-pressed')
      await tag.click()
      await button(page, 'Learn again with 1 correction').waitFor()
      await page.reload()
      await button(page, 'Learn again with 1 correction').waitFor()
      await expect.poll(value).toBe(chosen)
      await page.getByLabel('corrected').check()
      await expect
        .poll(() => page.locator('.rows .tag.corrected').getAttribute('aria-pressed'))
        .not.toBe(pressed)
      await button(page, 'Learn again with 1 correction').click()
      await expect
        .poll(() => status(page), PATIENCE)
        .toMatch(/^Ended after 20 epochs, 10 of them with correction/)
      await button(page, 'Train again').waitFor()
    })
  })

  test('what cannot be read is a sentence with its line, and what was there stays', async () => {
    await inStudio(async (page) => {
      await give(page, 'good.csv', TABLE)
      await expect.poll(() => page.locator('.lead').textContent()).toContain('good.csv')
      const bad: [name: string, content: string | Buffer, sentence: RegExp][] = [
        ['ragged.csv', 'a,b,label_x\n1,2,1\n3,4\n', /^Line 3/],
        ['quote.csv', 'a,b,label_x\n1,2,1\n"3,4,0\n', /^Line 3.*never closed/],
        ['empty.csv', '', /^empty.csv is empty/],
        ['blank.csv', ' \n\n', /nothing but blanks/],
        ['binary.dat', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 37) % 256)), /is no text/],
        ['broken.zip', Buffer.from('PK\u0003\u0004 and nothing more'), /damaged zip/],
        ['broken.json', '[{"a": 1, "label_x": 0},\n{"a": 2 "label_x": 1}]', /line 2/],
        ['broken.svm', lines(9, (i) => (i === 5 ? '1 3:x' : `${i % 3} 1:1`)), /^Line 6/],
        [
          'broken.arff',
          '@relation t\n@attribute a numeric\n@attribute l {0,1}\n@data\n1,0\n2,7\n',
          /^Line 6/,
        ],
      ]
      for (const [name, content, sentence] of bad) {
        await give(page, name, content)
        await expect.poll(() => page.locator('.mistake').textContent()).toMatch(sentence)
        expect(await page.locator('.mistake').textContent()).toContain('What was here before is still here')
        expect(await page.locator('.lead').textContent()).toContain('good.csv')
        await give(page, 'good.csv', TABLE)
        await page.locator('.mistake').waitFor({ state: 'detached' })
      }
    })
  })

  test.each([
    [
      'texts.json',
      JSON.stringify([
        { text: 'blue sky', tags: ['a', 'b'] },
        { text: 'red sun', tags: [] },
      ]),
      '2 rows of texts, 2 labels',
    ],
    ['texts.txt', lines(9, (i) => `word${i} and sky #${i % 2 ? 'a' : 'b'}`), '9 rows of texts, 2 labels'],
    ['fast.txt', lines(9, (i) => `__label__${i % 3} word${i} and sky`), '9 rows of texts, 3 labels'],
    ['rows.svm', lines(9, (i) => `${i % 3} ${1 + (i % 4)}:0.5`), '9 rows of 4 numbers, 3 labels'],
    [
      'rows.arff',
      `@relation t\n@attribute a numeric\n@attribute l {0,1}\n@data\n${lines(9, (i) => `${i},${i % 2}`)}`,
      '9 rows of 1 number, 1 label',
    ],
    [
      'gaps.csv',
      `a,label_x\n${lines(9, (i) => `${i % 3 ? i : ''},${i % 4 ? i % 2 : ''}`)}`,
      '3 numbers are missing, 3 labels are not known',
    ],
    [
      'stray.csv',
      `a,label_x\n${lines(9, (i) => `${i === 7 ? 'oops' : i},${i % 2}`)}`,
      'Line 9: “oops” is no number',
    ],
  ])('%s is understood', async (name, content, words) => {
    await inStudio(async (page) => {
      await give(page, name, content)
      await expect.poll(() => page.locator('.understood').textContent()).toContain(words)
    })
  })

  const looks = ['light', 'dark'].flatMap((colorScheme) =>
    [1280, 390].map((width) => ({ colorScheme: colorScheme as 'light' | 'dark', width })),
  )
  test.each(looks)(
    'pictures, $colorScheme, $width wide: learned, and nothing for axe',
    async ({ colorScheme, width }) => {
      const viewport = { width, height: width > 800 ? 800 : 844 }
      await inStudio(
        async (page) => {
          await begin(page, 'Shapes')
          await page.getByLabel('linear').check()
          await page.getByLabel('epochs', { exact: true }).fill('5')
          await train(page)
          await page.locator('.rows canvas').first().waitFor()
          await page.locator('.curve .line').waitFor()
          await page.screenshot({
            path: `${SCREENSHOTS}/studio-trained-${width}-${colorScheme}.png`,
            fullPage: true,
          })
          expect(
            await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
          ).toBeLessThanOrEqual(0)
          expect(await seriousFaults(page)).toEqual([])
        },
        { viewport, colorScheme, reducedMotion: 'reduce' },
      )
    },
  )
})
