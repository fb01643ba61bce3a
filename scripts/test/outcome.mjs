// What tests came to: counts that are added up, and what a reader of a long log looks for at its end.
import { Failure } from '../step.mjs'

const total = { passed: 0, failed: 0, skipped: 0 }
const summary = []

/** Says something once more at the end. */
export function remember(...lines) {
  summary.push(...lines)
}

/** Runs one part and adds its tests to the total; a part that throws counts as one failed test. */
export async function part(action) {
  try {
    const tests = (await action()) ?? {}
    for (const kind in tests) total[kind] += tests[kind]
    return true
  } catch (reason) {
    // A failure's last line says which step it was.
    const [message, at] =
      reason instanceof Failure ? [reason.message, -1] : [String(reason?.stack ?? reason), 0]
    console.error(message)
    remember(`FAILED: ${message.trim().split('\n').at(at)}`)
    total.failed += 1
    return false
  }
}

/** Throws if there were no tests; an error outside of the tests counts as one. */
export function checked(runner, succeeded, tests, error = 'an error outside of its tests') {
  if (tests.passed + tests.failed === 0) throw new Failure(`${runner} ran no tests`)
  const isBroken = !succeeded && tests.failed === 0
  if (isBroken) remember(`FAILED: ${runner} ended with ${error}`)
  const outcome = isBroken ? { ...tests, failed: 1 } : tests
  remember(`${runner}: ${counts(outcome)}`)
  return outcome
}

/** The counts of each part, what failed, and the total as the last line. */
export function report() {
  for (const line of ['', ...summary, '', counts(total)]) console.log(line)
  if (total.failed) process.exitCode = 1
}

function counts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
}
