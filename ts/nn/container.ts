import { isPlainObject } from '../call/kinds.js'
import { signature } from '../call/signature.js'
import type { SparseCSRTensor } from '../surface/sparse_csr.js'
import type { Tensor } from '../tensor/tensor.js'
import { checkModule, indent, type Module } from './module.js'
import { ModuleSequence } from './module_sequence.js'

/** A module from one tensor to one tensor. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor
}

const FORWARD = signature('Sequential.forward', 'input: any')
const SLICE = signature('slice', 'start: int = None', 'end: int = None')

/** The part of a list that Python's `list[start:end]` gives. */
function sliceOf<T>(list: readonly T[], args: unknown[]): T[] {
  const [start, end] = SLICE.read(args)
  return list.slice(start ?? 0, end ?? list.length)
}

/**
 * Layers in sequence, named '0', '1', …, or by the keys of one object that holds them.
 * Source: torch.nn.Sequential.
 *
 * @throws TypeError if one of them is not a module
 * @example
 * new torch.nn.Sequential(new torch.nn.Linear(4, 8), new torch.nn.ReLU())
 * new torch.nn.Sequential({ hidden: new torch.nn.Linear(4, 8), act: new torch.nn.ReLU() }).get_submodule('hidden')
 */
export class Sequential extends ModuleSequence<Layer> {
  constructor(...layers: Layer[] | [layers: Record<string, Layer>]) {
    super()
    const [first] = layers as unknown[]
    if (layers.length === 1 && isPlainObject(first)) {
      for (const layer of Object.values(first)) checkModule('Sequential', layer)
      for (const [name, layer] of Object.entries(first)) this.add_module(name, layer as Layer)
    } else {
      this.replace(layers as Layer[])
    }
  }

  /** The layers from `start` to `end`, as Python's `layers[start:end]`, under their names; shared, not copied. */
  slice(start?: number | null, end?: number | null): Sequential
  slice(...args: unknown[]): Sequential {
    const part = new Sequential()
    for (const [name, layer] of sliceOf([...this.childEntries()], args)) part.add_module(name, layer)
    return part
  }

  /** The input of the first layer, which may be sparse where that takes it, -> the output of the last. */
  override forward(input: Tensor | SparseCSRTensor): Tensor
  override forward(...args: unknown[]): Tensor {
    let result = FORWARD.read(args)[0] as Tensor
    for (const layer of this.all()) result = layer.forward(result)
    return result
  }
}

const MODULE_LIST = signature('ModuleList', 'modules: iterable = None')

/**
 * A list of modules, whose parameters belong to the module that holds the list; it has no `forward`.
 * Source: torch.nn.ModuleList.
 *
 * @throws TypeError if one of them is not a module
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
  constructor(modules?: Iterable<M> | null | { modules: Iterable<M> | null })
  constructor(...args: unknown[]) {
    super()
    const [modules] = MODULE_LIST.read(args)
    this.replace([...(modules ?? [])] as M[])
  }

  /** The modules from `start` to `end`, as Python's `modules[start:end]`; shared, not copied. */
  slice(start?: number | null, end?: number | null): ModuleList<M>
  slice(...args: unknown[]): ModuleList<M> {
    return new ModuleList(sliceOf(this.all(), args))
  }

  /** Consecutive equal modules on one line. */
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
