// All parties in turn, row by row: node compare.mjs [--only=pattern] [--rounds=9] [--parties=softmargin,PyTorch]
// A run of all rows writes RESULTS.md.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
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
const names = [...new Set(parties.map(({ name }) => name))]
const peers = names.filter((name) => name !== OURS)

const lines = []
const print = (line) => {
  lines.push(line)
  console.log(line)
}
print(
  `${cpus()[0].model.trim()}, one thread, ${new Date().toISOString().slice(0, 10)}. ${parties.map(({ version }) => version).join('; ')}.`,
)
print('Medians of interleaved rounds, in milliseconds; in parentheses our time over theirs.\n')
print(`| work | ${names.join(' | ')} | aim |`)
print(`|---|${'---|'.repeat(names.length)}---|`)
for (const row of rows.filter(({ name }) => new RegExp(options.only).test(name))) {
  const times = await compare(row)
  print(
    `| ${[row.name, cell(times.get(OURS), row), ...peers.map((name) => cell(times.get(name), row, times.get(OURS)))].join(' | ')} | ${aim(row, times)} |`,
  )
}
for (const party of parties) party.end()
if (options.only === '') {
  const how = 'By `npm run bench`; every row checked first that all computed the same numbers.'
  writeFileSync(new URL('RESULTS.md', import.meta.url), `# Results\n\n${how}\n\n${lines.join('\n')}\n`)
}

/** A party's time, its rate where the row has one, and the ratio of ours to it. */
function cell(time, { work }, ours) {
  if (time === undefined) return ''
  const rate = work ? `, ${((work.amount / time) * 1e3).toFixed(1)} ${work.unit}` : ''
  const ratio = ours === undefined ? '' : ` (${(ours / time).toFixed(2)})`
  return `${time.toPrecision(3)}${rate}${ratio}`
}

/** What the ratio to PyTorch should be, and whether it is. */
function aim({ limit }, times) {
  if (limit === undefined) return ''
  if (!times.has(PYTORCH)) return `<= ${limit}`
  return `<= ${limit}${times.get(OURS) / times.get(PYTORCH) > limit ? ', missed' : ''}`
}

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
