/** What `npm run demo` prints: `site:check` has compiled it. */
import { execFileSync } from 'node:child_process'

interface Demo {
  /** `epoch 15 of 18`. */
  stopped: string
  /** micro-F1, macro-F1, mean average precision. */
  scores: string[]
}

let known: Demo | undefined

export function demo(): Demo {
  known ??= read(
    execFileSync(process.execPath, ['build/examples/package-tags/main.js'], { encoding: 'utf8' }),
  )
  return known
}

function read(printed: string): Demo {
  const found = (pattern: RegExp): string => {
    const [, value] = pattern.exec(printed) ?? []
    if (value === undefined) throw new Error(`npm run demo did not print ${pattern}`)
    return value
  }
  return {
    stopped: found(/lowest in (epoch \d+ of \d+)/),
    scores: [
      found(/tuned threshold per tag +micro-F1 (\S+)/),
      found(/tuned threshold per tag .*macro-F1 (\S+)/),
      found(/mean average precision (\S+)/),
    ],
  }
}
