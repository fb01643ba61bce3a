/** Parameters and buffers among a module's fields, with the checks of new names and values. */
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { Tensor } from '../tensor/tensor.js'
import { fieldsOf, reserve } from './fields.js'
import { Parameter } from './parameter.js'

/** Names of the fields that hold buffers, and whether they are persistent, by target object. */
const buffers = new WeakMap<object, Map<string, boolean>>()

/** Parameters among the module's own fields, in the order in which they were assigned. */
export function* parametersOf(module: object): Generator<[name: string, parameter: Parameter]> {
  for (const [name, value] of Object.entries(fieldsOf(module)))
    if (value instanceof Parameter) yield [name, value]
}

/** Buffers of the module itself in the order of registration, as of the start of the iteration. */
export function* buffersOf(module: object): Generator<[name: string, buffer: Tensor, isPersistent: boolean]> {
  for (const [name, isPersistent] of [...(buffers.get(fieldsOf(module)) ?? [])]) {
    const value: unknown = Reflect.get(module, name)
    if (value instanceof Tensor) yield [name, value, isPersistent]
  }
}

export const isBuffer = (module: object, name: string): boolean =>
  buffers.get(fieldsOf(module))?.has(name) ?? false

/** Removes a name from the buffers. */
export function forgetBuffer(module: object, name: string): void {
  buffers.get(fieldsOf(module))?.delete(name)
}

/** Makes `buffer` a field of the module, and registers it as a buffer. */
export function addBuffer(module: object, name: string, buffer: unknown, isPersistent: boolean): void {
  checkName('buffer', name)
  if (buffer !== null && !(buffer instanceof Tensor)) {
    throw new TypeError(`cannot assign '${describe(buffer)}' to buffer '${name}' (Tensor or null required)`)
  }
  const present: unknown = Reflect.get(module, name)
  // A field that the class declares already exists, without a value or with the tensor.
  const isField = Object.hasOwn(module, name) && present instanceof Tensor && !(present instanceof Parameter)
  if (isThere(present) && !isField) throw new ValueError(`attribute '${name}' already exists`)
  buffer?.storage.keep()
  const names = buffers.get(fieldsOf(module)) ?? new Map<string, boolean>()
  buffers.set(fieldsOf(module), names.set(name, isPersistent))
  Object.assign(module, { [name]: buffer })
}

/** Makes `parameter` a field of the module; null reserves the name. */
export function addParameter(module: object, name: string, parameter: unknown): void {
  checkName('parameter', name)
  checkFree(module, name, Parameter)
  if (parameter !== null && !(parameter instanceof Parameter)) {
    throw new TypeError(
      `cannot assign '${describe(parameter)}' to parameter '${name}' (torch.nn.Parameter or null required)`,
    )
  }
  Object.assign(module, { [name]: parameter })
  if (parameter === null) reserve(fieldsOf(module), name, 'parameter')
}

/** Throws unless a field `name` may be added, or one of the same kind replaced. */
export function checkFree(
  module: object,
  name: string,
  kind: abstract new (...args: never[]) => unknown,
): void {
  const present: unknown = Reflect.get(module, name)
  const isReplaced = Object.hasOwn(module, name) && present instanceof kind
  if ((isThere(present) && !isReplaced) || isBuffer(module, name))
    throw new ValueError(`attribute '${name}' already exists`)
}

const isThere = (value: unknown) => value !== undefined && value !== null

/** Throws unless `name` is valid for a buffer, parameter or module. */
export function checkName(kind: string, name: unknown): asserts name is string {
  if (typeof name !== 'string') throw new TypeError(`${kind} name should be a string. Got ${describe(name)}`)
  if (name === '') throw new ValueError(`${kind} name can't be empty string ""`)
  if (name.includes('.')) throw new ValueError(`${kind} name can't contain ".", got: ${name}`)
}

/** A dotted name. */
export const join = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}.${name}`)
