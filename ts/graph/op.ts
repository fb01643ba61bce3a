/**
 * The contract of an operation: one record in ts/ops/<family>, which `apply` runs and records for backward.
 *
 *     const record = define({
 *       name: 'sqrt',
 *       operands: asFloat,
 *       shape: ([x]) => x.shape,
 *       forward([x], out) {
 *         kernels.sqrt(x.pointer(), out.pointer(), out.numel())
 *         return { out }
 *       },
 *       backward(upstream, { out }) {
 *         const gradient = empty('backward', upstream.shape)
 *         kernels.sqrt_backward(upstream.pointer(), out.pointer(), gradient.pointer(), gradient.numel())
 *         return [gradient]
 *       },
 *     })
 *     export const sqrt = (x: TensorLike): Tensor => apply(record, [x], undefined)
 *
 * The function around it checks arguments; everything else is in the record, for all element types. Tensors are among
 * the inputs, the results and the saved tensors, and nowhere else. Options are plain data, as nodes keep them.
 * `apply` alone converts operands and makes them contiguous, decides whether the work is deferred, launches and records it.
 *
 * Several results: `defineSeveral` and `applyEach` (ts/ops/sort/topk.ts). Views and draws: `defineGradient` and
 * `recordResult`. Changes in place: `in_place.ts`. Deferred work, and operations that continue from it: `waiting.ts`.
 */
import type { Deferred } from '../memory/storage.js'
import type { DType } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { OperandRule } from './operands.js'

/** Tensors that backward reads, by name; undefined if no required gradient needs it. */
export type Saved = { readonly [name: string]: Tensor | undefined }

/** The result of `forward`: the saved tensors, if any. */
// biome-ignore lint/suspicious/noConfusingVoidType: a forward that saves nothing has no return statement.
export type MaybeSaved = Saved | void

/** Further arguments of `backward`. */
export interface BackwardContext {
  /** Whether each input needs a gradient. */
  readonly needs: readonly boolean[]
  readonly inputShapes: readonly Shape[]
  /** Whether the upstream gradient may be overwritten, because it has no other holder. */
  readonly ownsUpstream: boolean
}

/** Gradients of the inputs, in order; null if not needed, or if there is none. */
export type InputGradients = readonly (Tensor | null)[]

/** An operation with one result. */
export interface Op<Options = undefined, S extends MaybeSaved = void> {
  readonly name: string
  /** Names of the inputs in errors; `input` and `other` by default. */
  readonly inputs?: readonly string[]
  /**
   * The rule of `operands.ts` for the element type of the kernel's operands, to which numbers and other tensors are converted.
   * By default inputs are tensors and are not converted.
   */
  readonly operands?: OperandRule<Options>
  /** The shape of the result. Throws, before any kernel runs, if the inputs do not match. */
  shape(inputs: readonly Tensor[], options: Options): Shape
  /** The element type of the result; float32 by default. Only a float32 result has a gradient. */
  dtype?(inputs: readonly Tensor[], options: Options): DType
  /**
   * The result as deferred work, to run when its elements are needed, if ever; then `forward` does not run.
   * Null if that is not worthwhile.
   */
  defer?(inputs: readonly Tensor[], options: Options): Deferral<S> | null
  /**
   * Fills `out` and returns the tensors that backward reads: inputs, `out`, and tensors made for backward, such as masks.
   * Saved tensors may not change before backward, so save only what is needed. `tracked` says whether there will
   * be a backward pass. Runs inside a launch: pointers stay valid until it returns.
   */
  forward(inputs: readonly Tensor[], out: Tensor, options: Options, tracked: boolean): S
  /** Whether `forward` and `backward` accept strided inputs and saved tensors. Otherwise they are contiguous. */
  readonly takesStrided?: true
  /** Names of saved tensors that `forward` makes. They are freed after the last backward pass, or immediately if there will be none. */
  readonly makes?: readonly (keyof S & string)[]
  /**
   * Gradients of the inputs from that of the result. A gradient with the broadcast shape is summed down. A gradient is
   * a new tensor, `upstream` or an alias of it, or one that forward made. It may overwrite
   * `upstream` if the context says so, but never saved tensors, because a failed pass may be tried again.
   */
  backward?(upstream: Tensor, saved: S, options: Options, context: BackwardContext): InputGradients
}

/** A deferred result. */
export interface Deferral<S extends MaybeSaved> {
  readonly work: Deferred
  /** The tensors that `forward` would have saved, for the result `out`. */
  saved(out: Tensor): S
}

/** A shape and an element type. */
export interface Result {
  readonly shape: Shape
  /** float32 by default. Only float32 results have a gradient. */
  readonly dtype?: DType
}

/** An operation with several results: the same contract as {@link Op}, for all of them. */
export interface OpOfSeveral<Options = undefined, S extends MaybeSaved = void> {
  readonly name: string
  /** Shapes and types of the results. Throws, before any kernel runs, if the inputs do not match. */
  results(inputs: readonly Tensor[], options: Options): readonly Result[]
  /** Fills `outs`; see {@link Op.forward}. */
  forward(inputs: readonly Tensor[], outs: readonly Tensor[], options: Options, tracked: boolean): S
  /** Names of saved tensors that `forward` makes, as in {@link Op}. */
  readonly makes?: readonly (keyof S & string)[]
  /** Gradients of the inputs; `upstreams` has null for results without a gradient, but not for all. */
  backward?(
    upstreams: readonly (Tensor | null)[],
    saved: S,
    options: Options,
    context: BackwardContext,
  ): InputGradients
}

/** The gradient of an operation that makes no tensor of its own: a view, or a change in place. */
export type GradientOnly<Options = undefined> = Pick<Op<Options>, 'name'> &
  Required<Pick<Op<Options>, 'backward'>>

/** The part of an operation that a node uses, with matching options and saved tensors. */
export type Differentiable = { readonly makes?: readonly string[]; readonly takesStrided?: true } & (
  | Pick<Op<never, never>, 'name' | 'backward'>
  | Pick<OpOfSeveral<never, never>, 'name' | 'results' | 'backward'>
)

/** All records, for the test that requires a fixture for each. */
export const records: { readonly name: string }[] = []

/** Declares an operation. */
export function define<Options = undefined, S extends MaybeSaved = void>(
  record: Op<Options, S>,
): Op<Options, S> {
  records.push(record)
  return record
}

/** Declares an operation with several results. */
export function defineSeveral<Options = undefined, S extends MaybeSaved = void>(
  record: OpOfSeveral<Options, S>,
): OpOfSeveral<Options, S> {
  records.push(record)
  return record
}

/** Declares an operation that makes no tensor of its own. */
export function defineGradient<Options = undefined>(record: GradientOnly<Options>): GradientOnly<Options> {
  records.push(record)
  return record
}
