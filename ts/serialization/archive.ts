/** Archives of torch.save: a zip with a pickle, and beside it the storages that its tensors name. */
import { RuntimeError } from '../errors.js'
import { Parameter } from '../nn/parameter.js'
import { stridedCopy } from '../ops/strided.js'
import { bytesPerElement } from '../tensor/dtype.js'
import { checkShape, numelOf, type Shape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { decode, type ElementType } from './element_type.js'
import { archiveAllowance, MAX_DEPTH, MAX_TENSORS } from './limits.js'
import { type Dict, isDict, unpickle } from './pickle.js'
import { invalid, type StorageRecipe, TensorRecipe, vocabulary } from './recipe.js'
import { quote, textOf } from './source.js'
import { ZipArchive } from './zip.js'

/** What was saved, with tensors. */
export function readArchive(file: Uint8Array<ArrayBuffer>): unknown {
  const zip = new ZipArchive(file)
  const pickles = zip.names.filter((name) => /^[^/]*\/data\.pkl$/.test(name))
  if (pickles.length !== 1) throw invalid(`it has ${pickles.length} entries data.pkl instead of one`)
  const folder = pickles[0].slice(0, -'data.pkl'.length)
  const entry = (name: string) => zip.read(folder + name)
  if (entry('constants.pkl') !== undefined) {
    throw new RuntimeError(
      'load: this is a TorchScript archive, from torch.jit.save: in Python save the state_dict() of the module instead',
    )
  }
  // Archives from before PyTorch 2.1 do not tell.
  const order = entry('byteorder')
  if (order !== undefined && textOf(order) !== 'little') {
    throw new RuntimeError(
      `load: only little-endian archives can be read, but the byteorder of this is ${quote(String(textOf(order)))}`,
    )
  }
  const value = unpickle(entry('data.pkl') ?? new Uint8Array(), vocabulary)
  return new Builder((key) => entry(`data/${key}`), archiveAllowance(file.length)).build(value, '', 0)
}

/** Height of a container whose members are being built. */
const OPEN = Number.POSITIVE_INFINITY

/** Puts tensors in the places of their recipes. */
class Builder {
  /** Whole storages as 1-D tensors, by key and type: tensors over one share its memory, as in torch. */
  private readonly storages = new Map<string, Tensor>()
  private readonly tensors = new Map<TensorRecipe, Tensor>()
  /** Levels of each container. */
  private readonly heights = new Map<unknown, number>()

  constructor(
    /** The bytes of a storage. */
    private readonly read: (key: string) => Uint8Array | undefined,
    /** Bytes that tensors may still take. */
    private allowance: number,
  ) {}

  /** The value with tensors; containers are changed in place. `path` is where it stands, for errors. */
  build(value: unknown, path: string, depth: number): unknown {
    if (value instanceof TensorRecipe) return this.tensor(value, `load: tensor ${quote(path)}`)
    if (Array.isArray(value) || isDict(value)) {
      const height = this.heights.get(value) ?? this.buildMembers(value, path, depth)
      if (depth + height > MAX_DEPTH) {
        throw invalid(`it has containers inside each other more than ${MAX_DEPTH} deep, or one inside itself`)
      }
    } else if (value !== null && ['object', 'function', 'symbol'].includes(typeof value)) {
      throw invalid(`${quote(path)} is neither a tensor nor a number, a text or a container`)
    }
    return value
  }

  private buildMembers(container: unknown[] | Dict, path: string, depth: number): number {
    this.heights.set(container, OPEN)
    let height = 1
    const members = container as Dict
    // Deeper is an error, made by whoever asked for the height.
    if (depth === MAX_DEPTH) return height
    for (const key of Object.keys(members)) {
      const member = members[key]
      members[key] = this.build(member, path === '' ? key : `${path}.${key}`, depth + 1)
      height = Math.max(height, 1 + (this.heights.get(member) ?? 0))
    }
    this.heights.set(container, height)
    return height
  }

  private tensor(recipe: TensorRecipe, op: string): Tensor {
    const known = this.tensors.get(recipe)
    if (known !== undefined) return known
    if (this.tensors.size === MAX_TENSORS) throw invalid(`it has more than ${MAX_TENSORS} tensors`)
    const { type, requires_grad, isParameter } = recipe
    if (requires_grad && type.dtype !== 'float32') {
      throw new RuntimeError(
        `${op}: only floating point tensors can require gradients, but it is ${type.name}`,
      )
    }
    const elements = this.elements(recipe, op)
    const tensor = isParameter ? new Parameter(elements, false) : elements
    tensor.requires_grad = requires_grad
    this.tensors.set(recipe, tensor)
    return tensor
  }

  /** A view of the storage where the strides are those of its shape, otherwise a copy. */
  private elements({ storage, type, offset, size, stride }: TensorRecipe, op: string): Tensor {
    checkShape(op, size)
    const numel = numelOf(size)
    if (numel === 0) return empty(op, size, type.dtype)
    const whole = this.storage(storage, type, op)
    const reach = size.reduce((last, length, i) => last + (length - 1) * stride[i], 1)
    if (offset + reach > whole.numel()) {
      throw new RuntimeError(
        `${op} reaches to element ${offset + reach} of a storage with ${whole.numel()} elements`,
      )
    }
    if (isContiguous(size, stride)) return whole.alias(size, offset)
    this.allow(numel * bytesPerElement[type.dtype])
    const out = empty(op, size, type.dtype)
    // Of a single row any stride is right, and may be more than a kernel takes.
    const steps = stride.map((step, i) => (size[i] === 1 ? 0 : step))
    stridedCopy(whole.alias([reach], offset), out, steps)
    return out
  }

  private storage({ type: own, key, length }: StorageRecipe, type: ElementType, op: string): Tensor {
    const bytes = this.read(key)
    if (bytes === undefined) throw new RuntimeError(`${op}: its storage ${quote(key)} is missing`)
    const claimed = own === null ? length : length * type.bytes
    if (claimed !== bytes.length || claimed % type.bytes !== 0) {
      throw new RuntimeError(
        `${op}: its storage ${quote(key)} has ${bytes.length} bytes instead of ${claimed} of ${type.name}`,
      )
    }
    const id = `${type.name} ${key}`
    const known = this.storages.get(id)
    if (known !== undefined) return known
    const numel = bytes.length / type.bytes
    this.allow(numel * bytesPerElement[type.dtype])
    const whole = decode(op, type, bytes, [numel])
    this.storages.set(id, whole)
    return whole
  }

  private allow(bytes: number): void {
    this.allowance -= bytes
    if (this.allowance < 0) {
      throw invalid('its tensors take far more memory than the file: they repeat the same elements')
    }
  }
}

/** Whether the strides are those of a row-major array; those of single rows do not matter. */
function isContiguous(size: Shape, stride: readonly number[]): boolean {
  let expected = 1
  for (let i = size.length - 1; i >= 0; i--) {
    if (size[i] !== 1 && stride[i] !== expected) return false
    expected *= size[i]
  }
  return true
}
