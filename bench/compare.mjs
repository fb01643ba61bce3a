// All parties in turn, row by row: node compare.mjs [--only=pattern] [--rounds=9] [--parties=softmargin,PyTorch]
import { parseArgs } from 'node:util'
import { OURS, PYTORCH, start } from './parties.mjs'
import { rows } from './rows.mjs'

/** Shortest sample, long against the clock's resolution. */
const SAMPLE_MS = 20

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '9' },
    parties: { type: 'string', default: '' },
  },
})
const rounds = Number(options.rounds)
const parties = await start((name) => options.parties === '' || options.parties.split(',').includes(name))
for (const { version } of parties) console.log(version)

for (const row of rows.filter(({ name }) => new RegExp(options.only).test(name))) {
  const times = await compare(row)
  const ours = times.get(OURS)
  const columns = [...times].map(([name, time]) => {
    const ratio = name === OURS ? '' : ` (${(ours / time).toFixed(2)})`
    const work = row.work ? ` ${((row.work.amount / time) * 1e3).toFixed(1)} ${row.work.unit}` : ''
    return `${name} ${time.toPrecision(3)} ms${work}${ratio}`
  })
  const late = row.limit !== undefined && ours / times.get(PYTORCH) > row.limit
  console.log(
    `${row.name.padEnd(44)} ${columns.join('   ')}${row.limit ? `   limit ${row.limit}${late ? ' MISSED' : ''}` : ''}`,
  )
}
for (const party of parties) party.end()

/** Median milliseconds of each party, the fastest of those with one name, from interleaved rounds. */
async function compare({ name, kind, options }) {
  const samples = []
  let reference
  for (const party of parties) {
    if (!party.kinds.has(kind)) continue
    const numbers = await party.ask('prepare', { kind, options })
    reference ??= { numbers, party }
    checkAgreement(name, reference, { numbers, party })
    samples.push({ party, calls: await callsFor(party), times: [] })
  }
  for (let round = 0; round < rounds; round++) {
    for (const { party, calls, times } of samples) times.push((await party.ask('time', { calls })) / calls)
  }
  const medians = new Map()
  for (const { party, times } of samples) {
    const median = times.sort((a, b) => a - b)[times.length >> 1]
    medians.set(party.name, Math.min(median, medians.get(party.name) ?? Number.POSITIVE_INFINITY))
  }
  return medians
}

/** How many calls fill a sample; finding that out warms the party up. */
async function callsFor(party) {
  for (let calls = 1; ; calls *= 2) {
    if ((await party.ask('time', { calls })) >= SAMPLE_MS) return calls
  }
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
