// Makes a module of kernels ready for several threads: it imports its memory instead of defining it, and exports its stack
// pointer. Its instances can then share one memory, each with a stack of its own. Whether the memory is shared is one
// bit of that import, which `ts/kernels/shared.ts` sets when the module is loaded: the same bytes serve one thread and many.
import * as wasm from './wasm_module.mjs'

const MEMORY_KIND = 2
const GLOBAL_KIND = 3

/** All of what 32 bits address, in pages of 64 KiB: a shared memory must name its limit. */
export const MAX_PAGES = 65_536

export function withImportedMemory(module) {
  const sections = wasm.sectionsOf(module)
  const content = new Map(sections)
  const memories = new wasm.Reader(content.get(wasm.MEMORY))
  const [{ minimum }] = memories.vector(() => {
    const hasMaximum = memories.byte() & 1
    const minimum = memories.number()
    if (hasMaximum) memories.number()
    return { minimum }
  })
  const memory = [...wasm.name('threads'), ...wasm.name('memory'), MEMORY_KIND, ...limits(minimum)]
  // wasm-ld numbers it first.
  const stackPointer = [...wasm.name('stack_pointer'), GLOBAL_KIND, 0]
  const replaced = {
    [wasm.IMPORT]: appended(content.get(wasm.IMPORT), memory),
    [wasm.EXPORT]: appended(content.get(wasm.EXPORT), stackPointer),
  }
  return wasm.moduleOf(
    sections.filter(([id]) => id !== wasm.MEMORY).map(([id, content]) => [id, replaced[id] ?? content]),
  )
}

/** The limits of a memory with a maximum. */
export const limits = (minimum) => [1, ...wasm.number(minimum), ...wasm.number(MAX_PAGES)]

/** A vector with one more item. */
function appended(section, item) {
  const reader = new wasm.Reader(section)
  const count = reader.number()
  return [...wasm.number(count + 1), ...section.subarray(reader.position), ...item]
}
