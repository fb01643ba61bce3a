/** How jobs are handed out: each once, to the threads that may have them, whatever workers do meanwhile. */
import { expect, test } from 'vitest'
import type { Team } from '../../../ts/kernels/threads/fork.js'
import { stream } from '../../support/stream.js'
import { type Crew, freshCrew } from './crew.js'

/** Where a job says that it ran: its number and `HITS`. */
const HITS = 64

/** What jobs do here instead of arithmetic: `shared[0]` has the fork, `shared[1]` the number of threads. */
const NOTING = `
runJob = (run, work, job, thread) => {
  if (shared[0] !== work || thread >= shared[1]) Atomics.add(shared, 2, 1)
  Atomics.add(shared, ${HITS} + job, 1)
}
`

async function startedTeam(crew: Crew, threads: number): Promise<Team> {
  crew.torch.set_num_threads(threads)
  await crew.begun()
  if (crew.team === undefined) throw new Error('no team was started')
  return crew.team
}

/** Forks, and expects that each job ran once. */
function dispatch({ shared }: Crew, team: Team, work: number, jobs: number, threads: number): void {
  shared.fill(0, 0, HITS + jobs)
  shared[0] = work
  shared[1] = threads
  team.fork((_work, job) => Atomics.add(shared, HITS + job, 1), work, jobs, threads)
  for (let job = 0; job < jobs; job++) {
    if (shared[HITS + job] !== 1)
      expect.fail(`fork ${work} of ${jobs}: job ${job} ran ${shared[HITS + job]} times`)
  }
  if (shared[2] > 0) expect.fail(`fork ${work}: a job was run by a thread that may not have it`)
}

/** SOFTMARGIN_DISPATCHES=1000000 is for a long run. */
const DISPATCHES = Number(process.env.SOFTMARGIN_DISPATCHES ?? 200_000)

test.each([2, 3, 8])('%i threads run each job once', async (threads) => {
  const crew = await freshCrew({ before: NOTING })
  const team = await startedTeam(crew, threads)
  const random = stream(threads)
  for (let work = 1; work <= DISPATCHES / threads; work++) {
    dispatch(crew, team, work, 2 + Math.floor(62 * random()), 1 + Math.ceil((threads - 1) * random()))
    // Now and then workers fall asleep.
    if (work % 5000 === 0) Atomics.wait(crew.shared, 1023, 0, 5)
  }
  expect(crew.counts.subarray(1).some((count) => count > 0)).toBe(true)
  team.stop()
})

test('more jobs than are handed out run here', async () => {
  const crew = await freshCrew({ before: NOTING })
  const team = await startedTeam(crew, 2)
  const ranges: number[][] = []
  team.fork((...range) => ranges.push(range), 5, 10_000, 2)
  expect(ranges).toEqual([[5, 0, 10_000, 0]])
  dispatch(crew, team, 1, 900, 2)
  team.stop()
})

test('a worker that was suspended until numbers of forks came again takes no job that there is not', async () => {
  // It stops before it takes a job, tells which, and goes on when the test says so.
  const before = `${NOTING}
    const { compareExchange } = Atomics
    Atomics.compareExchange = (block, at, next, other) => {
      if (Atomics.load(shared, 10) === 1) {
        Atomics.store(shared, 11, next & (2 ** start.jobBits - 1))
        Atomics.store(shared, 12, 2 ** (32 - start.jobBits))
        Atomics.store(shared, 10, 2)
        Atomics.wait(shared, 10, 2)
      }
      return compareExchange(block, at, next, other)
    }`
  const crew = await freshCrew({ before })
  const team = await startedTeam(crew, 2)
  const { shared } = crew
  const fork = (jobs: number) => {
    shared.fill(0, HITS)
    team.fork((_work, job) => Atomics.add(shared, HITS + job, 1), 1, jobs, 2)
  }
  shared[0] = 1
  shared[1] = 2
  Atomics.store(shared, 10, 1)
  // Job 0 may be taken here before the worker is there: it then stops at a later one, or in a later fork.
  let forks = 0
  do {
    shared.fill(0, HITS)
    team.fork(
      (_work, job) => {
        Atomics.add(shared, HITS + job, 1)
        if (job === 0) for (let i = 0; i < 2e6 && Atomics.load(shared, 10) === 1; i++);
      },
      1,
      20,
      2,
    )
    forks++
  } while (Atomics.load(shared, 10) !== 2)
  const [stoppedAt, epochs] = [shared[11], shared[12]]
  expect(stoppedAt).toBeGreaterThan(0)
  // As many forks until its number comes again, the last of which has one job less than it wants.
  for (let i = 1; i < epochs; i++) fork(2)
  fork(stoppedAt)
  Atomics.store(shared, 10, 0)
  Atomics.notify(shared, 10)
  Atomics.wait(shared, 1023, 0, 50)
  expect(shared[HITS + stoppedAt]).toBe(0)
  expect(forks).toBeGreaterThan(0)
  for (let work = 1; work < 1000; work++) dispatch(crew, team, work, 20, 2)
  team.stop()
})
