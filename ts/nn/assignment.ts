/**
 * Assignments to a module's fields, as torch's `Module.__setattr__` takes them: a parameter, a module below or a buffer
 * is replaced by one of its kind, or by null. Class fields are defined, not assigned, so that no setter would see
 * them: a module is a proxy, which sees both, and lets everything else through.
 */
import { describe } from '../base/check.js'
import { isOfAnotherCopy } from '../base/copies.js'
import { Tensor } from '../tensor/tensor.js'
import { noteFields, reserve, reservedKind } from './fields.js'
import { forgetBuffer, isBuffer } from './members.js'
import { Parameter } from './parameter.js'

type IsModule = (value: unknown) => boolean

/** The proxy of a module, whose fields `module` will hold. */
export function guarded<M extends object>(module: M, isModule: IsModule): M {
  const proxy = new Proxy(module, handlerOf(isModule)) as M
  noteFields(proxy, module)
  return proxy
}

let handler: ProxyHandler<object> | undefined

/** One for all modules; `isModule` is handed in, as the class of modules is made of this. */
function handlerOf(isModule: IsModule): ProxyHandler<object> {
  handler ??= {
    defineProperty(fields, name, descriptor) {
      // A class field without a value says nothing yet.
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

/** Throws torch's sentence where `value` cannot take the place of what the field holds. */
function checkField(fields: object, name: string, value: unknown, isModule: IsModule): void {
  const present: unknown = Object.getOwnPropertyDescriptor(fields, name)?.value
  // As a field like any other its parameters would not be the module's, and would not learn.
  if (typeof value === 'object' && value !== null && isOfAnotherCopy(value)) {
    throw new TypeError(`cannot assign to field '${name}': ${describe(value)}`)
  }
  if (value instanceof Parameter) {
    // In place of whatever there was.
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
