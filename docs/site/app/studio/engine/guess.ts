/** Tags for something new. */
import torch from 'softmargin'
import type { Guess, Requests } from '../protocol.ts'
import type { Session } from './session.ts'

export async function guess(
  session: Session,
  one: Requests['guess']['takes'],
): Promise<Requests['guess']['gives']> {
  const run = session.trained
  const { dataset } = session
  const { input, note } = await dataset.encode(one, run.inputs)
  const { result } = run.withBest(() =>
    Array.from(torch.sigmoid(run.model.forward(input)).data() as Float32Array),
  )
  const limits = session.judge.limits()
  const guesses = dataset.labels.map(
    (name, i): Guess => ({ name, probability: result[i], threshold: limits[i] }),
  )
  return { guesses: guesses.sort((a, b) => b.probability - a.probability), note }
}
