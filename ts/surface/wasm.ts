import { ValueError } from '../base/errors.js'
import { takesNothing } from '../call/nothing.js'
import { signature } from '../call/signature.js'
import { linearMemory } from '../kernels/instance.js'
import { residency, setBudget } from '../memory/residency.js'

/** The result of `torch.wasm.memory()`; sizes in bytes. */
export interface MemoryInfo {
  /** Size of linear memory, which never shrinks. */
  heap_bytes: number
  /** Tensors in linear memory. */
  resident_bytes: number
  /** Live tensors that were evicted from it, as far as the collector has reported. */
  spilled_bytes: number
  /** Limit for all resident tensors; the operands of a single operation may exceed it. */
  budget_bytes: number
  /** Number of live tensors (views count once), as far as the collector has reported. */
  tensors: number
}

const SET_BUDGET = signature('set_budget', 'bytes: number')

/** Reports the use of memory. */
export function memory(): MemoryInfo
export function memory(...none: unknown[]): MemoryInfo {
  takesNothing('memory', none)
  return { heap_bytes: linearMemory().byteLength, ...residency() }
}

/** Sets the limit in bytes for tensors in linear memory; the least recently used ones beyond it are evicted. */
export function set_budget(bytes: number | { bytes: number }): void
export function set_budget(...args: unknown[]): void {
  const [bytes] = SET_BUDGET.read(args)
  if (!(bytes >= 0)) {
    throw new ValueError(`set_budget: bytes must be a number of at least 0, but got ${bytes}`)
  }
  setBudget(bytes)
}
