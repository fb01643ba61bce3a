/** Shortest sample: long against the clock's resolution. */
const SAMPLE_MS = 4
const ROUNDS = 15

/**
 * Milliseconds that one call of each function takes: the median of rounds in which all take turns,
 * so that whatever disturbs the machine disturbs all alike.
 */
export function measure(functions) {
  const entries = Object.entries(functions).map(([name, run]) => ({
    name,
    run,
    calls: callsFor(run),
    samples: [],
  }))
  for (let round = 0; round < ROUNDS; round++) {
    for (const { run, calls, samples } of entries) samples.push(time(run, calls) / calls)
  }
  return Object.fromEntries(entries.map(({ name, samples }) => [name, median(samples)]))
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

function median(samples) {
  return samples.sort((a, b) => a - b)[samples.length >> 1]
}
