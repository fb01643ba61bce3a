import { launch, launchEach } from '../memory/residency.js'
import type { Storage } from '../memory/storage.js'
import { add } from '../ops/binary.js'
import { accumulate, apartFrom, duplicate } from '../ops/copy.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Hooks } from './hooks.js'
import { Node } from './node.js'

/**
 * Gradients on their way, and how many of them share each storage: one that nobody shares is
 * added to in place, handed over to a leaf, or freed at once when it has been used.
 */
export class Gradients {
  private readonly pending = new Map<Node | Tensor, Tensor>()
  private readonly holders = new Map<Storage, number>()

  hold(gradient: Tensor): void {
    this.holders.set(gradient.storage, (this.holders.get(gradient.storage) ?? 0) + 1)
  }

  drop(gradient: Tensor): void {
    const left = (this.holders.get(gradient.storage) ?? 0) - 1
    this.holders.set(gradient.storage, left)
    if (left === 0) gradient.storage.dispose()
  }

  /** Passes a held gradient on, to wait for its node or leaf, in sum with those that wait there. */
  deliver(target: Node | Tensor, gradient: Tensor): void {
    const waiting = this.pending.get(target)
    if (waiting === undefined) {
      this.pending.set(target, gradient)
    } else if (this.isShared(waiting)) {
      const sum = add(waiting, gradient)
      this.hold(sum)
      this.pending.set(target, sum)
      this.drop(waiting)
      this.drop(gradient)
    } else {
      accumulate(waiting, gradient)
      this.drop(gradient)
    }
  }

  /** The gradient that waits for `node`, as its hooks leave it; the caller holds it from now on. */
  take(node: Node): Tensor | undefined {
    const gradient = this.pending.get(node)
    if (gradient === undefined) return undefined
    this.pending.delete(node)
    const final = this.runHooks(node.hooks, gradient)
    if (node.retains !== null) this.addTo(node.retains, final)
    return final
  }

  /** Adds what waits for leaves to their `grad`. */
  settle(): void {
    const leaves: [leaf: Tensor, gradient: Tensor][] = []
    for (const [target, gradient] of this.pending) {
      // One that was frozen since takes none.
      if (target instanceof Node || !target.requires_grad) continue
      leaves.push([target, this.runHooks(target.hooks, gradient)])
    }
    // All that may fail, for want of memory, comes before the first leaf is changed.
    const taken: [leaf: Tensor, gradient: Tensor][] = []
    const sums: { gradient: Tensor; operands: readonly [into: Tensor, addend: Tensor] }[] = []
    for (const [leaf, gradient] of leaves) {
      if (gradient.storage.deferred !== null) launch(() => gradient.pointer())
      const { lentGrad } = leaf
      if (lentGrad !== null) {
        lentGrad.storage.preserve()
        sums.push({ gradient, operands: [lentGrad, apartFrom(lentGrad, gradient)] })
      } else if (this.isShared(gradient)) {
        taken.push([leaf, duplicate(gradient)])
        this.drop(gradient)
      } else {
        taken.push([leaf, gradient])
      }
    }
    launchEach(sums, ({ operands: [into, addend] }) => accumulate(into, addend))
    for (const { gradient } of sums) this.drop(gradient)
    for (const [leaf, gradient] of taken) leaf.takeGrad(gradient)
  }

  private runHooks(hooks: Hooks | null, gradient: Tensor): Tensor {
    if (hooks === null) return gradient
    const final = hooks.run(gradient, (shown) => this.hold(shown))
    if (final !== gradient) {
      this.hold(final)
      this.drop(gradient)
    }
    return final
  }

  private addTo(tensor: Tensor, gradient: Tensor): void {
    if (tensor.lentGrad === null) tensor.takeGrad(duplicate(gradient))
    else accumulate(tensor.lentGrad, gradient)
  }

  /** Whether anybody else holds its storage, or wants it as it is. */
  isShared(gradient: Tensor): boolean {
    return this.holders.get(gradient.storage) !== 1 || gradient.storage.isCaptured
  }
}
