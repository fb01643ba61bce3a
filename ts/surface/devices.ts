/** Public functions: devices, of which there is one, and what a tensor is. */
import { bytesPerElement, type DType } from '../tensor/dtype.js'
import { Tensor } from '../tensor/tensor.js'
import { called } from './called.js'

/**
 * The device of that name, `'cpu'`: the only one.
 *
 * @throws TypeError for others
 * @example const device = torch.device(torch.cuda.is_available() ? 'cuda' : 'cpu')
 */
export const device: (type: 'cpu' | (string & {})) => 'cpu' = called('device', ['type: str'], (type) => {
  if (type === 'cpu' || type === 'cpu:0') return 'cpu'
  throw new TypeError(`device: tensors are on the CPU, there is no device '${type.slice(0, 80)}' here`)
})

/** Whether an object is a tensor. */
export const is_tensor: (obj: unknown) => obj is Tensor = called(
  'is_tensor',
  ['obj: any'],
  (obj) => obj instanceof Tensor,
) as (obj: unknown) => obj is Tensor

const isDType = (name: string, wanted: (dtype: DType) => boolean): ((input: Tensor) => boolean) =>
  called(name, ['input: Tensor'], (input) => wanted(input.dtype))
/** Whether the elements are floating-point numbers. */
export const is_floating_point = isDType('is_floating_point', (dtype) => dtype === 'float32')
/** Whether the elements are complex numbers: never. */
export const is_complex = isDType('is_complex', () => false)
/** Whether the elements have a sign. */
export const is_signed = isDType('is_signed', (dtype) => dtype === 'float32' || dtype === 'int32')

/** The number of elements. */
export const numel: (input: Tensor) => number = called('numel', ['input: Tensor'], (input) => input.numel())

/** Bytes of an element; only a method. */
export const element_size = called('element_size', ['self: Tensor'], (self) => bytesPerElement[self.dtype])
