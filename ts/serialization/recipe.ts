/** What the pickle of an archive may name, and the descriptions of tensors that it builds. */
import { RuntimeError } from '../errors.js'
import type { Shape } from '../tensor/shape.js'
import { type ElementType, elementTypes } from './element_type.js'
import { newDict, type Vocabulary } from './pickle.js'

export const invalid = (what: string) => new RuntimeError(`load: not a valid archive of torch.save: ${what}`)

/** A storage as a pickle names it. */
export class StorageRecipe {
  constructor(
    /** Null for an UntypedStorage, whose tensors bring their type. */
    readonly type: ElementType | null,
    readonly key: string,
    /** Elements; bytes of an untyped one. */
    readonly length: number,
  ) {}
}

/** A tensor as a pickle describes it; offset and strides in elements. */
export class TensorRecipe {
  constructor(
    readonly storage: StorageRecipe,
    readonly type: ElementType,
    readonly offset: number,
    readonly size: Shape,
    readonly stride: readonly number[],
    readonly requires_grad: boolean,
    readonly isParameter: boolean,
  ) {}
}

const UNTYPED = Symbol('torch.storage.UntypedStorage')

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const areCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount)

/** `_rebuild_tensor_v3`; and `_rebuild_tensor_v2`, which has no dtype, as its storage has one. */
function rebuildTensor(
  storage: unknown,
  offset: unknown,
  size: unknown,
  stride: unknown,
  requires_grad: unknown,
  _hooks: unknown,
  dtype: unknown,
): TensorRecipe {
  if (!(storage instanceof StorageRecipe)) throw invalid('a tensor has no storage')
  const type = storage.type ?? elementTypes.find((known) => known === dtype)
  if (type === undefined) throw invalid('a tensor has no dtype')
  if (!isCount(offset) || !areCounts(size) || !areCounts(stride) || size.length !== stride.length) {
    throw invalid('the offset, sizes and strides of a tensor are not whole numbers of at least 0')
  }
  if (typeof requires_grad !== 'boolean') throw invalid('requires_grad of a tensor is no bool')
  return new TensorRecipe(storage, type, offset, [...size], [...stride], requires_grad, false)
}

function rebuildParameter(data: unknown, requires_grad: unknown): TensorRecipe {
  if (!(data instanceof TensorRecipe) || typeof requires_grad !== 'boolean') {
    throw invalid('a parameter has no data')
  }
  const { storage, type, offset, size, stride } = data
  return new TensorRecipe(storage, type, offset, size, stride, requires_grad, true)
}

function orderedDict(...items: unknown[]) {
  if (items.length > 0) throw invalid('an OrderedDict is made from arguments')
  return newDict()
}

function torchSize(sizes: unknown): number[] {
  if (!areCounts(sizes)) throw invalid('a torch.Size is not of whole numbers')
  return [...sizes]
}

/** `('storage', class, key, location, length)`; every location is memory here. */
function persistentStorage(id: unknown): StorageRecipe {
  const [kind, type, key, , length]: unknown[] = Array.isArray(id) ? id : []
  const known = elementTypes.find((each) => each === type)
  if (kind !== 'storage' || (known === undefined && type !== UNTYPED)) {
    throw invalid('a persistent id names no storage')
  }
  if (typeof key !== 'string' || !isCount(length)) throw invalid('a storage has no key or no length')
  return new StorageRecipe(known ?? null, key, length)
}

const types = elementTypes.flatMap((type): [string, ElementType][] => [
  [`torch.${type.name}`, type],
  ...(type.storage === null ? [] : [[`torch.${type.storage}`, type] as [string, ElementType]]),
])

export const vocabulary: Vocabulary = {
  globals: new Map<string, unknown>([
    ['collections.OrderedDict', orderedDict],
    ['torch.Size', torchSize],
    ['torch._utils._rebuild_tensor_v2', rebuildTensor],
    ['torch._utils._rebuild_tensor_v3', rebuildTensor],
    ['torch._utils._rebuild_parameter', rebuildParameter],
    ['torch._utils._rebuild_parameter_with_state', rebuildParameter],
    ['torch.storage.UntypedStorage', UNTYPED],
    ...types,
  ]),
  persistent: persistentStorage,
}
