import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const LIMITS = { timeout: 120_000, maxBuffer: 2 ** 26 }

interface Options {
  cwd?: string
  env?: NodeJS.ProcessEnv
  timeout?: number
}

/** What a program prints; an error with all that it said if it fails. */
export async function execute(program: string, args: string[], options?: Options): Promise<string> {
  return (await outcome(program, args, options)).stdout.trim()
}

/** The same with what it says on stderr. */
export function outcome(program: string, args: string[], options?: Options) {
  // CI has tools print in colours, which tests would have to read around.
  const env: NodeJS.ProcessEnv = { ...(options?.env ?? process.env), NO_COLOR: '1' }
  delete env.FORCE_COLOR
  const run = promisify(execFile)(program, args, { ...LIMITS, ...options, env })
  return run.catch((error: Error & { stdout: string; stderr: string }) => {
    throw new Error(`${error.message}\n${error.stdout}${error.stderr}`)
  })
}
