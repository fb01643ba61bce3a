/** What becomes of the columns of a table. */
import { ValueError } from '../base/errors.js'
import { columnsOf } from './columns.js'
import { quoted } from './parse_error.js'

export type Role = 'feature' | 'label' | 'text' | 'dropped'

/** The role of each column: a feature if it is in none of the arguments. */
export function rolesOf(
  op: string,
  names: readonly string[],
  { labels, texts, drop }: { labels: readonly number[]; texts: unknown; drop: unknown },
): Role[] {
  const roles: Role[] = names.map(() => 'feature')
  const assign = (argument: string, columns: readonly number[], role: Role): void => {
    for (const i of columns) {
      if (roles[i] !== 'feature')
        throw new ValueError(`${op}: ${argument} has the column ${quoted(names[i])}, which is named twice`)
      roles[i] = role
    }
  }
  assign('labels', labels, 'label')
  const textColumns = columnsOf(op, 'texts', texts, names)
  assign('texts', textColumns, 'text')
  assign('drop', columnsOf(op, 'drop', drop, names), 'dropped')
  const found = new Set<string>()
  for (const i of textColumns) {
    // They are the keys of the result.
    if (found.has(names[i])) throw new ValueError(`${op}: texts has two columns named ${quoted(names[i])}`)
    found.add(names[i])
  }
  return roles
}

/** The names of the columns with a role. */
export function namesWith(role: Role, names: readonly string[], roles: readonly Role[]): string[] {
  return names.filter((_, i) => roles[i] === role)
}
