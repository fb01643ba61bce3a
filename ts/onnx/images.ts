/** Layers for images [N, C, H, W]. */
import { ValueError } from '../base/errors.js'
import type { Conv2d } from '../nn/conv2d.js'
import type { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d } from '../nn/pool2d.js'
import type { Pair } from '../ops/conv/dims.js'
import { tensor } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Attribute, Dim, Graph } from './graph.js'
import { checkFixed, named, type Place } from './place.js'

interface Output {
  output: string
  dims: readonly Dim[]
}

export function addConv2d(graph: Graph, layer: Conv2d, place: Place, y: Tensor): Output {
  checkImages('Conv2d', place)
  checkFixed(place, 'Conv2d', 1)
  const { path, input } = place
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
  return { output, dims: [place.dims[0], y.shape[1], ...sides(place, y)] }
}

export function addMaxPool2d(graph: Graph, layer: MaxPool2d, place: Place, y: Tensor): Output {
  const dilations = pair(layer.dilation)
  const attributes = { ...windowsOf('MaxPool2d', layer, place), dilations }
  for (const [i, padding] of pair(layer.padding).entries()) {
    if (padding === 0 || dilations[i] === 1) continue
    checkFixed(place, 'MaxPool2d', i + 2)
    // Its maximum is -Infinity, for which runtimes have numbers of their own.
    if (place.x.shape[i + 2] < dilations[i]) {
      throw new ValueError(
        'onnx.export: MaxPool2d has windows that hold padding alone, which have no form in ONNX',
      )
    }
  }
  return addPool(graph, 'MaxPool', attributes, place, y)
}

export function addAvgPool2d(graph: Graph, layer: AvgPool2d, place: Place, y: Tensor): Output {
  const windows = windowsOf('AvgPool2d', layer, place)
  const { count_include_pad, divisor_override } = layer
  // A divisor of one's own does not ask how much of a window is padding.
  const attributes = {
    ...windows,
    count_include_pad: Number(count_include_pad || divisor_override !== null),
  }
  const mean = addPool(graph, 'AveragePool', attributes, place, y)
  if (divisor_override === null) return mean
  const [height, width] = windows.kernel_shape
  const factor = tensor([(height * width) / divisor_override])
  const operands = [mean.output, graph.constant(named(place.path, 'factor'), factor)]
  return { ...mean, output: graph.add('Mul', named(place.path, 'scaled'), operands) }
}

export function addAdaptiveAvgPool2d(graph: Graph, { output_size }: AdaptiveAvgPool2d, place: Place): Output {
  checkImages('AdaptiveAvgPool2d', place)
  if (String(output_size) !== '1' && String(output_size) !== '1,1') {
    throw new ValueError(`onnx.export: AdaptiveAvgPool2d must have the output_size 1, but has ${output_size}`)
  }
  const output = graph.add('GlobalAveragePool', named(place.path, 'pool'), [place.input])
  return { output, dims: [...place.dims.slice(0, 2), 1, 1] }
}

function addPool(
  graph: Graph,
  op: string,
  attributes: Record<string, Attribute>,
  place: Place,
  y: Tensor,
): Output {
  const output = graph.add(op, named(place.path, 'pool'), [place.input], attributes)
  return { output, dims: [...place.dims.slice(0, 2), ...sides(place, y)] }
}

/** Height and width of `y`, which vary as those of its input do. */
function sides({ path, dims }: Place, y: Tensor): Dim[] {
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

function windowsOf(name: string, { kernel_size, stride, padding, ceil_mode }: Windows, place: Place) {
  checkImages(name, place)
  // ONNX gives another number of windows where the last one would start in the padding.
  if (ceil_mode) throw new ValueError(`onnx.export: ${name} with ceil_mode has no form in ONNX`)
  const pads = [...pair(padding), ...pair(padding)]
  return { kernel_shape: pair(kernel_size), strides: pair(stride), pads }
}

function checkImages(name: string, { x }: Place): void {
  if (x.dim() !== 4)
    throw new ValueError(`onnx.export: ${name} takes [N, C, H, W] in ONNX, but got [${x.shape}]`)
}
