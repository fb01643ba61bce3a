// A panic traps (crate/src/bindings/panic.rs), yet core's functions, compiled beforehand, still get what its
// message would say: values at each check of an index, and the place in the source. A twentieth of the kernels is that.
import { bodiesOf, CODE, CUSTOM, codeOf, DATA, IMPORT, moduleOf, Reader, sectionsOf } from './wasm_module.mjs'

/** What core calls to panic; none of them returns. */
const PANIC = /^core\b.*(::panicking::|_fail\b|::panic_for_)/

/** No variables; unreachable; end. */
const TRAP = Uint8Array.of(0x00, 0x00, 0x0b)

/** Paths of source files, which places name, and sentences of at least three words, in which messages speak. */
const TEXT = /[\w/.-]+\.rs|[a-z]{2,}(?: [a-z]{2,}){2,}/g

const PLACE_BYTES = 16

/**
 * The module with panics that trap without reading anything, and without what only they read. It needs its names;
 * wasm-opt, afterwards, drops the values that nothing reads.
 */
export function withoutMessages(module) {
  const sections = sectionsOf(module)
  const content = (id) => sections.find(([other]) => other === id)[1]
  const imported = new Reader(content(IMPORT)).number()
  const names = functionNames(sections)
  const bodies = bodiesOf(content(CODE)).map((body, i) => (PANIC.test(names.get(imported + i)) ? TRAP : body))
  const data = blank(content(DATA))
  const changed = { [CODE]: codeOf(bodies), [DATA]: data }
  return moduleOf(sections.map(([id, bytes]) => [id, changed[id] ?? bytes]))
}

function functionNames(sections) {
  for (const [id, content] of sections) {
    const reader = new Reader(content)
    if (id !== CUSTOM || reader.name() !== 'name') continue
    while (!reader.isAtEnd) {
      const kind = reader.byte()
      const names = new Reader(reader.take(reader.number()))
      if (kind === 1) return new Map(names.vector(() => [names.number(), names.name()]))
    }
  }
  throw new Error('The module has no names: panics cannot be told from other functions')
}

/** The data section, of the same length, with zeros for texts and for the places in the source that name a file. */
function blank(section) {
  const bytes = Uint8Array.from(section)
  const reader = new Reader(bytes)
  reader.vector(() => {
    const { start, content } = segment(reader)
    blankSegment(content, start)
  })
  return bytes
}

/** One of the memory, at a constant address: what the compiler writes. */
function segment(reader) {
  const [kind, opcode] = [reader.byte(), reader.byte()]
  if (kind !== 0 || opcode !== 0x41) throw new Error('A segment of data lies at no constant address')
  const start = reader.number()
  // The end of the address.
  reader.byte()
  return { start, content: reader.take(reader.number()) }
}

function blankSegment(content, start) {
  const texts = [...Buffer.from(content).toString('latin1').matchAll(TEXT)]
  const files = new Map(texts.map(({ index, 0: text }) => [start + index, text.length]))
  const view = new DataView(content.buffer, content.byteOffset, content.length)
  // An address and a length of text, a line, a column.
  for (let at = (4 - (start % 4)) % 4; at + PLACE_BYTES <= content.length; at += 4) {
    const [address, length] = [view.getUint32(at, true), view.getUint32(at + 4, true)]
    if (files.get(address) === length) content.fill(0, at, at + PLACE_BYTES)
  }
  for (const { index, 0: text } of texts) content.fill(0, index, index + text.length)
}
