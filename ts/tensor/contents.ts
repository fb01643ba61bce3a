/**
 * What `toEqual` of vitest and jest, `assert.deepStrictEqual` and `structuredClone` see of a tensor. They look at
 * properties of its own: there is one, a proxy, which nothing reads but them. It fills its target with dtype, shape
 * and values when it is asked for any; a clone of a proxy is refused by every runtime, so no shell is made of it.
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
  /** Version of the storage that the values are of. */
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

/** Dtype, shape and values of a tensor, read when somebody asks for them. */
export const contentsOf = (source: Source): object => new Proxy(new Contents(source), handler)
