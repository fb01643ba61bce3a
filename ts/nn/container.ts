import { describe } from '../check.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'

/** A module from one tensor to one tensor. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor
}

function checkModule(owner: string, value: unknown): void {
  if (!(value instanceof Module)) {
    throw new TypeError(`${owner}: ${describe(value)} is not a Module subclass`)
  }
}

/**
 * Layers one after another; their names are '0', '1', …
 *
 * @example new torch.nn.Sequential(new torch.nn.Linear(4, 8), new torch.nn.ReLU())
 */
export class Sequential extends Module {
  constructor(...layers: Layer[]) {
    super()
    for (const layer of layers) checkModule('Sequential', layer)
    Object.assign(this, layers)
  }

  /** Number of layers. */
  get length(): number {
    return [...this.children()].length
  }

  /** The layers, in order. */
  *[Symbol.iterator](): Generator<Layer> {
    for (const child of this.children()) yield child as Layer
  }

  override forward(x: Tensor): Tensor {
    let result = x
    for (const layer of this) result = layer.forward(result)
    return result
  }
}
