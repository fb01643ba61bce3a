// Time from the start of a program to its first loss and gradient, compared to a program that does nothing.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { nodes, OURS, OURS_PLAIN, PYTORCH, python } from './parties.mjs'

const ROUNDS = 7

const first = (file) => fileURLToPath(new URL(`first/${file}`, import.meta.url))
const [newest, older] = nodes()
const programs = [
  { name: OURS, program: newest, file: first('softmargin.mjs'), empty: ['-e', ''] },
  { name: OURS_PLAIN, program: older, file: first('softmargin.mjs'), empty: ['-e', ''] },
  { name: PYTORCH, program: python(), file: first('pytorch.py'), empty: ['-c', ''] },
  { name: 'tfjs', program: newest, file: first('tfjs.mjs'), empty: ['-e', ''] },
  { name: 'jax-js', program: newest, file: first('jax.mjs'), empty: ['-e', ''] },
].filter(({ program }) => program !== undefined)

console.log(`## From the start to the first loss and gradient

Milliseconds, medians of interleaved rounds; what the runtime itself takes to start is subtracted.

| | runtime | import, first loss and gradient |
|---|---|---|`)
const wanted = numbersOf(programs[0])
const present = programs.filter((entry) => agrees(numbersOf(entry)))
const times = present.map(() => ({ empty: [], whole: [] }))
for (let round = 0; round < ROUNDS; round++) {
  for (const [i, { program, file, empty }] of present.entries()) {
    times[i].empty.push(elapsed(program, empty))
    times[i].whole.push(elapsed(program, [file]))
  }
}
for (const [i, { name }] of present.entries()) {
  const [empty, whole] = [median(times[i].empty), median(times[i].whole)]
  console.log(`| ${name} | ${empty.toFixed(0)} | ${(whole - empty).toFixed(0)} |`)
}

/** The program's output: a loss and its gradient, or nothing if it cannot run. */
function numbersOf({ program, file }) {
  return spawnSync(program, [file], { encoding: 'utf8' })
    .stdout?.trim()
    .split('\n')
    .pop()
    .split(' ')
    .map(Number)
}

function agrees(numbers) {
  return numbers?.length === wanted.length && numbers.every((value, i) => Math.abs(value - wanted[i]) < 1e-5)
}

function elapsed(program, args) {
  const start = performance.now()
  spawnSync(program, args, { stdio: 'ignore' })
  return performance.now() - start
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1]
}
