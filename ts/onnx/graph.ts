import { ValueError } from '../base/errors.js'
import type { Tensor } from '../tensor/tensor.js'
import { concatenated, float, integer, message, text } from './protobuf.js'

/** Numbers of fields and types in onnx.proto, version 8 of the format. */
const IR_VERSION = 8
const OPSET_VERSION = 17
const FLOAT = 1
const INT64 = 7
/** The limit of protobuf readers, less the bytes around the graph. */
const LARGEST = 2 ** 31 - 1024
const attributeTypes = { float: 1, integer: 2, integers: 7 }

/** Numbers become integer attributes; floats are wrapped in an object. */
export type Attribute = number | readonly number[] | { float: number }

/** A size, or the name of a dynamic one. */
export type Dim = number | string

/** An input or output of the graph. */
export interface Port {
  name: string
  dims: readonly Dim[]
}

/** Collects nodes in execution order, and the constants that they use. */
export class Graph {
  private readonly nodes: Uint8Array[] = []
  private readonly constants: Uint8Array[] = []
  private readonly names = new Set<string>()
  private readonly constantsOf = new Map<Tensor, string>()

  /** Adds a node with one output, whose name it returns. */
  add(op: string, name: string, inputs: string[], attributes: Record<string, Attribute> = {}): string {
    this.claim(name)
    const fields = inputs.map((input) => text(1, input))
    fields.push(text(2, name), text(3, name), text(4, op))
    for (const [key, value] of Object.entries(attributes)) fields.push(message(5, ...attribute(key, value)))
    this.nodes.push(message(1, ...fields))
    return name
  }

  /** Adds a float32 constant, unless the tensor is one already, and returns its name. */
  constant(name: string, tensor: Tensor): string {
    const known = this.constantsOf.get(tensor)
    if (known !== undefined) return known
    if (tensor.dtype !== 'float32')
      throw new TypeError(`onnx.export: ${name} must be float32, but is ${tensor.dtype}`)
    const { buffer, byteOffset, byteLength } = tensor.data()
    this.constantsOf.set(tensor, name)
    return this.initializer(name, FLOAT, tensor.shape, new Uint8Array(buffer, byteOffset, byteLength))
  }

  /** Adds a one-dimensional constant of integers, and returns its name. */
  integers(name: string, values: number[]): string {
    const data = BigInt64Array.from(values, BigInt)
    return this.initializer(name, INT64, [values.length], new Uint8Array(data.buffer))
  }

  private initializer(name: string, type: number, shape: readonly number[], data: Uint8Array): string {
    this.claim(name)
    const dims = shape.map((size) => integer(1, size))
    this.constants.push(message(5, ...dims, integer(2, type), text(8, name), message(9, data)))
    return name
  }

  private claim(name: string): void {
    if (this.names.has(name)) throw new ValueError(`onnx.export: two values would have the name ${name}`)
    this.names.add(name)
  }

  /** The file: a ModelProto. */
  file(input: Port, output: Port): Uint8Array<ArrayBuffer> {
    this.claim(input.name)
    const graph = [...this.nodes, text(2, 'main'), ...this.constants, port(11, input), port(12, output)]
    const size = graph.reduce((sum, { length }) => sum + length, 0)
    if (size > LARGEST)
      throw new ValueError(`onnx.export: a file holds 2 GiB at most, but the model has ${size} bytes`)
    return concatenated([
      integer(1, IR_VERSION),
      text(2, 'softmargin'),
      message(7, ...graph),
      message(8, text(1, ''), integer(2, OPSET_VERSION)),
    ])
  }
}

function attribute(name: string, value: Attribute): Uint8Array[] {
  if (typeof value === 'number') {
    return [text(1, name), integer(3, value), integer(20, attributeTypes.integer)]
  }
  if ('float' in value) return [text(1, name), float(2, value.float), integer(20, attributeTypes.float)]
  return [text(1, name), ...value.map((item) => integer(8, item)), integer(20, attributeTypes.integers)]
}

/** A ValueInfoProto: a float32 tensor with these dimensions. */
function port(field: number, { name, dims }: Port): Uint8Array {
  const shape = dims.map((dim) => message(1, typeof dim === 'number' ? integer(1, dim) : text(2, dim)))
  return message(field, text(1, name), message(2, message(1, integer(1, FLOAT), message(2, ...shape))))
}
