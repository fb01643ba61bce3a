/**
 * Every pair of dtypes, scalars of each kind, and numbers that a dtype does not hold, against what PyTorch makes of them:
 * its dtype and values, or an error where it has one, or where int64 holds what int32 does not.
 */
import { expect, test } from 'vitest'
import { outcomeOf } from './outcome.js'
import { exists, readSamples } from './samples.js'

/** What torch has and this package has not, each with its sentence. */
const REFUSED = /^max_pool2d: integers beyond 2\^24/

const samples = readSamples('samples/promotion')

test.each([...new Set(samples.flatMap(({ ways }) => ways))])('%s', (way) => {
  expect(exists(way)).toBe(true)
  const wrong = samples
    .filter(({ ways }) => ways.includes(way))
    .map((sample) => ({ sample, outcome: outcomeOf(way, sample) }))
    .filter(
      ({ outcome: { kind, message } }) => kind !== 'right' && !(kind === 'refused' && REFUSED.test(message)),
    )
    .map(
      ({ sample, outcome }) =>
        `${JSON.stringify(sample.args)} ${JSON.stringify(sample.kwargs)}: ${outcome.kind}, ${outcome.message}`,
    )
  expect(wrong.slice(0, 20).join('\n')).toBe('')
})
