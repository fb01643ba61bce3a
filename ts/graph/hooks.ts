import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { formatShape, sameShape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'

/** Sees a gradient during backward; what it returns, if anything, takes the gradient's place. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without a return statement is one too.
export type Hook = (gradient: Tensor) => Tensor | null | undefined | void

/** Takes a hook away again. */
export interface RemovableHandle {
  /** Without effect the second time. */
  remove(): void
}

declare module '../tensor/history.js' {
  interface GradientHooks extends Hooks {}
}

/** What is to be done with the gradient of one tensor: hooks, in the order in which they were registered, and keeping it. */
export class Hooks {
  private readonly hooks = new Set<{ readonly hook: Hook }>()
  /** A tensor that is no leaf and wants the gradient in its `grad`. */
  retaining: Tensor | null = null

  add(hook: Hook): RemovableHandle {
    // An entry of its own: one function may be registered twice.
    const entry = { hook }
    this.hooks.add(entry)
    return { remove: () => void this.hooks.delete(entry) }
  }

  get isEmpty(): boolean {
    return this.hooks.size === 0
  }

  /** The gradient after all hooks; `show` is told of each tensor that a hook may keep. */
  run(gradient: Tensor, show: (shown: Tensor) => void): Tensor {
    let current = gradient
    // As torch: those that are there now, whatever hooks add or remove on the way.
    for (const { hook } of [...this.hooks]) {
      show(current)
      const result = hook(current)
      if (result === undefined || result === null) continue
      checkReplacement(result, current)
      current = result
    }
    // Whoever returned it may have kept it.
    if (current !== gradient) show(current)
    return current
  }
}

function checkReplacement(result: unknown, gradient: Tensor): void {
  if (!(result instanceof Tensor)) {
    throw new TypeError(`register_hook: a hook must return a Tensor or nothing, but got ${describe(result)}`)
  }
  if (result.dtype !== 'float32')
    throw new RuntimeError(
      `register_hook: a hook has changed the type of value (was float32 got ${result.dtype})`,
    )
  if (!sameShape(result.shape, gradient.shape)) {
    throw new RuntimeError(
      `register_hook: a hook has changed the size of value (was ${formatShape(gradient.shape)} got ${formatShape(result.shape)})`,
    )
  }
}

/** What hooks may be on: a leaf, or a result of a recorded operation. */
interface Hooked {
  hooks: Hooks | null
}

/** The hooks of a tensor's gradient, made where there are none yet. */
const hooksOf = (x: Tensor): Hooks => {
  const owner = x.edge ?? x
  owner.hooks ??= new Hooks()
  return owner.hooks
}

/** Calls `hook` with the gradient of `x` in every backward pass from now on. */
export function register_hook(x: Tensor, hook: Hook): RemovableHandle {
  if (typeof hook !== 'function')
    throw new TypeError(`register_hook: hook must be a function, but got ${describe(hook)}`)
  if (!x.requires_grad)
    throw new RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
  return hooksOf(x).add(hook)
}

/** Makes backward passes add to `grad` of `x`, as it is then, although it is no leaf. */
export function retain_grad(x: Tensor): void {
  if (!x.requires_grad) throw new RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
  if (!x.is_leaf) hooksOf(x).retaining = x
}

/** Lets the gradient that `x` retains be that of what it is from now on; hooks stay where they are, as torch's. */
export function moveRetained(x: Tensor, from: Hooked | null, to: Hooked | null): void {
  if (from?.hooks?.retaining !== x) return
  from.hooks.retaining = null
  if (to === null) return
  to.hooks ??= new Hooks()
  to.hooks.retaining = x
}
