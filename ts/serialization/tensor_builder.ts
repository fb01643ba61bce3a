/** Builds tensors from their recipes. */
import { RuntimeError } from '../base/errors.js'
import { Parameter } from '../nn/parameter.js'
import { neg } from '../ops/elementwise/math.js'
import { to } from '../tensor/convert.js'
import { bytesPerElement } from '../tensor/dtype.js'
import { checkShape, numelOf, type Shape } from '../tensor/shape.js'
import { stridedCopy } from '../tensor/strided.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { decode, isReadable, type ReadableType } from './element_type.js'
import { MAX_TENSORS } from './limits.js'
import { type Elements, invalid, type StorageRecipe, type TensorRecipe } from './recipe.js'
import { quote } from './source.js'
import { Unreadable } from './unreadable.js'

/** Tensors of one storage share its memory, as in torch. */
export class TensorBuilder {
  /** Whole storages as 1-D tensors, by key and type. */
  private readonly storages = new Map<string, Tensor | Unreadable>()
  private readonly tensors = new Map<TensorRecipe, Tensor | Unreadable>()

  constructor(
    /** The bytes of a storage. */
    private readonly read: (key: string) => Uint8Array | undefined,
    /** The remaining bytes that tensors may take. */
    private allowance: number,
  ) {}

  /** The tensor, or the reason why it cannot be read. `op` starts the error messages. */
  build(recipe: TensorRecipe, op: string): Tensor | Unreadable {
    const known = this.tensors.get(recipe)
    if (known !== undefined) return known
    if (this.tensors.size === MAX_TENSORS) throw invalid(`it has more than ${MAX_TENSORS} tensors`)
    const tensor = this.make(recipe, op)
    this.tensors.set(recipe, tensor)
    return tensor
  }

  private make({ elements, requires_grad, isParameter }: TensorRecipe, op: string): Tensor | Unreadable {
    if (elements === null) throw invalid('a tensor was made without elements')
    if (elements instanceof Unreadable || !isReadable(elements.type)) return elements as Unreadable
    const { type } = elements
    if (requires_grad && type.dtype !== 'float32') {
      throw new RuntimeError(
        `${op}: only floating point tensors can require gradients, but it is ${type.name}`,
      )
    }
    const values = this.elements(elements, type, op)
    if (values instanceof Unreadable) return values
    const tensor = isParameter ? new Parameter(values, false) : values
    tensor.requires_grad = requires_grad
    return tensor
  }

  private elements(recipe: Elements, type: ReadableType, op: string): Tensor | Unreadable {
    const { size, isNegative } = recipe
    checkShape(op, size)
    if (numelOf(size) === 0) return empty(op, size, type.dtype)
    const values = this.positive(recipe, type, op)
    if (!isNegative || values instanceof Unreadable) return values
    if (type.dtype === 'bool') throw invalid('a tensor of bools has the negative bit')
    this.allow(numelOf(size) * bytesPerElement[type.dtype])
    return to(neg(values), type.dtype)
  }

  /** A view of the storage if it is contiguous, otherwise a copy. */
  private positive(
    { storage, offset, size, stride }: Elements,
    type: ReadableType,
    op: string,
  ): Tensor | Unreadable {
    const bytes = this.bytesOf(storage, type, op)
    const numel = numelOf(size)
    const reach = size.reduce((last, length, i) => last + (length - 1) * stride[i], 1)
    const { offset: first, length } = storage.part ?? { offset: 0, length: (8 * bytes.length) / type.bits }
    if (offset + reach > length) {
      throw new RuntimeError(
        `${op} reaches to element ${offset + reach} of a storage with ${length} elements`,
      )
    }
    const whole = this.window(storage, type, bytes, first + offset, reach, op)
    if (whole instanceof Unreadable) return whole
    const { values, start } = whole
    if (isContiguous(size, stride)) return values.alias(size, start)
    this.allow(numel * bytesPerElement[type.dtype])
    const out = empty(op, size, type.dtype)
    // In a dimension of size 1 any stride is valid, and may be larger than a kernel accepts.
    const steps = stride.map((step, i) => (size[i] === 1 ? 0 : step))
    stridedCopy(values.alias([reach], start), out, steps)
    return out
  }

  /** Elements from `first` on, as a view of the whole storage if all of it can be read. */
  private window(
    storage: StorageRecipe,
    type: ReadableType,
    bytes: Uint8Array,
    first: number,
    reach: number,
    op: string,
  ): { values: Tensor; start: number } | Unreadable {
    const id = `${type.name} ${storage.key}`
    let values = this.storages.get(id)
    if (values === undefined) {
      values = this.decode(op, type, bytes)
      this.storages.set(id, values)
    }
    if (!(values instanceof Unreadable)) return { values, start: first }
    const width = type.bits / 8
    const part = this.decode(op, type, bytes.subarray(width * first, width * (first + reach)))
    return part instanceof Unreadable ? part : { values: part, start: 0 }
  }

  private decode(op: string, type: ReadableType, bytes: Uint8Array): Tensor | Unreadable {
    const numel = (8 * bytes.length) / type.bits
    this.allow(numel * bytesPerElement[type.dtype])
    return decode(op, type, bytes, [numel])
  }

  private bytesOf({ type: own, key, length }: StorageRecipe, type: ReadableType, op: string): Uint8Array {
    const bytes = this.read(key)
    if (bytes === undefined) throw new RuntimeError(`${op}: its storage ${quote(key)} is missing`)
    const claimed = (length * (own?.bits ?? 8)) / 8
    if (claimed !== bytes.length || (8 * claimed) % type.bits !== 0) {
      throw new RuntimeError(
        `${op}: its storage ${quote(key)} has ${bytes.length} bytes instead of ${claimed} of ${type.name}`,
      )
    }
    return bytes
  }

  private allow(bytes: number): void {
    this.allowance -= bytes
    if (this.allowance < 0) {
      throw invalid('its tensors take far more memory than the file: they repeat the same elements')
    }
  }
}

/** Whether the strides are row-major; those of dimensions of size 1 do not matter. */
function isContiguous(size: Shape, stride: readonly number[]): boolean {
  let expected = 1
  for (let i = size.length - 1; i >= 0; i--) {
    if (size[i] !== 1 && stride[i] !== expected) return false
    expected *= size[i]
  }
  return true
}
