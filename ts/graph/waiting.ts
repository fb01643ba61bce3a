/**
 * Deferred work, whose result nothing has needed yet. Some operations can continue from it without the elements. Only
 * `apply` and nodes ask for that, so no operation needs to know whether its input is deferred.
 */
import type { Deferred } from '../memory/storage.js'
import type { Tensor } from '../tensor/tensor.js'
import type { BackwardContext, Deferral, InputGradients, MaybeSaved, Saved } from './op.js'

/** How an operation continues from deferred work: its result is deferred too, or it is computed from the work's operands. */
export type Continuation<S extends MaybeSaved> = Deferral<S> | { run(out: Tensor): S }

/** Deferred work that operations, identified by the names of their records, can continue from. */
export interface Waiting extends Deferred {
  /** How `op` continues from `x`, whose elements this work would compute; null if it needs the elements. Options are those of `op`. */
  continuation?(op: string, x: Tensor, options: unknown): Continuation<Saved> | null
  /** The gradients of `op` for `upstream`, whose elements this work would compute; null if it needs the elements. The rest is as for `op`. */
  gradients?(
    op: string,
    upstream: Tensor,
    saved: unknown,
    options: unknown,
    context: BackwardContext,
  ): InputGradients | null
}

/** The pending work of `x`, if it is deferred. */
export function waitingOf(x: Tensor | null | undefined): Waiting | null {
  return x == null ? null : x.storage.deferred
}
