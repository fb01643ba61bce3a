/** softmargin/onnx: trained models for runtimes that read ONNX. */
import { no_grad } from '../autograd/grad_mode.js'
import { describe } from '../check.js'
import { ValueError } from '../errors.js'
import type { Layer } from '../nn/container.js'
import { Module } from '../nn/module.js'
import { Tensor } from '../tensor/tensor.js'
import { Graph } from './graph.js'
import { addLayer } from './layers.js'

/** Options of {@link exportModel | export}. */
export interface ExportOptions {
  /** ['input'] if left out. */
  input_names?: readonly [string]
  /** ['output'] if left out. */
  output_names?: readonly [string]
  /** Names for dimensions that may have any size; all others have the sizes of the example. */
  dynamic_axes?: Record<string, Record<number, string>>
}

/**
 * The model as bytes of an ONNX file (opset 17), in evaluation mode: dropout does nothing, batch norm uses its running
 * statistics. `args` is an example of the input, float32. Source: torch.onnx.export, which writes a file itself.
 *
 * @throws ValueError for a module that is neither a Sequential nor one of the layers that ONNX has too
 * @example
 * import * as onnx from 'softmargin/onnx'
 * const axes = { 0: 'batch' }
 * const bytes = onnx.export(model, torch.zeros([1, 300]), { dynamic_axes: { input: axes, output: axes } })
 */
function exportModel(model: Layer, args: Tensor, options: ExportOptions = {}): Uint8Array<ArrayBuffer> {
  if (!(model instanceof Module)) {
    throw new TypeError(`onnx.export: model must be a Module, but got ${describe(model)}`)
  }
  if (!(args instanceof Tensor)) {
    throw new TypeError(`onnx.export: args must be a Tensor, but got ${describe(args)}`)
  }
  if (args.dtype !== 'float32') {
    throw new TypeError(`onnx.export: args must be float32, but got ${args.dtype}`)
  }
  const { dynamic_axes = {} } = options
  const input = nameOf('input_names', options.input_names ?? ['input'])
  const output = nameOf('output_names', options.output_names ?? ['output'])
  const graph = new Graph()
  const last = evaluating(model, () => addLayer(graph, model, { path: '', input, x: args }))
  // What the last layer gives, under the name that it is to have.
  graph.add('Identity', output, [last.output])
  const ports = new Map([
    [input, args.shape],
    [output, last.x.shape],
  ])
  for (const [name, axes] of Object.entries(dynamic_axes)) checkAxes(name, axes, ports)
  const [from, to] = [...ports].map(([name, shape]) => ({
    name,
    dims: shape.map((size, dim) => dynamic_axes[name]?.[dim] ?? size),
  }))
  return graph.file(from, to)
}

export { exportModel as export }

function nameOf(argument: string, names: readonly [string]): string {
  if (!Array.isArray(names) || names.length !== 1 || typeof names[0] !== 'string') {
    throw new TypeError(`onnx.export: ${argument} must be a list of one string, but got ${describe(names)}`)
  }
  return names[0]
}

function checkAxes(name: string, axes: Record<number, string>, ports: Map<string, readonly number[]>): void {
  const rank = ports.get(name)?.length
  if (rank === undefined) {
    const known = [...ports.keys()].join(' and ')
    throw new ValueError(`onnx.export: dynamic_axes must name ${known}, but got ${name}`)
  }
  for (const [dim, axis] of Object.entries(axes)) {
    if (!(Number(dim) < rank) || typeof axis !== 'string') {
      const got = `${dim}: ${describe(axis)}`
      throw new ValueError(
        `onnx.export: dynamic_axes must name dimensions of ${name}, below ${rank}, but got ${got}`,
      )
    }
  }
}

/** Runs `work` with every module in evaluation mode and without gradients, and leaves them as they were. */
function evaluating<T>(model: Module, work: () => T): T {
  const training = [...model.modules()].filter((module) => module.training)
  model.eval()
  try {
    return no_grad(work)
  } finally {
    for (const module of training) module.training = true
  }
}
