import { expect, test } from 'vitest'
import { folder } from './consumer.js'
import { execute } from './execute.js'

test('examples/pictures learns tags that guessing and a linear model do not know', async () => {
  const printed = await execute(process.execPath, ['pictures/main.js', '8'], {
    cwd: folder,
    timeout: 280_000,
  })
  const [macroF1, auroc, averagePrecision] = [0, 1, 2].map(
    (column) => (name: string) =>
      Number(new RegExp(`^${name}(.*)$`, 'm').exec(printed)?.[1].trim().split(/\s+/)[column]),
  )
  for (const score of [macroF1, auroc, averagePrecision]) {
    expect(score('linear')).toBeGreaterThan(score('guessing') + 0.05)
    expect(score('network')).toBeGreaterThan(score('linear') + 0.03)
  }
  expect(auroc('network')).toBeGreaterThan(0.8)
}, 300_000)
