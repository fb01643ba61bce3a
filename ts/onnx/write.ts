/** Writes what the runs recorded as a graph: the operations that outputs depend on, in their order. */
import { ValueError } from '../base/errors.js'
import type { Module } from '../nn/module.js'
import type { DType, TypedArray } from '../tensor/dtype.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Converters } from './convert.js'
import { Graph, type Port, TYPES } from './graph.js'
import { elementwise, varyingNumber } from './operations/elementwise.js'
import { images } from './operations/images.js'
import { linearAlgebra } from './operations/linear.js'
import { reduce } from './operations/reduce.js'
import { shape } from './operations/shape.js'
import type { Value } from './recorder.js'
import type { Run } from './run.js'
import { type Given, Site } from './site.js'
import { dimsOf, isFixed } from './sizes.js'

export const converters: Converters = { ...elementwise, ...shape, ...reduce, ...linearAlgebra, ...images }

const isKnown = (name: string): boolean => Object.hasOwn(converters, name)

export class Writer {
  readonly graph: Graph
  private readonly names = new Map<number, string>()
  private readonly tensors: ReadonlyMap<string, Tensor>
  private readonly axes: Given[]

  constructor(
    private readonly runs: readonly Run[],
    model: Module,
    ports: readonly Port[],
    outputNames: readonly string[],
  ) {
    checkSame(runs)
    this.tensors = new Map([...model.named_parameters(), ...model.named_buffers()])
    this.graph = new Graph(new Set([...this.tensors.keys(), ...outputNames]))
    const [{ inputs }] = runs
    for (const { name } of ports) this.graph.claim(name)
    for (const [i, { id }] of inputs.entries()) {
      const { name, isInt64 } = ports[i]
      this.names.set(id, isInt64 ? this.toInt32(name) : name)
    }
    this.axes = inputs.map(({ id }) => this.given(id, 'input', ''))
  }

  /** Writes all that the outputs depend on; gives their names. */
  write(outputs: readonly Value[]): string[] {
    const [{ recorder }] = this.runs
    const needed = new Set<number>()
    const open = [...outputs]
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      if (value.from === undefined || needed.has(value.from.operation)) continue
      needed.add(value.from.operation)
      open.push(...recorder.operations[value.from.operation].inputs)
    }
    for (const number of [...needed].sort((a, b) => a - b)) this.convert(number)
    return outputs.map((value) => this.given(value.id, 'the output', '').name())
  }

  private toInt32(input: string): string {
    const [name] = this.graph.addEach('Cast', `${input}.int32`, [input], { to: TYPES.int32 }, 1)
    return name
  }

  /** A site of nodes that no operation of the model stands for. */
  site(name: string, inputs: readonly Value[], result: Pick<Given, 'dtype' | 'shapes'>): Site {
    const given = inputs.map(({ id }) => this.given(id, name, ''))
    const options = this.runs.map(() => ({}))
    return new Site(this.graph, { name, path: '', options, inputs: given, results: [result] }, this.axes)
  }

  shapesOf(value: Value): Given['shapes'] {
    return this.runs.map(({ recorder }) => recorder.values[value.id].shape)
  }

  private convert(number: number): void {
    const each = this.runs.map(({ recorder }) => recorder.operations[number])
    const { name, path, inputs, results } = each[0]
    const given = inputs.map(({ id }) => this.given(id, name, path))
    const site = new Site(
      this.graph,
      {
        name,
        path,
        options: each.map(({ options }) => options),
        inputs: given,
        results: results.map((value) => ({ shapes: this.shapesOf(value), dtype: value.dtype })),
      },
      this.axes,
    )
    if (!isKnown(name)) site.fail('has no form in ONNX here')
    const names = converters[name](site)
    for (const [i, own] of (typeof names === 'string' ? [names] : names).entries())
      if (own !== null) this.names.set(results[i].id, own)
  }

  /** A value as an operation gets it; its name is found, or the constant written, when it asks. */
  private given(id: number, operation: string, path: string): Given {
    const value = this.runs[0].recorder.values[id]
    const shapes = this.shapesOf(value)
    return {
      shapes,
      dtype: value.dtype,
      isComputed: value.from !== undefined,
      name: () => {
        const known = this.names.get(id)
        if (known !== undefined) return known
        const name = this.constant(value, shapes, operation, path)
        this.names.set(id, name)
        return name
      },
    }
  }

  private constant(value: Value, shapes: Given['shapes'], operation: string, path: string): string {
    const { parameter, dtype } = value
    if (parameter !== undefined) {
      const tensor = this.tensors.get(parameter) as Tensor
      return this.graph.constant(parameter, dtype, tensor.shape, tensor.data<TypedArray>())
    }
    const results = [{ shapes, dtype }]
    const options = this.runs.map(() => null)
    const site = new Site(this.graph, { name: operation, path, options, inputs: [], results }, this.axes)
    if (value.unknown !== undefined) site.fail(`takes ${value.unknown}`)
    const each = this.runs.map(({ recorder }) => recorder.values[value.id].constant as TypedArray)
    const [elements] = each
    if (elements === undefined) throw new Error(`softmargin: ${operation} takes a value that nothing gave`)
    const isSame = dimsOf(shapes).every(isFixed) && each.every((own) => sameElements(own, elements))
    if (isSame) return this.graph.numbers(`${operation}.constant`, dtype, value.shape, elements)
    return varyingConstant(site, shapes, dtype, each)
  }
}

const sameElements = (a: TypedArray, b: TypedArray): boolean =>
  a.length === b.length && a.every((value, i) => Object.is(value, b[i]))

/** A constant whose size is dynamic: one number everywhere, or numbers at equal distances. */
function varyingConstant(
  site: Site,
  shapes: Given['shapes'],
  dtype: DType,
  each: readonly TypedArray[],
): string {
  const why = 'takes numbers that change with a dynamic dimension'
  if (each[0].length === 1 && shapes[0].length === 0)
    return varyingNumber(
      site,
      each.map(([value]) => value),
      dtype,
    )
  const firsts = each.map(([first]) => first)
  if (each.every((own, run) => own.every((value) => Object.is(value, firsts[run])))) {
    const size = site.sizes.list(dimsOf(shapes), () => site.fail(why))
    return site.add('Expand', [varyingNumber(site, firsts, dtype), size])
  }
  const step = each[0][1] - firsts[0]
  const isRange = each.every((own, run) => own.every((value, i) => value === firsts[run] + i * step))
  if (shapes[0].length !== 1 || !isRange) return site.fail(why)
  const size = site.sizes.vector(each.map(({ length }) => length)) ?? site.fail(why)
  const count = site.cast(site.add('Squeeze', [size]), 'int32')
  const range = site.add('Range', [site.numbers([0], [], 'int32'), count, site.numbers([1], [], 'int32')])
  const numbers = site.add('Mul', [site.cast(range, dtype), site.numbers([step], [], dtype)])
  return site.add('Add', [numbers, varyingNumber(site, firsts, dtype)])
}

/** Throws unless all runs did the same, but for sizes. */
function checkSame(runs: readonly Run[]): void {
  const [first, ...others] = runs.map(({ recorder }) => recorder)
  for (const other of others) {
    const count = Math.max(first.operations.length, other.operations.length)
    for (let i = 0; i < count; i++) {
      const [a, b] = [first.operations[i], other.operations[i]]
      const ids = (list: readonly Value[] | undefined) => list?.map(({ id }) => id).join()
      if (a?.name === b?.name && ids(a.inputs) === ids(b.inputs) && ids(a.results) === ids(b.results)) {
        const ranks = (list: readonly Value[]) => list.map(({ shape }) => shape.length).join()
        if (ranks([...a.inputs, ...a.results]) === ranks([...b.inputs, ...b.results])) continue
      }
      throw new ValueError(
        `onnx.export: forward does something else for another size of a dynamic dimension: ${a?.name ?? 'nothing'}, then ${b?.name ?? 'nothing'}`,
      )
    }
  }
  const outputs = runs.map((run) => run.outputs.map(({ id }) => id).join())
  if (outputs.some((own) => own !== outputs[0]))
    throw new ValueError('onnx.export: forward gives other outputs for another size of a dynamic dimension')
}

export { isKnown }
