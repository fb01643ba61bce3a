/** Tags for something new. */
import torch from 'softmargin'
import type { Guess, Requests } from '../protocol.ts'
import { reasonsOf } from './reasons.ts'
import type { Session } from './session.ts'

/** Labels that are explained: the likely ones, which are shown. */
const EXPLAINED = 12

export async function guess(
  session: Session,
  one: Requests['guess']['takes'],
): Promise<Requests['guess']['gives']> {
  const run = session.trained
  const { dataset } = session
  const { input, note } = await dataset.encode(one, run.inputs)
  const limits = session.judge.limits()
  const { result } = run.withBest(() => {
    const chances = torch.sigmoid(run.model.forward(input)).data() as Float32Array
    const likely = Array.from(chances.keys()).sort((a, b) => chances[b] - chances[a])
    const explained = likely.slice(0, EXPLAINED)
    const reasons = reasonsOf(run, input, explained)
    return likely.map(
      (i, place): Guess => ({
        ...{ name: dataset.labels[i], probability: chances[i], threshold: limits[i] },
        reasons: reasons[place] ?? [],
      }),
    )
  })
  return { guesses: result, note }
}
