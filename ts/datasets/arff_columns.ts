import { ValueError } from '../base/errors.js'
import type { ArffHeader, Attribute } from './arff_header.js'
import type { ArffArguments } from './arff_options.js'
import { checkCount, columnsOf } from './columns.js'
import { labelsInXml } from './mulan_xml.js'
import { Nominal } from './nominal.js'
import { errorAt, quoted } from './parse_error.js'
import { type Role, rolesOf } from './roles.js'

/** What becomes of an attribute: `at` is its place among the features, labels or texts. */
export interface ArffColumn extends Attribute {
  readonly role: Role
  readonly at: number
  readonly nominal: Nominal | null
  /** What it is in a sparse row that leaves it out. */
  readonly implied: number
}

/** What the arguments make of the attributes of a file. */
export function arffColumns(op: string, header: ArffHeader, options: ArffArguments): ArffColumn[] {
  const { attributes } = header
  const names = attributes.map(({ name }) => name)
  const labels = labelled(op, header, names, options)
  const roles = rolesOf(op, names, { labels, texts: options.texts, drop: options.drop })
  const counts = { feature: 0, label: 0, text: 0, dropped: 0 }
  return attributes.map((attribute, i) => {
    const role = roles[i]
    const { name, type, line } = attribute
    const isNumber = role === 'feature' || role === 'label'
    if (isNumber && type !== 'numeric' && type !== 'nominal')
      throw errorAt(op, { line }, `the ${role} ${quoted(name)} is of type ${type}; name it in texts or drop`)
    const nominal = isNumber && type === 'nominal' ? new Nominal(op, attribute, role === 'label') : null
    return { ...attribute, role, at: counts[role]++, nominal, implied: nominal?.implied ?? 0 }
  })
}

/** The indices of the labels. */
function labelled(
  op: string,
  { labelCount: said }: ArffHeader,
  names: readonly string[],
  { labels, label_location }: ArffArguments,
): number[] {
  if (labels === null && said === null)
    throw new ValueError(
      `${op}: the file does not say which attributes are labels: give labels (how many, names, or the text of the XML)`,
    )
  if (typeof labels === 'number' || labels === null) {
    const count = labels ?? Math.abs(said as number)
    checkCount(op, 'labels', count, names.length)
    const isAtStart = labels === null ? (said as number) > 0 : label_location === 'start'
    const first = isAtStart ? 0 : names.length - count
    return Array.from({ length: count }, (_, i) => first + i)
  }
  const isXml = typeof labels === 'string' && /^\s*\ufeff?\s*</.test(labels)
  return columnsOf(op, 'labels', isXml ? labelsInXml(op, labels) : labels, names)
}
