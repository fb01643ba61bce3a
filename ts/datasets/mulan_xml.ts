import { ParseError, quoted } from './parse_error.js'

/**
 * The names of the labels in Mulan's XML, nested ones too. Nothing else of XML is read: the file holds but `labels` and `label`.
 *
 * Source: http://mulan.sourceforge.net/format.html
 */
export function labelsInXml(op: string, xml: string): string[] {
  const names: string[] = []
  const text = xml.replace(/<!--[\s\S]*?-->/g, '')
  if (!/<(\w+:)?labels[\s>/]/.test(text)) throw new ParseError(`${op}: the XML has no element labels`)
  for (const [tag, attributes] of text.matchAll(
    /<(?:\w+:)?label((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*\/?>/g,
  )) {
    const [, double, single] = /\sname\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(attributes) ?? []
    const name = double ?? single
    if (name === undefined) throw new ParseError(`${op}: the XML has a label without a name: ${quoted(tag)}`)
    names.push(decoded(name))
  }
  if (names.length === 0) throw new ParseError(`${op}: the XML has no label`)
  return names
}

const ENTITIES = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (all, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES.get(name) ?? all
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : all
  })
}
