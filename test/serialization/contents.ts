/** Files that Python wrote, and what is in them. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { RuntimeError } from '../../ts/base/errors.js'
import { Tensor } from '../../ts/tensor/tensor.js'
import { fixture, type Stored } from '../support/fixture.js'

type Value =
  | null
  | boolean
  | number
  | string
  | Value[]
  | Stored
  | { dict: Record<string, Value> }
  | { map: [Value, Value][] }
  | { set: Value[] }
  | { bytes: number[] }
  | { bigint: string }
  | { unreadable: string }

const { contents, model } = fixture<{ contents: Record<string, Value>; model: Record<string, Stored> }>(
  'serialization/files',
)

export { contents, model }

export function bytesOf(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`./files/${name}`, import.meta.url)))
}

/** What each of torch's element types becomes. */
function readAs(dtype: string): string {
  if (dtype === 'uint8' || dtype === 'bool') return dtype
  return dtype.includes('float') ? 'float32' : 'int32'
}

/** Fails unless `value` is the wanted one in every bit, dtype and key. */
export function expectContents(value: unknown, wanted: Value, path = ''): void {
  if (typeof wanted !== 'object' || wanted === null) {
    expect(value, path).toBe(wanted)
  } else if (Array.isArray(wanted)) {
    expect(Array.isArray(value) && value.length, path).toBe(wanted.length)
    for (const [i, item] of wanted.entries()) expectContents((value as unknown[])[i], item, `${path}.${i}`)
  } else if ('map' in wanted) {
    expect(value instanceof Map, path).toBe(true)
    expectContents([...(value as Map<unknown, unknown>)], wanted.map, `${path}.entries`)
  } else if ('set' in wanted) {
    expect(value instanceof Set, path).toBe(true)
    expect(value, path).toEqual(new Set(wanted.set))
  } else if ('bytes' in wanted) {
    expect(value, path).toEqual(new Uint8Array(wanted.bytes))
  } else if ('bigint' in wanted) {
    expect(value, path).toBe(BigInt(wanted.bigint))
  } else if ('dict' in wanted) {
    expect(Object.keys(value as object).sort(), path).toEqual(Object.keys(wanted.dict).sort())
    expect(Object.getPrototypeOf(value), path).toBe(null)
    for (const [key, item] of Object.entries(wanted.dict)) {
      if (typeof item === 'object' && item !== null && 'unreadable' in item) {
        expect(() => (value as Record<string, unknown>)[key], `${path}.${key}`).toThrow(RuntimeError)
        expect(() => (value as Record<string, unknown>)[key], `${path}.${key}`).toThrow(item.unreadable)
      } else expectContents((value as Record<string, unknown>)[key], item, `${path}.${key}`)
    }
  } else if ('unreadable' in wanted) {
    expect.fail(`${path} is not in a dict`)
  } else {
    if (!(value instanceof Tensor)) expect.fail(`${path} is no tensor`)
    expect([value.dtype, value.shape], path).toEqual([readAs(String(wanted.dtype)), wanted.shape])
    const data = wanted.data.map((element) => Number(element))
    // Equal means the same bits here, -0 and NaN included.
    expect(Array.from(value.data()), path).toEqual(value.dtype === 'float32' ? data.map(Math.fround) : data)
  }
}
