// Runs other programs as steps, and announces what is being done, how long it should take and how long it took.
// It writes to stderr, so that stdout has only the output of the program that was asked for.
import { spawn, spawnSync } from 'node:child_process'
import { root } from './project.mjs'

const verbose = Boolean(process.env.SOFTMARGIN_VERBOSE)

/** An error that the user can act on: printed without a stack trace. */
export class Failure extends Error {}

/** The number of running steps. */
let running = 0

/** Runs a program quietly; a failure shows its last `lines`. `expect` is the usual time, as in '40 s'. */
export async function step(title, program, args, { expect, lines = 40, ...options } = {}) {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  // Parallel steps print whole lines.
  const ticking = process.stderr.isTTY && !verbose && running === 0
  running++
  const start = expect ? `${title} (about ${expect})` : title
  const newLine = process.stderr.isTTY && running > 1 ? '\n' : ''
  process.stderr.write(ticking ? start : `${newLine}${start}\n`)
  const tick = () => running === 1 && process.stderr.write(`\r${start} ${seconds()} s`)
  const ticker = ticking && setInterval(tick, 1000)

  const { succeeded, output } = await run(program, args, { ...options, show: verbose })

  clearInterval(ticker)
  running--
  const result = `${title}: ${succeeded ? 'done' : 'FAILED'} in ${seconds()} s`
  process.stderr.write(ticking ? `\r\x1b[K${result}\n` : `${result}\n`)
  if (succeeded) return
  const shown = output.trimEnd().split('\n').slice(-lines).join('\n')
  throw new Failure(`${shown}\n\n${title} failed: ${[program, ...args].join(' ')}`)
}

/** Runs a program to its end. `show` passes its output on, `keep` (the default unless shown) collects it. */
export function run(program, args, { show = false, keep = !show, ...options } = {}) {
  return new Promise((resolve) => {
    const stdio = keep ? ['ignore', 'pipe', 'pipe'] : 'inherit'
    const child = spawn(program, args, { cwd: root, stdio, ...options })
    let output = ''
    const collect = (stream, shownOn) =>
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text
        if (show) shownOn.write(text)
      })
    collect(child.stdout, process.stdout)
    collect(child.stderr, process.stderr)
    child.on('error', (error) => resolve({ succeeded: false, output: error.message }))
    child.on('close', (code, signal) => {
      const reason = signal ? `\nstopped by ${signal}` : ''
      resolve({ succeeded: code === 0, code, output: output + reason })
    })
  })
}

/** The trimmed stdout of a short command, or undefined if the command is missing or fails. */
export function answer(program, args, env = process.env) {
  const { status, stdout } = spawnSync(program, args, { cwd: root, env, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** Whether `action` succeeded. A failure is printed but does not stop the caller. */
export async function attempt(action) {
  try {
    await action()
    return true
  } catch (reason) {
    if (!(reason instanceof Failure)) throw reason
    console.error(reason.message)
    return false
  }
}
