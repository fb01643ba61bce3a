import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { formatShape, sameShape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'

/** Gets a gradient during backward; its result, if any, replaces the gradient. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without a return statement is one too.
export type Hook = (gradient: Tensor) => Tensor | null | undefined | void

/** Removes a hook. */
export interface RemovableHandle {
  /** Removes the hook. Further calls are no-ops. */
  remove(): void
}

declare module '../tensor/history.js' {
  interface GradientHooks extends Hooks {}
}

/** Hooks on the gradient of one tensor, in the order of registration, and the tensor that retains it. */
export class Hooks {
  private readonly hooks = new Set<{ readonly hook: Hook }>()
  /** A non-leaf tensor that retains the gradient in its `grad`. */
  retaining: Tensor | null = null

  add(hook: Hook): RemovableHandle {
    // A new object, because a function may be registered twice.
    const entry = { hook }
    this.hooks.add(entry)
    return { remove: () => void this.hooks.delete(entry) }
  }

  get isEmpty(): boolean {
    return this.hooks.size === 0
  }

  /** The gradient after all hooks. Calls `show` with each tensor that a hook may keep. */
  run(gradient: Tensor, show: (shown: Tensor) => void): Tensor {
    let current = gradient
    // As in torch: a snapshot, unaffected by hooks that add or remove others.
    for (const { hook } of [...this.hooks]) {
      show(current)
      const result = hook(current)
      if (result === undefined || result === null) continue
      checkReplacement(result, current)
      current = result
    }
    // The hook that returned it may keep it.
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

/** An owner of hooks: a leaf, or a result of a recorded operation. */
interface Hooked {
  hooks: Hooks | null
}

/** The hooks of a tensor's gradient, created if necessary. */
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

/** Makes backward passes add to `grad` of `x` although it is not a leaf. */
export function retain_grad(x: Tensor): void {
  if (!x.requires_grad) throw new RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
  if (!x.is_leaf) hooksOf(x).retaining = x
}

/** Moves the retained gradient of `x` to its new history; hooks stay where they are, as in torch. */
export function moveRetained(x: Tensor, from: Hooked | null, to: Hooked | null): void {
  if (from?.hooks?.retaining !== x) return
  from.hooks.retaining = null
  if (to === null) return
  to.hooks ??= new Hooks()
  to.hooks.retaining = x
}
