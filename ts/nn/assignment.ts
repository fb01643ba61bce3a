/**
 * Assignments to a module's fields, as torch's `Module.__setattr__` handles them: a parameter, a child module or a buffer
 * can only be replaced by one of its kind, or by null. Class fields are defined, not assigned, so no setter sees
 * them: a module is a proxy that handles both and has no other traps.
 */
import { describe } from '../base/check.js'
import { isOfAnotherCopy } from '../base/copies.js'
import { Tensor } from '../tensor/tensor.js'
import { noteFields, reserve, reservedKind } from './fields.js'
import { forgetBuffer, isBuffer } from './members.js'
import { Parameter } from './parameter.js'

type IsModule = (value: unknown) => boolean

/** The proxy of a module; `module` holds its fields. */
export function guarded<M extends object>(module: M, isModule: IsModule): M {
  const proxy = new Proxy(module, handlerOf(isModule)) as M
  noteFields(proxy, module)
  return proxy
}

let handler: ProxyHandler<object> | undefined

/** One handler for all modules. `isModule` is a parameter because the class Module depends on this file. */
function handlerOf(isModule: IsModule): ProxyHandler<object> {
  handler ??= {
    defineProperty(fields, name, descriptor) {
      // A class field without a value is not an assignment.
      const { value } = descriptor
      const isAssignment = typeof name === 'string' && 'value' in descriptor
      if (isAssignment && (value !== undefined || !('enumerable' in descriptor))) {
        checkField(fields, name, value, isModule)
      }
      return Reflect.defineProperty(fields, name, descriptor)
    },
    deleteProperty(fields, name) {
      if (typeof name === 'string') forget(fields, name)
      return Reflect.deleteProperty(fields, name)
    },
  }
  return handler
}

function forget(fields: object, name: string): void {
  reserve(fields, name, undefined)
  forgetBuffer(fields, name)
}

/** Throws torch's error if `value` cannot replace what the field holds. */
function checkField(fields: object, name: string, value: unknown, isModule: IsModule): void {
  const present: unknown = Object.getOwnPropertyDescriptor(fields, name)?.value
  // As a plain field it would not be a child: its parameters would not be found, nor trained.
  if (typeof value === 'object' && value !== null && isOfAnotherCopy(value)) {
    throw new TypeError(`cannot assign to field '${name}': ${describe(value)}`)
  }
  if (value instanceof Parameter) {
    // It may replace anything.
    if (!(present instanceof Parameter)) forget(fields, name)
    return
  }
  if (present instanceof Parameter || reservedKind(fields, name) === 'parameter') {
    if (value !== null) throw refusal('parameter', name, value, 'torch.nn.Parameter')
    reserve(fields, name, 'parameter')
  } else if (isModule(value)) {
    if (!isModule(present)) forget(fields, name)
  } else if (isModule(present) || reservedKind(fields, name) === 'module') {
    if (value !== null) throw refusal('child module', name, value, 'torch.nn.Module')
    reserve(fields, name, 'module')
  } else if (isBuffer(fields, name) && value !== null) {
    if (!(value instanceof Tensor)) throw refusal('buffer', name, value, 'torch.Tensor')
    value.storage.keep()
  }
}

function refusal(kind: string, name: string, value: unknown, wanted: string): TypeError {
  return new TypeError(`cannot assign '${describe(value)}' as ${kind} '${name}' (${wanted} or None expected)`)
}
