/** The playground in Firefox and WebKit: every snippet runs, an error has its line, a program that never ends is stopped. */
import { describe, expect, test } from 'vitest'
import { openFirefox, openWebKit } from '../../../test/browser/open.js'
import { firefox, webkit } from '../../../test/packages/programs.js'
import { reportOf } from './witnessed.js'

interface Report {
  complaints: string[]
  failures: string[]
  ran: number
  failed: string
  stopped: string
  hints: number
  faults: string[]
  foreign: string[]
}

const browsers = [
  { name: 'Firefox', program: firefox, open: openFirefox },
  { name: 'WebKit', program: webkit, open: openWebKit },
]

describe.each(browsers)('the playground in $name', ({ program, open }) => {
  test.skipIf(program.missing !== undefined)('runs what the docs show', { timeout: 300_000 }, async () => {
    const witness = 'docs/site/check/playground-witness.js'
    const report = await reportOf<Report>(program, open, 'playground.html', {}, witness)
    expect(report).toMatchObject({ complaints: [], failures: [], faults: [], foreign: [], hints: 1 })
    expect(report.ran).toBeGreaterThan(15)
    expect(report.failed).toBe("Line 3Error: no 1 | throw new Error('no ' + a)")
    expect(report.stopped).toMatch(/^Stopped after/)
  })
})
