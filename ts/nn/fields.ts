/** The target object of each module's proxy (see `assignment.ts`): iterating over its fields is many times faster. */
const targets = new WeakMap<object, object>()

/** Registers the target object of a module's proxy. */
export function noteFields(module: object, fields: object): void {
  targets.set(module, fields)
}

/** The object that holds the fields of a module. */
export const fieldsOf = (module: object): object => targets.get(module) ?? module

/** Kinds of values that a module's field can be reserved for. */
export type FieldKind = 'parameter' | 'module'

/** Names reserved for a parameter or a module that is null, by target object. */
const reserved = new WeakMap<object, Map<string, FieldKind>>()

export const reservedKind = (fields: object, name: string): FieldKind | undefined =>
  reserved.get(fields)?.get(name)

/** Reserves a name for a parameter or a module; undefined ends that. */
export function reserve(fields: object, name: string, kind: FieldKind | undefined): void {
  const names = reserved.get(fields) ?? new Map<string, FieldKind>()
  if (kind === undefined) names.delete(name)
  else reserved.set(fields, names.set(name, kind))
}
