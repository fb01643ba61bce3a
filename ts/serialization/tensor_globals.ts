/** The functions that a pickle may call to make tensors, for all versions of torch. */
import { MAX_RANK } from '../tensor/shape.js'
import {
  type ElementType,
  elementTypes,
  isElementType,
  isReadable,
  lackOf,
  readableTypes,
} from './element_type.js'
import { MAX_FILE_RANK, MAX_KEY } from './limits.js'
import { once } from './once.js'
import type { Callable, Vocabulary } from './pickle_machine.js'
import { PickledDict } from './pickled.js'
import { plainGlobals } from './plain_data.js'
import { type Elements, invalid, StorageRecipe, TensorRecipe } from './recipe.js'
import { Unreadable } from './unreadable.js'

const UNTYPED = /* @__PURE__ */ Symbol('torch.UntypedStorage')
/** Stands for classes that only name the type of a rebuilt tensor. */
const TENSOR = /* @__PURE__ */ Symbol('torch.Tensor')

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const areCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= MAX_FILE_RANK && value.every(isCount)

/** Elements of a storage, or the reason why they cannot be read. */
function elementsOf(
  storage: unknown,
  offset: unknown,
  size: unknown,
  stride: unknown,
  dtype: unknown,
  metadata: unknown,
): Elements | Unreadable {
  if (!(storage instanceof StorageRecipe)) throw invalid('a tensor has no storage')
  const type = storage.type ?? (isElementType(dtype) ? dtype : null)
  if (type === null) throw invalid('a tensor has no dtype')
  if (!isCount(offset) || !areCounts(size) || !areCounts(stride) || size.length !== stride.length) {
    throw invalid(
      `the offset, sizes and strides of a tensor are not whole numbers of at least 0, at most ${MAX_FILE_RANK} of them`,
    )
  }
  if (!isReadable(type)) {
    return lackOf(
      type.name,
      readableTypes().map(({ name }) => name),
    )
  }
  if (size.length > MAX_RANK) {
    return new Unreadable(`: tensors have at most ${MAX_RANK} dimensions, but it has ${size.length}`)
  }
  const isNegative = metadata instanceof PickledDict && metadata.get('neg') === true
  return { storage, type, offset, size: [...size], stride: [...stride], isNegative }
}

function checkBool(requires_grad: unknown): boolean {
  if (typeof requires_grad !== 'boolean') throw invalid('requires_grad of a tensor is no bool')
  return requires_grad
}

/** Before PyTorch 0.4. */
const rebuildTensor: Callable = ([storage, offset, size, stride]) =>
  new TensorRecipe(elementsOf(storage, offset, size, stride, null, null), false, false)

const rebuildTensorV2: Callable = ([storage, offset, size, stride, requires_grad, _hooks, metadata]) =>
  new TensorRecipe(elementsOf(storage, offset, size, stride, null, metadata), checkBool(requires_grad), false)

const rebuildTensorV3: Callable = ([storage, offset, size, stride, requires_grad, _hooks, dtype, metadata]) =>
  new TensorRecipe(
    elementsOf(storage, offset, size, stride, dtype, metadata),
    checkBool(requires_grad),
    false,
  )

/** Also for `nn.Parameter`, whose second argument is optional. */
const rebuildParameter: Callable = ([data, requires_grad = true]) => {
  if (!(data instanceof TensorRecipe) || typeof requires_grad !== 'boolean') {
    throw invalid('a parameter has no data')
  }
  return new TensorRecipe(data.elements, requires_grad, true)
}

const unreadableTensor = (reason: string) => new TensorRecipe(new Unreadable(reason), false, false)

/** A tensor with attributes, which are dropped. */
const rebuildFromType: Callable = ([rebuild, type, args], spend) => {
  const isAllowed = typeof rebuild === 'function' && rebuild !== rebuildFromType
  const tensor: unknown = isAllowed && Array.isArray(args) ? (rebuild as Callable)(args, spend) : null
  if (!(tensor instanceof TensorRecipe)) {
    throw invalid('a tensor with attributes is not made by a function of torch')
  }
  return type === rebuildParameter ? new TensorRecipe(tensor.elements, tensor.requires_grad, true) : tensor
}

/** A tensor from another device. */
const rebuildFromCpu: Callable = ([data, dtype, _device, requires_grad]) => {
  if (!(data instanceof TensorRecipe)) throw invalid('a tensor of a device has no data')
  const { elements } = data
  if (elements !== null && !(elements instanceof Unreadable) && elements.type !== dtype) {
    return unreadableTensor(': it is to be converted to another type, which cannot be done here')
  }
  return new TensorRecipe(elements, checkBool(requires_grad), false)
}

/** Tensor classes before PyTorch 0.2: created empty, then given their elements. */
const emptyTensor: Callable = (args) => {
  if (args.length > 0) throw invalid('a tensor is made from arguments')
  return new TensorRecipe(null, false, false)
}

/** Sets the state of tensors in old pickles. */
function build(object: unknown, state: unknown): boolean {
  if (!(object instanceof TensorRecipe) || !Array.isArray(state)) return false
  if (state.length === 4) {
    object.elements = elementsOf(state[0], state[1], state[2], state[3], null, null)
    return true
  }
  // (data, grad, hooks, requires_grad, volatile), or (requires_grad, volatile, hooks).
  const [requires_grad, data] =
    state.length === 5 ? [state[3], state[0]] : state.length === 3 ? [state[0], object] : []
  if (typeof requires_grad !== 'boolean' || !(data instanceof TensorRecipe)) return false
  object.elements = data.elements
  object.requires_grad = requires_grad
  return true
}

/**
 * `('storage', class, key, location, length)`, in old files followed by a part of it; every location becomes memory
 * here. `('module', class, …)` is the class, with its source.
 */
function persistent(id: unknown): unknown {
  const [kind, type, key, , length, part = null]: unknown[] = Array.isArray(id) ? id : []
  if (kind === 'module' && type instanceof Unreadable) return type
  if (kind !== 'storage' || (!isElementType(type) && type !== UNTYPED)) {
    throw invalid('a persistent id names no storage')
  }
  if (typeof key !== 'string' || key.length > MAX_KEY || !isCount(length))
    throw invalid('a storage has no key or no length')
  const known = isElementType(type) ? type : null
  if (part === null) return new StorageRecipe(known, key, length)
  const [, offset, numel]: unknown[] = Array.isArray(part) ? part : []
  if (!isCount(offset) || !isCount(numel) || offset + numel > length) {
    throw invalid(`a part of a storage is outside of its ${length} elements`)
  }
  return new StorageRecipe(known, key, length, { offset, length: numel })
}

/** `torch.FloatStorage` and `torch.FloatTensor`, for CPU and CUDA. */
const classesOf = (type: ElementType): (readonly [string, unknown])[] => {
  if (type.storage === null) return []
  const tensor = type.storage.replace('Storage', 'Tensor')
  return ['torch', 'torch.cuda'].flatMap((module) => [
    [`${module}.${type.storage}`, type] as const,
    [`${module}.${tensor}`, emptyTensor] as const,
  ])
}

const rebuild = (name: string, callable: Callable) => [`torch._utils._rebuild_${name}`, callable] as const

const lacking = (name: string, reason: string) => rebuild(name, () => unreadableTensor(reason))

/** All names that the pickle in a file of torch.save may use. */
export const vocabulary = /* @__PURE__ */ once(
  (): Vocabulary => ({
    globals: new Map<string, unknown>([
      ...plainGlobals(),
      ...elementTypes().map((type) => [`torch.${type.name}`, type] as const),
      ...elementTypes().flatMap(classesOf),
      ['torch.storage.UntypedStorage', UNTYPED],
      ['torch.storage._UntypedStorage', UNTYPED],
      ['torch.Tensor', TENSOR],
      ['torch.nn.parameter.Parameter', rebuildParameter],
      ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
      rebuild('tensor', rebuildTensor),
      rebuild('tensor_v2', rebuildTensorV2),
      rebuild('tensor_v3', rebuildTensorV3),
      rebuild('parameter', rebuildParameter),
      rebuild('parameter_with_state', rebuildParameter),
      rebuild('device_tensor_from_cpu_tensor', rebuildFromCpu),
      lacking('qtensor', ' is quantized, and tensors here are not'),
      lacking('sparse_tensor', ' is sparse, and tensors here are dense: save its to_dense()'),
      lacking('meta_tensor_no_storage', ' has no elements: it is of the device meta'),
      lacking('wrapper_subclass', ' is of a class that wraps others, which cannot be read'),
      lacking('device_tensor_from_numpy', ' is an array of NumPy, which cannot be read'),
    ]),
    persistent,
    build,
  }),
)
