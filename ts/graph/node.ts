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

/** A result of a recorded operation, like torch's GradientEdge: the target of its gradients. */
export class Edge {
  /** Hooks on that gradient. */
  hooks: Hooks | null = null

  constructor(readonly node: Node) {}

  /** Name of the operation. */
  get name(): string {
    return this.node.op.name
  }
}

/** One recorded operation: its inputs and results, and the saved tensors for backward. */
export class Node {
  /** Ids ascend with time, so descending ids are a topological order. */
  readonly id: number
  /** The edges of the results; null for integer results, which have no gradient. */
  readonly results: readonly (Edge | null)[]
  readonly inputShapes: readonly Shape[]
  private readonly needs: readonly boolean[]
  private targets: readonly (Edge | Tensor | null)[]
  /** Versions of the saved tensors' storages, in order. */
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
    // Assigned last, because reading the history of a view may make a node too.
    this.id = ++lastId
  }

  /** The greatest id so far; later nodes have greater ones. */
  static get lastId(): number {
    return lastId
  }

  /** For each input its edge, or the input itself if it is a leaf that requires grad. */
  get edges(): readonly (Edge | Tensor | null)[] {
    return this.targets
  }

  /** Whether forward made `storage` for this node alone. */
  owns(storage: Storage): boolean {
    for (const name of this.op.makes ?? NO_NAMES) if (this.saved[name]?.storage === storage) return true
    return false
  }

  /**
   * Copies saved tensors of `storage`, whose bytes are about to change. Those that were changed before stay
   * invalid, and so do those of other storages.
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

  /** Redirects the gradient of the first input with edge `from` to `to`. */
  redirect(from: Edge, to: Edge): void {
    const first = this.targets.indexOf(from)
    this.targets = this.targets.map((target, i) => (i === first ? to : target))
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
    for (const name in saved) {
      const tensor = saved[name]
      const expected = versions[i++]
      if (tensor === undefined || tensor.storage.version === expected) continue
      throw new RuntimeError(
        `one of the variables needed for gradient computation has been modified by an inplace operation: a tensor of shape ${formatShape(tensor.shape)} saved by ${op.name} is at version ${tensor.storage.version}; expected version ${expected} instead.`,
      )
    }
    return op.takesStrided === true ? saved : denseOf(saved)
  }

  /**
   * Releases the saved tensors; a node without any may run again, as in torch. Returns the storages that
   * forward made for this node, which may still be gradients.
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

/** Saved tensors for kernels: strided ones are replaced by contiguous copies. */
function denseOf(saved: Saved): Saved {
  for (const name in saved) {
    if (saved[name]?.strides == null) continue
    const entries = Object.entries(saved)
    return Object.fromEntries(entries.map(([key, x]) => [key, x === undefined ? x : dense(x)]))
  }
  return saved
}
