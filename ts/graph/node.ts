import { RuntimeError } from '../base/errors.js'
import type { Storage } from '../memory/storage.js'
import { formatShape, type Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Hooks } from './hooks.js'
import type { Differentiable } from './op.js'

declare module '../tensor/history.js' {
  interface History extends Node {}
}

let lastId = 0

const NONE: readonly Storage[] = []

/** One recorded operation: what made a tensor, from what, and what going back needs. */
export class Node {
  /** Rises with time, so falling ids are a topological order. */
  readonly id: number
  readonly inputShapes: readonly Shape[]
  /** Which inputs want a gradient. */
  readonly needs: readonly boolean[]
  /** For each input the node that made it, or itself if it is a leaf that requires grad. */
  get edges(): readonly (Node | Tensor | null)[] {
    return this.targets
  }
  private targets: readonly (Node | Tensor | null)[]
  /** What users want to see of the gradient of the result. */
  hooks: Hooks | null = null
  /** The result, if it wants its gradient in its `grad`; a change in place takes that along to the node that it makes. */
  retains: Tensor | null = null
  /** Whether nobody else holds the upstream gradient of this backward pass, so that it may be written over. */
  ownsUpstream = false
  private saved: readonly Tensor[] | null
  private versions: number[]

  constructor(
    readonly op: Differentiable<unknown>,
    private readonly options: unknown,
    inputs: readonly Tensor[],
    saved: readonly Tensor[],
    /** Storages of saved tensors that nobody else knows: forward made them for this. */
    private own: readonly Storage[] = NONE,
  ) {
    this.inputShapes = inputs.map((input) => input.shape)
    this.needs = inputs.map((input) => input.requires_grad)
    this.targets = inputs.map((input) => input.node ?? (input.requires_grad ? input : null))
    this.saved = saved
    this.versions = saved.map((tensor) => tensor.storage.version)
    // Last: asking a view for its history may make a node too.
    this.id = ++lastId
  }

  /** The id of the node that was made last: those made from now on have greater ones. */
  static get lastId(): number {
    return lastId
  }

  /** Whether forward made `storage` for this node. */
  owns(storage: Storage): boolean {
    return this.own.includes(storage)
  }

  /**
   * Keeps a copy of what was saved of `storage`, whose bytes are about to change. What was changed before stays
   * out of date, and so does what it saved of other storages.
   */
  keepOwn(storage: Storage, copy: (x: Tensor) => Tensor): void {
    this.saved =
      this.saved?.map((tensor, i) => {
        if (tensor.storage !== storage || storage.version !== this.versions[i]) return tensor
        const kept = copy(tensor)
        this.versions[i] = kept.storage.version
        return kept
      }) ?? null
  }

  /** Lets the gradient of the first input that one node made go to another. */
  redirect(from: Node, to: Node): void {
    const first = this.targets.indexOf(from)
    this.targets = this.targets.map((target, i) => (i === first ? to : target))
  }

  /** Gradients of the inputs. */
  backward(upstream: Tensor): readonly (Tensor | null)[] {
    const { op, saved } = this
    if (saved === null) {
      throw new RuntimeError(
        'Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward(). Specify retain_graph: true if you need to backward through the graph a second time.',
      )
    }
    saved.forEach((tensor, i) => {
      if (tensor.storage.version === this.versions[i]) return
      throw new RuntimeError(
        `one of the variables needed for gradient computation has been modified by an inplace operation: a tensor of shape ${formatShape(tensor.shape)} saved by ${op.name} is at version ${tensor.storage.version}; expected version ${this.versions[i]} instead.`,
      )
    })
    return op.backward?.(upstream, saved, this.options, this) ?? []
  }

  /**
   * Lets go of what was saved; what saved nothing may run again, as in torch. Returns the storages that
   * nobody else knows, unless as a gradient.
   */
  free(): readonly Storage[] {
    const { own } = this
    if (this.saved?.length !== 0) this.saved = null
    this.own = NONE
    return own
  }
}
