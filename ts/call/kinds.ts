/** The kinds of arguments that a signature names: `int` and `ints` in `dim: int|ints = None`. */

/** The type of an argument for each kind. Other folders add theirs by declaration merging and {@link defineKind}. */
export interface Kinds {
  /** A finite or infinite number, NaN too. */
  number: number
  int: number
  bool: boolean
  str: string
  /** An array of integers. The callee checks and copies its elements. */
  ints: readonly number[]
  /** Any array. */
  list: readonly unknown[]
  /** An object for `for…of`. */
  iterable: Iterable<unknown>
  /** A plain object that is an argument of its own, not keywords. */
  dict: Readonly<Record<string, unknown>>
  function: (...args: never[]) => unknown
  /** Anything but a plain object, which would be taken for keywords. The callee checks it. */
  value: unknown
  /** Anything, including a plain object. The callee checks it. */
  any: unknown
}

/** How arguments of a kind are checked, and what an error says is wanted. */
interface Kind {
  readonly accepts: (value: unknown) => boolean
  readonly wanted: string
}

const kinds = new Map<string, Kind>()

/** Defines a kind of argument. */
export function defineKind(word: keyof Kinds, wanted: string, accepts: (value: unknown) => boolean): void {
  kinds.set(word, { accepts, wanted })
}

/** The kind that a word of a signature names; a Python literal stands for itself. */
export function kindOf(word: string): Kind {
  if (/^(['\d-]|True$|False$|None$)/.test(word)) {
    const literal = pythonValue(word)
    return { accepts: (value) => value === literal, wanted: word.startsWith("'") ? word : String(literal) }
  }
  const kind = kinds.get(word)
  if (kind === undefined) throw new Error(`a signature names the unknown kind ${word}`)
  return kind
}

/** The value of a Python literal. */
export function pythonValue(text: string): unknown {
  if (text === 'None') return null
  if (text === 'True' || text === 'False') return text === 'True'
  if (text.startsWith("'")) return text.slice(1, -1)
  if (text.startsWith('[')) return Object.freeze(JSON.parse(text))
  return Number(text)
}

/** Whether the object `value` can be iterated. */
export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}

/**
 * Whether `value` is a plain object, of this realm or of another: keywords come in one. Instances of classes,
 * arrays, tensors and iterables are not plain objects.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain =
    prototype === Object.prototype ||
    prototype === null ||
    // Another realm's Object.prototype: it has no prototype itself, and has `hasOwnProperty` of its own.
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'hasOwnProperty'))
  return isPlain && !(Symbol.iterator in value)
}

defineKind('number', 'a number', (value) => typeof value === 'number')
defineKind('int', 'an integer', Number.isInteger)
defineKind('bool', 'a boolean', (value) => typeof value === 'boolean')
defineKind('str', 'a string', (value) => typeof value === 'string')
defineKind('ints', 'an array of integers', Array.isArray)
defineKind('list', 'an array', Array.isArray)
defineKind('iterable', 'an iterable', isIterable)
defineKind('dict', 'a plain object', isPlainObject)
defineKind('function', 'a function', (value) => typeof value === 'function')
defineKind('value', 'anything but a plain object', (value) => !isPlainObject(value))
defineKind('any', 'anything', () => true)
