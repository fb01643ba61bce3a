/** Changes of a tensor's own elements. */

import { describe } from '../../base/check.js'
import { RuntimeError } from '../../base/errors.js'
import { isTracked } from '../../graph/apply.js'
import { is_grad_enabled } from '../../graph/grad_mode.js'
import { moveRetained } from '../../graph/hooks.js'
import { Edge, Node } from '../../graph/node.js'
import { defineGradient, type GradientOnly } from '../../graph/op.js'
import { type TensorLike, to, toTensor } from '../../tensor/convert.js'
import { copyElements, duplicate } from '../../tensor/copy.js'
import { full } from '../../tensor/create.js'
import { checkCast, elementOf } from '../../tensor/promotion.js'
import { formatShape, sameShape } from '../../tensor/shape.js'
import { checkApart, checkSingle } from '../../tensor/strided.js'
import { checkTensor, Tensor } from '../../tensor/tensor.js'
import { asStridedRecord, gradientOfRest, gradientOfView, type InStorage, placeIn } from './as_strided.js'
import { expand } from './expand.js'
import { reshape } from './view.js'

/** A base of which a view was overwritten: inputs are the base as it was, and what was written. */
const overwriteRecord = defineGradient<InStorage>({
  name: 'copy_slices',
  backward(upstream, _saved, place, { needs, inputShapes: [whole] }) {
    return [
      needs[0] ? gradientOfRest(upstream, whole, place) : null,
      needs[1] ? gradientOfView(upstream, whole, place) : null,
    ]
  },
})

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
function write(x: Tensor, result: Tensor, isFromX: boolean): void {
  const tracked = isTracked([x, result])
  copyElements(result, x)
  if (!tracked) return
  const base = x.viewOf?.base ?? x
  const isWhole = base === x && isFromX
  const before = base.edge
  const edge = isWhole ? result.edge : edgeOf(overwriteRecord, base, x, [base, result])
  moveRetained(base, before, edge)
  base.rewriteHistory(edge, (view, before) => {
    const edge = edgeOf(asStridedRecord, base, view, [base])
    moveRetained(view, before, edge)
    return edge
  })
}

/** The result of an operation about the place of `part` in its base. */
function edgeOf(op: GradientOnly<InStorage>, base: Tensor, part: Tensor, inputs: readonly Tensor[]): Edge {
  const node = new Node(op, placeIn(base, part), inputs, [part])
  return node.results[0] as Edge
}

/** Overwrites `x` with `from`, broadcast and converted to its dtype. */
export function copy_<T extends Tensor>(x: T, from: TensorLike): T {
  const source = sourceOf('copy_', x, from)
  checkChange(x, [source])
  checkSingle(x)
  checkApart(x, source)
  return overwrite(x, source)
}

/** Overwrites every element of `x`, which may be repeated in memory, with `value`: a number, or a 0-d tensor. */
export function fill_<T extends Tensor>(x: T, value: TensorLike): T {
  const source = sourceOf('fill_', x, value)
  checkChange(x, [source])
  return overwrite(x, source)
}

function sourceOf(op: string, x: Tensor, from: TensorLike): Tensor {
  checkTensor(op, 'input', x)
  // Of x's own type: float32 does not hold every int32.
  return typeof from === 'number' || typeof from === 'boolean'
    ? full([], elementOf('fill_', Number(from), x.dtype), { dtype: x.dtype })
    : toTensor(op, 'from', from)
}

function overwrite<T extends Tensor>(x: T, source: Tensor): T {
  const converted = to(source, x.dtype)
  write(x, sameShape(converted.shape, x.shape) ? converted : expand(converted, x.shape), false)
  return x
}

/** Overwrites `x` with a result computed from it and `other`. */
export function update<T extends Tensor>(x: T, op: string, other: TensorLike, compute: () => Tensor): T {
  const operand = toTensor(op, 'other', other)
  checkChange(x, [operand])
  checkSingle(x)
  checkApart(x, operand)
  // As torch: what goes through a view's change passes by the hooks so far, and the retained gradients, of it and of
  // the views that it is one of. The node that leads past them must be older than compute's.
  const hooked = x.viewOf !== null && isWatched(x, x.viewOf.base) ? x.edge : null
  const unhooked = hooked && x.viewOf ? edgeOf(asStridedRecord, x.viewOf.base, x, [x.viewOf.base]) : null
  const before = Node.lastId
  const result = compute()
  if (!sameShape(result.shape, x.shape)) {
    throw new RuntimeError(
      `output with shape ${formatShape(x.shape)} doesn't match the broadcast shape ${formatShape(result.shape)}`,
    )
  }
  checkCast(op, result.dtype, x.dtype)
  const own = to(result, x.dtype)
  // What computed it may need what x was.
  for (const node of nodesSince(before, result)) {
    node.keepOwn(x.storage, duplicate)
    if (hooked && unhooked) node.redirect(hooked, unhooked)
  }
  write(x, own, true)
  return x
}

/** Whether anybody wants to see the gradient of a view, or of one between it and its base. */
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

/** The nodes behind `x` that are younger than the one of `id`. */
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

/** `row = value` as torch assigns to `x[index]`: leading sizes of 1 that the row has not are dropped. */
export function assign(row: Tensor, value: unknown): void {
  if (value instanceof Tensor) {
    let { shape } = value
    while (shape.length > row.dim() && shape[0] === 1) shape = shape.slice(1)
    copy_(row, reshape(value, shape))
  } else if (typeof value === 'number' || typeof value === 'boolean') {
    fill_(row, Number(value))
  } else {
    throw new TypeError(`can't assign ${describe(value)} to a tensor of dtype ${row.dtype}`)
  }
}
