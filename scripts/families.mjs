// Splits the kernels: a core, and families that an app without them does not carry. A family imports the core's
// memory, stack pointer and table, and the functions that it calls there. So it works on the same memory with the
// same addresses, has no data of its own, and its instructions are those of the whole module. What lies in the table, to be
// called by address, is a family's, at the same places, if only the family's functions name data that leads to it.
import { STREAMS, walk } from '../build/ts/kernels/inline/instruction_streams.js'
import { limits } from './imported_memory.mjs'
import { withoutPanicPlaces } from './panic_places.mjs'
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

/** Of values in memory. */
const ALIGNMENTS = [1, 2, 4, 8, 16]

/** `families` has a pattern for the exports of each. Returns the modules by name, `core` among them. */
export function splitKernels(module, families) {
  const whole = parse(module)
  const names = Object.keys(families)
  const exportsOf = (name) =>
    whole.exports.filter(
      ({ name: exported }) => names.find((other) => families[other].test(exported)) === name,
    )
  const reached = (name) => reach(whole, functionsOf(exportsOf(name)))

  const { functions: core, slots: coreSlots } = reached(undefined)
  const times = new Map()
  const slotTimes = new Map()
  const own = new Map(names.map((name) => [name, reached(name)]))
  for (const name of names) {
    if (exportsOf(name).length === 0) throw new Error(`No kernel belongs to the family ${name}`)
    const { functions, slots } = own.get(name)
    for (const index of functions) times.set(index, (times.get(index) ?? 0) + 1)
    for (const slot of slots) slotTimes.set(slot, (slotTimes.get(slot) ?? 0) + 1)
  }
  for (const [index, count] of times) if (count > 1) core.add(index)
  for (const slot of whole.table.keys()) if (slotTimes.get(slot) !== 1) coreSlots.add(slot)
  const ofCoreSlots = reach(
    whole,
    [...coreSlots].map((slot) => whole.table.get(slot)),
  )
  for (const index of ofCoreSlots.functions) core.add(index)
  for (const slot of ofCoreSlots.slots) coreSlots.add(slot)

  const modules = {}
  const shared = new Set()
  for (const name of names) {
    const functions = sorted(own.get(name).functions).filter((index) => !core.has(index))
    const slots = sorted(own.get(name).slots).filter((slot) => !coreSlots.has(slot))
    const called = [
      ...functions.flatMap((index) => whole.callees[index]),
      ...slots.map((slot) => whole.table.get(slot)),
    ]
    const imported = sorted(called).filter((index) => core.has(index))
    for (const index of imported) shared.add(index)
    modules[name] = familyModule(whole, functions, imported, exportsOf(name), slots)
  }
  modules.core = coreModule(whole, sorted(core), sorted(shared), exportsOf(undefined), sorted(coreSlots))
  return modules
}

const functionsOf = (exports) =>
  exports.filter(({ kind }) => kind === FUNCTION_KIND).map(({ index }) => index)

/** The module with these exports alone, and with the functions that they may call. */
export function carve(module, exports) {
  const whole = parse(module)
  const kept = whole.exports.filter(({ name }) => exports.includes(name))
  if (kept.length < exports.length) throw new Error(`The kernels do not export all of ${exports.join(', ')}`)
  const { functions, slots } = reach(whole, functionsOf(kept))
  return coreModule(whole, sorted(functions), [], kept, sorted(slots))
}

/** The fewest entries of an array of functions. */
const FEWEST = 8

/** How many words may lie before the functions of such an array: of codes that need none. */
const NO_FUNCTIONS = 4

/** Words of an entry of such an array: functions, or of which kind a function, or the first of two, is. */
const ENTRIES = [['function'], ['kind', 'function'], ['kind', 'function', 'function']]

/**
 * Arrays of functions in data, which bodies call by an index: the places of each, by the address of every word of it. Arrays that lie side
 * by side count as one, so whoever names a word has the places of both.
 */
function arraysOfFunctions({ table, data }) {
  const fits = { function: (word) => table.has(word), kind: (word) => word === 0 || word === 1 }
  const arrays = new Map()
  for (const entry of ENTRIES) {
    const size = 4 * entry.length
    const isEntry = (address) => entry.every((kind, k) => fits[kind](data.get(address + 4 * k)))
    const entriesFrom = (address) => {
      let end = address
      while (isEntry(end)) end += size
      return (end - address) / size
    }
    for (const address of data.keys()) {
      if (isEntry(address - size) || entriesFrom(address) < FEWEST) continue
      const words = Array.from({ length: entriesFrom(address) * entry.length }, (_, k) => address + 4 * k)
      const places = words.map((word) => data.get(word)).filter((word) => table.has(word))
      // Those of a first few that are no functions are zeros, or what lies there by chance.
      const before = Array.from({ length: NO_FUNCTIONS }, (_, k) => address - 4 * (k + 1))
      for (const word of [...before, ...words]) arrays.set(word, [...(arrays.get(word) ?? []), ...places])
    }
  }
  return arrays
}

/**
 * Places of the table that a body may call by the addresses of data in it: a `dyn` value's data is how to drop it, its
 * size and alignment, and one function, or the two or three of a closure. What merely looks like such an address only adds to them.
 */
function slotsNamedIn({ table, data }, body) {
  const slots = []
  body.forEach((byte, i) => {
    if (byte !== wasm.CONSTANT) return
    const address = numberAt(body, i + 1)
    // What no segment fills is zero.
    const word = (k) => data.get(address + 4 * k) ?? 0
    const [drop, size, alignment, ...methods] = [0, 1, 2, 3, 4, 5].map(word)
    const isFunction = (word) => table.has(word)
    const isAligned = ALIGNMENTS.includes(alignment) && size % alignment === 0
    if (!isAligned || !(drop === 0 || isFunction(drop)) || !isFunction(methods[0])) return
    const end = methods.findIndex((method) => !isFunction(method))
    slots.push(...methods.slice(0, end < 0 ? methods.length : end), ...[drop].filter(isFunction))
  })
  return slots
}

const sorted = (indices) => [...new Set(indices)].sort((a, b) => a - b)

/** The functions that those of `indices` may call, and these; the places of the table by which they may call some. */
function reach(whole, indices) {
  const functions = new Set(indices)
  const slots = new Set()
  for (const index of functions) {
    for (const callee of whole.callees[index]) functions.add(callee)
    for (const slot of whole.named[index]) {
      slots.add(slot)
      functions.add(whole.table.get(slot))
    }
  }
  return { functions, slots }
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
    if (kind === FUNCTION_KIND) return [type]
    if (kind !== MEMORY_KIND) throw new Error(`The kernels import ${from}.${name}, which is no function`)
    // Its limits are a kind, which was read, and two numbers.
    reader.number()
    reader.number()
    return []
  }).flat()
  const exports = read(wasm.EXPORT, (reader) => ({
    name: reader.name(),
    kind: reader.byte(),
    index: reader.number(),
  }))
  const table = new Map()
  read(wasm.ELEMENT, (reader) => {
    // Of the first table, from a constant place on.
    if (reader.byte() !== 0 || reader.byte() !== wasm.CONSTANT)
      throw new Error('The table is filled in an unknown way')
    const first = reader.number()
    if (reader.byte() !== wasm.END) throw new Error('The table is filled from an unknown place on')
    reader.vector((i) => table.set(first + i, reader.number()))
  })
  const bodies = [...imports.map(() => new Uint8Array()), ...wasm.bodiesOf(sections.get(wasm.CODE))]
  const calls = bodies.map(callsIn)
  const callees = bodies.map((body, i) => calls[i].map(([start]) => numberAt(body, start)))
  const types = [...imports, ...read(wasm.FUNCTION, (reader) => reader.number())]
  const data = new Map()
  sections.set(wasm.DATA, withoutPanicPlaces(sections.get(wasm.DATA), bodies))
  for (const { first, bytes } of wasm.segmentsOf(sections.get(wasm.DATA))) {
    // Segments begin with a word, and end with a byte that is not zero.
    const words = Buffer.concat([bytes, Buffer.alloc(3)])
    for (let at = 0; at + 4 <= words.length; at += 4) data.set(first + at, words.readUInt32LE(at))
  }
  const arrays = arraysOfFunctions({ table, data })
  const named = bodies.map((body) => [
    ...slotsNamedIn({ table, data }, body),
    ...wasm.addressesIn(body).flatMap((number) => arrays.get(number) ?? []),
  ])
  return { sections, imports, exports, table, bodies, calls, callees, types, named }
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
function coreModule(whole, functions, shared, exports, slots) {
  const imported = whole.imports.map((_, i) => i)
  const defined = functions.filter((index) => index >= imported.length)
  const numbers = numbersOf([...imported, ...defined])
  const forFamilies = [
    ...shared.map((index) => ({ name: String(index), kind: FUNCTION_KIND, index })),
    { name: TABLE, kind: TABLE_KIND, index: 0 },
  ]
  const replaced = {
    [wasm.FUNCTION]: functionSection(whole, defined),
    [wasm.EXPORT]: exportSection([...exports, ...forFamilies], numbers),
    [wasm.ELEMENT]: elementSection(whole, slots, numbers),
    [wasm.CODE]: codeSection(whole, defined, numbers),
  }
  const sections = [...whole.sections].filter(([id]) => id !== wasm.CUSTOM)
  return wasm.moduleOf(sections.map(([id, content]) => [id, replaced[id] ?? content]))
}

/** Fills these places of the table, each run of neighbours by one segment. */
function elementSection(whole, slots, numbers) {
  const runs = []
  for (const slot of slots) {
    if (slot === runs.at(-1)?.at(-1) + 1) runs.at(-1).push(slot)
    else runs.push([slot])
  }
  return wasm.vector(
    runs.map((run) => [
      ...[0, wasm.CONSTANT, ...wasm.signedNumber(run[0]), wasm.END],
      ...wasm.vector(run.map((slot) => wasm.number(numbers.get(whole.table.get(slot))))),
    ]),
  )
}

function familyModule(whole, own, imported, exports, slots) {
  const numbers = numbersOf([...imported, ...own])
  const types = [...imported, ...own].map((index) => whole.types[index])
  const imports = [
    ...imported.map((index) => [String(index), FUNCTION_KIND, ...wasm.number(whole.types[index])]),
    // Of any size; a variable of 32 bits; functions, as many as there are.
    [MEMORY, MEMORY_KIND, ...limits(0)],
    [STACK_POINTER, GLOBAL_KIND, 0x7f, 1],
    [TABLE, TABLE_KIND, 0x70, 0, 0],
  ].map(([name, ...description]) => [...wasm.name(CORE), ...wasm.name(name), ...description])
  const allTypes = whole.sections.get(wasm.TYPE)
  const moduleWith = (typesOfFamily) =>
    wasm.moduleOf([
      [wasm.TYPE, typesOfFamily],
      [wasm.IMPORT, wasm.vector(imports)],
      [wasm.FUNCTION, functionSection(whole, own)],
      [wasm.EXPORT, exportSection(exports, numbers)],
      ...(slots.length > 0 ? [[wasm.ELEMENT, elementSection(whole, slots, numbers)]] : []),
      [wasm.CODE, codeSection(whole, own, numbers)],
    ])
  // Calls by address name types too.
  const family = [typeSection(allTypes, types), allTypes]
    .map(moduleWith)
    .find((module) => WebAssembly.validate(module))
  if (family === undefined) throw new Error('A family is no valid module')
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
