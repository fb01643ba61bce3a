// One row for all parties: checks that their numbers agree, then times interleaved rounds.

import { setTimeout } from 'node:timers/promises'

/** Shortest sample: long compared to the clock's resolution. */
const SAMPLE_MS = 20
/** The machine's peak is the best of many short samples, some of which are undisturbed. */
const PEAK = { sample: 1, rounds: 20 }
/** After this much sampling a party needs no more rounds, but it has at least three. */
const ENOUGH_MS = 2500
/** Threads of OpenMP spin for some milliseconds after their work: PyTorch's would take a core from who comes next. */
const REST_MS = 40
/** A party that is not ready by then has no result for this row. */
const PATIENCE_MS = 60_000

/**
 * Median milliseconds of each party by name (the fastest, if several share a name), and why a party that started has none.
 * The first party's numbers are the reference for the others.
 */
export async function interleave(
  parties,
  { name, kind, options },
  rounds,
  { shortest: usual, enough } = { shortest: SAMPLE_MS, enough: ENOUGH_MS },
) {
  const isPeak = kind === 'peak'
  const shortest = isPeak ? PEAK.sample : usual
  const samples = []
  const failures = new Map()
  let reference
  for (const party of parties) {
    if (!party.kinds.has(kind)) continue
    try {
      const numbers = await party.ask('prepare', { kind, options }, PATIENCE_MS)
      if (numbers === null) continue
      reference ??= { numbers, party }
      checkAgreement(name, reference, { numbers, party })
      samples.push({ party, calls: await callsFor(party, shortest), times: [], spent: 0 })
    } catch (reason) {
      if (party === parties[0]) throw reason
      failures.set(party.name, reason.message.trim().split('\n')[0])
      await party.restart()
    }
  }
  for (let round = 0; round < (isPeak ? PEAK.rounds * rounds : rounds); round++) {
    for (const sample of samples) {
      if (round >= 3 && sample.spent > enough) continue
      await setTimeout(REST_MS)
      const time = await sample.party.ask('time', { calls: sample.calls })
      sample.times.push(time / sample.calls)
      sample.spent += time
    }
  }
  const medians = new Map()
  for (const { party, times } of samples) {
    times.sort((a, b) => a - b)
    const time = isPeak ? times[0] : times[times.length >> 1]
    medians.set(party.name, Math.min(time, medians.get(party.name) ?? Number.POSITIVE_INFINITY))
  }
  return { medians, failures }
}

/** The number of calls that fill a sample. Finding it warms the party up; short work is repeated until it is compiled. */
async function callsFor(party, shortest) {
  let calls = 1
  while ((await party.ask('time', { calls })) < shortest) calls *= 2
  if (calls < 64) return calls
  for (let sample = 0; sample < 5; sample++) await party.ask('time', { calls })
  while ((await party.ask('time', { calls })) < shortest) calls *= 2
  return calls
}

/** Throws unless the party's numbers agree with the first one's. */
function checkAgreement(row, reference, { numbers, party }) {
  const scale = Math.max(...reference.numbers.map(Math.abs))
  for (const [i, want] of reference.numbers.entries()) {
    if (Math.abs(numbers[i] - want) <= 1e-4 * Math.abs(want) + 1e-5 * scale) continue
    throw new Error(
      `${row}: number ${i} is ${numbers[i]} by ${party.name}, ${want} by ${reference.party.name}`,
    )
  }
}
