/** The studio in Chromium, for the tests that steer it. */
import { readFileSync } from 'node:fs'
import type { Browser, Download, Page } from 'playwright'
import { expect } from 'vitest'
import { complaintsOf } from './complaints.js'

export const PATIENCE = { timeout: 120_000 }

type Options = NonNullable<Parameters<Browser['newContext']>[0]>

/** Runs `work` in the studio at a URL; nothing may be complained of meanwhile, and nothing asked of another place. */
export async function inStudio(
  browser: Browser,
  at: string,
  work: (page: Page) => Promise<void>,
  options: Options = {},
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const complaints = complaintsOf(context, at)
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE.timeout)
    await page.goto(`${at}studio.html`)
    await page.getByRole('button', { name: 'Read these rows' }).waitFor()
    await work(page)
    expect(complaints).toEqual([])
  } finally {
    await context.close()
  }
}

export const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' })
export const status = (page: Page) => page.locator('.actions .status').textContent()
export const begin = (page: Page, name: string) => page.locator('.example', { hasText: name }).click()
export const ended = (page: Page) => expect.poll(() => status(page), PATIENCE).toMatch(/^Ended/)

export async function train(page: Page): Promise<void> {
  await button(page, 'Train').click()
  await ended(page)
}

export async function give(page: Page, name: string, content: string | Buffer): Promise<void> {
  const others = button(page, 'Other rows')
  if (await others.isVisible()) await others.click()
  await page
    .locator('input[type=file][multiple]')
    .setInputFiles({ name, mimeType: '', buffer: Buffer.from(content) })
}

/** Drops files or folders of the disk in the middle of the page, as a hand does. */
export async function drop(page: Page, files: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data })
}

export async function exported(page: Page, name: string): Promise<Buffer> {
  const coming = page.waitForEvent('download')
  await button(page, name).click()
  const file: Download = await coming
  return readFileSync(await file.path())
}

export const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n')
