/** Recording of changes in place: the written values become part of the history of a base and of all its views. */
import { RuntimeError } from '../base/errors.js'
import { copyElements, duplicate } from '../tensor/copy.js'
import { Tensor } from '../tensor/tensor.js'
import { watcher } from '../tensor/trace.js'
import { isTracked } from './apply.js'
import { gradEnabled } from './grad_mode.js'
import { moveRetained } from './hooks.js'
import { Edge, Node } from './node.js'
import type { GradientOnly } from './op.js'

/** Records for the gradients of parts of a base. */
export interface PartRecords<Layout> {
  /** For a base with an overwritten part: inputs are the base before, and the written values. */
  readonly overwrite: GradientOnly<Layout>
  /** For a part as a view. */
  readonly view: GradientOnly<Layout>
  /** The layout of a part in its base. */
  layoutIn(base: Tensor, part: Tensor): Layout
}

/** Throws if autograd forbids changing `x` in place by a result of `others`. */
export function checkChange(x: Tensor, others: readonly Tensor[]): void {
  if (!gradEnabled) return
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

/** Overwrites `x` with `result`, of the same shape and dtype; `isFromX` says that its history includes that of `x`. */
export function write<Layout>(
  x: Tensor,
  result: Tensor,
  isFromX: boolean,
  records: PartRecords<Layout>,
): void {
  const tracked = isTracked([x, result])
  copyElements(result, x)
  if (watcher !== null) watcher.written(x, result)
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
 * The result of `compute`, with which `x` will be overwritten. Nodes copy saved tensors of `x` first. As in torch, gradients
 * bypass the existing hooks and retained gradients of a changed view, and of the views between it and its base.
 */
export function computeOver<Layout>(x: Tensor, compute: () => Tensor, records: PartRecords<Layout>): Tensor {
  const base = x.viewOf?.base
  const watched = base !== undefined && isWatched(x, base) ? x.edge : null
  // Made first, because it must be older than the nodes of `compute`.
  const past = base !== undefined && watched !== null ? partOf(records.view, base, x, [base], records) : null
  const before = Node.lastId
  const result = compute()
  for (const node of nodesSince(before, result)) {
    node.keepOwn(x.storage, duplicate)
    if (watched !== null && past !== null) node.redirect(watched, past)
  }
  return result
}

/** The edge of an operation on the layout of `part` in its base. */
function partOf<Layout>(
  op: GradientOnly<Layout>,
  base: Tensor,
  part: Tensor,
  inputs: readonly Tensor[],
  { layoutIn }: PartRecords<Layout>,
): Edge {
  return new Node(op, layoutIn(base, part), inputs, [part]).results[0] as Edge
}

/** Whether the gradient of a view, or of one between it and its base, has hooks or is retained. */
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

/** The nodes that `x` depends on with ids greater than `id`. */
function nodesSince(id: number, x: Tensor): Set<Node> {
  const nodes = new Set<Node>()
  const stack: (Edge | Tensor | null)[] = [x.edge]
  for (let edge = stack.pop(); edge !== undefined; edge = stack.pop()) {
    if (edge === null || edge instanceof Tensor || edge.node.id <= id || nodes.has(edge.node)) continue
    nodes.add(edge.node)
    stack.push(...edge.node.edges)
  }
  return nodes
}
