// All parties in turn, row by row:
// node compare.mjs [--only=pattern] [--rounds=9] ['--parties=softmargin;PyTorch'] [--threads=n]; otherwise as many threads as cores
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { interleave } from './interleave.mjs'
import { OURS, OURS_PLAIN, PYTORCH, start } from './parties.mjs'
import { PEAK, rows } from './rows.mjs'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '9' },
    parties: { type: 'string', default: '' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
})
const threads = Number(options.threads)
const { parties, absent } = await start(
  (name) => options.parties === '' || options.parties.split(';').includes(name),
  { threads },
)
const names = [...new Set(parties.map(({ name }) => name))]

const several = `softmargin and PyTorch with ${threads} threads, the others with one`
console.log(`## Beside other libraries: ${threads === 1 ? 'one thread' : several}\n`)
console.log(`${parties.map(({ version }) => version).join('; ')}. ${absent.join('. ')}`.trim())
console.log(`
Milliseconds, medians of interleaved rounds. In parentheses: our time over theirs, and for Node 20 its time over
PyTorch's. A party that computes other numbers than the first one fails. Two lines of one name are two ways to start it,
of which each row takes the faster.
`)
console.log(`| work | ${names.join(' | ')} |`)
console.log(`|---|${'---|'.repeat(names.length)}`)
const notes = []
const judged = []
const peaks = new Map()
const pattern = new RegExp(options.only)
for (const row of rows.filter(({ name }) => name === PEAK || pattern.test(name))) {
  const { medians, failures } = await interleave(parties, row, Number(options.rounds))
  if (row.name === PEAK) for (const [name, time] of medians) peaks.set(name, rate(row, time))
  console.log(`| ${[row.name, ...names.map((name) => cell(name, row, medians, failures))].join(' | ')} |`)
  for (const reason of failures.values()) notes.push(`- ${row.name}: ${reason}`)
  if (limitOf(row) !== undefined && medians.has(PYTORCH)) judged.push({ row, medians })
}
for (const party of parties) party.end()
if (notes.length > 0) console.log(`\nFailed:\n\n${notes.join('\n')}`)
if (judged.length > 0) printAims()

/** A party's time, its rate if the row has one, and the ratio of our time to it. */
function cell(name, row, medians, failures) {
  if (!medians.has(name)) return failures.has(name) ? 'failed' : ''
  const time = medians.get(name)
  return time.toPrecision(3) + rateOf(name, row, time) + ratioTo(name, medians)
}

function rate({ work }, time) {
  return (work.amount / time) * 1e3
}

function rateOf(name, row, time) {
  if (!row.work) return ''
  const reached = rate(row, time)
  // Measured on one thread.
  const peak = row.name !== PEAK && row.kind === 'gemm' && peaks.get(name) * threads
  return `, ${reached.toFixed(1)} ${row.work.unit}${peak ? `, ${percent(reached / peak)} of peak` : ''}`
}

/** The highest ratio of our time to PyTorch's. */
function limitOf(row) {
  return threads === 1 ? row.limit : row.parallelLimit
}

function percent(part) {
  return `${(100 * part).toFixed(0)} %`
}

function ratioTo(name, medians) {
  const [ours, theirs] = name === OURS_PLAIN ? [name, PYTORCH] : [OURS, name]
  if (ours === theirs || !medians.has(ours) || !medians.has(theirs)) return ''
  return ` (${(medians.get(ours) / medians.get(theirs)).toFixed(2)})`
}

/** Our time over PyTorch's, and its limit. */
function printAims() {
  const ours = [OURS, OURS_PLAIN].filter((name) => names.includes(name))
  console.log('\n### Our time over PyTorch’s, and what it should be at most\n')
  console.log(`| work | ${ours.map((name) => `${name} | at most`).join(' | ')} |`)
  console.log(`|---|${'---|---|'.repeat(ours.length)}`)
  for (const { row, medians } of judged) {
    const cells = ours.map((name) => {
      const ratio = medians.get(name) / medians.get(PYTORCH)
      // Training steps on the older Node may take a quarter longer.
      const limit = limitOf(row) * (name === OURS_PLAIN && row.kind === 'step' ? 1.25 : 1)
      return `${ratio.toFixed(2)} | ${Number(limit.toPrecision(3))}${ratio > limit ? ', **missed**' : ''}`
    })
    console.log(`| ${row.name} | ${cells.join(' | ')} |`)
  }
}
