import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import { accumulate, accumulateElements, duplicate, fillEach, withoutOverlap } from '../tensor/copy.js'
import { dense } from '../tensor/strided.js'
import { sumOf } from '../tensor/sum.js'
import { Tensor } from '../tensor/tensor.js'
import type { Hooks } from './hooks.js'
import type { Edge, Node } from './node.js'

/**
 * The pending gradients of a backward pass, and the number of holders of each storage: an unshared gradient is
 * accumulated in place, handed over to a leaf, or freed as soon as it was used.
 */
export class Gradients {
  declare private readonly pending: Map<Edge | Tensor, Tensor>
  declare private readonly holders: Map<Storage, number>
  /** Final gradients of tensors; until the end only those of non-leaves that retain them. */
  declare private settled: Settled[] | null
  /** Leaves whose hooks have run, if any have. */
  declare private completed: Set<Tensor> | null
  /** What the pass is asked for, with the gradients of results as they come; null if leaves get theirs. */
  declare private wanted: Map<Edge | Tensor, Tensor | null> | null
  /** Gradients that forward made and nodes keep. They must not change, in case that this pass fails. */
  declare private lent: Storage[] | null

  constructor() {
    this.pending = new Map()
    this.holders = new Map()
    this.settled = null
    this.completed = null
    this.wanted = null
    this.lent = null
  }

  /** Makes the pass keep the gradients of `targets`, and give none to leaves. */
  capture(targets: readonly (Edge | Tensor)[]): void {
    this.wanted = new Map(targets.map((target) => [target, null]))
  }

  hold(gradient: Tensor, times = 1): void {
    const { storage } = gradient
    this.holders.set(storage, (this.holders.get(storage) ?? 0) + times)
  }

  /** Releases one hold; true if it was the last one. */
  private release(storage: Storage): boolean {
    const left = (this.holders.get(storage) ?? 0) - 1
    this.holders.set(storage, left)
    return left === 0
  }

  drop(gradient: Tensor): void {
    const { storage } = gradient
    if (this.release(storage)) storage.dispose()
  }

  /** Holds a result of a node, twice if the node keeps it because forward made it. */
  holdResult(gradient: Tensor, node: Node): void {
    const { storage } = gradient
    const isLent = node.owns(storage)
    this.hold(gradient, isLent ? 2 : 1)
    if (!isLent) return
    // As literals, here and below, because the first `push` makes room for 17 elements.
    if (this.lent === null) this.lent = [storage]
    else this.lent.push(storage)
  }

  /** Adds a held gradient to the pending one of its target. */
  deliver(target: Edge | Tensor, gradient: Tensor): void {
    const waiting = this.pending.get(target)
    if (waiting === undefined) {
      this.pending.set(target, gradient)
    } else if (this.isShared(waiting)) {
      const sum = sumOf(waiting, gradient)
      this.hold(sum)
      this.pending.set(target, sum)
      this.drop(waiting)
      this.drop(gradient)
    } else {
      accumulate(waiting, gradient)
      this.drop(gradient)
    }
  }

  /** Takes the pending gradients of the results of `node`, after their hooks; null if there are none. The caller then holds them. */
  take(node: Node): readonly (Tensor | null)[] | null {
    const { results } = node
    let isAny = false
    const gradients = new Array<Tensor | null>(results.length)
    for (let i = 0; i < results.length; i++) {
      const result = results[i]
      const gradient = result === null ? null : this.takeOf(result)
      if (gradient !== null) isAny = true
      gradients[i] = gradient
    }
    return isAny ? gradients : null
  }

  private takeOf(result: Edge): Tensor | null {
    const gradient = this.pending.get(result)
    if (gradient === undefined) return null
    this.pending.delete(result)
    const { hooks } = result
    const { wanted } = this
    if (hooks === null && wanted === null) return gradient
    const final = this.runHooks(hooks, gradient)
    if (wanted?.has(result)) {
      this.hold(final)
      wanted.set(result, final)
    }
    if (hooks !== null && wanted === null && hooks.retaining !== null) {
      this.hold(final)
      this.settleOne(hooks.retaining, final)
    }
    return final
  }

  /** Runs the hooks of a leaf whose gradient is complete. */
  complete(leaf: Tensor): void {
    const gradient = this.pending.get(leaf)
    // One that was frozen since takes none.
    if (gradient === undefined || !leaf.requires_grad) return
    this.pending.set(leaf, this.runHooks(leaf.hooks, gradient))
    this.completed ??= new Set()
    this.completed.add(leaf)
  }

  /**
   * Adds the pending gradients of leaves, and of tensors that retain theirs, to `grad`, and frees the saved tensors of
   * `nodes` if this pass was their last. Everything that may fail, in a hook or for lack of memory, comes first.
   */
  settle(nodes: readonly Node[], isLast: boolean): void {
    // By `forEach`: going through a map with `for` makes four objects for each entry until V8 has optimised it.
    this.pending.forEach(this.settlePending, this)
    // The nodes no longer need it: the last holder may take it.
    const lent = this.lent ?? NONE
    if (isLast) for (let i = 0; i < lent.length; i++) this.release(lent[i])
    if (this.settled !== null) this.hand(this.settled)
    if (isLast) for (let i = 0; i < nodes.length; i++) nodes[i].free(this.holders)
  }

  /** The gradients of `targets` of a pass that captures, as tensors of their own; frees the saved tensors of `nodes` as {@link settle} does. */
  captured(targets: readonly (Edge | Tensor)[], nodes: readonly Node[], isLast: boolean): (Tensor | null)[] {
    const { wanted } = this
    this.pending.forEach((gradient, target) => {
      if (!(target instanceof Tensor) || wanted?.has(target) !== true) return
      const isComplete = target.hooks === null || this.completed?.has(target) === true
      wanted.set(target, isComplete ? gradient : this.runHooks(target.hooks, gradient))
    })
    const results = targets.map((target) => {
      const gradient = wanted?.get(target) ?? null
      return gradient === null ? null : duplicate(gradient)
    })
    const lent = this.lent ?? NONE
    if (isLast) for (let i = 0; i < lent.length; i++) this.release(lent[i])
    this.pending.forEach((gradient) => {
      this.drop(gradient)
    })
    wanted?.forEach((gradient, target) => {
      if (gradient !== null && !(target instanceof Tensor)) this.drop(gradient)
    })
    if (isLast) for (let i = 0; i < nodes.length; i++) nodes[i].free(this.holders)
    return results
  }

  /** Hands the final gradients over. */
  private hand(settled: Settled[]): void {
    const sums: Sum[] = []
    let taken = 0
    for (let i = 0; i < settled.length; i++) {
      const { tensor, gradient } = settled[i]
      if (gradient.storage.deferred !== null) materialize(gradient)
      const { peekGrad } = tensor
      if (peekGrad !== null) {
        sums.push({ gradient, operands: [peekGrad, withoutOverlap(peekGrad, gradient)], results: [peekGrad] })
      } else if (this.isShared(gradient)) {
        settled[taken++] = { tensor, gradient: duplicate(gradient) }
        this.drop(gradient)
      } else {
        settled[taken++] = settled[i]
      }
    }
    if (sums.length > 0) {
      Storage.changeEach(sums, ({ operands: [into, addend] }) => accumulateElements(into, addend))
      for (const { gradient } of sums) this.drop(gradient)
    }
    for (let i = 0; i < taken; i++) settled[i].tensor.takeGrad(settled[i].gradient)
  }

  private settlePending(waiting: Tensor, tensor: Edge | Tensor): void {
    // One that was frozen since takes none.
    if (!(tensor instanceof Tensor) || !tensor.requires_grad) return
    const isComplete = tensor.hooks === null || this.completed?.has(tensor) === true
    this.settleOne(tensor, isComplete ? waiting : this.runHooks(tensor.hooks, waiting))
  }

  private settleOne(tensor: Tensor, gradient: Tensor): void {
    if (this.settled === null) this.settled = [{ tensor, gradient }]
    else this.settled.push({ tensor, gradient })
  }

  private runHooks(hooks: Hooks | null, given: Tensor): Tensor {
    if (hooks === null || hooks.isEmpty) return given
    const gradient = this.owned(given)
    const final = dense(hooks.run(gradient, (shown) => this.hold(shown)))
    if (final !== gradient) {
      this.hold(final)
      this.drop(gradient)
    }
    return final
  }

  /** A held gradient that hooks may change in place: a copy if a node keeps it. */
  private owned(gradient: Tensor): Tensor {
    if (this.lent?.includes(gradient.storage) !== true) return gradient
    const copy = duplicate(gradient)
    this.hold(copy)
    this.drop(gradient)
    return copy
  }

  /** Whether its storage has other holders, or a capture. */
  isShared(gradient: Tensor): boolean {
    const { storage } = gradient
    return this.holders.get(storage) !== 1 || storage.isCaptured
  }
}

/** Computes the elements of a deferred gradient. */
const materialize = (gradient: Tensor): number => launch(() => gradient.pointer())

/** Sets the gradients of all tensors to null or to 0, all or none. */
export function clearGradients(tensors: Iterable<Tensor>, set_to_none: boolean): void {
  if (set_to_none) {
    for (const tensor of tensors) tensor.grad = null
    return
  }
  const gradients: Tensor[] = []
  for (const { peekGrad } of tensors) if (peekGrad !== null) gradients.push(peekGrad)
  fillEach(gradients, 0)
}

const NONE: readonly Storage[] = []

/** A tensor and its final gradient. */
interface Settled {
  readonly tensor: Tensor
  readonly gradient: Tensor
}

/** A `grad` and its addend. */
interface Sum {
  readonly gradient: Tensor
  readonly operands: readonly [into: Tensor, addend: Tensor]
  readonly results: readonly [Tensor]
}
