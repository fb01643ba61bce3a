/** Public functions that create tensors: of the size of others, evenly spaced numbers, indices of triangles, from typed arrays. */
import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { mul } from '../ops/elementwise/binary.js'
import { beyond } from '../ops/elementwise/triangle.js'
import { nonzero } from '../ops/indexing/nonzero.js'
import type { Random } from '../ops/random/fill.js'
import { multinomial as draw, exponential } from '../ops/random/multinomial.js'
import { as_strided } from '../ops/shape/as_strided.js'
import { clone } from '../ops/shape/clone.js'
import { copy_ } from '../ops/shape/in_place.js'
import { stack } from '../ops/shape/join.js'
import { permute, transpose } from '../ops/shape/permute.js'
import { flip } from '../ops/shape/reverse.js'
import { to } from '../tensor/convert.js'
import * as create from '../tensor/create.js'
import { spaced } from '../tensor/ranges.js'
import { checkShape, ownIntegers, type Shape } from '../tensor/shape.js'
import { reachOf } from '../tensor/strides.js'
import { Tensor } from '../tensor/tensor.js'
import { called } from './called.js'
import { NEW, type OfSize, type TensorOptions } from './create.js'

const LIKE = [...NEW, 'memory_format: None = None'] as const

/** Elements of no particular value, which is 0 here. */
export const empty: OfSize<TensorOptions> = called(
  'empty',
  ['*size: int', ...LIKE],
  (size, dtype, _, requires_grad) => create.zeros(size, { dtype, requires_grad }) as never,
)

/** Elements of no particular value, of the shape and dtype of `input`. */
export const empty_like: <S extends Shape>(input: Tensor<S>, options?: TensorOptions) => Tensor<S> = called(
  'empty_like',
  ['input: Tensor', ...LIKE],
  (input, dtype, _, requires_grad) =>
    create.zeros(input.shape, { dtype: dtype ?? input.dtype, requires_grad }),
) as never

/** The same with strides. */
export const empty_strided: (size: Shape, stride: Shape, options?: TensorOptions) => Tensor = called(
  'empty_strided',
  ['size: ints', 'stride: ints', ...NEW],
  (size, stride, dtype, _, requires_grad) => strided(size, stride, { dtype, requires_grad }),
)

function strided(size: Shape, stride: Shape, options: create.TensorOptions): Tensor {
  const [own, steps] = [
    ownIntegers('empty_strided', 'size', size),
    ownIntegers('empty_strided', 'stride', stride),
  ]
  if (own.length !== steps.length) throw new RuntimeError('mismatch in length of strides and shape')
  checkShape('empty_strided', own)
  if (steps.some((step) => step < 0))
    throw new RuntimeError('empty_strided: Negative strides are not supported at the moment')
  const { requires_grad = false, ...rest } = options
  return as_strided(create.zeros([reachOf(own, steps)], rest), own, steps)
    .detach()
    .requires_grad_(requires_grad)
}

/** The same with the dimensions in another order in memory: `physical_layout` from the outermost to the innermost. */
export const empty_permuted: (size: Shape, physical_layout: Shape, options?: TensorOptions) => Tensor =
  called(
    'empty_permuted',
    ['size: ints', 'physical_layout: ints', ...NEW],
    (size, layout, dtype, _, requires_grad) => {
      const own = ownIntegers('empty_permuted', 'size', size)
      const order = ownIntegers('empty_permuted', 'physical_layout', layout)
      if (order.length !== own.length || own.some((_, dim) => !order.includes(dim))) {
        throw new RuntimeError(
          `empty_permuted: physical_layout must have each of the ${own.length} dimensions once`,
        )
      }
      const inMemory = create.zeros(
        order.map((dim) => own[dim]),
        { dtype },
      )
      return permute(
        inMemory,
        own.map((_, dim) => order.indexOf(dim)),
      )
        .detach()
        .requires_grad_(requires_grad)
    },
  )

/** Every element `fill_value`, of the shape and dtype of `input`. */
export const full_like: <S extends Shape>(
  input: Tensor<S>,
  fill_value: number | boolean | (TensorOptions & { fill_value: number | boolean }),
  options?: TensorOptions,
) => Tensor<S> = called(
  'full_like',
  ['input: Tensor', 'fill_value: number|bool', ...LIKE],
  (input, value, dtype, _, requires_grad) =>
    create.full(input.shape, Number(value), { dtype: dtype ?? input.dtype, requires_grad }),
) as never

const numberOf = (x: Tensor | number): number => (x instanceof Tensor ? x.item() : x)

/** Keywords of {@link linspace}. */
type Spaced = (
  start: number | Tensor,
  end: number | Tensor,
  steps: number | (TensorOptions & { steps: number }),
  options?: TensorOptions,
) => Tensor<readonly [number]>

/**
 * `steps` numbers from `start` to `end`, both included.
 *
 * @example torch.linspace(0, 1, 5).tolist() // [0, 0.25, 0.5, 0.75, 1]
 */
export const linspace: Spaced = called(
  'linspace',
  ['start: number|Tensor', 'end: number|Tensor', 'steps: int', ...NEW],
  (start, end, steps, dtype, _, requires_grad) =>
    spaced('linspace', numberOf(start), numberOf(end), steps, null, { dtype, requires_grad }),
)

/** Powers of `base`, 10 by default, whose exponents are {@link linspace}. */
export const logspace: (
  start: number | Tensor,
  end: number | Tensor,
  steps: number | (TensorOptions & { steps: number; base?: number }),
  base?: number | (TensorOptions & { base?: number }),
  options?: TensorOptions,
) => Tensor<readonly [number]> = called(
  'logspace',
  ['start: number|Tensor', 'end: number|Tensor', 'steps: int', 'base: number = 10', ...NEW],
  (start, end, steps, base, dtype, _, requires_grad) =>
    spaced('logspace', numberOf(start), numberOf(end), steps, base, { dtype, requires_grad }),
)

type Triangle = (
  row: number,
  col: number,
  offset?: number | (TensorOptions & { offset?: number }),
  options?: TensorOptions,
) => Tensor
const triangle = (name: string, above: boolean): Triangle =>
  called(name, ['row: int', 'col: int', 'offset: int = 0', ...NEW], (rows, columns, offset, dtype) => {
    checkShape(name, [rows, columns])
    // Those that are beyond the diagonal on the other side.
    const inside = beyond(rows, columns, above ? offset - 1 : offset + 1, above)
    return to(transpose(nonzero(inside), 0, 1), dtype ?? 'int32')
  })
/** The indices of elements on and below a diagonal of a matrix: a row of row indices and one of column indices. */
export const tril_indices: Triangle = triangle('tril_indices', false)
/** The indices of elements on and above a diagonal. */
export const triu_indices: Triangle = triangle('triu_indices', true)

/** The most columns of {@link vander}. */
const MOST_POWERS = 2 ** 16

/** Powers of a vector's elements as columns: the highest first, unless `increasing`. */
export const vander: (
  x: Tensor,
  N?: number | null | { N?: number | null; increasing?: boolean },
  increasing?: boolean | { increasing?: boolean },
) => Tensor = called(
  'vander',
  ['x: Tensor', 'N: int = None', 'increasing: bool = False'],
  (x, N, increasing) => {
    if (x.dim() !== 1) throw new RuntimeError('x must be a one-dimensional tensor.')
    const count = N ?? x.numel()
    if (count < 0) throw new RuntimeError('N must be non-negative.')
    const own = x.dtype === 'float32' ? x : to(x, 'int32')
    checkShape('vander', [own.numel(), count])
    if (count > MOST_POWERS)
      throw new RuntimeError(`vander: N is at most ${MOST_POWERS} here, but got ${count}`)
    if (count === 0) return create.zeros([own.numel(), 0], { dtype: own.dtype })
    const powers: Tensor[] = [create.ones(own.shape, { dtype: own.dtype })]
    while (powers.length < count) powers.push(mul(powers[powers.length - 1], own))
    return increasing ? stack(powers, 1) : flip(stack(powers, 1), [1])
  },
)

/** A 0-d tensor of a number. */
export const scalar_tensor: (s: number | boolean, options?: TensorOptions) => Tensor<readonly []> = called(
  'scalar_tensor',
  ['s: number|bool', ...NEW],
  (value, dtype, _, requires_grad) =>
    create.full([] as const, Number(value), { dtype: dtype ?? 'float32', requires_grad }),
)

/**
 * A tensor of a typed array's elements, in `shape`, by default a vector. A copy: tensors lie in memory of their own.
 *
 * @example torch.from_numpy(Float32Array.of(1, 2, 3, 4), [2, 2])
 */
export const from_numpy: (
  ndarray: Float32Array | Float64Array | Int32Array | Uint8Array,
  shape?: Shape | { shape?: Shape },
) => Tensor = called('from_numpy', ['ndarray: value', 'shape: ints = None'], (array, shape) => {
  if (!ArrayBuffer.isView(array))
    throw new TypeError('expected a typed array (got another value): write torch.tensor(data)')
  const flat = create.tensor(array as Float32Array)
  if (shape === null) return flat
  const own = ownIntegers('from_numpy', 'shape', shape)
  if (own.some((size) => size < 0) || checkShape('from_numpy', own) !== flat.numel())
    throw new RuntimeError(`shape '[${own.join(', ')}]' is invalid for input of size ${flat.numel()}`)
  return flat.alias(own)
})

/** Data of {@link as_tensor}. */
type Data = Tensor | create.NestedNumbers | Float32Array | Float64Array | Int32Array | Uint8Array
const asTensor = (name: string): ((data: Data, options?: TensorOptions) => Tensor) =>
  called(name, ['data: value', ...NEW, 'copy: bool = False'], (data, dtype, _, requires_grad, ...rest) => {
    if (!(data instanceof Tensor)) return create.tensor(data as Float32Array, { dtype, requires_grad })
    const result = to(data, dtype ?? data.dtype)
    return rest[2] && result === data ? clone(data) : result
  })
/** A tensor as it is, or converted to `dtype`; anything else as {@link tensor} makes one of it. */
export const as_tensor = asTensor('as_tensor')
/** The same as {@link as_tensor}. */
export const asarray = asTensor('asarray')

/**
 * `num_samples` categories with the probabilities, not necessarily normalised, in a vector or in each row of a matrix. The draws of the
 * same seed are those of PyTorch where it is not on an Intel processor.
 */
export const multinomial: (
  input: Tensor,
  num_samples: number | ({ num_samples: number; replacement?: boolean } & Random),
  replacement?: boolean | ({ replacement?: boolean } & Random),
  options?: Random,
) => Tensor = called(
  'multinomial',
  ['input: Tensor', 'num_samples: int', 'replacement: bool = False', '*', 'generator: Generator = None'],
  (input, samples, replacement, generator) => draw(input, samples, replacement, { generator }),
)

/** Overwrites the elements with values of an exponential distribution; only a method. */
export const exponential_ = called(
  'exponential_',
  ['self: Tensor', 'lambd: number = 1', '*', 'generator: Generator = None'],
  (self, lambd, generator) => copy_(self, exponential(self, lambd, { generator })),
)

/** Methods `new_…`, whose dtype is that of the tensor by default. */
const NEW_FULL = signature('new_full', 'self: Tensor', 'size: ints', 'fill_value: number|bool', ...NEW)
export function new_full(...args: unknown[]): Tensor {
  const [self, size, value, dtype, , requires_grad] = NEW_FULL.read(args)
  return create.full(size, Number(value), { dtype: dtype ?? self.dtype, requires_grad })
}
const ofSize = (name: string, value: number) =>
  called(name, ['self: Tensor', '*size: int', ...NEW], (self, size, dtype, _, requires_grad) =>
    create.full(size, value, { dtype: dtype ?? self.dtype, requires_grad }),
  )
export const new_zeros = ofSize('new_zeros', 0)
export const new_ones = ofSize('new_ones', 1)
export const new_empty = ofSize('new_empty', 0)
export const new_empty_strided = called(
  'new_empty_strided',
  ['self: Tensor', 'size: ints', 'stride: ints', ...NEW],
  (self, size, stride, dtype, _, requires_grad) =>
    strided(size, stride, { dtype: dtype ?? self.dtype, requires_grad }),
)
export const new_tensor = called(
  'new_tensor',
  ['self: Tensor', 'data: value', ...NEW],
  (self, data, dtype, _, requires_grad) =>
    data instanceof Tensor
      ? clone(to(data, dtype ?? self.dtype))
          .detach()
          .requires_grad_(requires_grad)
      : create.tensor(data as Float32Array, { dtype: dtype ?? self.dtype, requires_grad }),
)
