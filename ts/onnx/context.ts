import { ValueError } from '../base/errors.js'
import type { Module } from '../nn/module.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Dim } from './graph.js'

/** A layer's path in the model, and the name, an example and the dimensions of its input. */
export interface Context {
  path: string
  input: string
  x: Tensor
  dims: readonly Dim[]
  /** The modules that contain it. */
  above: readonly Module[]
}

/** The output of a layer, which is the input of the next. */
export type Flow = Pick<Context, 'input' | 'x' | 'dims'>

/** The name of a node or constant of the layer at `path`. */
export const named = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

/** Throws if `dim` is dynamic, but the layer's weights or windows need a fixed size. */
export function checkFixed({ path, dims }: Context, name: string, dim: number): void {
  const axis = dims[dim]
  if (typeof axis === 'number') return
  throw new ValueError(
    `onnx.export: ${named(path, name)} takes one size of dimension ${dim}, which dynamic_axes lets vary as ${axis}`,
  )
}
