/** Runs a model, once for each set of sizes, and records what it does. */
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { isPlainObject } from '../call/kinds.js'
import { no_grad } from '../graph/grad_mode.js'
import type { Module } from '../nn/module.js'
import { clone } from '../ops/shape/clone.js'
import { index_select } from '../ops/shape/index_select.js'
import { to } from '../tensor/convert.js'
import { tensor } from '../tensor/create.js'
import { Tensor } from '../tensor/tensor.js'
import { watched } from '../tensor/trace.js'
import { Recorder, type Value } from './recorder.js'

/** What `forward` gets: tensors, which are inputs of the graph, in their places among other arguments. */
export interface Arguments {
  readonly inputs: readonly Tensor[]
  /** The arguments with these tensors in place of the inputs. */
  with(inputs: readonly Tensor[]): unknown[]
  /** The names of tensors in a last object of keywords; null for others. */
  readonly keywords: readonly (string | null)[]
}

/** One tensor, or a list of arguments of which the last may be an object of keywords. */
export function argumentsOf(args: unknown): Arguments {
  const list = args instanceof Tensor ? [args] : args
  if (!Array.isArray(list) || list.length === 0)
    throw new TypeError(`onnx.export: args must be a Tensor, or an array of them, but got ${describe(args)}`)
  const inputs: Tensor[] = []
  const keywords: (string | null)[] = []
  const take = (value: unknown, keyword: string | null): void => {
    if (Array.isArray(value)) for (const each of value) take(each, keyword)
    if (!(value instanceof Tensor)) return
    inputs.push(value)
    keywords.push(keyword)
  }
  const last: unknown = list.at(-1)
  const isNamed = isPlainObject(last)
  const places = isNamed ? list.slice(0, -1) : list
  for (const value of places) take(value, null)
  if (isNamed) for (const [name, value] of Object.entries(last)) take(value, name)
  if (inputs.length === 0)
    throw new TypeError(`onnx.export: args must be a Tensor, or an array of them, but got ${describe(args)}`)
  return {
    inputs,
    keywords,
    with(given) {
      const own = [...given]
      const replaced = (value: unknown): unknown =>
        Array.isArray(value) ? value.map(replaced) : value instanceof Tensor ? own.shift() : value
      const result = places.map(replaced)
      if (isNamed)
        result.push(Object.fromEntries(Object.entries(last).map(([name, value]) => [name, replaced(value)])))
      return result
    },
  }
}

/** A copy of `x` with `shape`: rows, and those of other dimensions, again from the first on. */
export function resized(x: Tensor, shape: readonly number[]): Tensor {
  const sized = shape.reduce<Tensor>((part, size, dim) => {
    if (part.shape[dim] === size) return part
    return index_select(part, dim, tensor(Int32Array.from({ length: size }, (_, i) => i % part.shape[dim])))
  }, x.detach())
  return clone(sized)
}

/** What one run gave. */
export interface Run {
  readonly recorder: Recorder
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  /** Keys of outputs in an object; null for others. */
  readonly keys: readonly (string | null)[]
}

/** A failure of `forward`, and the layer in which it happened. */
export class Failure {
  constructor(
    readonly error: unknown,
    readonly layer: string,
  ) {}
}

/** The class of the first of the running modules that runs inside of itself. */
function repeated(running: readonly string[]): string {
  const label = running.find((each, i) => running.includes(each, i + 1)) ?? running[0]
  return label.slice(label.lastIndexOf(' ') + 1)
}

/** Depth of modules in each other at which they are taken to contain themselves. */
const DEEPEST = 400

/** Runs `model` on `inputs`, as it computes in evaluation mode. */
export function run(
  model: Module,
  args: Arguments,
  inputs: readonly Tensor[],
  isKnown: (name: string) => boolean,
): Run {
  const recorder = new Recorder([...model.named_parameters(), ...model.named_buffers()], isKnown)
  const handles = [...model.named_modules()].flatMap(([path, module]) => {
    const label = `${path} ${module.constructor.name}`
    const enter = () => {
      if (recorder.running.length >= DEEPEST)
        throw new ValueError(`onnx.export: a ${repeated(recorder.running)} contains itself`)
      recorder.running.push(label)
    }
    const leave = () => {
      recorder.running.pop()
    }
    return [
      module.register_forward_pre_hook(enter as never, { prepend: true }),
      module.register_forward_hook(leave as never),
    ]
  })
  try {
    return no_grad(() =>
      watched(recorder as never, () => {
        const given = inputs.map((x) => recorder.input(x))
        const forward = (model as Module & { forward(...inputs: unknown[]): unknown }).forward(
          ...args.with(inputs),
        )
        const keys: (string | null)[] = []
        const outputs = tensorsOf(forward, null, keys).map((x) => recorder.valueOf(x))
        return { recorder, inputs: given, outputs, keys }
      }),
    )
  } catch (error) {
    throw new Failure(error, recorder.running.at(-1) ?? '')
  } finally {
    for (const handle of handles) handle.remove()
    recorder.close()
  }
}

/** The tensors of an output: of a list one after the other, of an object under their keys. */
function tensorsOf(output: unknown, key: string | null, keys: (string | null)[]): Tensor[] {
  if (output instanceof Tensor) {
    keys.push(key)
    return [output]
  }
  if (output === null || output === undefined) return []
  if (Array.isArray(output)) return output.flatMap((each) => tensorsOf(each, key, keys))
  // Those of functions that give values and indices are no plain objects.
  if (typeof output === 'object')
    return Object.entries(output).flatMap(([name, each]) => tensorsOf(each, name, keys))
  throw new TypeError(
    `onnx.export: forward must give a Tensor, or arrays or objects of them, but gave ${describe(output)}`,
  )
}

/** `x` as float32, as thresholds are compared. */
export const asFloats = (x: Tensor): Tensor => to(x.detach(), 'float32')
