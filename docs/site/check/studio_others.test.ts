/** The studio in Firefox and WebKit: a run is paused, the page reloaded, the run resumed; pictures are learned. */
import { describe, expect, test } from 'vitest'
import { openFirefox, openWebKit } from '../../../test/browser/open.js'
import { firefox, webkit } from '../../../test/packages/programs.js'
import { reportOf } from './witnessed.js'

interface Report {
  complaints: string[]
  /** Scores of a run that was paused and reloaded, and of one that was not. */
  resumed: string
  again: string
  guesses: number
  faults: string[]
  mistakes: string[]
}

const browsers = [
  { name: 'Firefox', program: firefox, open: openFirefox },
  { name: 'WebKit', program: webkit, open: openWebKit },
]

describe.each(browsers)('the studio in $name', ({ program, open }) => {
  test.skipIf(program.missing !== undefined)(
    'a run goes on after a reload',
    { timeout: 400_000 },
    async () => {
      const witness = 'docs/site/check/studio-witness.js'
      const report = await reportOf<Report>(program, open, 'studio.html', {}, witness)
      expect(report).toMatchObject({ complaints: [], faults: [], mistakes: [], guesses: 6 })
      expect(report.resumed).toContain('fruity')
      expect(report.again).toBe(report.resumed)
    },
  )
})
