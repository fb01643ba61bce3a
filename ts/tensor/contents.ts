/**
 * The view of a tensor for `toEqual` of vitest and jest, `assert.deepStrictEqual` and `structuredClone`. They read
 * own properties, and a tensor has only this one: a proxy that fills its target with dtype, shape
 * and values when any is read. Every runtime refuses to clone a proxy, so no empty clone of a tensor is made.
 */
import type { Storage } from '../memory/storage.js'
import type { DType } from './dtype.js'
import type { Nested, Shape } from './shape.js'

interface Source {
  readonly dtype: DType
  readonly shape: Shape
  readonly storage: Storage
  tolist(): Nested
}

class Contents {
  declare dtype: DType
  declare shape: Shape
  declare values: Nested
  readonly #source: Source
  /** The storage's version when the values were read. */
  #version: number | undefined

  constructor(source: Source) {
    this.#source = source
  }

  static fill(contents: Contents): Contents {
    const source = contents.#source
    const { dtype, shape, storage } = source
    storage.checkAlive()
    if (contents.#version !== storage.version)
      Object.assign(contents, { dtype, shape, values: source.tolist() })
    contents.#version = storage.version
    return contents
  }
}

const handler: ProxyHandler<Contents> = {
  ownKeys: (contents) => Reflect.ownKeys(Contents.fill(contents)),
  getOwnPropertyDescriptor: (contents, key) => Reflect.getOwnPropertyDescriptor(Contents.fill(contents), key),
  get: (contents, key) => Reflect.get(Contents.fill(contents), key),
}

/** Dtype, shape and values of a tensor, read on demand. */
export const contentsOf = (source: Source): object => new Proxy(new Contents(source), handler)
