/** Dynamic dimensions: their names, and the sizes with which the model runs. */
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { isPlainObject } from '../call/kinds.js'
import type { Shape } from '../tensor/shape.js'
import type { Dim } from './graph.js'

/** Names of dynamic dimensions, by those of inputs and outputs. */
export type DynamicAxes = Readonly<Record<string, Readonly<Record<number, string>>>>

export function checkAxisNames(dynamic_axes: object, names: readonly string[]): void {
  const unknown = Object.keys(dynamic_axes).find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new ValueError(`onnx.export: dynamic_axes must name ${listed(names)}, but got ${unknown}`)
  }
}

const listed = (names: readonly string[]): string =>
  names.length === 2 ? names.join(' and ') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** The dimensions, with dynamic ones replaced by their names. */
export function withAxes(dims: readonly Dim[], name: string, dynamic_axes: DynamicAxes): Dim[] {
  const named = [...dims]
  const axes: unknown = dynamic_axes[name] ?? {}
  if (!isPlainObject(axes)) {
    throw new TypeError(
      `onnx.export: dynamic_axes of ${name} must be an object of dimensions and their names, but got ${describe(axes)}`,
    )
  }
  for (const [dim, axis] of Object.entries(axes)) {
    if (!/^\d+$/.test(dim) || !(Number(dim) < dims.length) || typeof axis !== 'string') {
      const got = `${dim}: ${describe(axis)}`
      throw new ValueError(
        `onnx.export: dynamic_axes must name dimensions of ${name}, below ${dims.length}, but got ${got}`,
      )
    }
    named[Number(dim)] = axis
  }
  return named
}

/** A dynamic dimension: where inputs have it, and its size in the example. */
export interface Axis {
  readonly name: string
  readonly size: number
  /** The first dimension with that name. */
  readonly dim: number
}

/** The dynamic dimensions of all inputs; one name is one size. */
export function axesOf(
  inputs: readonly { readonly name: string; readonly dims: readonly Dim[]; readonly shape: Shape }[],
): Axis[] {
  const axes = new Map<string, Axis>()
  for (const { name: input, dims, shape } of inputs) {
    for (const [dim, name] of dims.entries()) {
      if (typeof name === 'number') continue
      const known = axes.get(name)
      if (known === undefined) axes.set(name, { name, size: shape[dim], dim })
      else if (known.size !== shape[dim]) {
        throw new ValueError(
          `onnx.export: dynamic_axes names ${name} for sizes ${known.size} and ${shape[dim]} (dimension ${dim} of ${input}): one name is one size`,
        )
      }
    }
  }
  return [...axes.values()]
}

/** Sizes of the axes in each of three runs. */
export type Plan = readonly ReadonlyMap<string, number>[]

/**
 * Sizes of three runs that tell the axes, and what is computed of them, apart. A batch grows little, as it costs time; other
 * dimensions grow so much that pooling does not hide it; then less, for models with an upper limit.
 */
export function plansOf(axes: readonly Axis[]): Plan[] {
  const growth: ((i: number, dim: number) => readonly [number, number])[] = [
    (i, dim) => (dim === 0 ? [1 + i, 3 + 4 * i] : [32 + 2 * i, 80 + 7 * i]),
    (i, dim) => (dim === 0 ? [1 + i, 3 + 4 * i] : [4 + 2 * i, 9 + 7 * i]),
    (i) => [1 + i, 2 + 3 * i],
    (i) => [-1 - i, -2 - 3 * i],
  ]
  return growth.flatMap((of) => {
    const sizes = axes.map(({ size, dim }, i) => {
      // Of a size of 1 operations broadcast, and squeeze does more.
      const first = Math.max(size, 2)
      return [first, ...of(i, dim).map((more) => first + more)]
    })
    if (sizes.some((each) => each.some((size) => size < 2))) return []
    return [[0, 1, 2].map((run) => new Map(axes.map(({ name }, i) => [name, sizes[i][run]])))]
  })
}
