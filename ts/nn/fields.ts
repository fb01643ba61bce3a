/** The object behind each module's proxy, see `assignment.ts`: going through its fields is many times faster. */
const behind = new WeakMap<object, object>()

/** Notes which object is behind a module's proxy. */
export function noteFields(module: object, fields: object): void {
  behind.set(module, fields)
}

/** What holds the fields of a module. */
export const fieldsOf = (module: object): object => behind.get(module) ?? module

/** What a field of a module may be made to hold, whatever it holds now. */
export type FieldKind = 'parameter' | 'module'

/** Names that stand for a parameter or a module although that is null, by what holds the fields. */
const reserved = new WeakMap<object, Map<string, FieldKind>>()

export const reservedKind = (fields: object, name: string): FieldKind | undefined =>
  reserved.get(fields)?.get(name)

/** Makes a name stand for a parameter or a module; or, with undefined, for neither. */
export function reserve(fields: object, name: string, kind: FieldKind | undefined): void {
  const names = reserved.get(fields) ?? new Map<string, FieldKind>()
  if (kind === undefined) names.delete(name)
  else reserved.set(fields, names.set(name, kind))
}
