import { ValueError } from '../base/errors.js'
import type { DType } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import { concatenated, float, integer, message, text } from './protobuf.js'

/** Numbers of fields and types in onnx.proto, version 8 of the format. */
const IR_VERSION = 8
const OPSET_VERSION = 17
const INT64 = 7
/** The numbers of element types. */
export const TYPES: Readonly<Record<DType, number>> = { float32: 1, uint8: 2, int32: 6, bool: 9 }
/** The limit of protobuf readers, less the bytes around the graph. */
const LARGEST = 2 ** 31 - 1024
const attributeTypes = { float: 1, integer: 2, string: 3, integers: 7, strings: 8 }

/** Numbers become integer attributes; floats are wrapped in an object. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { float: number }
  | { strings: readonly string[] }
export type Attributes = Readonly<Record<string, Attribute>>

/** A size, or the name of a dynamic one. */
export type Dim = number | string

/** An input or output of the graph. */
export interface Port {
  readonly name: string
  readonly dtype: DType
  readonly dims: readonly Dim[]
  /** Whether int32 is int64 outside of the graph. */
  readonly isInt64?: boolean
}

/** Collects nodes in execution order, and the constants that they use. */
export class Graph {
  private readonly nodes: Uint8Array[] = []
  private readonly constants: Uint8Array[] = []
  private readonly names = new Set<string>()

  /** `reserved` are names that nodes leave to others. */
  constructor(private readonly reserved: ReadonlySet<string>) {}

  /** Adds a node, and returns the names of its results: its own, with a number behind all but the first. */
  addEach(
    op: string,
    name: string,
    inputs: readonly string[],
    attributes: Attributes,
    count: number,
  ): string[] {
    const own = this.fresh(name)
    const outputs = Array.from({ length: count }, (_, i) => (i === 0 ? own : this.fresh(`${own}_${i}`)))
    this.node(op, own, inputs, outputs, attributes)
    return outputs
  }

  /** Gives a value another name, that of an output of the graph. */
  rename(value: string, name: string): void {
    this.claim(name)
    this.node('Identity', name, [value], [name], {})
  }

  private node(
    op: string,
    name: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes,
  ): void {
    const fields = inputs.map((input) => text(1, input))
    fields.push(...outputs.map((output) => text(2, output)), text(3, name), text(4, op))
    for (const [key, value] of Object.entries(attributes)) fields.push(message(5, ...attribute(key, value)))
    this.nodes.push(message(1, ...fields))
  }

  /** Adds a constant under exactly this name. */
  constant(name: string, dtype: DType, shape: Shape, data: ArrayBufferView): string {
    this.claim(name)
    return this.initializer(name, TYPES[dtype], shape, data)
  }

  /** Adds a constant under this name, or with a number behind it. */
  numbers(name: string, dtype: DType, shape: Shape, data: ArrayBufferView): string {
    return this.initializer(this.fresh(name), TYPES[dtype], shape, data)
  }

  /** Adds a one-dimensional constant of int64. */
  integers(name: string, values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt)
    return this.initializer(this.fresh(name), INT64, [values.length], data)
  }

  private initializer(name: string, type: number, shape: Shape, data: ArrayBufferView): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const dims = shape.map((size) => integer(1, size))
    this.constants.push(message(5, ...dims, integer(2, type), text(8, name), message(9, bytes)))
    return name
  }

  /** `name`, with a number behind it if it is taken. */
  fresh(name: string): string {
    let own = name
    for (let i = 2; this.names.has(own) || this.reserved.has(own); i++) own = `${name}_${i}`
    this.names.add(own)
    return own
  }

  claim(name: string): void {
    if (this.names.has(name)) throw new ValueError(`onnx.export: two values would have the name ${name}`)
    this.names.add(name)
  }

  /** The file: a ModelProto. */
  file(inputs: readonly Port[], outputs: readonly Port[]): Uint8Array<ArrayBuffer> {
    const graph = [...this.nodes, text(2, 'main'), ...this.constants]
    graph.push(...inputs.map((each) => port(11, each)), ...outputs.map((each) => port(12, each)))
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
  const type = (kind: keyof typeof attributeTypes) => integer(20, attributeTypes[kind])
  if (typeof value === 'number') return [text(1, name), integer(3, value), type('integer')]
  if (typeof value === 'string') return [text(1, name), text(4, value), type('string')]
  if ('float' in value) return [text(1, name), float(2, value.float), type('float')]
  if ('strings' in value)
    return [text(1, name), ...value.strings.map((item) => text(9, item)), type('strings')]
  return [text(1, name), ...value.map((item) => integer(8, item)), type('integers')]
}

/** A ValueInfoProto: a tensor with these dimensions. */
function port(field: number, { name, dtype, dims, isInt64 }: Port): Uint8Array {
  const type = isInt64 ? INT64 : TYPES[dtype]
  const shape = dims.map((dim) => message(1, typeof dim === 'number' ? integer(1, dim) : text(2, dim)))
  return message(field, text(1, name), message(2, message(1, integer(1, type), message(2, ...shape))))
}
