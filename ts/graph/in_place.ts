/** Changes in place, as backward sees them: what is written becomes part of the history of a base and of all its views. */
import { RuntimeError } from '../base/errors.js'
import { copyElements, duplicate } from '../tensor/copy.js'
import type { Tensor } from '../tensor/tensor.js'
import { isTracked } from './apply.js'
import { is_grad_enabled } from './grad_mode.js'
import { moveRetained } from './hooks.js'
import { Edge, Node } from './node.js'
import type { GradientOnly } from './op.js'

/** How gradients go back through parts of a base. */
export interface PartRecords<Place> {
  /** Of a base of which a part was overwritten: inputs are the base as it was, and what was written. */
  readonly overwrite: GradientOnly<Place>
  /** Of a part as a view. */
  readonly view: GradientOnly<Place>
  /** Where a part lies in its base. */
  placeIn(base: Tensor, part: Tensor): Place
}

/** Throws where autograd forbids to change `x` by what it computes from `others`. */
export function checkChange(x: Tensor, others: readonly Tensor[]): void {
  if (!is_grad_enabled()) return
  if (x.is_leaf && x.requires_grad) {
    throw new RuntimeError('a leaf Variable that requires grad is being used in an in-place operation.')
  }
  const link = x.viewOf
  if (link === null) return
  if (!link.recorded && isTracked([link.base, ...others])) {
    throw new RuntimeError(
      'A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the no_grad block (if you do not want the inplace to be tracked) or both outside (if you want the inplace to be tracked).',
    )
  }
  if (link.base.is_leaf && link.base.requires_grad) {
    throw new RuntimeError(
      'a view of a leaf Variable that requires grad is being used in an in-place operation.',
    )
  }
}

/** Writes `result`, of the shape and dtype of `x`, over it; `isFromX` tells that its history goes on from that of `x`. */
export function write<Place>(x: Tensor, result: Tensor, isFromX: boolean, records: PartRecords<Place>): void {
  const tracked = isTracked([x, result])
  copyElements(result, x)
  if (!tracked) return
  const base = x.viewOf?.base ?? x
  const isWhole = base === x && isFromX
  const before = base.edge
  const edge = isWhole ? result.edge : partOf(records.overwrite, base, x, [base, result], records)
  moveRetained(base, before, edge)
  base.rewriteHistory(edge, (view, before) => {
    const edge = partOf(records.view, base, view, [base], records)
    moveRetained(view, before, edge)
    return edge
  })
}

/**
 * What `compute` makes of `x`, to be written over it. Nodes keep what they need of `x` as it is; and, as in torch, gradients
 * pass by the hooks, and the retained gradients, that a changed view and those between it and its base have so far.
 */
export function computeOver<Place>(x: Tensor, compute: () => Tensor, records: PartRecords<Place>): Tensor {
  const base = x.viewOf?.base
  const watched = base !== undefined && isWatched(x, base) ? x.edge : null
  // Made first, as it must be older than those of `compute`.
  const past = base !== undefined && watched !== null ? partOf(records.view, base, x, [base], records) : null
  const before = Node.lastId
  const result = compute()
  for (const node of nodesSince(before, result)) {
    node.keepOwn(x.storage, duplicate)
    if (watched !== null && past !== null) node.redirect(watched, past)
  }
  return result
}

/** The result of an operation about the place of `part` in its base. */
function partOf<Place>(
  op: GradientOnly<Place>,
  base: Tensor,
  part: Tensor,
  inputs: readonly Tensor[],
  { placeIn }: PartRecords<Place>,
): Edge {
  return new Node(op, placeIn(base, part), inputs, [part]).results[0] as Edge
}

/** Whether anything is to see the gradient of a view, or of one between it and its base. */
function isWatched(view: Tensor, base: Tensor): boolean {
  let edge: Edge | Tensor | null = view.edge
  while (edge instanceof Edge && edge !== base.edge) {
    const { hooks } = edge
    if (hooks !== null && (!hooks.isEmpty || (hooks.retaining !== null && hooks.retaining !== view)))
      return true
    edge = edge.node.edges[0] ?? null
  }
  return false
}

/** The nodes that `x` depends on and that are younger than the one of `id`. */
function nodesSince(id: number, x: Tensor): Set<Node> {
  const nodes = new Set<Node>()
  const stack: (Edge | Tensor | null)[] = [x.edge]
  for (let edge = stack.pop(); edge !== undefined; edge = stack.pop()) {
    if (!(edge instanceof Edge) || edge.node.id <= id || nodes.has(edge.node)) continue
    nodes.add(edge.node)
    stack.push(...edge.node.edges)
  }
  return nodes
}
