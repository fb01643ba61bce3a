/** Functions that run before and after a module's `forward`. */

import { describe } from '../base/check.js'
import type { RemovableHandle } from '../graph/hooks.js'
import { Tensor } from '../tensor/tensor.js'
import { forwardWatched } from './backward_hooks.js'

/** The function that hooks run around. */
interface Forwarding {
  forward(...inputs: never[]): unknown
}

/** The result of a hook that replaces nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without a return statement is one too.
export type Nothing = null | undefined | void

/** Gets the inputs before `forward`; its result, an array of inputs or a single one, replaces them. */
export type ForwardPreHook<M extends Forwarding> = (
  module: M,
  inputs: Parameters<M['forward']>,
) => readonly unknown[] | Parameters<M['forward']>[0] | Nothing

/** Gets inputs and output after `forward`; its result, of the output's type, replaces the output. */
export type ForwardHook<M extends Forwarding> = (
  module: M,
  inputs: Parameters<M['forward']>,
  output: ReturnType<M['forward']>,
) => ReturnType<M['forward']> | Nothing

/** Options of a registration. */
export interface HookOptions {
  /** Runs it before the existing hooks. */
  prepend?: boolean
  /** Separate keywords are not supported: false. */
  with_kwargs?: false
  /** Running hooks after a `forward` that throws is not supported: false. */
  always_call?: false
}

type Hook = (...args: unknown[]) => unknown
type Forward = (...inputs: unknown[]) => unknown

interface Hooks {
  before: Hook[]
  after: Hook[]
  backwardBefore: Hook[]
  backward: Hook[]
  /** A `forward` that was assigned to the module itself; undefined for the class's. */
  assigned: unknown
}

const registered = new WeakMap<Forwarding, Hooks>()

/** Adds a hook; a module without any keeps its plain `forward`. */
export function addHook(
  module: Forwarding,
  when: 'before' | 'after' | 'backwardBefore' | 'backward',
  hook: (...args: never[]) => unknown,
  prepend: boolean,
): RemovableHandle {
  const hooks = registered.get(module) ?? intercept(module)
  // A new object, so that a function that is registered twice can be removed once.
  const own: Hook = (...args) => hook(...(args as never[]))
  if (prepend) hooks[when].unshift(own)
  else hooks[when].push(own)
  return {
    remove() {
      const at = hooks[when].indexOf(own)
      if (at >= 0) hooks[when].splice(at, 1)
      if (countOf(hooks) === 0) restore(module, hooks)
    },
  }
}

/**
 * Gives the module a `forward` of its own that runs the hooks around the class's, or around
 * one that was or will be assigned to the module. `super.forward` does not reach it.
 */
function intercept(module: Forwarding): Hooks {
  const assigned: unknown = Object.getOwnPropertyDescriptor(module, 'forward')?.value
  const hooks: Hooks = { before: [], after: [], backwardBefore: [], backward: [], assigned }
  const forward = (...given: unknown[]) => {
    let inputs = given
    for (const hook of [...hooks.before]) {
      const result = hook(module, inputs)
      if (result === undefined || result === null) continue
      if (!Array.isArray(result)) checkReplacement('register_forward_pre_hook', result, inputs[0])
      inputs = Array.isArray(result) ? result : [result]
    }
    const original = hooks.assigned ?? Reflect.get(Object.getPrototypeOf(module), 'forward')
    const run = (given: readonly unknown[]) => (original as Forward).apply(module, [...given])
    const isWatched = hooks.backward.length + hooks.backwardBefore.length > 0
    let output = isWatched ? forwardWatched(module, inputs, hooks, run) : run(inputs)
    // The current hooks: an earlier one may have removed the last one and added another.
    for (const hook of [...(registered.get(module)?.after ?? [])]) {
      const result = hook(module, inputs, output)
      if (result === undefined || result === null) continue
      checkReplacement('register_forward_hook', result, output)
      output = result
    }
    return output
  }
  Object.defineProperty(module, 'forward', {
    configurable: true,
    // Not enumerable, because fields are searched for parameters and modules.
    enumerable: false,
    get: () => forward,
    set(value: unknown) {
      hooks.assigned = value
    },
  })
  registered.set(module, hooks)
  return hooks
}

const countOf = ({ before, after, backwardBefore, backward }: Hooks): number =>
  before.length + after.length + backwardBefore.length + backward.length

function restore(module: Forwarding, hooks: Hooks): void {
  if (registered.get(module) !== hooks) return
  registered.delete(module)
  Reflect.deleteProperty(module, 'forward')
  if (hooks.assigned !== undefined) Object.assign(module, { forward: hooks.assigned })
}

/** Throws if a hook's result cannot be a replacement, such as the length that `push` returns. */
function checkReplacement(name: string, result: unknown, replaced: unknown): void {
  if (typeof result === typeof replaced && result instanceof Tensor === replaced instanceof Tensor) return
  throw new TypeError(
    `${name}: a hook must return nothing or what replaces ${describe(replaced)}, but got ${describe(result)}`,
  )
}
