/** The playground in Chromium: every snippet runs, errors have their lines, programs are stopped, links bring them back. */
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '../../../scripts/site_server.mjs'
import { headers as isolated } from '../generator/policy.mjs'
import { launch, missing } from './browsers.js'
import { complaintsOf } from './complaints.js'
import { AXE, FOLDER, read, SCREENSHOTS, UNDER } from './pages.js'

const PATIENCE = { timeout: 60_000 }
const axe = missing === undefined ? readFileSync(AXE, 'utf8') : ''

let browser: Browser
let server: Server
let url: string
/** The same site, with the headers of the file of headers. */
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

interface Place {
  options?: Options
  at?: string
  hash?: string
}

/** Runs `work` in the playground; nothing may be complained of meanwhile, and nothing asked of another place. */
async function inPlayground(
  work: (page: Page, context: BrowserContext) => Promise<void>,
  { options = {}, at = url, hash = '' }: Place = {},
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const complaints = complaintsOf(context, at)
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE.timeout)
    await page.goto(`${at}playground.html${hash}`)
    await page.locator('#run:enabled').waitFor()
    await work(page, context)
    expect(complaints).toEqual([])
  } finally {
    await context.close()
  }
}

const status = (page: Page) => page.locator('#status').textContent()
const linesOf = async (page: Page, selector: string) =>
  (await page.locator(selector).allTextContents()).join('\n')
const output = (page: Page) => linesOf(page, '.printed')
const code = (page: Page) => linesOf(page, '.cm-line')
const hasTypes = (page: Page) => page.locator('#app.ready').waitFor()
const ended = (page: Page) => expect.poll(() => status(page), PATIENCE).toMatch(/^It /)

async function write(page: Page, program: string): Promise<void> {
  await page.locator('.cm-content').focus()
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Backspace')
  await page.keyboard.insertText(program)
}

async function run(page: Page, program?: string): Promise<void> {
  if (program !== undefined) await write(page, program)
  await page.getByRole('button', { name: 'Run' }).click()
  await ended(page)
}

async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(
    `axe.run().then(({ violations }) => violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ target, failureSummary }) => target + ' ' + failureSummary)))`,
  )
}

const { snippets } = (
  missing === undefined ? JSON.parse(read('playground/contents.json')) : { snippets: [] }
) as { snippets: { id: string }[] }

describe.skipIf(missing !== undefined)('the playground', () => {
  test('every snippet of the docs runs, and TypeScript finds nothing wrong with it', async () => {
    expect(snippets.length).toBeGreaterThan(15)
    await inPlayground(async (page) => {
      await hasTypes(page)
      for (const { id } of snippets) {
        await page.getByLabel('Snippet').selectOption(id)
        await expect.poll(() => status(page)).toBe('')
        await run(page)
        expect([id, await status(page), await page.locator('.printed.error').allTextContents()]).toEqual([
          id,
          expect.stringMatching(/^It ended after/),
          [],
        ])
        expect([id, await problemsOf(page)]).toEqual([id, []])
      }
    })
  })

  test.each([
    [
      'in the program',
      "import torch from 'softmargin'\n\nconst x: number = 1\nthrow new RangeError('no ' + x)",
      'Line 4RangeError: no 1',
    ],
    [
      'in softmargin',
      "import torch from 'softmargin'\n\nconst f = () => {\n  torch.ones([2, 3]).matmul(torch.ones([2, 3]))\n}\nf()",
      /^Line 4\w*Error: .*shapes cannot be multiplied/,
    ],
    ['of a promise', "const one = 1\n\nPromise.reject(new Error('late ' + one))", 'Line 3Error: late 1'],
    ['in a timer', 'setTimeout(() => {\n  null!.f()\n}, 20)', /^Line 2TypeError/],
    ['of its syntax', 'const a = 1\nconst b = = 2', 'Line 2Expression expected.'],
    ['of a module', "const a = 1\nimport x from 'elsewhere'", /^Line 2No module “elsewhere” here/],
    ['of an enum', 'enum A {\n  B,\n}', /^Line 1Types are left out/],
    ['that is no error', "throw 'words'", "Uncaught 'words'"],
    [
      'that throws when it is looked at',
      'class Odd extends Error {\n  override get message(): string {\n    throw 1\n  }\n}\nthrow new Odd()',
      'Uncaught [what cannot be shown]',
    ],
  ])('an error %s has its line', async (_, program, expected) => {
    await inPlayground(async (page) => {
      await run(page, program)
      const first = page.locator('.printed.error').first()
      await expect.poll(() => status(page)).toMatch(/^It (failed|did not run)/)
      expect(await first.textContent()).toEqual(
        typeof expected === 'string' ? expected : expect.stringMatching(expected),
      )
      const [, line] = /Line (\d+)/.exec((await first.textContent()) ?? '') ?? []
      if (line === undefined) return
      expect(await page.locator('.cm-failed').textContent()).toBe(program.split('\n')[Number(line) - 1])
      await first.getByRole('button').click()
      expect(await page.locator('.cm-activeLine').textContent()).toBe(program.split('\n')[Number(line) - 1])
    })
  })

  test('a program that never ends is stopped, however much it prints', async () => {
    await inPlayground(async (page) => {
      await write(page, 'for (let i = 0; ; i++) console.log(i)')
      await page.getByRole('button', { name: 'Run' }).click()
      await page.locator('.forgotten').waitFor()
      expect(await page.locator('.printed').count()).toBeLessThanOrEqual(1001)
      await page.getByRole('button', { name: 'Stop' }).click()
      expect(await status(page)).toMatch(/^Stopped after/)
      const before = await output(page)
      await page.waitForTimeout(300)
      expect(await output(page)).toBe(before)
      await run(page, 'console.log(1 + 1)')
      expect(await output(page)).toBe('2')
      await write(page, 'setInterval(() => console.log("tick"), 20)')
      await page.keyboard.press('Control+Enter')
      await expect.poll(() => output(page)).toContain('tick')
      expect(await status(page)).toBe('Running')
      await page.getByRole('button', { name: 'Stop' }).click()
      expect(await status(page)).toMatch(/^Stopped/)
    })
  })

  test('a console of any values', async () => {
    await inPlayground(async (page) => {
      await run(
        page,
        `// Of any kind
const loop: { self?: unknown } = {}
loop.self = loop
console.log('a', 1, [1, 'two'], { a: -0, 'b c': 1n }, new Map([[1, new Set([2])]]), new Float32Array(2), null, undefined, loop)
console.log(Array.from({ length: 1000 }, (_, i) => i))
console.log(new Proxy({}, { ownKeys() { throw new Error('no') } }), '<b>bold</b>')
console.warn('careful')`,
      )
      const text = await output(page)
      expect(text).toContain(
        "a 1 [ 1, 'two' ] { a: -0, 'b c': 1n } Map(1) { 1 => Set(1) { 2 } } Float32Array(2) [ 0, 0 ] null undefined { self: [Circular] }",
      )
      expect(text).toContain('900 more')
      expect(text).toContain('[what cannot be shown] <b>bold</b>')
      expect(await page.locator('.printed.warn').textContent()).toBe('careful')
    })
  })

  test('a link brings a program back, and does not run it', async () => {
    const program = "console.log('ünïcode 🦊 <script>')"
    let address = ''
    await inPlayground(async (page, context) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      await write(page, program)
      await page.getByRole('button', { name: 'Link to this' }).click()
      await expect.poll(() => status(page)).toMatch(/^The link/)
      address = page.url()
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address)
    })
    const { hash } = new URL(address)
    expect(hash).toMatch(/^#code=[\w-]+$/)
    await inPlayground(
      async (page) => {
        expect(await code(page)).toBe(program)
        expect(await status(page)).toMatch(/^This program came with the link/)
        expect(await output(page)).toBe('')
        await run(page)
        expect(await output(page)).toBe('ünïcode 🦊 <script>')
      },
      { hash },
    )
  })

  test.each([
    '#code=',
    '#code=%%%',
    '#code=AAAA',
    `#code=${'A'.repeat(5000)}`,
    '#snippet=none',
    '#__proto__',
  ])('a link that is damaged: %.20s', async (hash) => {
    await inPlayground(
      async (page) => {
        expect((await code(page)).length).toBeGreaterThanOrEqual(0)
        await run(page, 'console.log(1)')
        expect(await output(page)).toBe('1')
      },
      { hash },
    )
  })

  test('TypeScript completes, explains and objects', async () => {
    await inPlayground(async (page) => {
      await hasTypes(page)
      await write(page, "import torch from 'softmargin'\n\nconst x = torch.on")
      await page.locator('.cm-content').press('End')
      await page.keyboard.press('Control+End')
      await page.keyboard.press('Control+Space')
      await expect
        .poll(() => page.locator('.cm-completionLabel').allTextContents(), PATIENCE)
        .toEqual(expect.arrayContaining(['ones', 'ones_like']))
      await expect.poll(() => page.locator('.cm-completionInfo').textContent(), PATIENCE).toContain('Tensor')
      expect(await seriousFaults(page)).toEqual([])
      await page.keyboard.press('Enter')
      await page.keyboard.type('([2, 3])\nconst y: string = x')
      await expect.poll(() => problemsOf(page), PATIENCE).toEqual(['y'])
      await page.locator('.cm-line', { hasText: 'torch.ones' }).locator('span', { hasText: 'ones' }).hover()
      await expect
        .poll(() => page.locator('.cm-tooltip-hover .cm-signature').first().textContent(), PATIENCE)
        .toContain('ones')
    })
  })

  test('by keyboard: in, out, run', async () => {
    await inPlayground(async (page) => {
      await page.locator('.cm-content').focus()
      await page.keyboard.press('Control+A')
      await page.keyboard.type('{}\n')
      await page.keyboard.press('Tab')
      await page.keyboard.type('1 / 2')
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('editor')
      expect(await page.locator('.search-dialog[open]').count()).toBe(0)
      await page.keyboard.press('Escape')
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.id)).not.toBe('editor')
      await page.keyboard.press('Shift+Tab')
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('editor')
      await page.keyboard.press('Control+Enter')
      await ended(page)
      // What was typed is still there after a reload.
      const before = await code(page)
      await page.reload()
      await page.locator('#run:enabled').waitFor()
      expect(await code(page)).toBe(before)
    })
  })

  test('a program has nothing of what is kept here, and reaches no other place', async () => {
    await inPlayground(async (page) => {
      const tried: string[] = []
      page.on('request', (request) => tried.push(request.url()))
      await run(
        page,
        `console.log(typeof indexedDB, typeof caches, typeof postMessage)
for (const act of [() => new Worker('studio.js'), () => new Worker(URL.createObjectURL(new Blob(['']))), () => new (Worker.prototype.constructor as typeof Worker)('a.js')])
  try { act(); console.log('started') } catch (error) { console.log((error as Error).name) }
console.log(await new Promise((done) => { const s = globalThis as { eval: (text: string) => unknown }; try { done(s.eval('1')) } catch (error) { done((error as Error).name) } }))`,
      )
      expect((await output(page)).split('\n')).toEqual([
        'undefined undefined undefined',
        'TypeError',
        'TypeError',
        'TypeError',
        'EvalError',
      ])
    })
  })

  test('a host whose policy refuses it: the page says so', async () => {
    const policy = isolated['Content-Security-Policy'].replaceAll(' blob:', '')
    const strict = await startServer(FOLDER, {
      under: UNDER,
      headers: { ...isolated, 'Content-Security-Policy': policy },
    })
    const page = await browser.newPage()
    try {
      await page.goto(`${strict.url}playground.html`)
      await page.locator('#run:enabled').click()
      await ended(page)
      expect(await output(page)).toMatch(/^No program can run here/)
    } finally {
      await page.close()
      strict.server.close()
    }
  })

  test('the cookbook prints what stands in it', async () => {
    const cookbook = readFileSync('docs/cookbook.md', 'utf8')
    const printed = [...cookbook.matchAll(/^```text\n((?:.*\n)*?)^```$/gm)].map(([, text]) =>
      (text as string).trim(),
    )
    await inPlayground(
      async (page) => {
        await run(page)
        expect(await page.evaluate(() => scrollY)).toBe(0)
        const text = await output(page)
        // What an aborted operation says is the runtime's, and not in every one the same.
        const missed = printed.filter((each) => !text.includes(each) && !each.includes('aborted'))
        expect(missed).toEqual([])
        expect(printed.length).toBeGreaterThan(10)
      },
      { hash: '#snippet=cookbook-when-something-is-wrong' },
    )
  })

  test('isolated, by the file of headers: threads', async () => {
    await inPlayground(
      async (page) => {
        await run(
          page,
          "import torch from 'softmargin'\n\nconsole.log(self.crossOriginIsolated)\nawait torch.set_num_threads(2)\nconsole.log(torch.get_num_threads(), torch.ones([600, 600]).matmul(torch.ones([600, 600])).sum().item())",
        )
        expect((await output(page)).split('\n')).toEqual(['true', '2 216000000'])
      },
      { at: other.url },
    )
  })

  const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
    [1280, 390].map((width) => ({ colorScheme, width })),
  )
  test.each(looks)(
    '$colorScheme, $width wide, with an error: nothing for axe',
    async ({ colorScheme, width }) => {
      const viewport = { width, height: width > 800 ? 800 : 844 }
      await inPlayground(
        async (page) => {
          await hasTypes(page)
          await run(
            page,
            "import torch from 'softmargin'\n\nconst x = torch.randn([4, 3])\nconsole.log(x)\nconsole.warn('shapes', x.shape)\nx.matmul(x) // a comment that is so long that it does not fit into the width of any phone\n",
          )
          await page.screenshot({
            path: `${SCREENSHOTS}/playground-run-${width}-${colorScheme}.png`,
            fullPage: true,
          })
          expect(
            await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
          ).toBeLessThanOrEqual(0)
          expect(await seriousFaults(page)).toEqual([])
        },
        { options: { viewport, colorScheme, reducedMotion: 'reduce' } },
      )
    },
  )
})

/** What is underlined in the editor, when TypeScript has looked at it. */
async function problemsOf(page: Page): Promise<string[]> {
  await page.waitForTimeout(900)
  return page.locator('.cm-lintRange-error').allTextContents()
}
