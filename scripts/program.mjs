// Lets a script be both a program and a module.
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Failure } from './step.mjs'

/** Runs `main` with the command-line arguments if the module at `url` is the program that was started. */
export async function asProgram(url, main) {
  if (!process.argv[1] || realpathSync(process.argv[1]) !== fileURLToPath(url)) return
  try {
    await main(process.argv.slice(2))
  } catch (reason) {
    if (!(reason instanceof Failure)) throw reason
    console.error(reason.message)
    process.exitCode = 1
  }
}
