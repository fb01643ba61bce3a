import { RuntimeError } from '../base/errors.js'
import type { Storage } from '../memory/storage.js'
import { formatShape, type Shape } from '../tensor/shape.js'
import { dense } from '../tensor/strided.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Hooks } from './hooks.js'
import type { Differentiable, InputGradients, Saved } from './op.js'
import { waitingOf } from './waiting.js'

declare module '../tensor/history.js' {
  interface History extends Edge {}
}

let lastId = 0

const NOTHING: Saved = {}

/** A result of a recorded operation, like torch's GradientEdge: the target of its gradients. */
export class Edge {
  // Declared and assigned, here and below, as class fields are made by a function of their own.
  declare readonly node: Node
  /** Hooks on that gradient. */
  declare hooks: Hooks | null

  constructor(node: Node) {
    this.node = node
    this.hooks = null
  }

  /** Name of the operation. */
  get name(): string {
    return this.node.op.name
  }
}

/** One recorded operation: its inputs and results, and the saved tensors for backward. */
export class Node {
  /** Ids ascend with time, so descending ids are a topological order. */
  declare readonly id: number
  declare readonly op: Differentiable
  /** The edges of the results; null for integer results, which have no gradient. */
  declare readonly results: readonly (Edge | null)[]
  declare readonly inputShapes: readonly Shape[]
  /** For each input its edge, or the input itself if it is a leaf that requires grad. */
  declare edges: readonly (Edge | Tensor | null)[]
  /** The number of the last pass that has found this node. */
  declare pass: number
  declare private readonly options: unknown
  declare private readonly needs: readonly boolean[]
  declare private saved: Saved
  /** Versions of the saved tensors' storages, in order; null if nothing was changed before it was saved. */
  declare private versions: number[] | null
  declare private isFreed: boolean

  constructor(
    op: Differentiable,
    options: unknown,
    inputs: readonly Tensor[],
    results: readonly Tensor[],
    saved: Saved = NOTHING,
  ) {
    this.op = op
    this.options = options
    this.saved = saved
    this.pass = 0
    this.isFreed = false
    // Of known lengths, as `push` makes room for 17 elements.
    const { length } = inputs
    const shapes = new Array<Shape>(length)
    const needs = new Array<boolean>(length)
    const edges = new Array<Edge | Tensor | null>(length)
    for (let i = 0; i < length; i++) {
      const input = inputs[i]
      const target = input.gradientTarget
      shapes[i] = input.shape
      needs[i] = target !== null
      edges[i] = target
    }
    this.inputShapes = shapes
    this.needs = needs
    this.edges = edges
    const made = new Array<Edge | null>(results.length)
    for (let i = 0; i < made.length; i++) made[i] = results[i].dtype === 'float32' ? new Edge(this) : null
    this.results = made
    this.versions = versionsOf(saved)
    // Assigned last, because reading the history of a view may make a node too.
    this.id = ++lastId
  }

  /** The greatest id so far; later nodes have greater ones. */
  static get lastId(): number {
    return lastId
  }

  /** Whether forward made `storage` for this node alone. */
  owns(storage: Storage): boolean {
    const { makes } = this.op
    if (makes === undefined) return false
    for (let i = 0; i < makes.length; i++) if (this.saved[makes[i]]?.storage === storage) return true
    return false
  }

  /**
   * Copies saved tensors of `storage`, whose bytes are about to change. Those that were changed before stay
   * invalid, and so do those of other storages.
   */
  keepOwn(storage: Storage, copy: (x: Tensor) => Tensor): void {
    const kept: Record<string, Tensor | undefined> = { ...this.saved }
    const versions = this.versions ?? Object.values(kept).map(() => 0)
    Object.entries(kept).forEach(([name, tensor], i) => {
      if (tensor?.storage !== storage || storage.version !== versions[i]) return
      const own = copy(tensor)
      versions[i] = own.storage.version
      kept[name] = own
    })
    this.versions = versions
    this.saved = kept
  }

  /** Redirects the gradient of the first input with edge `from` to `to`. */
  redirect(from: Edge, to: Edge): void {
    const first = this.edges.indexOf(from)
    this.edges = this.edges.map((target, i) => (i === first ? to : target))
  }

  /** Gradients of the inputs from those of the results, of which at least one is not null. */
  backward(upstreams: readonly (Tensor | null)[], ownsUpstream: boolean): InputGradients {
    const { op, needs, inputShapes } = this
    // They have the types of the record, which made them.
    const [saved, options] = [this.checkedSaved() as never, this.options as never]
    const context = { needs, inputShapes, ownsUpstream }
    if ('results' in op) return op.backward?.(upstreams, saved, options, context) ?? []
    const upstream = upstreams[0] as Tensor
    const continued = waitingOf(upstream)?.gradients?.(op.name, upstream, saved, options, context)
    return continued ?? op.backward?.(upstream, saved, options, context) ?? []
  }

  /** The saved tensors. Throws if they were freed or changed. */
  private checkedSaved(): Saved {
    const { saved, versions, op } = this
    if (this.isFreed) {
      throw new RuntimeError(
        'Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward(). Specify retain_graph: true if you need to backward through the graph a second time.',
      )
    }
    let i = 0
    let isStrided = false
    for (const name in saved) {
      const tensor = saved[name]
      const expected = versions === null ? 0 : versions[i++]
      if (tensor === undefined) continue
      if (tensor.strides !== null) isStrided = true
      if (tensor.storage.version === expected) continue
      throw new RuntimeError(
        `one of the variables needed for gradient computation has been modified by an inplace operation: a tensor of shape ${formatShape(tensor.shape)} saved by ${op.name} is at version ${tensor.storage.version}; expected version ${expected} instead.`,
      )
    }
    return isStrided && op.takesStrided !== true ? denseOf(saved) : saved
  }

  /**
   * Releases the saved tensors; a node without any may run again, as in torch. Frees what forward made for this node,
   * unless it is a gradient that is still held.
   */
  free(holders: ReadonlyMap<Storage, number>): void {
    const { saved, op } = this
    if (saved === NOTHING) return
    this.isFreed = true
    this.saved = NOTHING
    if (op.makes === undefined) return
    for (let i = 0; i < op.makes.length; i++) {
      const made = saved[op.makes[i]]
      if (made !== undefined && (holders.get(made.storage) ?? 0) === 0) made.storage.dispose()
    }
  }
}

/** The versions of the saved tensors' storages; null if all are 0. */
function versionsOf(saved: Saved): number[] | null {
  for (const name in saved) {
    const tensor = saved[name]
    if (tensor === undefined || tensor.storage.version === 0) continue
    return Object.values(saved).map((x) => x?.storage.version ?? 0)
  }
  return null
}

/** Saved tensors for kernels: strided ones are replaced by contiguous copies. */
const denseOf = (saved: Saved): Saved =>
  Object.fromEntries(Object.entries(saved).map(([name, x]) => [name, x === undefined ? x : dense(x)]))
