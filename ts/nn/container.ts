import type { Tensor } from '../tensor/tensor.js'
import { indent, Module } from './module.js'
import { iterate, ModuleSequence } from './module_sequence.js'

/** A module from one tensor to one tensor. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor
}

/**
 * Layers one after another, named '0', '1', …, or as the keys of one object that holds them.
 * Source: torch.nn.Sequential.
 *
 * @throws TypeError if one of them is no module
 * @example
 * new torch.nn.Sequential(new torch.nn.Linear(4, 8), new torch.nn.ReLU())
 * new torch.nn.Sequential({ hidden: new torch.nn.Linear(4, 8), act: new torch.nn.ReLU() }).get_submodule('hidden')
 */
export class Sequential extends ModuleSequence<Layer> {
  constructor(...layers: Layer[] | [layers: Record<string, Layer>]) {
    super()
    const [first] = layers
    if (
      layers.length === 1 &&
      !(first instanceof Module) &&
      Object.getPrototypeOf(first) === Object.prototype
    ) {
      for (const [name, layer] of Object.entries(first)) this.add_module(name, layer)
    } else {
      this.replace(layers as Layer[])
    }
  }

  /** The layers from `start` to `end`, as Python's `layers[start:end]`, under their names; shared, not copied. */
  slice(start?: number, end?: number): Sequential {
    const part = new Sequential()
    for (const [name, layer] of [...this.childEntries()].slice(start, end)) part.add_module(name, layer)
    return part
  }

  override forward(x: Tensor): Tensor {
    let result = x
    for (const layer of this) result = layer.forward(result)
    return result
  }
}

/**
 * Modules in a row, whose parameters belong to the module that holds the list; it has no `forward`.
 * Source: torch.nn.ModuleList.
 *
 * @throws TypeError if one of them is no module
 * @example
 * class Deep extends torch.nn.Module {
 *   layers = new torch.nn.ModuleList([new torch.nn.Linear(8, 8), new torch.nn.Linear(8, 8)])
 *   forward(x: torch.Tensor) {
 *     for (const layer of this.layers) x = layer.forward(x).relu()
 *     return x
 *   }
 * }
 */
export class ModuleList<M extends Module = Layer> extends ModuleSequence<M> {
  constructor(modules: Iterable<M> = []) {
    super()
    this.replace([...iterate(this.constructor.name, modules)])
  }

  /** The modules from `start` to `end`, as Python's `modules[start:end]`; shared, not copied. */
  slice(start?: number, end?: number): ModuleList<M> {
    return new ModuleList(this.all().slice(start, end))
  }

  /** Equal neighbours on one line. */
  protected override childLines(): string[] {
    const groups: { text: string; first: number; count: number }[] = []
    for (const [i, child] of this.all().entries()) {
      const [text, last] = [String(child), groups.at(-1)]
      if (last?.text === text) last.count++
      else groups.push({ text, first: i, count: 1 })
    }
    return groups.map(({ text, first, count }) =>
      indent(count === 1 ? `(${first}): ${text}` : `(${first}-${first + count - 1}): ${count} x ${text}`),
    )
  }
}
