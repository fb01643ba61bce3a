/** Where bytes are kept: files, OPFS, IndexedDB, KV, R2, a Map. */
import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import type { FileBytes } from '../serialization/source.js'

/** A file of the runtime, such as a Blob, or an object of R2. */
export interface KeptFile {
  /** Its bytes. */
  arrayBuffer(): Promise<ArrayBuffer>
}

/** What a store gives for a name. */
export type Kept = FileBytes | KeptFile | null | undefined

/**
 * Keeps bytes by name. A Map is one, and so are KV namespaces and R2 buckets of Workers; of IndexedDB, `{ put: set, get: (name) => get(name), delete: del }` of
 * idb-keyval; of unstorage, methods of the same three kinds.
 */
export interface Store {
  /** Keeps bytes under a name, instead of what was there. */
  put?(name: string, bytes: Uint8Array<ArrayBuffer>): unknown
  /** The same as `put`. */
  set?(name: string, bytes: Uint8Array<ArrayBuffer>): unknown
  /** The bytes, or what has them as `arrayBuffer()`; nothing if there are none. `options` is for KV. */
  get(name: string, options: { type: 'arrayBuffer' }): Kept | Promise<Kept>
  /** Forgets what is there; nothing if nothing is. */
  delete(name: string): unknown
}

let usual: Store | null = null

/** What the runtime keeps bytes in, if nothing else is said: an entry sets it. */
export function setUsualStore(store: Store): void {
  usual = store
}

/** The given store, or the runtime's. */
export function storeOf(owner: string, given: Store | null): Store {
  const store = given ?? usual
  if (store !== null) return store
  throw new RuntimeError(
    `${owner}: this runtime has no place for files: give a store, such as { store: new Map() }, or { put, get, delete } of KV, R2 or IndexedDB`,
  )
}

export function checkStore(owner: string, given: unknown): asserts given is Store | null {
  if (given === null) return
  const { put, set, get, delete: remove } = given as Record<string, unknown>
  const isWritable = typeof put === 'function' || typeof set === 'function'
  if (isWritable && typeof get === 'function' && typeof remove === 'function') return
  throw new TypeError(
    `${owner}: store must have the methods put (or set), get and delete, but got ${describe(given)}`,
  )
}

export async function write(store: Store, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if (typeof store.put === 'function') await store.put(name, bytes)
  else await store.set?.(name, bytes)
}

/** The bytes of `name`, or null. */
export async function read(store: Store, name: string): Promise<FileBytes | null> {
  const kept = await store.get(name, { type: 'arrayBuffer' })
  if (kept === null || kept === undefined) return null
  if ('arrayBuffer' in kept && typeof kept.arrayBuffer === 'function') return await kept.arrayBuffer()
  return kept as FileBytes
}
