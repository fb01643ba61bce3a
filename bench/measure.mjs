/** Shortest sample: long compared to the clock's resolution. */
const SAMPLE_MS = 4
/** After this much sampling a function needs no more rounds, but it has at least three. */
const ENOUGH_MS = 1500

/**
 * Milliseconds for one call of each function, the median and the best. Functions take turns in each round, so that
 * disturbances of the machine affect all of them alike.
 */
export function measure(functions, rounds = 15) {
  const entries = Object.entries(functions).map(([name, run]) => ({
    name,
    run,
    calls: callsFor(run),
    samples: [],
    spent: 0,
  }))
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      if (round >= 3 && entry.spent > ENOUGH_MS) continue
      const sample = time(entry.run, entry.calls)
      entry.samples.push(sample / entry.calls)
      entry.spent += sample
    }
  }
  return Object.fromEntries(
    entries.map(({ name, samples }) => {
      samples.sort((a, b) => a - b)
      return [name, { median: samples[samples.length >> 1], best: samples[0] }]
    }),
  )
}

/** The number of calls that fill a sample; finding it warms the function up. */
function callsFor(run) {
  let calls = 1
  while (time(run, calls) < SAMPLE_MS) calls *= 2
  return calls
}

function time(run, calls) {
  const start = performance.now()
  for (let call = 0; call < calls; call++) run()
  return performance.now() - start
}
