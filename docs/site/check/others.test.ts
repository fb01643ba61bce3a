/** The front page and a page of text in Firefox and WebKit, which are not steered: a script that the server adds reports. */

import { describe, expect, test } from 'vitest'
import { openFirefox, openWebKit } from '../../../test/browser/open.js'
import { firefox, webkit } from '../../../test/packages/programs.js'
import { demo } from './demo.js'
import { printTimes, type Times } from './times.js'
import { reportOf } from './witnessed.js'

const WITNESS = 'docs/site/check/witness.js'

interface Report {
  complaints: string[]
  learned: string
  scores: string[]
  foreign: string[]
  faults: string[]
  found: number
  threads: string
  isolated: boolean
  times: Times
  cores: string
  /** The second visit, which the service worker may have isolated. */
  again: { isolated: boolean; threads: string; complaints: string[] }
}

const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

const browsers = [
  { name: 'Firefox', program: firefox, open: openFirefox },
  { name: 'WebKit', program: webkit, open: openWebKit },
]

// Without a screen these draw in software, and may share the machine.
describe.each(browsers)('in $name', { timeout: 300_000 }, ({ name, program, open }) => {
  test.skipIf(program.missing !== undefined)('the front page learns, and finds', async () => {
    const report = await reportOf<Report>(program, open, 'index.html', {}, WITNESS)
    expect(report).toMatchObject({ complaints: [], foreign: [], faults: [], isolated: false, threads: '1' })
    expect(report.learned).toContain(demo().stopped)
    expect(report.scores).toEqual(demo().scores)
    expect(report.found).toBeGreaterThan(0)
    printTimes(name, report.times)
    // As many as the browser says that there are.
    expect(report.again).toEqual({ isolated: true, threads: report.cores, complaints: [] })
  })

  test.skipIf(program.missing !== undefined)('the same on an isolated page', async () => {
    const report = await reportOf<Report>(program, open, 'index.html', ISOLATED, WITNESS)
    expect(report).toMatchObject({ complaints: [], foreign: [] })
    expect(report.learned).toContain(demo().stopped)
  })
})
