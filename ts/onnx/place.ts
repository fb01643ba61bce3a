import { ValueError } from '../base/errors.js'
import type { Module } from '../nn/module.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Dim } from './graph.js'

/** Where a layer is: its name in the model, and the name, an example and the dimensions of what flows into it. */
export interface Place {
  path: string
  input: string
  x: Tensor
  dims: readonly Dim[]
  /** The modules that it lies in. */
  above: readonly Module[]
}

/** What flows out of a layer. */
export type Flow = Pick<Place, 'input' | 'x' | 'dims'>

/** The name of something that belongs to the layer at `path`. */
export const named = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

/** Throws where `dim` may have any size, but the layer has weights or windows for one. */
export function checkFixed({ path, dims }: Place, name: string, dim: number): void {
  const axis = dims[dim]
  if (typeof axis === 'number') return
  throw new ValueError(
    `onnx.export: ${named(path, name)} takes one size of dimension ${dim}, which dynamic_axes lets vary as ${axis}`,
  )
}
