/** Copies of modules, as Python's `copy.deepcopy` makes them. */
import { duplicate } from '../tensor/copy.js'
import { Tensor } from '../tensor/tensor.js'
import { guarded } from './assignment.js'
import { fieldsOf, reserve, reservedKind } from './fields.js'
import { addBuffer, buffersOf } from './members.js'
import { Parameter } from './parameter.js'

/** A copy with parameters and buffers of its own; what `module` holds twice, the copy holds twice too. Hooks stay behind. */
export function deepCopy<M extends object>(module: M, copies = new Map<object, unknown>()): M {
  const fields = fieldsOf(module)
  const known = copies.get(fields)
  if (known !== undefined) return known as M
  const own: object = Object.create(Object.getPrototypeOf(fields))
  const copy = guarded(own, isModule) as M
  copies.set(fields, copy)
  const isPersistent = new Map(Array.from(buffersOf(module), ([name, , persistent]) => [name, persistent]))
  for (const [name, value] of Object.entries(fields)) {
    const copied = copyOf(value, copies)
    const persistent = isPersistent.get(name)
    if (persistent !== undefined) addBuffer(copy, name, copied, persistent)
    else Object.assign(copy, { [name]: copied })
    const kind = value === null ? reservedKind(fields, name) : undefined
    if (kind !== undefined) reserve(own, name, kind)
  }
  return copy
}

/** Without the class, which needs this file: modules are what has noted its fields. */
const isModule = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && fieldsOf(value) !== value

function copyOf(value: unknown, copies: Map<object, unknown>): unknown {
  if (isModule(value)) return deepCopy(value, copies)
  if (!(value instanceof Tensor)) return Array.isArray(value) ? [...value] : value
  const known = copies.get(value)
  if (known !== undefined) return known
  const copy =
    value instanceof Parameter ? new Parameter(duplicate(value), value.requires_grad) : duplicate(value)
  copies.set(value, copy)
  return copy
}
