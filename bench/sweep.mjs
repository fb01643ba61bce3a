// Every operation, layer and optimizer beside PyTorch: node sweep.mjs [--only=pattern] [--rounds=5] [--threads=n]
//
// Prints the ratio of our time to PyTorch's for each case at three sizes, and at the end the ten worst.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { interleave } from './interleave.mjs'
import { OURS, PYTORCH, start } from './parties.mjs'
import { sweepRows } from './sweep_cases.mjs'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: String(availableParallelism()) },
    sweep: { type: 'boolean' },
  },
})
/** Short samples, so that hundreds of rows take minutes. */
const SAMPLE = { shortest: 3, enough: 150 }
const WORST = 10

const { parties, absent } = await start((name) => name === OURS || name === PYTORCH, {
  eager: true,
  capabilities: ['avx512', 'avx2'],
  threads: Number(options.threads),
})

console.log('## Every operation beside PyTorch\n')
console.log(`${parties.map(({ version }) => version).join('; ')}. ${absent.join('. ')}`.trim())
console.log(`
Microseconds with ${options.threads} threads each, medians of interleaved rounds, and our time over theirs. Backward: with the forward pass.
`)
console.log(`| operation | softmargin | PyTorch | ratio |`)
console.log('|---|---|---|---|')
const results = []
const notes = []
const pattern = new RegExp(options.only)
for (const row of sweepRows().filter(({ name }) => pattern.test(name))) {
  const { medians, failures } = await interleave(parties, row, Number(options.rounds), SAMPLE)
  for (const reason of failures.values()) notes.push(`- ${row.name}: ${reason}`)
  const [ours, theirs] = [OURS, PYTORCH].map((name) => medians.get(name))
  if (ours === undefined || theirs === undefined) continue
  results.push({ name: row.name, ratio: ours / theirs })
  console.log(
    `| ${[row.name, microseconds(ours), microseconds(theirs), (ours / theirs).toFixed(2)].join(' | ')} |`,
  )
}
for (const party of parties) party.end()
if (notes.length > 0) console.log(`\nFailed:\n\n${notes.join('\n')}`)

results.sort((a, b) => b.ratio - a.ratio)
console.log(`\n### The ${WORST} worst of ${results.length}\n`)
for (const { name, ratio } of results.slice(0, WORST)) console.log(`- ${name}: ${ratio.toFixed(2)}`)
console.log(`\n${results.filter(({ ratio }) => ratio > 2).length} take more than twice PyTorch's time.`)

function microseconds(milliseconds) {
  return (milliseconds * 1e3).toPrecision(3)
}
