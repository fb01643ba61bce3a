/** The seam of the debug build: a kernel that traps says which one it is, with which arguments, and why. */

import type { Kernels } from '#kernels'
import { parameters } from '#kernels/parameters'
import { RuntimeError } from '../base/errors.js'

type Kernel = (...args: unknown[]) => unknown

/** What a module has beside its kernels if it was compiled with messages. */
interface Panics {
  readonly memory: WebAssembly.Memory
  panic_message(): number
  /** 0 if no kernel has panicked since it was last called. */
  panic_message_bytes(): number
}

export function seam(exports: WebAssembly.Exports): Kernels {
  const traced = Object.entries(exports).map(([name, value]) => [
    name,
    name in parameters ? traces(name, value as Kernel, exports as unknown as Panics) : value,
  ])
  return Object.fromEntries(traced)
}

function traces(name: string, kernel: Kernel, panics: Panics): Kernel {
  return (...args) => {
    checkArguments(name, args)
    try {
      return kernel(...args)
    } catch (cause) {
      if (!(cause instanceof WebAssembly.RuntimeError)) throw cause
      const reason = messageOf(panics) ?? cause.message
      throw new RuntimeError(`${callOf(name, args)} trapped: ${reason}`, { cause })
    }
  }
}

/** Throws for what WebAssembly takes without a word: a number that 32 bits do not hold, of which it keeps the lower ones. */
function checkArguments(name: string, args: readonly unknown[]): void {
  const wanted = parameters[name]
  const problem =
    args.length === wanted.length
      ? wanted.find((parameter, i) => !(parameter.isInteger ? isInteger32 : isNumber)(args[i]))
      : { name: `one of ${wanted.length} arguments` }
  if (problem === undefined) return
  throw new TypeError(`${callOf(name, args)}: ${problem.name} is not what the kernel takes`)
}

const isNumber = (value: unknown) => typeof value === 'number'

const isInteger32 = (value: unknown) =>
  typeof value === 'boolean' ||
  (Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 32)

/** `scale(x = 1048592, factor = 0.5, …)` */
function callOf(name: string, args: readonly unknown[]): string {
  const named = args.map((value, i) => `${parameters[name][i]?.name ?? 'unknown'} = ${String(value)}`)
  return `${name}(${named.join(', ')})`
}

/** What the kernel said as it panicked, if it did. */
function messageOf(panics: Panics): string | undefined {
  const bytes = panics.panic_message_bytes?.()
  if (!bytes) return undefined
  return new TextDecoder().decode(new Uint8Array(panics.memory.buffer, panics.panic_message(), bytes))
}
