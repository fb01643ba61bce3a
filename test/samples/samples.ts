/** PyTorch's own test inputs, as `test/samples/samples.py` stores them, called as torch spells the call. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import torch from '../../ts/index.js'
import { Tensor } from '../../ts/tensor/tensor.js'

export interface StoredTensor {
  tensor: string
  shape: number[]
  data: (number | boolean | { number: string })[]
  grad?: boolean
}

export type Value =
  | StoredTensor
  | { dtype: string }
  | { number: string }
  | Value[]
  | number
  | string
  | boolean
  | null

export interface Sample {
  op: string
  dtype: string
  /** How torch spells the call: "torch.add", "Tensor.add". */
  ways: string[]
  args: Value[]
  kwargs: Record<string, Value>
  /** Several results are a list. */
  output: Value
  /** torch's sentence, where it refuses. */
  error?: string
  grads: (StoredTensor | null)[]
  in_place: Record<string, Value | { error: string }>
  /** How far torch's float32 is from its float64, where sums cancel. */
  slack?: number
}

export function readSamples(name: string): Sample[] {
  const other = name === 'samples/samples' ? process.env.SAMPLES_FILE : undefined
  const path = other ?? `test/${name}.json.gz`
  const text = gunzipSync(readFileSync(path)).toString()
  // A sample a line: all of them may be longer than a string can be.
  return text
    .split('\n')
    .flatMap((line) => (line.startsWith('{"op"') ? [JSON.parse(line.replace(/,$/, '')) as Sample] : []))
}

/** int32 stands for int64. */
export const ours = (dtype: string): string => (dtype === 'int64' ? 'int32' : dtype)

export const numberOf = (stored: number | boolean | { number: string }): number =>
  typeof stored === 'object' ? Number(stored.number.replace('inf', 'Infinity')) : Number(stored)

const isObject = (value: Value): value is StoredTensor | { dtype: string } | { number: string } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isTensor = (value: Value): value is StoredTensor => isObject(value) && 'tensor' in value

/** How the elements of arguments lie in memory: in row-major order, the other way round, or with other elements between them. */
export type Layout = 'contiguous' | 'reversed' | 'gaps'

/** The same elements otherwise in memory. */
function laidOut(x: Tensor, layout: Layout): Tensor {
  const reversed = x.shape.map((_, i) => i).reverse()
  if (layout === 'reversed') return x.permute(reversed).contiguous().permute(reversed)
  if (layout === 'contiguous') return x
  const shape = x.shape.map((size) => 2 * size + 1)
  let view: Tensor = torch.full(shape, x.dtype === 'float32' ? Number.NaN : 1, { dtype: x.dtype })
  for (const dim of x.shape.keys()) view = view.slice(dim, 1, null, 2)
  view.copy_(x)
  return view
}

/** The value for a call; tensors that require grad are added to `leaves`. */
function build(value: Value, leaves: Tensor[], layout: Layout): unknown {
  if (Array.isArray(value)) return value.map((element) => build(element, leaves, layout))
  if (!isObject(value)) return value
  if ('dtype' in value) return ours(value.dtype)
  if ('number' in value) return numberOf(value)
  const elements = value.data.map(numberOf)
  const dtype = ours(value.tensor)
  const typed =
    dtype === 'int32'
      ? Int32Array.from(elements)
      : dtype === 'float32'
        ? Float32Array.from(elements)
        : Uint8Array.from(elements)
  const flat = torch.tensor(typed)
  const x = laidOut((dtype === 'bool' ? flat.to('bool') : flat).reshape(value.shape), layout).detach()
  if (value.grad) leaves.push(x.requires_grad_())
  return x
}

/** The arguments of a call, and the tensors among them whose gradients are wanted. */
export interface Arguments {
  positional: unknown[]
  named: Record<string, unknown>
  leaves: Tensor[]
}

export function prepare({ args, kwargs }: Sample, layout: Layout = 'contiguous'): Arguments {
  const leaves: Tensor[] = []
  const own = (value: Value) => build(value, leaves, layout)
  const positional = args.map(own)
  const named = Object.fromEntries(Object.entries(kwargs).map(([key, value]) => [key, own(value)]))
  return { positional, named, leaves }
}

type Callable = (...args: unknown[]) => unknown

/** The function that a way names, or null where there is none here. */
function find(way: string): Callable | null {
  const names = way.split('.')
  const name = names.pop() as string
  if (names[0] === 'Tensor') {
    const method = (Tensor.prototype as unknown as Record<string, Callable | undefined>)[name]
    return typeof method === 'function' ? (self, ...args) => method.apply(self, args) : null
  }
  let room: unknown = torch
  for (const next of names.slice(1)) room = (room as Record<string, unknown> | undefined)?.[next]
  const found = (room as Record<string, unknown> | undefined)?.[name]
  return typeof found === 'function' ? (found as Callable) : null
}

/** Whether the way exists here. */
export const exists = (way: string): boolean => find(way) !== null

/** torch's positional arguments, and its keywords as one plain object behind them. */
export function call(way: string, { positional, named }: Arguments): unknown {
  torch.manual_seed(42)
  return find(way)?.(...positional, ...(Object.keys(named).length > 0 ? [named] : []))
}

/** Several results, as an array or by names, as a list; of values and indices both. */
export function resultsOf(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(resultsOf)
  if (typeof result !== 'object' || result === null || result instanceof Tensor) return result
  return Symbol.iterator in result
    ? [...(result as Iterable<unknown>)].map(resultsOf)
    : Object.values(result).map(resultsOf)
}

/** The upstream gradient of the fixtures. */
export function upstreamOf(x: Tensor): Tensor {
  const ramp = Float32Array.from({ length: x.numel() }, (_, i) => ((i % 7) + 1) / 4)
  return torch.tensor(ramp).reshape(x.shape)
}
