/** Layers for images [N, C, H, W]. */
import { ValueError } from '../base/errors.js'
import type { Conv2d } from '../nn/conv2d.js'
import type { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d } from '../nn/pool2d.js'
import type { Pair } from '../ops/conv/dims.js'
import { tensor } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import { type Context, checkFixed, named } from './context.js'
import type { Attribute, Dim, Graph } from './graph.js'

interface Output {
  output: string
  dims: readonly Dim[]
}

export function addConv2d(graph: Graph, layer: Conv2d, context: Context, y: Tensor): Output {
  checkImages('Conv2d', context)
  checkFixed(context, 'Conv2d', 1)
  const { path, input } = context
  const { weight, bias, kernel_size, dilation, groups, stride, padding } = layer
  const operands = [graph.constant(named(path, 'weight'), weight)]
  if (bias !== null) operands.push(graph.constant(named(path, 'bias'), bias))
  const around = kernel_size.map((size, i) => {
    if (padding === 'valid') return [0, 0]
    if (padding !== 'same') return [padding[i], padding[i]]
    const total = dilation[i] * (size - 1)
    return [Math.floor(total / 2), Math.ceil(total / 2)]
  })
  const output = graph.add('Conv', named(path, 'conv'), [input, ...operands], {
    kernel_shape: kernel_size,
    strides: stride,
    dilations: dilation,
    group: groups,
    pads: [around[0][0], around[1][0], around[0][1], around[1][1]],
  })
  return { output, dims: [context.dims[0], y.shape[1], ...sides(context, y)] }
}

export function addMaxPool2d(graph: Graph, layer: MaxPool2d, context: Context, y: Tensor): Output {
  const dilations = pair(layer.dilation)
  const attributes = { ...windowsOf('MaxPool2d', layer, context), dilations }
  for (const [i, padding] of pair(layer.padding).entries()) {
    if (padding === 0 || dilations[i] === 1) continue
    checkFixed(context, 'MaxPool2d', i + 2)
    // The maximum of only padding is -Infinity, for which runtimes differ.
    if (context.x.shape[i + 2] < dilations[i]) {
      throw new ValueError(
        'onnx.export: MaxPool2d has windows that hold padding alone, which have no form in ONNX',
      )
    }
  }
  return addPool(graph, 'MaxPool', attributes, context, y)
}

export function addAvgPool2d(graph: Graph, layer: AvgPool2d, context: Context, y: Tensor): Output {
  const windows = windowsOf('AvgPool2d', layer, context)
  const { count_include_pad, divisor_override } = layer
  // A custom divisor does not depend on the padding in a window.
  const attributes = {
    ...windows,
    count_include_pad: Number(count_include_pad || divisor_override !== null),
  }
  const mean = addPool(graph, 'AveragePool', attributes, context, y)
  if (divisor_override === null) return mean
  const [height, width] = windows.kernel_shape
  const factor = tensor([(height * width) / divisor_override])
  const operands = [mean.output, graph.constant(named(context.path, 'factor'), factor)]
  return { ...mean, output: graph.add('Mul', named(context.path, 'scaled'), operands) }
}

export function addAdaptiveAvgPool2d(
  graph: Graph,
  { output_size }: AdaptiveAvgPool2d,
  context: Context,
): Output {
  checkImages('AdaptiveAvgPool2d', context)
  if (String(output_size) !== '1' && String(output_size) !== '1,1') {
    throw new ValueError(`onnx.export: AdaptiveAvgPool2d must have the output_size 1, but has ${output_size}`)
  }
  const output = graph.add('GlobalAveragePool', named(context.path, 'pool'), [context.input])
  return { output, dims: [...context.dims.slice(0, 2), 1, 1] }
}

function addPool(
  graph: Graph,
  op: string,
  attributes: Record<string, Attribute>,
  context: Context,
  y: Tensor,
): Output {
  const output = graph.add(op, named(context.path, 'pool'), [context.input], attributes)
  return { output, dims: [...context.dims.slice(0, 2), ...sides(context, y)] }
}

/** Height and width of `y`, which are dynamic if those of its input are. */
function sides({ path, dims }: Context, y: Tensor): Dim[] {
  return ['height', 'width'].map((name, i) =>
    typeof dims[i + 2] === 'number' ? y.shape[i + 2] : named(path, name),
  )
}

const pair = (value: Pair): readonly [number, number] => (typeof value === 'number' ? [value, value] : value)

interface Windows {
  kernel_size: Pair
  stride: Pair
  padding: Pair
  ceil_mode: boolean
}

function windowsOf(name: string, { kernel_size, stride, padding, ceil_mode }: Windows, context: Context) {
  checkImages(name, context)
  // ONNX counts windows differently if the last one would start in the padding.
  if (ceil_mode) throw new ValueError(`onnx.export: ${name} with ceil_mode has no form in ONNX`)
  const pads = [...pair(padding), ...pair(padding)]
  return { kernel_shape: pair(kernel_size), strides: pair(stride), pads }
}

function checkImages(name: string, { x }: Context): void {
  if (x.dim() !== 4)
    throw new ValueError(`onnx.export: ${name} takes [N, C, H, W] in ONNX, but got [${x.shape}]`)
}
