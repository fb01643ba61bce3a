import { ValueError } from '../base/errors.js'
import { takesNothing } from '../call/nothing.js'
import { signature } from '../call/signature.js'
import { linearMemory } from '../kernels/instance.js'
import { residency, setBudget } from '../memory/residency.js'

/** What `torch.wasm.memory()` tells; sizes in bytes. */
export interface MemoryInfo {
  /** Linear memory as it has grown; it never shrinks. */
  heap_bytes: number
  /** Tensors that lie in linear memory. */
  resident_bytes: number
  /** Live tensors that were moved out of it, as far as the collector has told. */
  spilled_bytes: number
  /** What resident tensors may take together; one operation's operands may exceed it. */
  budget_bytes: number
  /** Tensors that are held (views share one), as far as the collector has told. */
  tensors: number
}

const SET_BUDGET = signature('set_budget', 'bytes: number')

/** Where the memory is. */
export function memory(): MemoryInfo
export function memory(...none: unknown[]): MemoryInfo {
  takesNothing('memory', none)
  return { heap_bytes: linearMemory().byteLength, ...residency() }
}

/** Sets how many bytes of tensors may stay in linear memory; the longest unused beyond it are moved out. */
export function set_budget(bytes: number | { bytes: number }): void
export function set_budget(...args: unknown[]): void {
  const [bytes] = SET_BUDGET.read(args)
  if (!(bytes >= 0)) {
    throw new ValueError(`set_budget: bytes must be a number of at least 0, but got ${bytes}`)
  }
  setBudget(bytes)
}
