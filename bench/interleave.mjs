// One row by all parties: the same numbers first, then the times of interleaved rounds.

/** Shortest sample, long against the clock's resolution. */
const SAMPLE_MS = 20
/** What the machine can do at most is the best of many short samples, which nothing disturbs. */
const PEAK = { sample: 1, rounds: 20 }
/** A party that has sampled for so long has as many rounds as it needs, and three at least. */
const ENOUGH_MS = 2500
/** A party that is not ready by then goes without this row. */
const PATIENCE_MS = 60_000

/**
 * Median milliseconds of each party by name, the fastest of those with one name; and why a party that began has none.
 * The first party's numbers are those that the others are held to.
 */
export async function interleave(parties, { name, kind, options }, rounds) {
  const isPeak = kind === 'peak'
  const shortest = isPeak ? PEAK.sample : SAMPLE_MS
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
      if (round >= 3 && sample.spent > ENOUGH_MS) continue
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

/** How many calls fill a sample. Finding that out warms the party up; what is quick is asked again, until it is compiled. */
async function callsFor(party, shortest) {
  let calls = 1
  while ((await party.ask('time', { calls })) < shortest) calls *= 2
  if (calls < 64) return calls
  for (let sample = 0; sample < 5; sample++) await party.ask('time', { calls })
  while ((await party.ask('time', { calls })) < shortest) calls *= 2
  return calls
}

/** Throws unless the party's numbers are those of the first one. */
function checkAgreement(row, reference, { numbers, party }) {
  const scale = Math.max(...reference.numbers.map(Math.abs))
  for (const [i, want] of reference.numbers.entries()) {
    if (Math.abs(numbers[i] - want) <= 1e-4 * Math.abs(want) + 1e-5 * scale) continue
    throw new Error(
      `${row}: number ${i} is ${numbers[i]} by ${party.name}, ${want} by ${reference.party.name}`,
    )
  }
}
