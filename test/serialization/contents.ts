/** Files that Python wrote, and what is in them. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { Tensor } from '../../ts/tensor/tensor.js'
import { fixture, type Stored } from '../helpers.js'

type Value = null | boolean | number | string | Value[] | Stored | { dict: Record<string, Value> }

const { contents, model } = fixture<{ contents: Record<string, Value>; model: Record<string, Stored> }>(
  'files',
)

export { contents, model }

export function bytesOf(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../fixtures/files/${name}`, import.meta.url)))
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
  } else if ('dict' in wanted) {
    expect(Object.keys(value as object).sort(), path).toEqual(Object.keys(wanted.dict).sort())
    expect(Object.getPrototypeOf(value), path).toBe(null)
    for (const [key, item] of Object.entries(wanted.dict)) {
      expectContents((value as Record<string, unknown>)[key], item, `${path}.${key}`)
    }
  } else {
    if (!(value instanceof Tensor)) expect.fail(`${path} is no tensor`)
    expect([value.dtype, value.shape], path).toEqual([readAs(String(wanted.dtype)), wanted.shape])
    const data = wanted.data.map((element) => Number(element))
    // Equal means the same bits here, -0 and NaN included.
    expect(Array.from(value.data()), path).toEqual(value.dtype === 'float32' ? data.map(Math.fround) : data)
  }
}
