/** softmargin/onnx: trained models for runtimes that read ONNX. */

import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { isPlainObject } from '../call/kinds.js'
import { signature } from '../call/signature.js'
import { no_grad } from '../graph/grad_mode.js'
import type { Layer } from '../nn/container.js'
import { Module } from '../nn/module.js'
import { Tensor } from '../tensor/tensor.js'
import { type Dim, Graph } from './graph.js'
import { addModule } from './layers.js'

/** Options of {@link exportModel | export}. */
export interface ExportOptions {
  /** ['input'] by default. */
  input_names?: readonly [string]
  /** ['output'] by default. */
  output_names?: readonly [string]
  /** The version of ONNX's operators: 17. */
  opset_version?: 17
  /** Whether the parameters are in the file: true. */
  export_params?: true
  /** Names for dynamic dimensions; all others have the sizes of the example, or follow from the input's. */
  dynamic_axes?: Record<string, Record<number, string>>
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
)

/**
 * The model as the bytes of an ONNX file (opset 17), in evaluation mode: dropout is a no-op, batch norm uses its running
 * statistics. `args` is an example of the input, float32;
 * `f`, torch's file, is null: the caller writes the bytes. Source: torch.onnx.export, which writes a file itself.
 *
 * @throws ValueError for a module that is neither a Sequential nor a layer that ONNX supports, and for one with
 * hooks or its own `forward`
 * @example
 * import * as onnx from 'softmargin/onnx'
 * const axes = { 0: 'batch' }
 * const bytes = onnx.export(model, torch.zeros([1, 300]), { dynamic_axes: { input: axes, output: axes } })
 */
function exportModel(
  model: Layer,
  args: Tensor,
  f?: null | ExportOptions,
  options?: ExportOptions,
): Uint8Array<ArrayBuffer>
function exportModel(...given: unknown[]): Uint8Array<ArrayBuffer> {
  const [model, args, , input_names, output_names, axes] = EXPORT.read(given)
  if (!(model instanceof Module)) {
    throw new TypeError(`onnx.export: model must be a Module, but got ${describe(model)}`)
  }
  if (!(args instanceof Tensor)) {
    throw new TypeError(`onnx.export: args must be a Tensor, but got ${describe(args)}`)
  }
  if (args.dtype !== 'float32') {
    throw new TypeError(`onnx.export: args must be float32, but got ${args.dtype}`)
  }
  const dynamic_axes = (axes ?? {}) as NonNullable<ExportOptions['dynamic_axes']>
  const input = nameOf('input_names', input_names ?? ['input'])
  const output = nameOf('output_names', output_names ?? ['output'])
  checkAxisNames(dynamic_axes, [input, output])
  const from = { name: input, dims: withAxes(args.shape, input, dynamic_axes) }
  if (from.dims.includes(0)) {
    throw new ValueError(`onnx.export: args must have elements, but has the shape [${args.shape}]`)
  }
  const graph = new Graph()
  const last = evaluating(model, () => {
    // A copy, because layers with `inplace` change it.
    const x = args.detach().clone()
    return addModule(graph, model, { path: '', input, x, dims: from.dims, above: [] })
  })
  // Gives the output of the last layer its name.
  graph.add('Identity', output, [last.input])
  return graph.file(from, { name: output, dims: withAxes(last.dims, output, dynamic_axes) })
}

export { exportModel as export }

function nameOf(argument: string, names: unknown): string {
  if (!Array.isArray(names) || names.length !== 1 || typeof names[0] !== 'string') {
    throw new TypeError(`onnx.export: ${argument} must be a list of one string, but got ${describe(names)}`)
  }
  return names[0]
}

function checkAxisNames(dynamic_axes: object, names: string[]): void {
  const unknown = Object.keys(dynamic_axes).find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new ValueError(`onnx.export: dynamic_axes must name ${names.join(' and ')}, but got ${unknown}`)
  }
}

/** The dimensions, with dynamic ones replaced by their names. */
function withAxes(
  dims: readonly Dim[],
  name: string,
  dynamic_axes: Record<string, Record<number, string>>,
): Dim[] {
  const named = [...dims]
  const axes: unknown = dynamic_axes[name] ?? {}
  if (!isPlainObject(axes)) {
    throw new TypeError(
      `onnx.export: dynamic_axes of ${name} must be an object of dimensions and their names, but got ${describe(axes)}`,
    )
  }
  for (const [dim, axis] of Object.entries(axes)) {
    if (!/^\d+$/.test(dim) || !(Number(dim) < dims.length) || typeof axis !== 'string') {
      const got = `${dim}: ${describe(axis)}`
      throw new ValueError(
        `onnx.export: dynamic_axes must name dimensions of ${name}, below ${dims.length}, but got ${got}`,
      )
    }
    named[Number(dim)] = axis
  }
  return named
}

/** Runs `work` with every module in evaluation mode and without gradients, then restores the modes. */
function evaluating<T>(model: Module, work: () => T): T {
  const training = [...model.modules()].filter((module) => module.training)
  for (const module of training) module.training = false
  try {
    return no_grad(work)
  } finally {
    for (const module of training) module.training = true
  }
}
