import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { beginLaunch, endLaunch } from '../memory/residency.js'
import { formatShape, sameShape } from '../tensor/shape.js'
import { dense } from '../tensor/strided.js'
import { sumTo } from '../tensor/sum.js'
import { Tensor } from '../tensor/tensor.js'
import { switchMode } from './grad_mode.js'
import { Gradients } from './gradients.js'
import type { Edge, Node } from './node.js'
import type { InputGradients } from './op.js'
import { unitGradient } from './unit.js'

/** What is differentiated, and its gradient; 1 if it is left out. */
export interface Root {
  readonly x: Tensor
  readonly gradient?: Tensor | undefined
}

/**
 * Adds d(root)/d(leaf) to the `grad` of every leaf that requires it. Iterative: depth costs no stack.
 * Leaves change last, and nodes release saved tensors after that: if a hook throws or memory runs out,
 * nothing has changed, and the pass can be tried again.
 */
export function backward(root: Tensor, gradient: Tensor | undefined, retain_graph: boolean): void {
  backwardEach([{ x: root, gradient }], retain_graph)
}

/** The same of the sum of several. */
export function backwardEach(roots: readonly Root[], retain_graph: boolean): void {
  const gradients = new Gradients()
  pass(roots, gradients, (nodes) => gradients.settle(nodes, !retain_graph))
}

/** The gradients of the sum of `roots` towards `inputs`, which are leaves or results; null for those that it does not depend on. */
export function gradientsOf(
  roots: readonly Root[],
  inputs: readonly Tensor[],
  retain_graph: boolean,
): (Tensor | null)[] {
  const targets = inputs.map((input, i) => {
    const target = input.gradientTarget
    if (target === null)
      throw new RuntimeError(`One of the differentiated Tensors does not require grad (inputs[${i}])`)
    return target
  })
  const gradients = new Gradients()
  gradients.capture(targets)
  return pass(roots, gradients, (nodes) => gradients.captured(targets, nodes, !retain_graph))
}

function pass<T>(roots: readonly Root[], gradients: Gradients, finish: (nodes: Node[]) => T): T {
  const targets = roots.map(({ x }, i) => {
    const target = x.gradientTarget
    if (target === null) {
      throw new RuntimeError(`element ${i} of tensors does not require grad and does not have a grad_fn`)
    }
    return target
  })
  const recorded = switchMode(false)
  try {
    for (let i = 0; i < roots.length; i++) start(targets[i], roots[i], gradients)
    return finish(run(targets, gradients))
  } finally {
    switchMode(recorded)
  }
}

function start(target: Edge | Tensor, { x, gradient: given }: Root, gradients: Gradients): void {
  const first = rootGradient(x, given)
  // Held twice, so that the user's tensor, or the one of all passes, is never changed or freed.
  if (given === undefined || given === first) gradients.hold(first, 2)
  else {
    gradients.hold(first)
    gradients.hold(given)
  }
  gradients.deliver(target, first)
}

/** Runs the nodes that have a gradient; returns them. */
function run(roots: readonly (Edge | Tensor)[], gradients: Gradients): Node[] {
  const nodes = nodesOf(roots)
  const hooked = hookedLeaves(nodes)
  let ran = 0
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i]
    const upstreams = gradients.take(node)
    if (upstreams !== null) {
      step(node, upstreams, gradients)
      nodes[ran++] = node
    }
    if (hooked !== null) for (const edge of node.edges) countDown(edge, hooked, gradients)
  }
  // Setting a length takes V8 as long as a dozen calls.
  if (ran < nodes.length) nodes.length = ran
  return nodes
}

function step(node: Node, upstreams: readonly (Tensor | null)[], gradients: Gradients): void {
  let owned = true
  for (let i = 0; i < upstreams.length; i++) {
    const upstream = upstreams[i]
    if (upstream !== null && gradients.isShared(upstream)) owned = false
  }
  let results: InputGradients
  beginLaunch()
  try {
    results = node.backward(upstreams, owned)
  } finally {
    endLaunch()
  }
  for (let i = 0; i < results.length; i++) {
    const gradient = results[i]
    if (gradient !== null) gradients.holdResult(gradient, node)
  }
  for (let i = 0; i < upstreams.length; i++) {
    const upstream = upstreams[i]
    if (upstream !== null) gradients.drop(upstream)
  }
  const { edges } = node
  for (let i = 0; i < edges.length; i++) {
    const target = edges[i]
    let gradient = i < results.length ? results[i] : null
    if (gradient === null) continue
    if (target === null) {
      gradients.drop(gradient)
      continue
    }
    const shape = node.inputShapes[i]
    if (gradient.shape !== shape && !sameShape(gradient.shape, shape)) {
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
    return unitGradient(root.shape)
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
  if (!(edge instanceof Tensor)) return
  const left = (hooked.get(edge) ?? 0) - 1
  hooked.set(edge, left)
  if (left === 0) gradients.complete(edge)
}

let lastPass = 0

/** The nodes that `roots` depend on, each after all that use its results. */
function nodesOf(roots: readonly (Edge | Tensor)[]): Node[] {
  const pass = ++lastPass
  const nodes: Node[] = []
  for (const root of roots) {
    if (root instanceof Tensor || root.node.pass === pass) continue
    root.node.pass = pass
    nodes.push(root.node)
  }
  for (let i = 0; i < nodes.length; i++) {
    const { edges } = nodes[i]
    for (let k = 0; k < edges.length; k++) {
      const edge = edges[k]
      // Asked like this, as the prototypes of a tensor end in a proxy, through which V8 looks for another class slowly.
      if (edge === null || edge instanceof Tensor || edge.node.pass === pass) continue
      edge.node.pass = pass
      nodes.push(edge.node)
    }
  }
  return nodes.length > 1 ? nodes.sort((a, b) => b.id - a.id) : nodes
}

/** The leaves with hooks, and the number of edges that lead to each; null if there are none. */
function hookedLeaves(nodes: readonly Node[]): Map<Tensor, number> | null {
  let hooked: Map<Tensor, number> | null = null
  for (let i = 0; i < nodes.length; i++) {
    const { edges } = nodes[i]
    for (let k = 0; k < edges.length; k++) {
      const edge = edges[k]
      if (!(edge instanceof Tensor) || edge.hooks === null) continue
      hooked ??= new Map()
      hooked.set(edge, (hooked.get(edge) ?? 0) + 1)
    }
  }
  return hooked
}
