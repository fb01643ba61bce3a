/** softmargin/onnx: trained models for runtimes that read ONNX. */

import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { Module } from '../nn/module.js'
import type { Tensor } from '../tensor/tensor.js'
import { axesOf, checkAxisNames, type DynamicAxes, plansOf, withAxes } from './axes.js'
import type { Port } from './graph.js'
import { type Arguments, argumentsOf, Failure, type Run, resized, run } from './run.js'
import { addLabels, checkThresholds } from './thresholds.js'
import { isKnown, Writer } from './write.js'

/** Options of {@link exportModel | export}. */
export interface ExportOptions {
  /** ['input'] by default; of several inputs input_0, input_1, ..., and the keywords of those that have some. */
  input_names?: readonly string[]
  /** ['output'] by default; of several outputs output_0, output_1, ..., and the keys of those in an object; then 'labels'. */
  output_names?: readonly string[]
  /** Names for dynamic dimensions; all others have the sizes of the example, or follow from the inputs'. */
  dynamic_axes?: Record<string, Record<number, string>>
  /** The version of ONNX's operators: 17. */
  opset_version?: 17
  /** Whether the parameters are in the file: true. */
  export_params?: true
  /** Whether inputs of int32, such as tokens, are int64 in the file, as PyTorch's are, and what transformers.js gives; false. */
  int64_inputs?: boolean
  /**
   * Adds an output `labels` (bool): whether the probability of each label, the sigmoid of the first output, is at least its
   * threshold. One for all labels, or one for each. A model that ends with a Sigmoid gets no second one.
   */
  thresholds?: number | readonly number[] | Tensor | null
}

const EXPORT = signature(
  'onnx.export',
  'model: value',
  'args: value',
  'f: None = None',
  '*',
  'input_names: value = None',
  'output_names: value = None',
  'dynamic_axes: dict = None',
  'opset_version: 17 = 17',
  'export_params: True = True',
  'thresholds: value = None',
  'int64_inputs: bool = False',
)

/**
 * The model as the bytes of an ONNX file (opset 17), in evaluation mode: dropout is a no-op, batch norm uses its running
 * statistics. `args` is an example of the input, or an array of those of all arguments of `forward`, of which the last may
 * be an object of keywords. Element types stay: int32 in the file is torch's int64 too, but for `int64_inputs`. `f`, torch's
 * file, is null: the caller writes the bytes. Source: torch.onnx.export, which writes a file itself.
 *
 * `forward` runs with the example, and with other sizes of the dynamic dimensions, and what it does with tensors is
 * recorded: any module can be exported. What JavaScript does between is not seen: a branch is the one that the example
 * takes, and a number that is read from a tensor stays what it was.
 *
 * @throws ValueError for an operation that has no form in ONNX, and where `forward` does something else for other sizes
 * @example
 * import * as onnx from 'softmargin/onnx'
 * const axes = { 0: 'batch' }
 * const bytes = onnx.export(model, torch.zeros([1, 300]), { dynamic_axes: { input: axes, output: axes } })
 */
function exportModel(
  model: Module,
  args: Tensor | readonly unknown[],
  f?: null | ExportOptions,
  options?: ExportOptions,
): Uint8Array<ArrayBuffer>
function exportModel(...given: unknown[]): Uint8Array<ArrayBuffer> {
  const [model, args, , input_names, output_names, axes, , , thresholds, int64_inputs] = EXPORT.read(given)
  if (!(model instanceof Module)) {
    throw new TypeError(`onnx.export: model must be a Module, but got ${describe(model)}`)
  }
  const dynamic_axes = (axes ?? {}) as DynamicAxes
  const example = argumentsOf(args)
  const inputs = inputsOf(example, input_names, dynamic_axes, int64_inputs)
  const limits = checkThresholds(thresholds)
  const runs = evaluating(model, () => runsOf(model, example, inputs))
  const [{ outputs, keys }] = runs
  const names = outputNames(keys, output_names, limits !== null)
  const inputNames = inputs.map(({ name }) => name)
  checkAxisNames(dynamic_axes, [...inputNames, ...names])
  const writer = new Writer(runs, model, inputs, names)
  const results = writer.write(outputs)
  const ports: Port[] = []
  for (const [i, value] of outputs.entries()) {
    writer.graph.rename(results[i], names[i])
    ports.push(
      portOf(names[i], value.dtype, dimsOf(writer.shapesOf(value), names[i], inputs, runs), dynamic_axes),
    )
  }
  if (limits !== null) {
    const name = names[outputs.length]
    const labels = addLabels(writer, runs, limits)
    writer.graph.rename(labels, name)
    ports.push(portOf(name, 'bool', ports[0].dims, dynamic_axes))
  }
  return writer.graph.file(inputs, ports)
}

export { exportModel as export }

interface Input extends Port {
  readonly tensor: Tensor
}

function inputsOf(
  { inputs, keywords }: Arguments,
  given: unknown,
  dynamic_axes: DynamicAxes,
  int64_inputs: boolean,
): Input[] {
  const usual = keywords.map((keyword, i) => keyword ?? (inputs.length === 1 ? 'input' : `input_${i}`))
  const names = given === null ? usual : namesOf('input_names', given, inputs.length)
  return inputs.map((tensor, i) => {
    if (tensor.shape.includes(0)) {
      throw new ValueError(`onnx.export: args must have elements, but has the shape [${tensor.shape}]`)
    }
    const dims = withAxes(tensor.shape, names[i], dynamic_axes)
    const { dtype } = tensor
    return { name: names[i], dtype, dims, isInt64: int64_inputs && dtype === 'int32', tensor }
  })
}

function namesOf(argument: string, names: unknown, count: number): string[] {
  if (Array.isArray(names) && names.length === count && names.every((name) => typeof name === 'string'))
    return [...(names as string[])]
  const wanted = count === 1 ? 'one string' : `${count} strings`
  throw new TypeError(`onnx.export: ${argument} must be a list of ${wanted}, but got ${describe(names)}`)
}

function outputNames(keys: readonly (string | null)[], given: unknown, hasLabels: boolean): string[] {
  const counts = new Map<string | null, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  const usual = keys.map((key, i) => {
    if (key !== null && counts.get(key) === 1) return key
    return keys.length === 1 ? 'output' : `output_${i}`
  })
  if (hasLabels) usual.push('labels')
  if (keys.length === 0) throw new ValueError('onnx.export: forward gives no tensor')
  return given === null ? usual : namesOf('output_names', given, usual.length)
}

/** Runs the model with the example, or, with dynamic dimensions, with three sets of sizes. */
function runsOf(model: Module, example: Arguments, inputs: readonly Input[]): Run[] {
  const once = (sizes: ReadonlyMap<string, number>) => {
    const tensors = inputs.map(({ tensor, dims }) =>
      resized(
        tensor,
        dims.map((dim) => (typeof dim === 'number' ? dim : (sizes.get(dim) as number))),
      ),
    )
    return run(model, example, tensors, isKnown)
  }
  const axes = axesOf(inputs.map(({ name, dims, tensor }) => ({ name, dims, shape: tensor.shape })))
  if (axes.length === 0) return [attempt(() => once(new Map()))]
  const given = new Map(axes.map(({ name, size }) => [name, size]))
  // Its errors are those of the example.
  attempt(() => once(given))
  const plans = plansOf(axes)
  for (const plan of plans) {
    try {
      return plan.map(once)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
    }
  }
  for (const { name, dim } of axes) {
    try {
      for (const sizes of plans.flat()) once(new Map([...given, [name, sizes.get(name) as number]]))
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      const who = error.layer.split(' ').filter((part) => part !== '')
      const why = (error.error as Error).message
      throw new ValueError(
        `onnx.export: ${who.join('.')} takes one size of dimension ${dim}, which dynamic_axes lets vary as ${name}: ${why}`,
      )
    }
  }
  throw new ValueError('onnx.export: forward takes no other sizes of the dynamic dimensions together')
}

/** Runs `work`; throws what `forward` threw. */
function attempt<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof Failure ? error.error : error
  }
}

/** Dimensions of an output: sizes, the names of those of an input, or names of their own. */
function dimsOf(
  shapes: readonly (readonly number[])[],
  name: string,
  inputs: readonly Input[],
  runs: readonly Run[],
): (number | string)[] {
  return shapes[0].map((size, dim) => {
    const sizes = shapes.map((shape) => shape[dim])
    if (sizes.every((each) => each === size)) {
      if (size === 0)
        throw new ValueError(`onnx.export: ${name} would have the shape [${shapes[0]}], without elements`)
      return size
    }
    for (const [i, { dims }] of inputs.entries()) {
      const same = dims.find(
        (axis, at) =>
          typeof axis === 'string' && runs.every((each, k) => each.inputs[i].shape[at] === sizes[k]),
      )
      if (same !== undefined) return same
    }
    return `${name}_dim_${dim}`
  })
}

const portOf = (name: string, dtype: Port['dtype'], dims: Port['dims'], dynamic_axes: DynamicAxes): Port => ({
  name,
  dtype,
  dims: withAxes(dims, name, dynamic_axes),
})

/** Runs `work` with every module in evaluation mode, then restores the modes. */
function evaluating<T>(model: Module, work: () => T): T {
  const training = [...model.modules()].filter((module) => module.training)
  for (const module of training) module.training = false
  try {
    return work()
  } finally {
    for (const module of training) module.training = true
  }
}
