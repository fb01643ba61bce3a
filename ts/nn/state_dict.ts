/** A module's parameters and buffers by name, and loading them. */
import { isThenable } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { to } from '../tensor/convert.js'
import { copyEach } from '../tensor/copy.js'
import { formatSize } from '../tensor/format.js'
import { type Shape, sameShape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'
import { buffersOf, join, parametersOf } from './members.js'
import type { Parent } from './walk.js'

/** Parameters and buffers by their dotted names. */
export type StateDict = Record<string, Tensor>

/** Names that {@link load} found in only one of module and state. */
export interface IncompatibleKeys {
  missing_keys: string[]
  unexpected_keys: string[]
}

/** Parameters and persistent buffers under every name, module by module. A module inside of itself is visited once. */
export function stateEntries<M extends object & Parent<M>>(
  root: M,
  prefix = '',
  above: readonly M[] = [],
): [string, Tensor][] {
  if (above.includes(root)) return []
  const entries: [string, Tensor][] = []
  for (const [name, parameter] of parametersOf(root)) entries.push([join(prefix, name), parameter])
  for (const [name, buffer, isPersistent] of buffersOf(root))
    if (isPersistent) entries.push([join(prefix, name), buffer])
  for (const [name, child] of root.childEntries()) {
    entries.push(...stateEntries(child, join(prefix, name), [...above, root]))
  }
  return entries
}

/**
 * Copies `state` into the module, after checking everything. As in torch, a batch norm's `num_batches_tracked`, which
 * files from before PyTorch 0.4.1 lack, keeps its value if it is missing, and shape [1] loads into a 0-d tensor.
 * Entries with other names are not read: in a file they may be unreadable.
 */
export function load<M extends object & Parent<M>>(
  module: M,
  state: unknown,
  strict: boolean,
): IncompatibleKeys {
  if (!isDictLike(state)) {
    const hint = isModule(state) ? ': load its state_dict()' : ''
    throw new TypeError(`Expected state_dict to be dict-like, got ${describe(state)}${hint}.`)
  }
  const own = new Map(stateEntries(module))
  const given = new Set(Object.keys(state))
  const missing_keys = [...own.keys()].filter((key) => !given.has(key) && !isLaterBuffer(key, own))
  const unexpected_keys = [...given].filter((key) => !own.has(key))
  const quote = (keys: readonly string[]) => keys.map((key) => `"${key}"`).join(', ')
  const errors: string[] = []
  if (strict && missing_keys.length > 0) errors.push(`Missing key(s) in state_dict: ${quote(missing_keys)}. `)
  if (strict && unexpected_keys.length > 0)
    errors.push(`Unexpected key(s) in state_dict: ${quote(unexpected_keys)}. `)
  const copies: [into: Tensor, from: Tensor][] = []
  for (const [key, tensor] of own) {
    if (!given.has(key)) continue
    const value: unknown = Reflect.get(state, key)
    if (!(value instanceof Tensor)) {
      errors.push(
        `While copying the parameter named "${key}", expected a Tensor, but got ${describe(value)}.`,
      )
    } else if (!fits(value.shape, tensor.shape)) {
      errors.push(
        `size mismatch for ${key}: copying a param with shape ${formatSize(value.shape)} from checkpoint, the shape in current model is ${formatSize(tensor.shape)}.`,
      )
    } else if (value.storage.isDisposed || tensor.storage.isDisposed) {
      errors.push(`While copying the parameter named "${key}": a disposed tensor was used.`)
    } else {
      copies.push([tensor, tensor.dim() === 0 ? value.alias([]) : value.detach()])
    }
  }
  if (errors.length > 0) {
    throw new RuntimeError(
      `Error(s) in loading state_dict for ${module.constructor.name}:\n\t${errors.join('\n\t')}`,
    )
  }
  copyEach(copies.map(([into, from]) => [into, to(from, into.dtype)]))
  return { missing_keys, unexpected_keys }
}

const isModule = (value: unknown) =>
  typeof (value as { state_dict?: unknown } | null | undefined)?.state_dict === 'function'

/** Whether its property names are names of entries, unlike those of lists, Maps, tensors, promises and modules. */
const isDictLike = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !isThenable(value) &&
  !isModule(value) &&
  !(Symbol.iterator in value) &&
  !ArrayBuffer.isView(value)

const COUNT = 'num_batches_tracked'

/** Whether `key` is the count of batches of a batch norm. */
const isLaterBuffer = (key: string, own: ReadonlyMap<string, Tensor>) =>
  (key === COUNT || key.endsWith(`.${COUNT}`)) && own.has(`${key.slice(0, -COUNT.length)}running_mean`)

/** Before PyTorch 0.4 scalars were saved as [1]. */
const fits = (given: Shape, wanted: Shape) =>
  sameShape(given, wanted) || (wanted.length === 0 && given.length === 1 && given[0] === 1)
