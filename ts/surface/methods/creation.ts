/** Methods: new tensors of the same type, conversions, and what a tensor is. */
import { RuntimeError } from '../../base/errors.js'
import type { Random } from '../../ops/random/fill.js'
import { to } from '../../tensor/convert.js'
import type { NestedNumbers } from '../../tensor/create.js'
import { bytesPerElement, type DType, type TypedArray } from '../../tensor/dtype.js'
import type { Shape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { BoolTensor } from '../../tensor/typed/sizes.js'
import { called } from '../called.js'
import type { TensorOptions } from '../create.js'
import {
  exponential_,
  multinomial,
  new_empty,
  new_empty_strided,
  new_full,
  new_ones,
  new_tensor,
  new_zeros,
} from '../creation.js'
import { element_size, is_complex, is_floating_point, is_signed } from '../devices.js'
import { addMethods, addProperties } from './add.js'

/** Of a size, as a list or one by one. */
type NewOfSize = (
  ...size: number[] | [...number[], TensorOptions] | [size: Shape, options?: TensorOptions]
) => Tensor

declare module '../../tensor/tensor.js' {
  interface Tensor<S extends Shape = Shape> {
    /** Zeros of the dtype of this tensor. */
    new_zeros: NewOfSize
    /** Ones of the dtype of this tensor. */
    new_ones: NewOfSize
    /** Elements of no particular value of the dtype of this tensor. */
    new_empty: NewOfSize
    /** The same with strides. */
    new_empty_strided(size: Shape, stride: Shape, options?: TensorOptions): Tensor
    /** Every element `fill_value`, of the dtype of this tensor. */
    new_full(size: Shape, fill_value: number | boolean, options?: TensorOptions): Tensor
    /** A tensor of data, of the dtype of this tensor. */
    new_tensor(data: NestedNumbers | TypedArray | Tensor, options?: TensorOptions): Tensor
    /** `num_samples` categories with the probabilities in each row. */
    multinomial(
      num_samples: number | ({ num_samples: number; replacement?: boolean } & Random),
      replacement?: boolean | ({ replacement?: boolean } & Random),
      options?: Random,
    ): Tensor
    /** Overwrites the elements with values of an exponential distribution. */
    exponential_(lambd?: number | ({ lambd?: number } & Random), options?: Random): this
    /** Converts to int32. */
    int(): Tensor<S>
    /** Converts to int32, which stands for int64. */
    long(): Tensor<S>
    /** Converts to bool. */
    bool(): BoolTensor<S>
    /** Converts to uint8. */
    byte(): Tensor<S>
    /** Converts to the dtype of `other`. */
    type_as(other: Tensor | { other: Tensor }): Tensor<S>
    /** torch's name of the type, such as `'torch.FloatTensor'`. */
    type(): string
    /** Converts to a dtype. */
    type(dtype: DType | { dtype: DType }): Tensor<S>
    /** The tensor itself: it is on the CPU. */
    cpu(): this
    /** A typed array with a copy of the elements, as {@link data}. Throws for a tensor that requires grad, as in torch. */
    numpy(options?: { force?: boolean }): TypedArray
    /** Bytes of an element. */
    element_size(): number
    /** Number of elements. */
    nelement(): number
    /** Number of dimensions. */
    ndimension(): number
    /** Whether the elements are floating-point numbers. */
    is_floating_point(): boolean
    /** Whether the elements are complex numbers: never. */
    is_complex(): boolean
    /** Whether the elements have a sign. */
    is_signed(): boolean
    /** Whether the elements are on a GPU: never. */
    readonly is_cuda: false
    /** Bytes of an element. */
    readonly itemsize: number
    /** Bytes of all elements. */
    readonly nbytes: number
  }
}

const SELF = 'self: Tensor'
const FORMAT = 'memory_format: None = None'

const toType = (name: string, dtype: DType) => called(name, [SELF, FORMAT], (x) => to(x, dtype))

/** Names of the types of tensors. */
const TYPES: Readonly<Record<DType, string>> = {
  float32: 'torch.FloatTensor',
  int32: 'torch.IntTensor',
  uint8: 'torch.ByteTensor',
  bool: 'torch.BoolTensor',
}

addMethods({
  new_zeros,
  new_ones,
  new_empty,
  new_empty_strided,
  new_full,
  new_tensor,
  multinomial,
  exponential_,
  element_size,
  is_floating_point,
  is_complex,
  is_signed,
  int: toType('int', 'int32'),
  long: toType('long', 'int32'),
  bool: toType('bool', 'bool'),
  byte: toType('byte', 'uint8'),
  type_as: called('type_as', [SELF, 'other: Tensor'], (x, other) => to(x, other.dtype)),
  type: called('type', [SELF, 'dtype: dtype = None', 'non_blocking: bool = False'], (x, dtype) =>
    dtype === null ? TYPES[x.dtype] : to(x, dtype),
  ),
  cpu: called('cpu', [SELF, FORMAT], (x) => x),
  numpy: called('numpy', [SELF, '*', 'force: bool = False'], (x, force) => {
    if (x.requires_grad && !force) {
      throw new RuntimeError(
        "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
      )
    }
    return x.data<TypedArray>()
  }),
  nelement: called('nelement', [SELF], (x) => x.numel()),
  ndimension: called('ndimension', [SELF], (x) => x.dim()),
})

addProperties({
  is_cuda: () => false,
  itemsize: (x) => bytesPerElement[x.dtype],
  nbytes: (x) => x.numel() * bytesPerElement[x.dtype],
})
