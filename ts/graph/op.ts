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
 * the inputs, the results and what forward saves, and nowhere else. Options are plain data, as nodes keep them.
 * `apply` alone converts operands and makes them contiguous, decides whether the work waits, launches it, and records it.
 *
 * Several results: `defineSeveral` and `applyEach` (ts/ops/sort/topk.ts). Views and draws: `defineGradient` and
 * `recordResult`. Changes in place: `in_place.ts`. Work that waits, and what goes on from it: `waiting.ts`.
 */
import type { Deferred } from '../memory/storage.js'
import type { DType } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { OperandRule } from './operands.js'

/** Tensors that backward reads, by name; undefined where no gradient that is wanted needs one. */
export type Saved = { readonly [name: string]: Tensor | undefined }

/** What `forward` returns: what it saved, if anything. */
// biome-ignore lint/suspicious/noConfusingVoidType: a forward that saves nothing has no return statement.
export type MaybeSaved = Saved | void

/** What `backward` is told besides the upstream gradient, what was saved, and the options. */
export interface BackwardContext {
  /** Which inputs want a gradient. */
  readonly needs: readonly boolean[]
  readonly inputShapes: readonly Shape[]
  /** Whether the upstream gradient may be written over, as nothing else holds it. */
  readonly ownsUpstream: boolean
}

/** Gradients of the inputs, in their order; null for one that is not wanted, or that there is not. */
export type InputGradients = readonly (Tensor | null)[]

/** An operation that makes one tensor. */
export interface Op<Options = undefined, S extends MaybeSaved = void> {
  readonly name: string
  /** Names of the inputs in messages; `input` and `other` where they are left out. */
  readonly inputs?: readonly string[]
  /**
   * The element type in which the kernel takes the operands, to which numbers and tensors of other types are converted:
   * a rule of `operands.ts`. Where it is left out, inputs are tensors and taken as they come.
   */
  readonly operands?: OperandRule<Options>
  /** The shape of the result. Throws, before any kernel runs, where the inputs do not go together. */
  shape(inputs: readonly Tensor[], options: Options): Shape
  /** The element type of the result; float32 where it is left out. Only a float32 result has a gradient. */
  dtype?(inputs: readonly Tensor[], options: Options): DType
  /**
   * The result as work that may wait until something asks for its elements, often never: then `forward` does not run.
   * Null where that is not worth it.
   */
  defer?(inputs: readonly Tensor[], options: Options): Deferral<S> | null
  /**
   * Fills `out` and returns what backward reads: inputs, `out`, and tensors that are made here for it, such as masks.
   * What is saved may not change before that; so save what is needed, and no more. `tracked` tells whether there will
   * be a backward. Runs inside a launch: pointers stay valid until it returns.
   */
  forward(inputs: readonly Tensor[], out: Tensor, options: Options, tracked: boolean): S
  /** Whether `forward` takes inputs as they lie in memory. Otherwise they come contiguous. */
  readonly takesStrided?: true
  /** Names of what `forward` makes to be saved: freed after the last backward pass, or now where there will be none. */
  readonly makes?: readonly (keyof S & string)[]
  /**
   * Gradients of the inputs from that of the result. One may have the broadcast shape: it is summed down. One is
   * a new tensor, or `upstream` or an alias of it, or one that forward made for this. It may be written
   * over `upstream` if the context says so, never over what was saved: a pass that fails is tried again.
   */
  backward?(upstream: Tensor, saved: S, options: Options, context: BackwardContext): InputGradients
}

/** A result that waits. */
export interface Deferral<S extends MaybeSaved> {
  readonly work: Deferred
  /** What `forward` would have saved, `out` being the result. */
  saved(out: Tensor): S
}

/** A shape and an element type. */
export interface Result {
  readonly shape: Shape
  /** float32 where it is left out. Only float32 results have a gradient. */
  readonly dtype?: DType
}

/** An operation that makes several tensors: the same contract, with all of them where {@link Op} has one. */
export interface OpOfSeveral<Options = undefined, S extends MaybeSaved = void> {
  readonly name: string
  /** What the results will be. Throws, before any kernel runs, where the inputs do not go together. */
  results(inputs: readonly Tensor[], options: Options): readonly Result[]
  /** Fills `outs`; see {@link Op.forward}. */
  forward(inputs: readonly Tensor[], outs: readonly Tensor[], options: Options, tracked: boolean): S
  /** What of that `forward` makes, as in {@link Op}. */
  readonly makes?: readonly (keyof S & string)[]
  /** Gradients of the inputs; `upstreams` has null for each result to which no gradient came, one at least came. */
  backward?(
    upstreams: readonly (Tensor | null)[],
    saved: S,
    options: Options,
    context: BackwardContext,
  ): InputGradients
}

/** How gradients go back through what makes no tensor of its own: a view, or a change in place. */
export type GradientOnly<Options = undefined> = Pick<Op<Options>, 'name'> &
  Required<Pick<Op<Options>, 'backward'>>

/** All that a node needs to know of an operation, whose options and saved tensors are those that go with it. */
export type Differentiable = { readonly makes?: readonly string[] } & (
  | Pick<Op<never, never>, 'name' | 'backward'>
  | Pick<OpOfSeveral<never, never>, 'name' | 'results' | 'backward'>
)

/** Every record, for the test that wants a fixture for each. */
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

/** Declares what makes no tensor of its own. */
export function defineGradient<Options = undefined>(record: GradientOnly<Options>): GradientOnly<Options> {
  records.push(record)
  return record
}
