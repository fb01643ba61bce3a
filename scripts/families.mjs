// Splits the kernels: a core, and families that an app without them does not carry. A family imports the core's
// memory, stack pointer and table, and the functions that it calls there. So it works on the same memory with the
// same addresses, has no data of its own, and its instructions are those of the whole module.
import { STREAMS, walk } from '../build/ts/kernels/inline/instruction_streams.js'
import * as wasm from './wasm_module.mjs'

/** The module that families import from, and the names of what the core exports for them. */
const CORE = 'core'
const MEMORY = 'memory'
const STACK_POINTER = 'stack_pointer'
const TABLE = 'table'

const FUNCTION_KIND = 0
const TABLE_KIND = 1
const MEMORY_KIND = 2
const GLOBAL_KIND = 3

/** Of the streams that instructions are sorted to: the functions that are called, and what numbers go on with. */
const FUNCTIONS = 4
const CONTINUATIONS = STREAMS - 1

/** `families` has a pattern for the exports of each. Returns the modules by name, `core` among them. */
export function splitKernels(module, families) {
  const whole = parse(module)
  const names = Object.keys(families)
  const exportsOf = (name) =>
    whole.exports.filter(
      ({ name: exported }) => names.find((other) => families[other].test(exported)) === name,
    )
  const reached = (entries) =>
    reach(
      whole,
      entries.filter(({ kind }) => kind === FUNCTION_KIND).map(({ index }) => index),
    )

  const core = new Set([...reached(exportsOf(undefined)), ...reach(whole, whole.elements)])
  const times = new Map()
  for (const name of names) {
    if (exportsOf(name).length === 0) throw new Error(`No kernel belongs to the family ${name}`)
    for (const index of reached(exportsOf(name))) times.set(index, (times.get(index) ?? 0) + 1)
  }
  for (const [index, count] of times) if (count > 1) core.add(index)

  const modules = {}
  const shared = new Set()
  for (const name of names) {
    const own = sorted(reached(exportsOf(name))).filter((index) => !core.has(index))
    const imported = sorted(own.flatMap((index) => whole.callees[index])).filter((index) => core.has(index))
    for (const index of imported) shared.add(index)
    modules[name] = familyModule(whole, own, imported, exportsOf(name))
  }
  modules.core = coreModule(whole, sorted(core), sorted(shared), exportsOf(undefined))
  return modules
}

const sorted = (indices) => [...new Set(indices)].sort((a, b) => a - b)

/** The functions that those of `indices` may call, and these. */
function reach(whole, indices) {
  const found = new Set(indices)
  for (const index of found) for (const callee of whole.callees[index]) found.add(callee)
  return found
}

/** Functions by their index; `callees` and `calls`, where in a body they are named, are of what is not imported. */
function parse(module) {
  const sections = new Map(wasm.sectionsOf(module))
  const read = (id, item) => {
    const reader = new wasm.Reader(sections.get(id))
    return reader.vector(() => item(reader))
  }
  const imports = read(wasm.IMPORT, (reader) => {
    const [from, name, kind, type] = [reader.name(), reader.name(), reader.byte(), reader.number()]
    if (kind !== FUNCTION_KIND) throw new Error(`The kernels import ${from}.${name}, which is no function`)
    return type
  })
  const exports = read(wasm.EXPORT, (reader) => ({
    name: reader.name(),
    kind: reader.byte(),
    index: reader.number(),
  }))
  const elements = read(wasm.ELEMENT, (reader) => {
    // Of the first table, from a constant place on.
    if (reader.byte() !== 0 || reader.byte() !== 0x41)
      throw new Error('The table is filled in an unknown way')
    reader.take(2)
    return reader.vector(() => reader.number())
  }).flat()
  const bodies = [...imports.map(() => new Uint8Array()), ...wasm.bodiesOf(sections.get(wasm.CODE))]
  const calls = bodies.map(callsIn)
  const callees = bodies.map((body, i) => calls[i].map(([start]) => numberAt(body, start)))
  const types = [...imports, ...read(wasm.FUNCTION, (reader) => reader.number())]
  return { sections, imports, exports, elements, bodies, calls, callees, types }
}

const numberAt = (bytes, position) => new wasm.Reader(bytes.subarray(position)).number()

/** The positions `[start, end]` of the function indices in the calls of a body. */
function callsIn(body) {
  const calls = []
  let position = 0
  let isCall = false
  const move = (stream) => {
    if (stream === FUNCTIONS) calls.push([position, position + 1])
    isCall = stream === FUNCTIONS || (isCall && stream === CONTINUATIONS)
    if (isCall) calls.at(-1)[1] = position + 1
    return body[position++]
  }
  if (body.length > 0) walk(move)
  return calls
}

/** A body that calls functions by their new numbers. */
function renumbered(whole, index, numbers) {
  const [body, bytes] = [whole.bodies[index], []]
  let position = 0
  whole.calls[index].forEach(([start, end], i) => {
    bytes.push(...body.subarray(position, start), ...wasm.number(numbers.get(whole.callees[index][i])))
    position = end
  })
  return [...bytes, ...body.subarray(position)]
}

const functionSection = (whole, functions) =>
  wasm.vector(functions.map((index) => wasm.number(whole.types[index])))

const codeSection = (whole, functions, numbers) =>
  wasm.codeOf(functions.map((index) => renumbered(whole, index, numbers)))

const exportSection = (entries, numbers) =>
  wasm.vector(
    entries.map(({ name, kind, index }) => [
      ...wasm.name(name),
      kind,
      ...wasm.number(kind === FUNCTION_KIND ? numbers.get(index) : index),
    ]),
  )

/** New numbers for functions in this order. */
const numbersOf = (functions) => new Map(functions.map((index, i) => [index, i]))

/** The whole module without other functions. What is imported and what lies in the table stays, so does the rest. */
function coreModule(whole, functions, shared, exports) {
  const imported = whole.imports.map((_, i) => i)
  const defined = functions.filter((index) => index >= imported.length)
  const numbers = numbersOf([...imported, ...defined])
  const forFamilies = [
    ...shared.map((index) => ({ name: String(index), kind: FUNCTION_KIND, index })),
    { name: STACK_POINTER, kind: GLOBAL_KIND, index: 0 },
    { name: TABLE, kind: TABLE_KIND, index: 0 },
  ]
  const replaced = {
    [wasm.FUNCTION]: functionSection(whole, defined),
    [wasm.EXPORT]: exportSection([...exports, ...forFamilies], numbers),
    [wasm.ELEMENT]: elementSection(whole.sections.get(wasm.ELEMENT), numbers),
    [wasm.CODE]: codeSection(whole, defined, numbers),
  }
  return wasm.moduleOf([...whole.sections].map(([id, content]) => [id, replaced[id] ?? content]))
}

function elementSection(section, numbers) {
  const reader = new wasm.Reader(section)
  return wasm.vector(
    reader.vector(() => {
      const place = reader.take(4)
      return [...place, ...wasm.vector(reader.vector(() => wasm.number(numbers.get(reader.number()))))]
    }),
  )
}

function familyModule(whole, own, imported, exports) {
  const numbers = numbersOf([...imported, ...own])
  const types = [...imported, ...own].map((index) => whole.types[index])
  const imports = [
    ...imported.map((index) => [String(index), FUNCTION_KIND, ...wasm.number(whole.types[index])]),
    // Of any size; a variable of 32 bits; functions, as many as there are.
    [MEMORY, MEMORY_KIND, 0, 0],
    [STACK_POINTER, GLOBAL_KIND, 0x7f, 1],
    [TABLE, TABLE_KIND, 0x70, 0, 0],
  ].map(([name, ...description]) => [...wasm.name(CORE), ...wasm.name(name), ...description])
  const family = wasm.moduleOf([
    [wasm.TYPE, typeSection(whole.sections.get(wasm.TYPE), types)],
    [wasm.IMPORT, wasm.vector(imports)],
    [wasm.FUNCTION, functionSection(whole, own)],
    [wasm.EXPORT, exportSection(exports, numbers)],
    [wasm.CODE, codeSection(whole, own, numbers)],
  ])
  if (!WebAssembly.validate(family)) throw new Error('A family has types that its functions do not name')
  return family
}

/** The type section with the types of `used` at their indices, and the smallest possible type at the others. */
function typeSection(section, used) {
  const reader = new wasm.Reader(section)
  const values = () => wasm.vector(reader.vector(() => [reader.byte()]))
  return wasm.vector(
    reader.vector((index) => {
      const type = [reader.byte(), ...values(), ...values()]
      return used.includes(index) ? type : [type[0], 0, 0]
    }),
  )
}
