/** What the words of a signature mean: `dim: int|ints = None`. */

/** The type of an argument for each word. Rooms above add theirs by declaration merging and {@link defineKind}. */
export interface Kinds {
  /** A finite or infinite number, NaN too. */
  number: number
  int: number
  bool: boolean
  str: string
  /** An array of integers, whose elements the callee checks and copies. */
  ints: readonly number[]
  /** Any array. */
  list: readonly unknown[]
  /** An object that `for…of` goes through. */
  iterable: Iterable<unknown>
  /** A plain object that is an argument of its own, not keywords. */
  dict: Readonly<Record<string, unknown>>
  function: (...args: never[]) => unknown
  /** Anything that is not taken for keywords: the callee checks it. */
  value: unknown
  /** Anything, a plain object too: the callee checks it. */
  any: unknown
}

/** How a word is checked, and what an error says is wanted. */
interface Kind {
  readonly accepts: (value: unknown) => boolean
  readonly wanted: string
}

const kinds = new Map<string, Kind>()

/** Gives a word of signatures its meaning. */
export function defineKind(word: keyof Kinds, wanted: string, accepts: (value: unknown) => boolean): void {
  kinds.set(word, { accepts, wanted })
}

/** The meaning of a word; a value as Python writes it stands for itself. */
export function kindOf(word: string): Kind {
  if (/^(['\d-]|True$|False$|None$)/.test(word)) {
    const literal = pythonValue(word)
    return { accepts: (value) => value === literal, wanted: word.startsWith("'") ? word : String(literal) }
  }
  const kind = kinds.get(word)
  if (kind === undefined) throw new Error(`a signature names the unknown kind ${word}`)
  return kind
}

/** A value as Python writes it. */
export function pythonValue(text: string): unknown {
  if (text === 'None') return null
  if (text === 'True' || text === 'False') return text === 'True'
  if (text.startsWith("'")) return text.slice(1, -1)
  if (text.startsWith('[')) return Object.freeze(JSON.parse(text))
  return Number(text)
}

/** Whether `for…of` goes through the object `value`. */
export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}

/**
 * Whether `value` is a plain object, of this realm or of another: keywords come in one. Instances of classes,
 * arrays, tensors and what can be gone through are none.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Symbol.iterator in value) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  // That of another realm is the only one behind which nothing comes, and that tells an object's own keys.
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'hasOwnProperty')
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
