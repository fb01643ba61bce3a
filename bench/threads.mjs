// How work grows faster with threads: ours and PyTorch's on 1, 2, 4 ... threads, up to as many as cores.
import { availableParallelism } from 'node:os'
import { interleave } from './interleave.mjs'
import { OURS, PYTORCH, start } from './parties.mjs'
import { rows } from './rows.mjs'

const ROUNDS = 5
const WORK = [
  /^matrix product (256|512|1024) x \d+ x \d+$/,
  /^loss \+ gradient.* (1024 x 100|4096 x 1000)$/,
  /^step:/,
]

const cores = availableParallelism()
const counts = [1, 2, 4, 8, 16, 32].filter((threads) => threads < cores).concat(cores)

const { parties } = await start((name) => name === OURS || name === PYTORCH)
console.log(`## How much faster with threads

How many times as fast as on one thread, softmargin / PyTorch, medians of ${ROUNDS} interleaved rounds.
`)
console.log(`| work | ${counts.map((threads) => `${threads} threads`).join(' | ')} |`)
console.log(`|---|${'---|'.repeat(counts.length)}`)
for (const row of rows.filter(({ name }) => WORK.some((pattern) => pattern.test(name)))) {
  const times = []
  for (const threads of counts) {
    for (const party of parties) await party.useThreads(threads)
    times.push((await interleave(parties, row, ROUNDS)).medians)
  }
  const faster = (name, medians) =>
    medians.has(name) ? (times[0].get(name) / medians.get(name)).toFixed(2) : 'none'
  const cells = times.map((medians) => `${faster(OURS, medians)} / ${faster(PYTORCH, medians)}`)
  console.log(`| ${[row.name, ...cells].join(' | ')} |`)
}
for (const party of parties) party.end()
