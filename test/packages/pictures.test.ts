import { expect, test } from 'vitest'
import { folder } from './consumer.js'
import { execute } from './execute.js'
import { scoresIn } from './scores.js'

test('examples/pictures learns tags that guessing and a linear model do not know', async () => {
  const args = ['pictures/main.js', '8']
  const printed = await execute(process.execPath, args, { cwd: folder, timeout: 400_000 })
  const [guessing, linear, network] = scoresIn(printed, ['guessing', 'linear', 'network'])
  expect(guessing.length).toBe(3)
  for (const [i, score] of guessing.entries()) {
    expect(linear[i]).toBeGreaterThan(score + 0.05)
    expect(network[i]).toBeGreaterThan(linear[i] + 0.03)
  }
  const [, auroc] = network
  expect(auroc).toBeGreaterThan(0.8)
}, 420_000)
