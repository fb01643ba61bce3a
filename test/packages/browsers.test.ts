/** The packed package in a page and in a worker, in browsers that no library drives here. */
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Open, openFirefox, openWebKit } from '../browser/open.js'
import { folder, run } from './consumer.js'
import { execute } from './execute.js'
import { firefox, type Program, webkit } from './programs.js'
import { serve } from './site.js'

const output = join(folder, 'bundles', 'reporting')

let expected: string
beforeAll(async () => {
  expected = await run('esm.mjs')
  const script = join(import.meta.dirname, 'bundlers', 'vite.mjs')
  await execute(process.execPath, [script, join(folder, 'reporting'), output])
}, 60_000)

const browsers: [name: string, program: Program, open: Open][] = [
  ['Firefox', firefox, openFirefox],
  ['WebKit', webkit, openWebKit],
]

describe.each(browsers)('in %s', (name, { path, missing }, open) => {
  const reason = missing === undefined ? '' : ` (${name} was skipped: ${missing})`

  test.skipIf(missing)(
    `under a strict policy, a page and a worker give the same digits${reason}`,
    async () => {
      const site = await serve(output)
      const close = await open(path, site.url)
      try {
        expect(await site.report).toEqual({ page: expected, worker: expected })
      } finally {
        await close()
        site.close()
      }
    },
    120_000,
  )
})
