/** Linear memory that several threads share. */
import { mayShare, refuse } from './fork.js'

/** Pages of 64 KiB: those of a module's constants and stack, and all that 32 bits address. */
export const LIMITS = { initial: 20, maximum: 2 ** 16 }

/** A memory for kernels: shared with other threads if the runtime offers them. */
export function createMemory(): WebAssembly.Memory {
  try {
    if (mayShare()) return new WebAssembly.Memory({ ...LIMITS, shared: true })
  } catch (error) {
    refuse(`this runtime has no shared memory (${(error as Error).message})`)
  }
  return new WebAssembly.Memory(LIMITS)
}

/** The import of a memory: the length of its name, the name, the kind of an import. The next byte says what limits it has. */
const MEMORY_IMPORT = [6, ...Array.from('memory', (letter) => letter.charCodeAt(0)), 2]
/** A minimum and a maximum, of a memory that is shared. */
const SHARED = 3

/** A copy of a module that imports its memory as a shared one: one bit says so, all else is the same. */
export function importingShared(module: BufferSource): Uint8Array<ArrayBuffer> {
  const bytes = ArrayBuffer.isView(module)
    ? new Uint8Array(module.buffer, module.byteOffset, module.byteLength).slice()
    : new Uint8Array(module.slice(0) as ArrayBuffer)
  const isImport = (at: number) => MEMORY_IMPORT.every((byte, i) => bytes[at + i] === byte)
  let at = bytes.indexOf(MEMORY_IMPORT[0])
  while (at >= 0 && !isImport(at)) at = bytes.indexOf(MEMORY_IMPORT[0], at + 1)
  // What is no module of kernels is refused when it is compiled.
  if (at >= 0) bytes[at + MEMORY_IMPORT.length] = SHARED
  return bytes as Uint8Array<ArrayBuffer>
}
