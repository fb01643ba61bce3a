/** Shortest sample: long against the clock's resolution. */
const SAMPLE_MS = 4
/** A function that has been sampled for so long has as many rounds as it needs, and three at least. */
const ENOUGH_MS = 1500

/**
 * Milliseconds that one call of each function takes, in rounds in which all take turns, so that whatever disturbs the
 * machine disturbs all alike: the median of them, and the best.
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

/** How many calls fill a sample; finding that out warms the function up. */
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
