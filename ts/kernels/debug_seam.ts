/** The seam of the debug build: an error from a trapping kernel names the kernel, its arguments and the reason. */

import type { Kernels } from '#kernels'
import { parameters } from '#kernels/parameters'
import { RuntimeError } from '../base/errors.js'

type Kernel = (...args: unknown[]) => unknown

/** Additional exports of a module that was compiled with panic messages. */
interface Panics {
  readonly memory: WebAssembly.Memory
  panic_message(): number
  /** 0 if no kernel has panicked since the last call. */
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
      const { name: kind, message } = cause as Error
      if (kind !== 'RuntimeError') throw cause
      const reason = messageOf(panics) ?? message
      throw new RuntimeError(`${callOf(name, args)} trapped: ${reason}`, { cause })
    }
  }
}

/** Throws for numbers that do not fit 32 bits, which WebAssembly would silently truncate. */
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

/** The panic message of the kernel, if there is one. */
function messageOf(panics: Panics): string | undefined {
  const bytes = panics.panic_message_bytes?.()
  if (!bytes) return undefined
  return new TextDecoder().decode(new Uint8Array(panics.memory.buffer, panics.panic_message(), bytes))
}
