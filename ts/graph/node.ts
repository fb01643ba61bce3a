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
const NONE: readonly Storage[] = []
const NO_NAMES: readonly string[] = []

/** A result of a recorded operation, as torch's GradientEdge: where its gradient comes together. */
export class Edge {
  /** What is to be done with that gradient. */
  hooks: Hooks | null = null

  constructor(readonly node: Node) {}

  /** Name of the operation. */
  get name(): string {
    return this.node.op.name
  }
}

/** One recorded operation: what made one or several tensors, from what, and what going back needs. */
export class Node {
  /** Rises with time, so falling ids are a topological order. */
  readonly id: number
  /** Where gradients of the results come together; null for one that has none, as its elements are integers. */
  readonly results: readonly (Edge | null)[]
  readonly inputShapes: readonly Shape[]
  private readonly needs: readonly boolean[]
  private targets: readonly (Edge | Tensor | null)[]
  /** Of the storage of each saved tensor, in their order. */
  private readonly versions: number[] = []
  private isFreed = false

  constructor(
    readonly op: Differentiable,
    private readonly options: unknown,
    inputs: readonly Tensor[],
    results: readonly Tensor[],
    private saved: Saved = NOTHING,
  ) {
    const shapes: Shape[] = []
    const needs: boolean[] = []
    const targets: (Edge | Tensor | null)[] = []
    for (const input of inputs) {
      const target = input.edge ?? (input.requires_grad ? input : null)
      shapes.push(input.shape)
      needs.push(target !== null)
      targets.push(target)
    }
    this.inputShapes = shapes
    this.needs = needs
    this.targets = targets
    const edges: (Edge | null)[] = []
    for (const { dtype } of results) edges.push(dtype === 'float32' ? new Edge(this) : null)
    this.results = edges
    for (const name in saved) this.versions.push(saved[name]?.storage.version ?? 0)
    // Last: asking a view for its history may make a node too.
    this.id = ++lastId
  }

  /** The id of the node that was made last: those made from now on have greater ones. */
  static get lastId(): number {
    return lastId
  }

  /** For each input the result that it is, or itself if it is a leaf that requires grad. */
  get edges(): readonly (Edge | Tensor | null)[] {
    return this.targets
  }

  /** Whether forward made `storage` for this node, so that nothing else knows it. */
  owns(storage: Storage): boolean {
    for (const name of this.op.makes ?? NO_NAMES) if (this.saved[name]?.storage === storage) return true
    return false
  }

  /**
   * Keeps a copy of what was saved of `storage`, whose bytes are about to change. What was changed before stays
   * out of date, and so does what it saved of other storages.
   */
  keepOwn(storage: Storage, copy: (x: Tensor) => Tensor): void {
    const kept: Record<string, Tensor | undefined> = { ...this.saved }
    Object.entries(kept).forEach(([name, tensor], i) => {
      if (tensor?.storage !== storage || storage.version !== this.versions[i]) return
      const own = copy(tensor)
      this.versions[i] = own.storage.version
      kept[name] = own
    })
    this.saved = kept
  }

  /** Lets the gradient of the first input that is one result go to another. */
  redirect(from: Edge, to: Edge): void {
    const first = this.targets.indexOf(from)
    this.targets = this.targets.map((target, i) => (i === first ? to : target))
  }

  /** Gradients of the inputs from those of the results, of which one at least is there. */
  backward(upstreams: readonly (Tensor | null)[], ownsUpstream: boolean): InputGradients {
    const { op, needs, inputShapes } = this
    // Of the types that go with the record, which made them.
    const [saved, options] = [this.checkedSaved() as never, this.options as never]
    const context = { needs, inputShapes, ownsUpstream }
    if ('results' in op) return op.backward?.(upstreams, saved, options, context) ?? []
    const upstream = upstreams[0] as Tensor
    const continued = waitingOf(upstream)?.gradients?.(op.name, upstream, saved, options, context)
    return continued ?? op.backward?.(upstream, saved, options, context) ?? []
  }

  /** What forward saved, if it still is what it was. */
  private checkedSaved(): Saved {
    const { saved, versions, op } = this
    if (this.isFreed) {
      throw new RuntimeError(
        'Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward(). Specify retain_graph: true if you need to backward through the graph a second time.',
      )
    }
    let i = 0
    for (const name in saved) {
      const tensor = saved[name]
      const expected = versions[i++]
      if (tensor === undefined || tensor.storage.version === expected) continue
      throw new RuntimeError(
        `one of the variables needed for gradient computation has been modified by an inplace operation: a tensor of shape ${formatShape(tensor.shape)} saved by ${op.name} is at version ${tensor.storage.version}; expected version ${expected} instead.`,
      )
    }
    return denseOf(saved)
  }

  /**
   * Lets go of what was saved; what saved nothing may run again, as in torch. Returns the storages that
   * nothing else knows, unless as a gradient.
   */
  free(): readonly Storage[] {
    const { saved, op, versions } = this
    if (versions.length > 0) this.isFreed = true
    this.saved = NOTHING
    if (op.makes === undefined) return NONE
    const made: Storage[] = []
    for (const name of op.makes) {
      const tensor = saved[name]
      if (tensor !== undefined) made.push(tensor.storage)
    }
    return made
  }
}

/** What was saved as kernels can take it: contiguous copies in place of strided tensors. */
function denseOf(saved: Saved): Saved {
  for (const name in saved) {
    if (saved[name]?.strides == null) continue
    const entries = Object.entries(saved)
    return Object.fromEntries(entries.map(([key, x]) => [key, x === undefined ? x : dense(x)]))
  }
  return saved
}
