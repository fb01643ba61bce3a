/**
 * What a value is, of whichever realm: iframes, `node:vm`, jest and vitest with jsdom have built-ins of their own,
 * which `instanceof` does not know. A test holds that nothing here asks it of a built-in.
 */

/** Names of the typed arrays. */
export type TypedArrayName =
  | 'Int8Array'
  | 'Uint8Array'
  | 'Uint8ClampedArray'
  | 'Int16Array'
  | 'Uint16Array'
  | 'Int32Array'
  | 'Uint32Array'
  | 'Float16Array'
  | 'Float32Array'
  | 'Float64Array'
  | 'BigInt64Array'
  | 'BigUint64Array'

/** The getter reads an internal slot: no object can pretend to be a typed array. */
const nameOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get as (this: unknown) => TypedArrayName | undefined

/** The name of a typed array; undefined for everything else, a DataView too. */
export const typedArrayName = (value: unknown): TypedArrayName | undefined => nameOf.call(value)

export const isFloat32Array = (value: unknown): value is Float32Array =>
  typedArrayName(value) === 'Float32Array'

export const isInt32Array = (value: unknown): value is Int32Array => typedArrayName(value) === 'Int32Array'

/** Bytes, Node's Buffer too. */
export const isUint8Array = (value: unknown): value is Uint8Array => typedArrayName(value) === 'Uint8Array'

/** Whether a view's memory is gone: its buffer was moved away, or shrunk until the view does not fit. Its length is 0 then. */
export function isDetached(view: object): boolean {
  try {
    Uint8Array.prototype.indexOf.call(view as Uint8Array, 0, Number.POSITIVE_INFINITY)
    return false
  } catch {
    return true
  }
}

/** What `Object.prototype.toString` names a value: 'Map', 'ArrayBuffer', 'Promise'. */
export const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

export const isMap = (value: unknown): value is Map<unknown, unknown> => tagOf(value) === 'Map'

/** Whether a function gave a promise, or what stands for one: its work then goes on after it has returned. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  const mayBe = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return mayBe && typeof (value as { then?: unknown }).then === 'function'
}
