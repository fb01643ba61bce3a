import { ValueError } from '../errors.js'
import { ReLU, Sigmoid } from '../nn/activation.js'
import { BatchNorm1d, BatchNorm2d } from '../nn/batch_norm.js'
import { type Layer, Sequential } from '../nn/container.js'
import { Conv2d } from '../nn/conv2d.js'
import { Dropout } from '../nn/dropout.js'
import { Flatten } from '../nn/flatten.js'
import { Identity } from '../nn/identity.js'
import { Linear } from '../nn/linear.js'
import type { Module } from '../nn/module.js'
import { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d } from '../nn/pool2d.js'
import type { Pair } from '../ops/dims.js'
import { ones, zeros } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Graph } from './graph.js'

/** Where a layer is: its name in the model, the name of what flows into it, and an example of that. */
interface Place {
  path: string
  input: string
  x: Tensor
}

/** Adds the layer's nodes and returns the name of what flows out of it. */
type Converter<M extends Module> = (graph: Graph, layer: M, place: Place) => string

type Class<M extends Module> = abstract new (...args: never[]) => M

/** Keyed by the class itself: a subclass may compute something else. */
const converters = new Map<unknown, Converter<Layer>>()

function convert<M extends Module>(type: Class<M>, converter: Converter<M>): void {
  converters.set(type, converter as unknown as Converter<Layer>)
}

/** Adds a layer, and tells what flows out: its name, and the example that the layer made of `place.x`. */
export function addLayer(graph: Graph, layer: Layer, place: Place): { output: string; x: Tensor } {
  const type = layer.constructor
  if (type === Sequential) {
    let { input, x } = place
    for (const [name, child] of layer.named_children()) {
      const path = place.path === '' ? name : `${place.path}.${name}`
      const step = addLayer(graph, child as Layer, { path, input, x })
      input = step.output
      x = step.x
    }
    return { output: input, x }
  }
  const converter = converters.get(type)
  if (converter === undefined) {
    const known = [...converters.keys()].map((type) => (type as Class<Layer>).name)
    throw new ValueError(
      `onnx.export: ${type.name} has no form in ONNX here, but Sequential of ${known.join(', ')} has`,
    )
  }
  // What the layer itself would refuse is refused here.
  const x = layer.forward(place.x)
  return { output: converter(graph, layer, place), x }
}

const passOn: Converter<Module> = (_graph, _layer, { input }) => input
convert(Identity, passOn)
convert(Dropout, passOn)
convert(ReLU, (graph, _layer, { path, input }) => graph.add('Relu', named(path, 'relu'), [input]))
convert(Sigmoid, (graph, _layer, { path, input }) => graph.add('Sigmoid', named(path, 'sigmoid'), [input]))

convert(Linear, (graph, { weight, bias }, { path, input, x }) => {
  const operands = [graph.constant(named(path, 'weight'), weight)]
  if (bias !== null) operands.push(graph.constant(named(path, 'bias'), bias))
  if (x.dim() === 2) return graph.add('Gemm', named(path, 'linear'), [input, ...operands], { transB: 1 })
  const transposed = graph.add('Transpose', named(path, 'transposed'), [operands[0]], { perm: [1, 0] })
  const product = graph.add('MatMul', named(path, 'product'), [input, transposed])
  return bias === null ? product : graph.add('Add', named(path, 'linear'), [product, operands[1]])
})

convert(Flatten, (graph, { start_dim, end_dim }, { path, input, x }) => {
  const rank = x.dim()
  if (rank === 0)
    return graph.add('Reshape', named(path, 'flat'), [input, graph.integers(named(path, 'shape'), [1])])
  const [start, end] = [start_dim, end_dim].map((dim) => (dim < 0 ? dim + rank : dim))
  // 0 stands for the size that comes in, so that a dimension with a name may come before.
  const shape = [...x.shape.slice(0, start).map(() => 0), -1, ...x.shape.slice(end + 1)]
  return graph.add('Reshape', named(path, 'flat'), [input, graph.integers(named(path, 'shape'), shape)])
})

convert(Conv2d, (graph, { weight, bias, ...layer }, { path, input, x }) => {
  checkImages('Conv2d', x)
  const operands = [graph.constant(named(path, 'weight'), weight)]
  if (bias !== null) operands.push(graph.constant(named(path, 'bias'), bias))
  const { kernel_size, dilation, groups, stride, padding } = layer
  const around = kernel_size.map((size, i) => {
    if (padding === 'valid') return [0, 0]
    if (padding !== 'same') return [padding[i], padding[i]]
    const total = dilation[i] * (size - 1)
    return [Math.floor(total / 2), Math.ceil(total / 2)]
  })
  return graph.add('Conv', named(path, 'conv'), [input, ...operands], {
    kernel_shape: kernel_size,
    strides: stride,
    dilations: dilation,
    group: groups,
    pads: [around[0][0], around[1][0], around[0][1], around[1][1]],
  })
})

convert(MaxPool2d, (graph, layer, { path, input, x }) => {
  const windows = windowsOf('MaxPool2d', layer, x)
  return graph.add('MaxPool', named(path, 'pool'), [input], { ...windows, dilations: pair(layer.dilation) })
})

convert(AvgPool2d, (graph, layer, { path, input, x }) => {
  const windows = windowsOf('AvgPool2d', layer, x)
  const count_include_pad = Number(layer.count_include_pad)
  return graph.add('AveragePool', named(path, 'pool'), [input], { ...windows, count_include_pad })
})

convert(AdaptiveAvgPool2d, (graph, { output_size }, { path, input, x }) => {
  checkImages('AdaptiveAvgPool2d', x)
  if (String(output_size) !== '1' && String(output_size) !== '1,1') {
    throw new ValueError(`onnx.export: AdaptiveAvgPool2d must have the output_size 1, but has ${output_size}`)
  }
  return graph.add('GlobalAveragePool', named(path, 'pool'), [input])
})

const batchNorm: Converter<BatchNorm1d | BatchNorm2d> = (graph, layer, { path, input }) => {
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
  return graph.add('BatchNormalization', named(path, 'norm'), [input, ...names], { epsilon: { float: eps } })
}
convert(BatchNorm1d, batchNorm)
convert(BatchNorm2d, batchNorm)

const named = (path: string, name: string) => (path === '' ? name : `${path}.${name}`)

const pair = (value: Pair): readonly [number, number] => (typeof value === 'number' ? [value, value] : value)

interface Windows {
  kernel_size: Pair
  stride: Pair
  padding: Pair
  ceil_mode: boolean
}

function windowsOf(name: string, { kernel_size, stride, padding, ceil_mode }: Windows, x: Tensor) {
  checkImages(name, x)
  // ONNX gives another number of windows where the last one would start in the padding.
  if (ceil_mode) throw new ValueError(`onnx.export: ${name} with ceil_mode has no form in ONNX`)
  const pads = [...pair(padding), ...pair(padding)]
  return { kernel_shape: pair(kernel_size), strides: pair(stride), pads }
}

function checkImages(name: string, x: Tensor): void {
  if (x.dim() !== 4)
    throw new ValueError(`onnx.export: ${name} takes [N, C, H, W] in ONNX, but got [${x.shape}]`)
}
