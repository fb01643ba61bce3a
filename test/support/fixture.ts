import { readFileSync } from 'node:fs'
import torch from '../../ts/index.js'
import type { DType } from '../../ts/tensor/dtype.js'
import type { Tensor } from '../../ts/tensor/tensor.js'

/** A tensor in a fixture: flat data, NaN and infinities as strings. */
export interface Stored {
  shape: number[]
  dtype?: string
  data: (number | string | boolean)[]
}

/** What `test/<name>.py` wrote. */
export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(`test/${name}.json`, 'utf8')) as T
}

export function restore({ shape, dtype, data }: Stored, requires_grad = false): Tensor {
  const flat = torch
    .tensor(Float32Array.from(data, Number))
    .to((dtype ?? 'float32').replace('int64', 'int32') as DType)
  return flat.reshape(shape).requires_grad_(requires_grad)
}

export const restoreAll = (stored: Record<string, Stored>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, restore(value)]))
