/** Operations of the user's own, with a backward pass of their own. */
import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { isTracked } from '../graph/apply.js'
import { recordCustom } from '../graph/custom.js'
import { inMode } from '../graph/grad_mode.js'
import { zerosLike } from '../tensor/parts.js'
import { checkTensor, Tensor } from '../tensor/tensor.js'

const ONCE = signature('once_differentiable', 'fn: function')

/** What forward and backward of a {@link OwnFunction} share; other fields are the user's. */
export interface FunctionContext {
  /** Keeps tensors for backward, which throws if one was changed in place since. */
  save_for_backward(...tensors: (Tensor | null)[]): void
  /** Those tensors, in order. */
  readonly saved_tensors: readonly Tensor[]
  /** Whether each argument needs a gradient. */
  readonly needs_input_grad: readonly boolean[]
  /** Says which results get no gradient. */
  mark_non_differentiable(...tensors: Tensor[]): void
  /** Whether gradients that nobody has given are zeros, as by default, or null. */
  set_materialize_grads(value: boolean): void
  [field: string]: unknown
}

class Context {
  [field: string]: unknown
  declare needs_input_grad: readonly boolean[]
  declare saved: readonly (Tensor | null)[]
  declare constants: readonly Tensor[]
  declare materialize: boolean

  constructor(needs: readonly boolean[]) {
    this.needs_input_grad = needs
    for (const [name, value] of Object.entries({ saved: [], constants: [], materialize: true }))
      Object.defineProperty(this, name, { value, writable: true })
  }

  get saved_tensors(): readonly (Tensor | null)[] {
    return this.saved
  }

  save_for_backward(...tensors: (Tensor | null)[]): void {
    for (const [i, x] of tensors.entries())
      if (x !== null) checkTensor('save_for_backward', `tensors[${i}]`, x)
    this.saved = tensors
  }

  mark_non_differentiable(...tensors: Tensor[]): void {
    this.constants = tensors
  }

  set_materialize_grads(value: boolean): void {
    this.materialize = value
  }
}

/** A subclass, as `apply` sees it. */
interface Definition {
  readonly name: string
  forward(...args: unknown[]): unknown
  setup_context?(ctx: FunctionContext, inputs: readonly unknown[], output: unknown): void
  backward(ctx: FunctionContext, ...upstreams: (Tensor | null)[]): unknown
}

/**
 * Base of operations with a gradient of their own: static `forward(ctx, …)` computes, unrecorded, and static `backward(ctx, …)` gives
 * a gradient, or null, for each argument of forward, from those of its results. With a static `setup_context(ctx, inputs, output)`
 * forward gets no `ctx`. Source: torch.autograd.Function.
 *
 * @example
 * class Square extends torch.autograd.Function {
 *   static override forward(ctx: torch.autograd.FunctionContext, x: torch.Tensor) {
 *     ctx.save_for_backward(x)
 *     return x.mul(x)
 *   }
 *   static override backward(ctx: torch.autograd.FunctionContext, upstream: torch.Tensor) {
 *     return upstream.mul(ctx.saved_tensors[0]).mul(2)
 *   }
 * }
 * Square.apply(x)
 */
// biome-ignore lint/complexity/noStaticOnlyClass: subclasses have static methods, as in torch.
export class OwnFunction {
  /** The computation. */
  static forward(..._args: never[]): unknown {
    throw new RuntimeError('You must implement the forward function for custom autograd.Function.')
  }

  /** The gradients of the arguments of forward. */
  static backward(_ctx: FunctionContext, ..._upstreams: never[]): unknown {
    throw new RuntimeError('You must implement the backward function for your custom autograd.Function.')
  }

  /** Runs it, and records it if an argument needs a gradient. */
  static apply<R = Tensor>(...args: unknown[]): R {
    // biome-ignore lint/complexity/noThisInStatic: the subclass.
    return applied(this as unknown as Definition, args) as R
  }
}

/**
 * For the same spelling as in torch: there are no gradients of gradients.
 *
 * @typeParam F the type of the function
 */
export function once_differentiable<F extends (...args: never[]) => unknown>(fn: F): F
export function once_differentiable(...args: unknown[]): unknown {
  return ONCE.read(args)[0]
}

function applied(definition: Definition, args: readonly unknown[]): unknown {
  const inputs = args.filter((x): x is Tensor => x instanceof Tensor)
  const ctx = new Context(args.map((x) => x instanceof Tensor && x.requires_grad))
  const context = ctx as unknown as FunctionContext
  const tracked = isTracked(inputs)
  const output = inMode(false, () => {
    if (definition.setup_context === undefined) return definition.forward(context, ...args)
    const result = definition.forward(...args)
    definition.setup_context(context, args, result)
    return result
  })
  const isSeveral = Array.isArray(output)
  const given: readonly unknown[] = isSeveral ? output : [output]
  for (const x of given) {
    if (x instanceof Tensor || (isSeveral && !tracked)) continue
    if (isSeveral) continue
    throw new TypeError(
      `${definition.name}.forward: expected a Tensor or an array of them, but got ${describe(x)}`,
    )
  }
  if (!tracked) return output
  // An input that is returned as it is has another history from now on.
  const results = given.map((x) =>
    x instanceof Tensor && (inputs.includes(x) || x.edge !== null) ? x.detach() : x,
  )
  const isRecorded = (x: unknown, i: number): x is Tensor =>
    x instanceof Tensor && x.dtype === 'float32' && !ctx.constants.includes(given[i] as Tensor)
  const recorded = results.flatMap((x, i) => (isRecorded(x, i) ? [i] : []))
  const shapes = results.map((x) => (x instanceof Tensor ? x.shape : []))
  const name = `${definition.name}Backward`
  if (recorded.length > 0) {
    recordCustom({
      name,
      inputs,
      results: recorded.map((i) => results[i] as Tensor),
      saved: ctx.saved.filter((x) => x !== null),
      backward(upstreams) {
        const all = results.map((_, i) => {
          const upstream = upstreams[recorded.indexOf(i)] ?? null
          return upstream === null && ctx.materialize ? zerosLike(shapes[i]) : upstream
        })
        const gradients = definition.backward(context, ...all)
        const list: readonly unknown[] = Array.isArray(gradients) ? gradients : [gradients]
        const extra = list.slice(args.length).some((x) => x !== null && x !== undefined)
        if (list.length < args.length || extra) {
          throw new RuntimeError(
            `function ${name} returned an incorrect number of gradients (expected ${args.length}, got ${list.length})`,
          )
        }
        return args.flatMap((x, i) => (x instanceof Tensor ? [list[i]] : []))
      },
    })
  }
  return isSeveral ? results : results[0]
}
