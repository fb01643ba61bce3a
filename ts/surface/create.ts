/** Public functions that create tensors from data, or filled with one value. */
import { readFirst, signature } from '../call/signature.js'
import * as create from '../tensor/create.js'
import type { DType } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'

/** Element type and gradient of a new tensor. */
export interface TensorOptions {
  /** By default the type of the data, or 'float32'. */
  dtype?: DType | null
  device?: 'cpu' | null
  requires_grad?: boolean
}

/** The ways to pass a size: `zeros(2, 3)` or `zeros([2, 3])`, perhaps followed by keywords, or `zeros({ size: [2, 3] })`. */
export interface OfSize<Options> {
  <const S extends Shape>(size: S, options?: Options): Tensor<S>
  <const S extends Shape>(...size: S): Tensor<S>
  <const S extends Shape>(options: Options & { size: S }): Tensor<S>
  <const S extends Shape>(...args: [...size: S, options: Options]): Tensor<Readonly<S>>
}

/** Keywords of functions that create tensors. */
export const NEW = [
  '*',
  'dtype: dtype = None',
  "device: 'cpu' = None",
  'requires_grad: bool = False',
  'layout: None = None',
  'pin_memory: False = False',
] as const

const TENSOR = signature('tensor', 'data: value', ...NEW)
const ZEROS = signature('zeros', '*size: int', ...NEW)
const ONES = signature('ones', '*size: int', ...NEW)
const FULL = signature('full', 'size: ints', 'fill_value: number|bool', ...NEW)
const ZEROS_LIKE = signature('zeros_like', 'input: Tensor', ...NEW, 'memory_format: None = None')
const ONES_LIKE = signature('ones_like', 'input: Tensor', ...NEW, 'memory_format: None = None')
const ARANGE_TO = signature('arange', 'end: number', ...NEW)
const ARANGE = signature('arange', 'start: number', 'end: number', 'step: number = 1', ...NEW)
const EYE = signature('eye', 'n: int', 'm: int = None', ...NEW)

/**
 * A tensor from a number, nested arrays or a typed array (copied, 1-D). Numbers become
 * float32, booleans bool; typed arrays keep their type, except that a Float64Array becomes float32.
 *
 * @throws ValueError if the nesting is ragged
 * @example torch.tensor([[1, 0], [0, 1]]).shape // [2, 2]
 */
export function tensor<const T extends create.NestedNumbers>(
  data: T,
  options?: TensorOptions,
): Tensor<create.ShapeOf<T>>
export function tensor(
  data: Float32Array | Float64Array | Int32Array | Uint8Array,
  options?: TensorOptions,
): Tensor<readonly [number]>
export function tensor(...args: unknown[]): Tensor {
  const [data, dtype, , requires_grad] = TENSOR.read(args)
  return create.tensor(data as Float32Array, { dtype, requires_grad })
}

/**
 * Zeros.
 *
 * @example torch.zeros(2, 3); torch.zeros([2, 3], { dtype: 'int32' })
 */
export const zeros: OfSize<TensorOptions> = (...args: unknown[]) => {
  const [size, dtype, , requires_grad] = ZEROS.read(args)
  return create.zeros(size, { dtype, requires_grad }) as never
}

/**
 * Ones.
 *
 * @example torch.ones(2, 3); torch.ones([2, 3], { requires_grad: true })
 */
export const ones: OfSize<TensorOptions> = (...args: unknown[]) => {
  const [size, dtype, , requires_grad] = ONES.read(args)
  return create.ones(size, { dtype, requires_grad }) as never
}

/**
 * Every element `fill_value`: float32, or bool for a boolean, unless `dtype` says otherwise.
 *
 * @example torch.full([2, 3], 7)
 */
export function full<const S extends Shape>(
  size: S,
  fill_value: number | boolean,
  options?: TensorOptions,
): Tensor<S>
export function full<const S extends Shape>(
  options: TensorOptions & { size: S; fill_value: number | boolean },
): Tensor<S>
export function full(...args: unknown[]): Tensor {
  const [size, fill_value, dtype, , requires_grad] = FULL.read(args)
  const natural = typeof fill_value === 'boolean' ? 'bool' : 'float32'
  return create.full(size, Number(fill_value), { dtype: dtype ?? natural, requires_grad })
}

/** Zeros of the shape and dtype of `input`. */
export function zeros_like<S extends Shape>(input: Tensor<S>, options?: TensorOptions): Tensor<S>
export function zeros_like(...args: unknown[]): Tensor {
  const [input, dtype, , requires_grad] = ZEROS_LIKE.read(args)
  return create.zeros(input.shape, { dtype: dtype ?? input.dtype, requires_grad })
}

/** Ones of the shape and dtype of `input`. */
export function ones_like<S extends Shape>(input: Tensor<S>, options?: TensorOptions): Tensor<S>
export function ones_like(...args: unknown[]): Tensor {
  const [input, dtype, , requires_grad] = ONES_LIKE.read(args)
  return create.ones(input.shape, { dtype: dtype ?? input.dtype, requires_grad })
}

/** Keywords of {@link arange}. */
export interface ArangeOptions extends TensorOptions {
  /** 1 by default. */
  step?: number
}

/**
 * `start`, 0 by default, `start + step`, … below `end`, as float32.
 *
 * @throws RuntimeError if `step` is 0 or has the wrong sign for `end`
 * @example torch.arange(3).tolist() // [0, 1, 2]
 */
export function arange(end: number, options?: TensorOptions): Tensor<readonly [number]>
export function arange(
  start: number,
  end: number | (ArangeOptions & { end: number }),
  step?: number | ArangeOptions,
  options?: TensorOptions,
): Tensor<readonly [number]>
export function arange(options: ArangeOptions & { start?: number; end: number }): Tensor<readonly [number]>
export function arange(...args: unknown[]): Tensor<readonly [number]> {
  const [form, given] = readFirst(args, ARANGE_TO, ARANGE)
  if (form === '0') return create.arange(0, given[0], 1, { dtype: given[1], requires_grad: given[3] })
  const [start, end, step, dtype, , requires_grad] = given
  return create.arange(start, end, step, { dtype, requires_grad })
}

/**
 * The identity matrix with `n` rows and `m` columns; `m` is `n` by default.
 *
 * @example torch.eye(2).tolist() // [[1, 0], [0, 1]]
 */
export function eye(
  n: number,
  m?: number | (TensorOptions & { m?: number | null }) | null,
  options?: TensorOptions,
): Tensor<readonly [number, number]>
export function eye(...args: unknown[]): Tensor<readonly [number, number]> {
  const [n, m, dtype, , requires_grad] = EYE.read(args)
  return create.eye(n, m ?? n, { dtype, requires_grad })
}
