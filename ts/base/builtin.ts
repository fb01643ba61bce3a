/**
 * Type tests that work across realms: iframes, `node:vm`, jest and vitest with jsdom have their own built-ins, for
 * which `instanceof` fails. A test makes sure that no code here uses `instanceof` with a built-in.
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

/** The name of a typed array; undefined for everything else, including a DataView. */
export const typedArrayName = (value: unknown): TypedArrayName | undefined => nameOf.call(value)

export const isFloat32Array = (value: unknown): value is Float32Array =>
  typedArrayName(value) === 'Float32Array'

export const isInt32Array = (value: unknown): value is Int32Array => typedArrayName(value) === 'Int32Array'

/** Whether it is a Uint8Array, which Node's Buffer also is. */
export const isUint8Array = (value: unknown): value is Uint8Array => typedArrayName(value) === 'Uint8Array'

/** Whether a view has lost its memory: its buffer was transferred, or shrunk until the view does not fit. Its length is then 0. */
export function isDetached(view: object): boolean {
  try {
    Uint8Array.prototype.indexOf.call(view as Uint8Array, 0, Number.POSITIVE_INFINITY)
    return false
  } catch {
    return true
  }
}

/** The tag of a value as `Object.prototype.toString` prints it: 'Map', 'ArrayBuffer', 'Promise'. */
export const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

export const isMap = (value: unknown): value is Map<unknown, unknown> => tagOf(value) === 'Map'

/** Whether a result is a promise or another thenable: the work then continues after the function has returned. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  const mayBe = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return mayBe && typeof (value as { then?: unknown }).then === 'function'
}
