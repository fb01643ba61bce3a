/** The studio stays flat and answers: memory over 200 epochs, input while it trains, large files, folders that are dropped. */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '../../../scripts/site_server.mjs'
import { launch, missing } from './browsers.js'
import { FOLDER, UNDER } from './pages.js'
import { begin, button, drop, ended, give, inStudio, lines, PATIENCE, status, train } from './studio_page.js'

let browser: Browser
let server: Server
let url: string
let folder: string

beforeAll(async () => {
  if (missing !== undefined) return
  const started = await startServer(FOLDER, { under: UNDER })
  server = started.server
  url = started.url
  browser = await launch()
  folder = mkdtempSync(join(tmpdir(), 'softmargin-studio-'))
})

afterAll(async () => {
  await browser?.close()
  server?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true })
})

interface Worst {
  task: number
  input: number
}

/** It is printed, not asserted: the machine may be doing other things. */
function printWorst(when: string, { task, input }: Worst): void {
  console.log(
    `${when}: the slowest input took ${input.toFixed(0)} ms, the longest task ${task.toFixed(0)} ms`,
  )
}

/** Tasks and inputs that take long, from here on. */
async function watchInput(page: Page): Promise<() => Promise<Worst>> {
  await page.evaluate(() => {
    const worst = { task: 0, input: 0 }
    Object.assign(window, { worst })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) worst.task = Math.max(worst.task, duration)
    }).observe({ type: 'longtask' })
    // Until it was dealt with: what is drawn then waits for a screen, of which there is none.
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as PerformanceEventTiming[])
        worst.input = Math.max(worst.input, entry.processingEnd - entry.startTime)
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
  })
  return () => page.evaluate(() => (window as unknown as { worst: Worst }).worst)
}

/** MB of linear memory. */
const linearMemory = async (page: Page) =>
  Number.parseFloat((await page.locator('.figure', { hasText: 'memory' }).locator('dd').textContent()) ?? '')

/** Trains 100 epochs, and 100 again: what is in use must not have become more. */
async function isFlat(page: Page): Promise<void> {
  await page.getByLabel('epochs', { exact: true }).fill('100')
  await page.getByText('More settings').click()
  await page.getByLabel('patience, epochs').fill('0')
  await train(page)
  const early = await linearMemory(page)
  // By their number it is seen that it is the other run that has ended.
  await page.getByLabel('epochs', { exact: true }).fill('101')
  await button(page, 'Train again').click()
  await expect.poll(() => status(page), PATIENCE).toContain('Ended after 101 epochs')
  // The run before is garbage that may not have been collected.
  expect(await linearMemory(page)).toBeLessThan(1.05 * early + 1)
}

/** A picture without compression: a bitmap of 24 bits. */
function bitmap(side: number, colourAt: (x: number, y: number) => readonly number[]): Buffer {
  const head = Buffer.alloc(54)
  head.write('BM')
  head.writeUInt32LE(54 + side * side * 3, 2)
  head.writeUInt32LE(54, 10)
  head.writeUInt32LE(40, 14)
  head.writeInt32LE(side, 18)
  head.writeInt32LE(side, 22)
  head.writeUInt16LE(1, 26)
  head.writeUInt16LE(24, 28)
  const pixels = Array.from({ length: side * side }, (_, i) => colourAt(i % side, Math.floor(i / side)))
  return Buffer.concat([head, Buffer.from(pixels.flat())])
}

/** Pictures in folders: red or blue, some of them tall. */
function picturesIn(place: string): void {
  for (let i = 0; i < 48; i++) {
    const [isRed, isTall] = [i % 2 === 0, i % 3 === 0]
    const inside = (x: number, y: number) => (isTall ? x > 12 && x < 20 : y > 12 && y < 20)
    const colour = isRed ? [30, 30 + i, 220] : [220, 30 + i, 30]
    const path = join(place, `${isRed ? 'red' : 'blue'}${isTall ? '+tall' : ''}`)
    mkdirSync(path, { recursive: true })
    writeFileSync(
      join(path, `${i}.bmp`),
      bitmap(32, (x, y) => (inside(x, y) ? colour : [235, 235, 235])),
    )
  }
}

describe.skipIf(missing !== undefined)('the studio, for long', () => {
  test('a wide table: 200 epochs are flat in memory', async () => {
    const width = Array.from({ length: 40 }, (_, i) => i)
    const table = `${width.map((i) => `f${i}`)},label_x,label_y\n${lines(2000, (i) => `${width.map((j) => (i * (j + 3)) % 17)},${Number(i % 17 > 8)},${Number((i * 3) % 17 > 5)}`)}`
    await inStudio(browser, url, async (page) => {
      await give(page, 'wide.csv', table)
      await page.locator('.lead').waitFor()
      await isFlat(page)
    })
  })

  // What garbage may take follows the work, and has found its level by then.
  test('a CNN: from its 300th epoch to its 600th, memory is flat', async () => {
    const place = join(folder, 'many')
    picturesIn(place)
    await inStudio(browser, url, async (page) => {
      await drop(page, [place])
      await expect.poll(() => page.locator('.lead').textContent(), PATIENCE).toContain('48 rows of pictures')
      await page.getByLabel('epochs', { exact: true }).fill('600')
      await page.getByText('More settings').click()
      await page.getByLabel('patience, epochs').fill('0')
      await button(page, 'Train').click()
      await expect.poll(() => status(page), { ...PATIENCE, interval: 20 }).toMatch(/^Epoch [3-5]\d\d /)
      const early = await linearMemory(page)
      await ended(page)
      expect(await status(page)).toContain('Ended after 600 epochs')
      expect(await linearMemory(page)).toBeLessThan(1.05 * early + 1)
    })
  })

  test('a folder of pictures is dropped, its folders are tags, and a CNN learns them', async () => {
    const place = join(folder, 'pictures')
    picturesIn(place)
    await inStudio(browser, url, async (page) => {
      await drop(page, [place])
      await expect
        .poll(() => page.locator('.lead').textContent(), PATIENCE)
        .toContain('48 rows of pictures, 3 labels')
      await page.getByLabel('hidden units').fill('16')
      await page.getByLabel('epochs', { exact: true }).fill('5')
      await train(page)
    })
  })

  test('a CSV beside the pictures says their tags, and which are not known', async () => {
    const place = join(folder, 'beside')
    picturesIn(join(place, 'images'))
    writeFileSync(join(place, 'images', 'broken.png'), 'no picture')
    const rows = lines(48, (i) => `${i},${Number(i % 2 === 0)},${i === 7 ? '' : Number(i % 3 === 0)}`)
    writeFileSync(join(place, 'tags.csv'), `file,red,tall\n${rows}\nbroken,1,1`)
    writeFileSync(join(place, 'README.txt'), 'Nothing about tags.')
    await inStudio(browser, url, async (page) => {
      await drop(page, [place])
      await expect
        .poll(() => page.locator('.understood').textContent(), PATIENCE)
        .toContain('1 could not be decoded')
      expect(await page.locator('.lead').textContent()).toContain(
        '48 rows of pictures, 2 labels. 1 label is not known.',
      )
    })
  })

  test('a folder of texts: folders are tags, and words are what speaks for them', async () => {
    const place = join(folder, 'texts')
    for (const [tag, words] of [
      ['mail', 'letter inbox'],
      ['plot', 'axis curve'],
    ] as const) {
      mkdirSync(join(place, tag), { recursive: true })
      for (let i = 0; i < 12; i++) writeFileSync(join(place, tag, `${i}.txt`), `some ${words} and ${i % 4}`)
    }
    await inStudio(browser, url, async (page) => {
      await drop(page, [place])
      await expect
        .poll(() => page.locator('.lead').textContent(), PATIENCE)
        .toContain('24 rows of texts, 2 labels')
      await train(page)
      await page.getByLabel('A text').fill('a curve')
      await expect.poll(() => page.locator('.guesses li').first().textContent()).toMatch(/^plot.*curve \+\d/)
      await page.getByText('Weights of mail').click()
      expect(await page.locator('section[aria-label="Weights of mail"]').textContent()).toMatch(/inbox\+/)
    })
  })

  test('100 MB are refused with the line at their end, and the page answers meanwhile', async () => {
    const path = join(folder, 'large.csv')
    const file = openSync(path, 'w')
    writeSync(file, 'a,b,label_x,label_y\n')
    const block = `${lines(20_000, (i) => `${(i * 7919) % 1000}.${(i * 31) % 997},${(i * 104_729) % 5000}.25,${i % 2},${Number(i % 3 === 0)}`)}\n`
    const times = Math.ceil(100e6 / block.length)
    for (let i = 0; i < times; i++) writeSync(file, block)
    writeSync(file, '1,2,3\n')
    closeSync(file)
    await inStudio(browser, url, async (page) => {
      await give(page, 'small.csv', 'a,label_x\n1,0\n2,1\n3,0\n4,1\n')
      await page.locator('.lead').waitFor()
      const worst = await watchInput(page)
      await drop(page, [path])
      await expect
        .poll(() => page.locator('.status').first().textContent(), PATIENCE)
        .toMatch(/Reading … \d+ %/)
      await page.keyboard.press('Tab')
      await page.locator('#theme').click()
      const line = 20_000 * times + 2
      await expect.poll(() => page.locator('.mistake').textContent(), PATIENCE).toContain(`Line ${line}`)
      expect(await page.locator('.lead').textContent()).toContain('small.csv')
      printWorst('while 100 MB are read', await worst())
    })
  })

  test('while it trains, all is answered', async () => {
    await inStudio(browser, url, async (page) => {
      await begin(page, 'Debian programs')
      await page.getByLabel('epochs', { exact: true }).fill('1000')
      await page.getByText('More settings').click()
      await page.getByLabel('patience, epochs').fill('0')
      await button(page, 'Train').click()
      await expect.poll(() => status(page), PATIENCE).toMatch(/^Epoch [2-9]/)
      const worst = await watchInput(page)
      await button(page, 'Other rows').click()
      await page.locator('textarea').first().pressSequentially('text,tags\na mail client,mail|client\n')
      for (const name of ['32 labels', 'The first rows', 'As a table', 'As a table', 'The first rows'])
        await page.getByText(name, { exact: true }).click()
      await page.locator('.curves-canvas').press('ArrowLeft')
      await page.locator('#theme').click()
      await page.mouse.wheel(0, 800)
      await button(page, 'Pause').click()
      await button(page, 'Resume').waitFor()
      await page.getByRole('slider').waitFor()
      for (let i = 0; i < 10; i++) await page.getByRole('slider').press('ArrowRight')
      await button(page, 'Resume').click()
      await button(page, 'End it here').click()
      await ended(page)
      printWorst('while it trains', await worst())
    })
  })
})
