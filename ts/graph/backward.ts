import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { formatShape, sameShape } from '../tensor/shape.js'
import { dense } from '../tensor/strided.js'
import { sumTo } from '../tensor/sum.js'
import { empty, Tensor } from '../tensor/tensor.js'
import { inMode } from './grad_mode.js'
import { Gradients } from './gradients.js'
import { Edge, type Node } from './node.js'

/**
 * Adds d(root)/d(leaf) to the `grad` of every leaf that requires it. Iterative: depth costs no stack.
 * Leaves change last, and nodes release saved tensors after that: if a hook throws or memory runs out,
 * nothing has changed, and the pass can be tried again.
 */
export function backward(root: Tensor, gradient: Tensor | undefined, retain_graph: boolean): void {
  if (!root.requires_grad) {
    throw new RuntimeError('element 0 of tensors does not require grad and does not have a grad_fn')
  }
  inMode(false, () => {
    const gradients = new Gradients()
    const ran: Node[] = []
    const first = rootGradient(root, gradient)
    gradients.hold(first)
    // Held twice, so that the user's tensor is never changed or freed.
    if (gradient !== undefined) gradients.hold(gradient)
    gradients.deliver(root.edge ?? root, first)
    const hooked = new Map<Tensor, number>()
    for (const node of nodesOf(root, hooked)) {
      const upstreams = gradients.take(node)
      if (upstreams !== null) {
        step(node, upstreams, gradients)
        ran.push(node)
      }
      if (hooked.size > 0) for (const edge of node.edges) countDown(edge, hooked, gradients)
    }
    gradients.settle(ran, !retain_graph)
  })
}

function step(node: Node, upstreams: readonly (Tensor | null)[], gradients: Gradients): void {
  let owned = true
  for (const upstream of upstreams) if (upstream !== null && gradients.isShared(upstream)) owned = false
  const results = launch(() => node.backward(upstreams, owned))
  for (const gradient of results) if (gradient !== null) gradients.holdResult(gradient, node)
  for (const upstream of upstreams) if (upstream !== null) gradients.drop(upstream)
  const { edges } = node
  for (let i = 0; i < edges.length; i++) {
    const target = edges[i]
    let gradient = results[i] ?? null
    if (gradient === null) continue
    if (target === null) {
      gradients.drop(gradient)
      continue
    }
    const shape = node.inputShapes[i]
    if (!sameShape(gradient.shape, shape)) {
      const reduced = sumTo(node.op.name, gradient, shape)
      gradients.hold(reduced)
      gradients.drop(gradient)
      gradient = reduced
    }
    gradients.deliver(target, gradient)
  }
}

function rootGradient(root: Tensor, gradient: Tensor | undefined): Tensor {
  if (gradient === undefined) {
    if (root.numel() !== 1) throw new RuntimeError('grad can be implicitly created only for scalar outputs')
    const one = empty('backward', root.shape)
    launch(() => kernels.fill(one.pointer(), 1, 1))
    return one
  }
  if (!(gradient instanceof Tensor)) {
    throw new TypeError(`gradients can be either Tensors or None, but got ${describe(gradient)}`)
  }
  if (!sameShape(gradient.shape, root.shape)) {
    throw new RuntimeError(
      `Mismatch in shape: grad_output[0] has a shape of torch.Size(${formatShape(gradient.shape)}) and output[0] has a shape of torch.Size(${formatShape(root.shape)}).`,
    )
  }
  if (gradient.dtype !== 'float32')
    throw new RuntimeError(`backward: gradient must be float32, but got ${gradient.dtype}`)
  return dense(gradient)
}

/** Runs the hooks of a leaf, as in torch, as soon as its gradient is complete. */
function countDown(edge: Edge | Tensor | null, hooked: Map<Tensor, number>, gradients: Gradients): void {
  if (edge === null || edge instanceof Edge) return
  const left = (hooked.get(edge) ?? 0) - 1
  hooked.set(edge, left)
  if (left === 0) gradients.complete(edge)
}

/**
 * The nodes that `root` depends on, each after all that use its results. `hooked` gets the leaves with hooks, and the
 * number of edges that lead to each.
 */
function nodesOf(root: Tensor, hooked: Map<Tensor, number>): Node[] {
  const seen = new Set<Node>()
  const stack: Node[] = root.edge === null ? [] : [root.edge.node]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    for (const edge of node.edges) {
      if (edge instanceof Edge) stack.push(edge.node)
      else if (edge !== null && edge.hooks !== null) hooked.set(edge, (hooked.get(edge) ?? 0) + 1)
    }
  }
  return [...seen].sort((a, b) => b.id - a.id)
}
