/**
 * Work that waits, as nothing has asked for its result yet. Some operations go on from it without the elements: only
 * `apply` and nodes ask how, so that no operation has to know what its input is.
 */
import type { Deferred } from '../memory/storage.js'
import type { Tensor } from '../tensor/tensor.js'
import type { BackwardContext, Deferral, InputGradients, MaybeSaved, Saved } from './op.js'

/** How an operation goes on from work that waits: its result waits too, or is made from what the work is made from. */
export type Continuation<S extends MaybeSaved> = Deferral<S> | { run(out: Tensor): S }

/** Work that waits, and what it means to operations, which it knows by the names of their records. */
export interface Waiting extends Deferred {
  /** How `op` goes on from `x`, whose elements this would fill in; null where it needs them. Options are those of `op`. */
  continuation?(op: string, x: Tensor, options: unknown): Continuation<Saved> | null
  /** What `op` makes of `upstream`, which this would fill in; null where it needs the elements. The rest is as for `op`. */
  gradients?(
    op: string,
    upstream: Tensor,
    saved: unknown,
    options: unknown,
    context: BackwardContext,
  ): InputGradients | null
}

/** What `x` is going to be computed by, if it waits. */
export function waitingOf(x: Tensor | null | undefined): Waiting | null {
  return x == null ? null : x.storage.deferred
}
