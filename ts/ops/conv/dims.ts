import { Conv2dOrder, Pool2dOrder } from '#kernels'
import { describe } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'
import { Storage } from '../../memory/storage.js'
import { formatShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'

/** A size for height and width, or one for each. */
export type Pair = number | readonly [number, number]

/** The largest size, so that sums of sizes fit the kernels' arithmetic. */
export const MAX_SIZE = 2 ** 29

/** `[height, width]`. Throws unless they are integers from `least` on. */
export function toPair(op: string, argument: string, value: unknown, least: number): [number, number] {
  const list: unknown[] = Array.isArray(value) ? [...value] : [value]
  // torch takes one number in a list too.
  const given = list.length === 1 ? [list[0], list[0]] : list
  const isSize = (size: unknown) =>
    Number.isInteger(size) && (size as number) >= least && (size as number) <= MAX_SIZE
  if (given.length !== 2 || !given.every(isSize)) {
    const got = Array.isArray(value) ? formatShape(given as number[]) : describe(value)
    throw new ValueError(
      `${op}: ${argument} must be a whole number from ${least} to ${MAX_SIZE}, or two of them, but got ${got}`,
    )
  }
  return [given[0] as number, given[1] as number]
}

type Sizes = readonly [number, number]

/** The sizes of a convolution, as its kernels take them; pairs are height and width. */
export interface Conv2dDims {
  readonly images: number
  readonly groups: number
  /** Input and output channels of one group. */
  readonly channels: number
  readonly outputs: number
  readonly size: Sizes
  readonly kernel: Sizes
  readonly output: Sizes
  readonly stride: Sizes
  /** Before the image; the padding after it follows from the output's size. */
  readonly padding: Sizes
  readonly dilation: Sizes
}

/** The sizes of a pooling, as its kernels take them; pairs are height and width. */
export interface Pool2dDims {
  /** Images times channels. */
  readonly planes: number
  readonly size: Sizes
  readonly output: Sizes
  readonly kernel: Sizes
  readonly stride: Sizes
  readonly padding: Sizes
  readonly dilation: Sizes
}

/** Options of the record of maximum pooling. */
export interface MaxPoolGeometry {
  readonly dims: Pool2dDims
  /** Whether the positions of maxima do not fit bytes. */
  readonly wide: boolean
  /** Whether windows do not overlap, and are inside of the image. */
  readonly disjoint: boolean
}

/** The positions of maxima in their windows; `marked` ones, of a rectified map, have a mark where the maximum is 0. */
export type MaxPoolSaved = { readonly positions?: Tensor; readonly marked?: Tensor }

/** Stores dims for a kernel in linear memory; call `dispose()` after the kernel. */
export const storeConv2d = (dims: Conv2dDims): Storage => store(Conv2dOrder, dims)
/** The same for a pooling. */
export const storePool2d = (dims: Pool2dDims): Storage => store(Pool2dOrder, dims)

/** Stores dims in the order that the crate declares. */
function store<Name extends string>(
  order: Readonly<Record<Name, number>>,
  dims: Readonly<Record<Name, number | Sizes>>,
): Storage {
  const values = (Object.keys(order) as Name[]).flatMap((name) => dims[name])
  const storage = new Storage(4 * values.length)
  storage.write(0, new Uint8Array(Uint32Array.from(values).buffer))
  return storage
}
