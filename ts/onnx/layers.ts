import { ValueError } from '../base/errors.js'
import { LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Tanh } from '../nn/activation.js'
import { BatchNorm1d, BatchNorm2d } from '../nn/batch_norm.js'
import { type Layer, Sequential } from '../nn/container.js'
import { Conv2d } from '../nn/conv2d.js'
import { Dropout } from '../nn/dropout.js'
import { Flatten } from '../nn/flatten.js'
import { Hardsigmoid, Hardswish, Softsign } from '../nn/gate.js'
import { Identity } from '../nn/identity.js'
import { Linear } from '../nn/linear.js'
import type { Module } from '../nn/module.js'
import { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d } from '../nn/pool2d.js'
import { ELU, SELU } from '../nn/rectifier.js'
import { ones, zeros } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import { type Context, checkFixed, type Flow, named } from './context.js'
import type { Attribute, Dim, Graph } from './graph.js'
import { addAdaptiveAvgPool2d, addAvgPool2d, addConv2d, addMaxPool2d } from './images.js'

/** Adds a module's nodes, and returns its output. */
type Converter = (graph: Graph, module: Module, context: Context) => Flow

/** The same for a layer, whose output for the example is `y`. */
export type LayerConverter<M extends Module> = (
  graph: Graph,
  layer: M,
  context: Context,
  y: Tensor,
) => { output: string; dims: readonly Dim[] }

type Class<M extends Module> = abstract new (...args: never[]) => M

/** Keyed by the exact class, because a subclass may compute something else. Each with the `forward` that it converts. */
const converters = new Map<unknown, { name: string; forward: unknown; converter: Converter }>()

function register<M extends Module>(type: Class<M>, converter: Converter): void {
  converters.set(type, { name: type.name, forward: (type.prototype as M).forward, converter })
}

/**
 * Adds a module and returns its output.
 *
 * @throws ValueError if it may compute something else than its class
 */
export function addModule(graph: Graph, module: Module, context: Context): Flow {
  const type = Object.getPrototypeOf(module).constructor as Class<Module>
  const known = converters.get(type)
  if (known === undefined) {
    const names = Array.from(converters.values(), ({ name }) => name)
    throw new ValueError(`onnx.export: ${type.name} has no form in ONNX here, but ${names.join(', ')} have`)
  }
  // Hooks replace a module's `forward`.
  if (module.forward !== known.forward) {
    throw new ValueError(
      `onnx.export: ${named(context.path, type.name)} has hooks or a forward of its own, which have no form in ONNX`,
    )
  }
  return known.converter(graph, module, context)
}

/** Layers in sequence; a repeated one runs repeatedly. */
register(Sequential, (graph, sequence, { path, above, ...flow }) => {
  if (above.includes(sequence)) throw new ValueError('onnx.export: a Sequential contains itself')
  for (const [name, child] of sequence.childEntries()) {
    const context = { ...flow, path: named(path, name), above: [...above, sequence] }
    flow = addModule(graph, child, context)
  }
  return flow
})

function convert<M extends Layer>(type: Class<M>, converter: LayerConverter<M>): void {
  register(type, (graph, module, context) => {
    const layer = module as M
    // Throws for inputs that the layer itself refuses.
    const x = layer.forward(context.x)
    const { output, dims } = converter(graph, layer, context, x)
    if (dims.includes(0)) {
      const name = named(context.path, type.name)
      throw new ValueError(`onnx.export: ${name} gives [${x.shape}], which has no elements`)
    }
    return { input: output, x, dims }
  })
}

const passOn: LayerConverter<Module> = (_graph, _layer, { input, dims }) => ({ output: input, dims })
convert(Identity, passOn)
convert(Dropout, passOn)

/** A single node that keeps the shape. */
function convertToNode<M extends Layer>(
  type: Class<M>,
  op: string,
  attributes: (layer: M, context: Context) => Record<string, Attribute> = () => ({}),
): void {
  convert(type, (graph, layer, context) => {
    const { path, input, dims } = context
    return { output: graph.add(op, named(path, op.toLowerCase()), [input], attributes(layer, context)), dims }
  })
}

convertToNode(ReLU, 'Relu')
convertToNode(LeakyReLU, 'LeakyRelu', ({ negative_slope }) => ({ alpha: { float: negative_slope } }))
convertToNode(Sigmoid, 'Sigmoid')
convertToNode(ELU, 'Elu', ({ alpha }) => ({ alpha: { float: alpha } }))
convertToNode(SELU, 'Selu')
convertToNode(Hardswish, 'HardSwish')
convertToNode(Hardsigmoid, 'HardSigmoid', () => ({ alpha: { float: 1 / 6 }, beta: { float: 0.5 } }))
convertToNode(Softsign, 'Softsign')
convertToNode(Tanh, 'Tanh')
convertToNode(Softmax, 'Softmax', softmaxAxis)
convertToNode(LogSoftmax, 'LogSoftmax', softmaxAxis)

function softmaxAxis({ dim }: Softmax | LogSoftmax, { path, x }: Context): { axis: number } {
  const rank = x.dim()
  if (dim === null || rank === 0)
    throw new ValueError(`onnx.export: ${named(path, 'Softmax')} must have a dim, and an input of dimensions`)
  return { axis: dim < 0 ? dim + rank : dim }
}

convert(SiLU, (graph, _layer, { path, input, dims }) => {
  const gate = graph.add('Sigmoid', named(path, 'gate'), [input])
  return { output: graph.add('Mul', named(path, 'silu'), [input, gate]), dims }
})

convert(Linear, (graph, { weight, bias }, context, y) => {
  const { path, input, x, dims } = context
  checkFixed(context, 'Linear', x.dim() - 1)
  const out = [...dims.slice(0, -1), y.shape[y.dim() - 1]]
  const operands = [graph.constant(named(path, 'weight'), weight)]
  if (bias !== null) operands.push(graph.constant(named(path, 'bias'), bias))
  if (x.dim() === 2) {
    const output = graph.add('Gemm', named(path, 'linear'), [input, ...operands], { transB: 1 })
    return { output, dims: out }
  }
  const transposed = graph.add('Transpose', named(path, 'transposed'), [operands[0]], { perm: [1, 0] })
  const product = graph.add('MatMul', named(path, 'product'), [input, transposed])
  if (bias === null) return { output: product, dims: out }
  return { output: graph.add('Add', named(path, 'linear'), [product, operands[1]]), dims: out }
})

convert(Flatten, (graph, { start_dim, end_dim }, { path, input, x, dims }, y) => {
  const rank = Math.max(x.dim(), 1)
  const [start, end] = [start_dim, end_dim].map((dim) => (dim < 0 ? dim + rank : dim))
  const [joined, rest] = [dims.slice(start, end + 1), dims.slice(end + 1)]
  const isFixed = joined.every((dim) => typeof dim === 'number')
  const size = joined.length === 1 ? joined[0] : isFixed ? y.shape[start] : named(path, 'flat')
  // 0 stands for the size of the input.
  const head = [...dims.slice(0, start).map(() => 0), -1]
  const sizes = rest.filter((dim) => typeof dim === 'number')
  const shape =
    sizes.length === rest.length
      ? graph.integers(named(path, 'shape'), [...head, ...sizes])
      : graph.add(
          'Concat',
          named(path, 'shape'),
          [
            graph.integers(named(path, 'head'), head),
            graph.add('Shape', named(path, 'rest'), [input], { start: end + 1 }),
          ],
          { axis: 0 },
        )
  const output = graph.add('Reshape', named(path, 'flatten'), [input, shape])
  return { output, dims: [...dims.slice(0, start), size, ...rest] }
})

convert(Conv2d, addConv2d)
convert(MaxPool2d, addMaxPool2d)
convert(AvgPool2d, addAvgPool2d)
convert(AdaptiveAvgPool2d, addAdaptiveAvgPool2d)

const batchNorm: LayerConverter<BatchNorm1d | BatchNorm2d> = (graph, layer, context) => {
  const { path, input, dims } = context
  checkFixed(context, 'BatchNorm', 1)
  const { running_mean, running_var, num_features, eps } = layer
  if (running_mean === null || running_var === null) {
    throw new ValueError('onnx.export: a batch norm without running statistics has no form in ONNX')
  }
  const constants = {
    weight: layer.weight ?? ones([num_features]),
    bias: layer.bias ?? zeros([num_features]),
    running_mean,
    running_var,
  }
  const names = Object.entries(constants).map(([name, value]) => graph.constant(named(path, name), value))
  const attributes = { epsilon: { float: eps } }
  return { output: graph.add('BatchNormalization', named(path, 'norm'), [input, ...names], attributes), dims }
}
convert(BatchNorm1d, batchNorm)
convert(BatchNorm2d, batchNorm)
