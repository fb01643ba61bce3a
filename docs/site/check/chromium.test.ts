/** Every kind of page in Chromium, at two sizes, in both colours: as it is seen, by mouse, by keyboard, and by axe. */
import { mkdirSync, readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '../../../scripts/site_server.mjs'
import { launch, missing } from './browsers.js'
import { complaintsOf } from './complaints.js'
import { demo } from './demo.js'
import { AXE, FOLDER, SCREENSHOTS, SHOWN, UNDER } from './pages.js'
import { printTimes, TIMES, type Times } from './times.js'

const SIZES = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }
const axe = readFileSync(AXE, 'utf8')

/** Within which a page that works has done what is waited for, on a machine that has other things to do. */
const PATIENCE = { timeout: 120_000 }

let browser: Browser
let server: Server
let url: string

beforeAll(async () => {
  if (missing !== undefined) return
  mkdirSync(SCREENSHOTS, { recursive: true })
  ;({ server, url } = await startServer(FOLDER, { under: UNDER }))
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  server?.close()
})

type Options = NonNullable<Parameters<Browser['newContext']>[0]>

/** Runs `work` on a page, and the script `before` ahead of its own; nothing may be complained of meanwhile. */
async function onPage(
  path: string,
  options: Options,
  work: (page: Page, context: BrowserContext) => Promise<void>,
  before = '',
) {
  const context = await browser.newContext(options)
  const complaints = complaintsOf(context, url)
  try {
    const page = await context.newPage()
    await page.addInitScript({ path: TIMES })
    await page.addInitScript({ content: before })
    await page.goto(url + path)
    await work(page, context)
    expect(complaints).toEqual([])
  } finally {
    await context.close()
  }
}

interface Violation {
  id: string
  impact: string
  nodes: { target: string[]; failureSummary: string }[]
}

/** What axe finds that is serious. Evaluated by the driver, which no policy binds. */
async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const violations = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as Violation[]
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary}`)}`,
    )
}

const hasLearned = (page: Page) =>
  page.waitForFunction(
    () => /^Learned/.test(document.getElementById('progress')?.textContent ?? ''),
    null,
    PATIENCE,
  )

describe.skipIf(missing !== undefined)('in Chromium', () => {
  const cases = SHOWN.flatMap((path) =>
    (['light', 'dark'] as const).flatMap((colorScheme) =>
      (['desk', 'phone'] as const).map((size) => ({ path, colorScheme, size })),
    ),
  )
  test.each(cases)('$path, $colorScheme, $size', async ({ path, colorScheme, size }) => {
    await onPage(path, { viewport: SIZES[size], colorScheme, reducedMotion: 'reduce' }, async (page) => {
      if (path === 'index.html') await hasLearned(page)
      else await page.waitForLoadState('networkidle')
      const name = `${path.replace(/\.html$/, '').replaceAll('/', '-')}-${size}-${colorScheme}`
      await page.screenshot({ path: `${SCREENSHOTS}/${name}.png` })
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
      expect(await seriousFaults(page)).toEqual([])
    })
  })

  test('the front page learns what npm run demo learns, with the same digits', async () => {
    const expected = demo()
    await onPage('index.html', { viewport: SIZES.desk }, async (page) => {
      await hasLearned(page)
      expect(await page.locator('#progress').textContent()).toContain(expected.stopped)
      await page.waitForFunction(() => document.getElementById('micro')?.textContent !== '–', null, PATIENCE)
      const scores = await Promise.all(
        ['micro', 'macro', 'precision'].map((id) => page.locator(`#${id}`).textContent()),
      )
      expect(scores).toEqual(expected.scores)
      await page.waitForFunction(() => document.getElementById('ratio')?.textContent !== '–', null, PATIENCE)
      // It is measured, not asserted: only that it is a number.
      expect(Number(await page.locator('#ratio').textContent())).toBeGreaterThan(0)
      expect(Number(await page.locator('#first').textContent())).toBeGreaterThan(0)
      printTimes('Chromium', (await page.evaluate('times')) as Times)
    })
  })

  test('tags light up as one types', async () => {
    await onPage('index.html', { viewport: SIZES.desk }, async (page) => {
      await hasLearned(page)
      const verdict = page.locator('#verdict')
      const lit = page.locator('#tags .lit .name')
      await page.getByLabel('A description of a program').fill('')
      await expect.poll(() => verdict.textContent(), PATIENCE).toMatch(/^Say in a few words/)
      await page.keyboard.type('a game with sdl graphics')
      await expect.poll(() => lit.allTextContents(), PATIENCE).toContain('gameplaying')
      await page.getByLabel('A description of a program').fill('qwxz')
      await expect.poll(() => verdict.textContent(), PATIENCE).toMatch(/knows none of these words/)
      await page.getByLabel('A description of a program').fill('<img src=x onerror=alert(1)> mail')
      await expect.poll(() => lit.allTextContents(), PATIENCE).toContain('mail')
    })
  })

  test('curves are read by keyboard and as a table, and it learns again', async () => {
    await onPage('index.html', { viewport: SIZES.desk }, async (page) => {
      await hasLearned(page)
      await page.locator('.curves-canvas').focus()
      await page.keyboard.press('Home')
      const readout = page.locator('.curves-readout')
      expect(await readout.textContent()).toMatch(/^step 1: each step 0\.\d{4}/)
      await page.keyboard.press('End')
      expect(await readout.textContent()).toMatch(/held out 0\.\d{4}/)
      await page.getByText('As a table').click()
      expect(await page.locator('.curves-table tbody tr').count()).toBeGreaterThan(20)
      await page.getByRole('button', { name: 'Learn again' }).click()
      await page.waitForFunction(
        () => !/^Learned/.test(document.getElementById('progress')?.textContent ?? ''),
      )
      await hasLearned(page)
    })
  })

  test('search finds a page by keyboard', async () => {
    await onPage('docs/from-pytorch.html', { viewport: SIZES.desk }, async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('thresholds')
      const first = page.locator('.search-results a').first()
      await first.waitFor(PATIENCE)
      expect(await seriousFaults(page)).toEqual([])
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.waitForURL(
        (address) => address.pathname.startsWith(UNDER) && !address.pathname.endsWith('from-pytorch.html'),
      )
      await page.waitForLoadState('networkidle')
    })
  })

  test('colours are switched, and stay', async () => {
    await onPage('docs/index.html', { viewport: SIZES.desk, colorScheme: 'light' }, async (page) => {
      const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
      const light = await background()
      const button = page.locator('#theme')
      await button.click()
      await button.click()
      expect(await button.getAttribute('aria-label')).toBe('Colours: dark')
      expect(await background()).not.toBe(light)
      await page.reload()
      expect(await background()).not.toBe(light)
    })
  })

  test('without headers of the host, a service worker brings the threads', async () => {
    await onPage('index.html', { viewport: SIZES.desk }, async (page) => {
      await hasLearned(page)
      expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(false)
      expect(await page.locator('#threads').textContent()).toBe('1')
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => true))
      await page.reload()
      expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true)
      const cores = await page.evaluate(() => navigator.hardwareConcurrency)
      await expect.poll(() => page.locator('#threads').textContent(), PATIENCE).toBe(String(cores))
      await hasLearned(page)
      expect(await page.locator('#progress').textContent()).toContain(demo().stopped)
    })
  })

  test.each([
    ['absent', 'delete Navigator.prototype.serviceWorker'],
    [
      'refused, and so is storage',
      `const refuse = () => { throw new DOMException('refused', 'SecurityError') }
      ServiceWorkerContainer.prototype.register = async () => refuse()
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) Object.defineProperty(window, name, { get: refuse })`,
    ],
  ])('a service worker is %s: one thread', async (_, before) => {
    const work = async (page: Page) => {
      await expect
        .poll(() => page.locator('#progress').textContent(), PATIENCE)
        .toMatch(/^(Epoch [2-9]|Learned)/)
      expect(await page.locator('#threads').textContent()).toBe('1')
      expect(await page.locator('#threads-note').textContent()).toBe('this page is not isolated, so one')
    }
    await onPage('index.html', { viewport: SIZES.desk }, work, before)
  })
})
