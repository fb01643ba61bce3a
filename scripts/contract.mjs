// The contract of the binary for hosts that are not JavaScript: every export with its parameters, as the crate's
// bindings declare them. `softmargin.core.wasm` carries it as JSON in the section `softmargin.abi`; docs/abi.md says it in words.
import { exportTypes } from './export_types.mjs'
import { OF_JAVASCRIPT } from './standalone_module.mjs'
import * as wasm from './wasm_module.mjs'

/** The section that `write_down_element!` fills. */
const ELEMENTS = 'elements'

/** The section that `write_down!` of crate/src/bindings/declare.rs fills. */
const DECLARATIONS = 'declarations'

/** The section of the contract. */
const SECTION = 'softmargin.abi'

const SCALARS = {
  usize: 'i32',
  u32: 'i32',
  i32: 'i32',
  u8: 'i32',
  bool: 'i32',
  u64: 'i64',
  i64: 'i64',
  f32: 'f32',
  f64: 'f64',
}

/** What an export without a declaration of slices takes: sizes and addresses, or numbers. */
const SCALAR_OF = { i32: 'usize', f32: 'f32', f64: 'f64' }

/** `bindings` is what wasm-bindgen says to TypeScript, for exports that are no declarations of slices. */
export async function contractOf(module, bindings, version) {
  const types = await exportTypes(module)
  for (const name of types.keys()) if (OF_JAVASCRIPT.test(name)) types.delete(name)
  const declarations = declarationsIn(module)
  const functions = {}
  for (const { kind, family, doc, name, content, result } of declarations) {
    if (kind !== 'fn') continue
    functions[name] = { family, doc, parameters: listed(content).flatMap(parametersOf), result }
  }
  for (const { name, doc, parameters, result } of plainExports(bindings, types)) {
    functions[name] ??= { family: 'memory and sizes', doc, parameters, result }
  }
  for (const [name, { parameters, result }] of Object.entries(functions))
    check(name, parameters, result, types)
  const missing = [...types.keys()].filter((name) => !(name in functions))
  if (missing.length > 0) throw new Error(`Without a declaration: ${missing.join(', ')}`)
  const of = (wanted, entries) =>
    Object.fromEntries(
      declarations
        .filter(({ kind }) => kind === wanted)
        .map(({ name, doc, content }) => [name, { doc, ...entries(content) }]),
    )
  return {
    version,
    elements: Object.fromEntries([...elementsIn(module)].sort()),
    functions,
    structs: of('struct', (content) => ({ fields: Object.fromEntries(listed(content).map(fieldOf)) })),
    codes: of('enum', (content) => ({
      values: Object.fromEntries(listed(content).map((name, i) => [name.replace('r#', ''), i])),
    })),
  }
}

/** The module with its contract. */
export function withContract(module, contract) {
  const content = [...wasm.name(SECTION), ...new TextEncoder().encode(JSON.stringify(contract))]
  return wasm.moduleOf([...wasm.sectionsOf(module), [wasm.CUSTOM, content]])
}

/** The contract that a module carries. */
export const contractIn = (module) => JSON.parse(new TextDecoder().decode(customSection(module, SECTION)))

/** Throws unless the declared parameters are those of the export. */
function check(name, parameters, result, types) {
  const found = types.get(name)
  const declared = [parameters.map(({ type }) => type), result === null ? [] : [SCALARS[result]]]
  if (JSON.stringify(declared) !== JSON.stringify(found))
    throw new Error(
      `${name} is declared as ${JSON.stringify(declared)}, and exported as ${JSON.stringify(found)}`,
    )
}

/** The declarations: `[documentation] fn name(content) -> result`, `struct name { content }`, `enum name { content }`. */
function declarationsIn(module) {
  const section = customSection(module, DECLARATIONS)
  const item =
    /^(\S+)\s((?:#\[doc =\s*r"[^"]*"\]\s*)*)(fn|struct|enum)\s+(\w+)\s*([({].*[)}])(?:\s*->\s*(\w+))?$/s
  return new TextDecoder()
    .decode(section)
    .split('\n\n')
    .filter((text) => text.trim() !== '')
    .map((text) => {
      const found = item.exec(text.trim())
      if (found === null) throw new Error(`A declaration of another form: ${text.slice(0, 200)}`)
      const [, path, docs, kind, name, content, result = null] = found
      const doc = [...docs.matchAll(/r"([^"]*)"/g)].map(([, line]) => line.trim()).join(' ')
      const family = path.split('::').at(-1)
      return { kind, family, doc, name, content: content.slice(1, -1), result }
    })
}

/** Elements of arrays: bytes, and alignment. */
function* elementsIn(module) {
  const reader = new wasm.Reader(customSection(module, ELEMENTS))
  const lineEnd = '\n'.charCodeAt(0)
  while (!reader.isAtEnd) {
    const name = []
    for (let byte = reader.byte(); byte !== lineEnd; byte = reader.byte()) name.push(byte)
    yield [tidy(new TextDecoder().decode(Uint8Array.from(name))), [reader.byte(), reader.byte()]]
  }
}

function customSection(module, wanted) {
  for (const [id, content] of wasm.sectionsOf(module)) {
    if (id !== wasm.CUSTOM) continue
    const reader = new wasm.Reader(content)
    if (reader.name() === wanted) return content.subarray(reader.position)
  }
  throw new Error(`The module has no section ${wanted}`)
}

/** The items of a list: split at separators that are in no brackets. */
function listed(text, separator = ',') {
  const items = ['']
  let depth = 0
  for (const character of text.replace(/\s+/g, ' ')) {
    if ('([{'.includes(character)) depth++
    if (')]}'.includes(character)) depth--
    if (character === separator && depth === 0) items.push('')
    else items[items.length - 1] += character
  }
  return items.map((item) => item.trim()).filter((item) => item !== '')
}

/** What the caller passes for a declared parameter. */
function parametersOf(text) {
  const [, name, declared] = /^(\w+) ?: ?(.*)$/.exec(text)
  const optional = /^Option ?< ?(.*) ?>$/.exec(declared)
  const slice = /^& ?(mut )?\[(.*)\]$/.exec((optional?.[1] ?? declared).trim())
  if (slice !== null) {
    const [, mutable, inside] = slice
    const [element, length] = listed(inside, ';')
    const array = { element: tidy(element), shape: shapeOf(length) }
    if (mutable !== undefined) array.written = true
    if (optional !== null) array.nullable = true
    return [{ name, type: 'i32', array }]
  }
  const pointer = /^\* ?(const|mut) (\w+)$/.exec(declared)
  if (pointer !== null) {
    const array = { element: pointer[2], shape: null }
    if (pointer[1] === 'mut') array.written = true
    return [{ name, type: 'i32', array }]
  }
  const struct = /^memory (\w+)$/.exec(declared)
  if (struct !== null) return [{ name, type: 'i32', struct: struct[1] }]
  const code = /^code (\w+)/.exec(declared)
  if (code !== null) return [{ name, type: 'i32', code: code[1] }]
  const sizes = /^\w+ ?\{(.*)\}$/.exec(declared)
  if (sizes !== null) return listed(sizes[1]).map((size) => ({ name: size, type: 'i32', scalar: 'usize' }))
  if (SCALARS[declared] === undefined) throw new Error(`${name} is declared as ${declared}`)
  return [{ name, type: SCALARS[declared], scalar: declared }]
}

/** The factors of a length. */
const shapeOf = (length) => {
  const factors = /^\[(.*)\]$/s.exec(length)
  return factors === null ? [tidy(length)] : listed(factors[1]).map(tidy)
}

/** An expression of Rust without the spaces of its tokens. */
const tidy = (text) =>
  text
    .replace(/\s*(::|\.|\(|\[)\s*/g, '$1')
    .replace(/\s+([)\],])/g, '$1')
    .replace(/& /g, '&')
    .trim()

/** A field of a struct: how many words it has. */
function fieldOf(text) {
  const [, name, type] = /^(\w+) ?: ?(.*)$/.exec(text)
  const count = /^\[usize ?; (\d+)\]$/.exec(type)
  if (count === null && type !== 'usize') throw new Error(`${name} is declared as ${type}`)
  return [name, count === null ? 1 : Number(count[1])]
}

/** Exports that take and give numbers alone, with what is said of them. */
function* plainExports(bindings, types) {
  const declaration = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?export function (\w+)\(([^)]*)\)/g
  for (const [, doc = '', name, list] of bindings.matchAll(declaration)) {
    if (!types.has(name)) continue
    const [parameters, [result = null]] = types.get(name)
    const names = listed(list).map((parameter) => parameter.split(': ')[0])
    yield {
      name,
      doc: doc
        .replace(/^\s*\* ?/gm, '')
        .replace('# Safety', '')
        .replace(/\s+/g, ' ')
        .trim(),
      parameters: names.map((name, i) => ({ name, type: parameters[i], scalar: SCALAR_OF[parameters[i]] })),
      result: result && SCALAR_OF[result],
    }
  }
}
