// Checks that the loss is as fast as it was: fails if its speed relative to the JavaScript loop or to the copy is 20 % below
// the ratio in ratios.json. --update writes the ratios for this Node.
// The copy of 48 MB varies by a third between runs: its committed ratio is one of the lowest that were seen.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const TOLERATED = 0.8
/** Other programs, and V8's choice of when to compile, can only add time: the best of several processes counts. */
const ATTEMPTS = 5

const file = new URL('ratios.json', import.meta.url)
const committed = JSON.parse(readFileSync(file, 'utf8'))
const node = `Node ${process.versions.node.split('.')[0]}`

if (process.argv.includes('--update')) {
  writeFileSync(file, `${JSON.stringify({ ...committed, [node]: ratiosOf(bestTimes()) }, null, 2)}\n`)
  console.log(`ratios.json holds the ratios of ${node}`)
} else {
  const wanted = Object.entries(committed[node] ?? committed['Node 20'])
  const got = ratiosOf(bestTimes((times) => slow(wanted, ratiosOf(times)).length === 0))
  const tooSlow = slow(wanted, got)
  for (const [name, ratio] of wanted) {
    const failed = tooSlow.includes(name) ? ', 20 % under it or more' : ''
    console.log(`${node}, loss + gradient, ${name}: ${got[name]}, was ${ratio}${failed}`)
  }
  if (tooSlow.length > 0) process.exitCode = 1
}

/** The best times of up to ATTEMPTS processes; stops as soon as they are `enough`. */
function bestTimes(enough = () => false) {
  const best = {}
  for (let attempt = 0; attempt < ATTEMPTS && !(attempt > 0 && enough(best)); attempt++) {
    for (const [shape, times] of Object.entries(timesOfOneProcess())) {
      best[shape] ??= times
      for (const [name, time] of Object.entries(times)) best[shape][name] = Math.min(best[shape][name], time)
    }
  }
  return best
}

function timesOfOneProcess() {
  const program = fileURLToPath(new URL('loss_times.mjs', import.meta.url))
  const { status, stdout } = spawnSync(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (status !== 0) throw new Error('the loss could not be timed')
  return JSON.parse(stdout)
}

/** Our speed relative to the loop's and the copy's, for each shape. */
function ratiosOf(times) {
  const ratios = Object.entries(times).flatMap(([shape, { ours, loop, copy }]) => [
    [`${shape}, loop / this`, Number((loop / ours).toPrecision(3))],
    [`${shape}, copy / this`, Number((copy / ours).toPrecision(3))],
  ])
  return Object.fromEntries(ratios)
}

function slow(wanted, got) {
  return wanted.filter(([name, ratio]) => got[name] < TOLERATED * ratio).map(([name]) => name)
}
