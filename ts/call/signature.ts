/**
 * The calling convention: torch's positional arguments, keywords in one plain object at the end, or both. A signature is data;
 * the checks, the error messages and the callee's types come from it.
 */
import { describe } from '../base/check.js'
import { isPlainObject } from './kinds.js'
import { nearest } from './nearest.js'
import { type ArgumentsOf, Parameter } from './parameter.js'

/**
 * Declares a signature in torch's order of names; those after `'*'` are keyword-only.
 *
 * @example
 * const SUM = signature('sum', 'input: Tensor', 'dim: int|ints = None', 'keepdim: bool = False')
 * SUM.read([x, { dim: 1 }]) // [x, 1, false]
 */
export function signature<const Texts extends readonly string[]>(
  name: string,
  ...texts: Texts
): Signature<Texts> {
  return new Signature(name, texts)
}

type Keywords = Readonly<Record<string, unknown>>

/** Names of all keywords, including symbols. */
function keysOf(keywords: Keywords): string[] {
  const symbols = Object.getOwnPropertySymbols(keywords)
  if (symbols.length === 0) return Object.keys(keywords)
  const enumerable = symbols.filter((key) => Object.prototype.propertyIsEnumerable.call(keywords, key))
  return [...Object.keys(keywords), ...enumerable.map(String)]
}

function unexpectedKeyword(callable: string, keyword: string, names: readonly string[]): string {
  const meant = nearest(keyword, names)
  const hint =
    meant !== undefined
      ? `did you mean '${meant}'?`
      : names.length > 0
        ? `it has ${names.join(', ')}`
        : 'it takes no arguments'
  return `${callable}() got an unexpected keyword argument '${keyword.slice(0, 80)}'; ${hint}`
}

/** A signature's parsed parameters. */
interface Parameters {
  readonly all: readonly Parameter[]
  readonly names: readonly string[]
  /** The number of those that may be given by position. */
  readonly positional: number
  /** The index of the variadic one, or -1. */
  readonly variadic: number
}

/** The parameters of one callable. */
export class Signature<Texts extends readonly string[]> {
  // Parsed on the first call: an app calls few of the functions that it imports.
  private parameters: Parameters | null = null

  constructor(
    /** The callable's name in error messages. */
    readonly name: string,
    private readonly texts: Texts,
  ) {}

  /** Names of the parameters. */
  get names(): readonly string[] {
    return this.parse().names
  }

  /**
   * The arguments in the order of the parameters, with defaults filled in. May overwrite `args`. Undefined counts as omitted, null is
   * torch's None.
   *
   * @throws TypeError for an unknown keyword, a wrong type, an argument given twice, too many arguments, or a missing one
   */
  read(args: unknown[]): ArgumentsOf<Texts> {
    const found = this.readPlain(args) ?? this.readOthers(args)
    if (typeof found === 'string') throw new TypeError(found)
    return found
  }

  /** The everyday path: the arguments if all are positional and valid, and none is variadic; else null, and nothing has changed. */
  private readPlain(args: unknown[]): ArgumentsOf<Texts> | null {
    const { all, positional, variadic } = this.parameters ?? this.parse()
    const given = args.length
    if (variadic >= 0 || given > positional) return null
    for (let i = 0; i < all.length; i++) {
      const value = i < given ? args[i] : undefined
      if (value === undefined ? !all[i].isOptional : !all[i].accepts(value)) return null
    }
    const values = given < all.length ? new Array<unknown>(all.length) : args
    for (let i = 0; i < all.length; i++) {
      const value = i < given ? args[i] : undefined
      values[i] = value === undefined ? all[i].default : value
    }
    return values as ArgumentsOf<Texts>
  }

  private readOthers(args: unknown[]): ArgumentsOf<Texts> | string {
    return (this.hasKeywords(args) ? this.readKeywords(args) : this.readVariadic(args)) ?? this.resolve(args)
  }

  /** The arguments if all are positional and valid, else null. */
  private readVariadic(args: unknown[]): ArgumentsOf<Texts> | null {
    const { all, positional, variadic } = this.parameters ?? this.parse()
    if (variadic >= 0 && args.length > variadic) {
      const list = args[variadic]
      const rest = args.length === variadic + 1 && Array.isArray(list) ? list : args.slice(variadic)
      const each = all[variadic]
      for (let i = 0; i < rest.length; i++) if (!each.accepts(rest[i])) return null
      args.length = variadic
      args.push(rest)
    } else if (args.length > positional) return null
    return this.filled(args)
  }

  /** The fast path with keywords: the arguments if all are valid, else null. */
  private readKeywords(args: readonly unknown[]): ArgumentsOf<Texts> | null {
    const { all, names, positional, variadic } = this.parameters ?? this.parse()
    const given = args.length - 1
    const keywords = args[given] as Keywords
    if (variadic >= 0 || given > positional || Object.getOwnPropertySymbols(keywords).length > 0) return null
    const values: unknown[] = []
    for (let i = 0; i < all.length; i++) values.push(i < given ? args[i] : undefined)
    for (const name of Object.keys(keywords)) {
      const at = names.indexOf(name)
      if (at < 0) return null
      const value = keywords[name]
      if (value === undefined) continue
      if (values[at] !== undefined) return null
      values[at] = value
    }
    return this.filled(values)
  }

  /** `values` with the defaults filled in, if all are valid; elements of a variadic parameter were checked before. */
  private filled(values: unknown[]): ArgumentsOf<Texts> | null {
    const { all, variadic } = this.parameters ?? this.parse()
    for (let i = 0; i < all.length; i++) {
      if (values[i] === undefined) {
        if (!all[i].isOptional) return null
        values[i] = all[i].default
      } else if (i !== variadic && !all[i].accepts(values[i])) return null
    }
    return values as ArgumentsOf<Texts>
  }

  /** Like {@link read}, but returns the error's message instead of throwing. */
  resolve(args: readonly unknown[]): ArgumentsOf<Texts> | string {
    const keywords = this.hasKeywords(args) ? (args[args.length - 1] as Keywords) : null
    const unknown =
      keywords === null ? undefined : keysOf(keywords).find((name) => !this.names.includes(name))
    if (unknown !== undefined) return unexpectedKeyword(this.name, unknown, this.names)
    const placed = this.placePositional(keywords === null ? args : args.slice(0, -1))
    if (typeof placed === 'string') return placed
    return (keywords === null ? null : this.addKeywords(placed, keywords)) ?? this.complete(placed)
  }

  /** Whether the last argument is an object of keywords. */
  hasKeywords(args: readonly unknown[]): boolean {
    const last = args.length > 0 ? args[args.length - 1] : undefined
    return typeof last === 'object' && isPlainObject(last) && !this.isArgument(args.length - 1, last)
  }

  /** Whether the plain object at `index` is an argument of its own. */
  private isArgument(index: number, value: unknown): boolean {
    const { all, positional, variadic } = this.parse()
    const at = variadic >= 0 && index > variadic ? variadic : index
    return at < positional && all[at].accepts(value)
  }

  /** Positional arguments by parameter, or an error message. A variadic parameter takes all that follow. */
  private placePositional(args: readonly unknown[]): unknown[] | string {
    const { positional, variadic } = this.parse()
    if (variadic < 0) {
      const isLeftOut = args.slice(positional).every((value) => value === undefined)
      if (args.length <= positional || isLeftOut) return args.slice(0, positional)
      const most = `${positional} positional argument${positional === 1 ? '' : 's'}`
      const limit = positional === 0 ? 'no positional arguments' : `at most ${most}`
      return `${this.name}() takes ${limit}, but ${args.length} ${args.length === 1 ? 'was' : 'were'} given`
    }
    // Trailing undefined arguments were omitted.
    let end = args.length
    while (end > variadic + 1 && args[end - 1] === undefined) end--
    const rest = args.slice(variadic, end)
    if (rest.length === 0) return [...args]
    return [...args.slice(0, variadic), rest.length === 1 && Array.isArray(rest[0]) ? rest[0] : rest]
  }

  /** Adds keywords to the positional arguments; returns an error message, or null. */
  private addKeywords(placed: unknown[], keywords: Keywords): string | null {
    const { all } = this.parse()
    for (const [name, value] of Object.entries(keywords)) {
      if (value === undefined) continue
      const at = this.names.indexOf(name)
      if (placed[at] !== undefined) return `${this.name}() got multiple values for argument '${name}'`
      // Not a sparse array: omitted arguments are undefined.
      while (placed.length < at) placed.push(undefined)
      placed[at] = all[at].isVariadic && !Array.isArray(value) ? [value] : value
    }
    return null
  }

  /** Checks each argument and fills in the defaults. */
  private complete(values: unknown[]): ArgumentsOf<Texts> | string {
    const { all } = this.parse()
    for (const [i, parameter] of all.entries()) {
      const value = values[i]
      if (value === undefined) {
        if (parameter.isRequired) {
          return i < values.length
            ? `${this.name}: ${parameter.complaint(value)}`
            : `${this.name}() missing required argument '${parameter.name}'`
        }
        values[i] = parameter.default
        continue
      }
      const each = parameter.isVariadic ? (value as readonly unknown[]) : [value]
      // Not `every`, which skips holes.
      for (let k = 0; k < each.length; k++) {
        if (!parameter.accepts(each[k])) return `${this.name}: ${parameter.complaint(each[k])}`
      }
    }
    return values as ArgumentsOf<Texts>
  }

  private parse(): Parameters {
    if (this.parameters === null) {
      const star = this.texts.indexOf('*')
      const all = this.texts.filter((text) => text !== '*').map((text) => new Parameter(text))
      this.parameters = {
        all,
        names: all.map(({ name }) => name),
        positional: star < 0 ? all.length : star,
        variadic: all.findIndex(({ isVariadic }) => isVariadic),
      }
    }
    return this.parameters
  }
}

/** The part of a signature that {@link readFirst} uses. */
type Form = Pick<Signature<readonly string[]>, 'name' | 'names' | 'hasKeywords'> & {
  resolve(args: readonly unknown[]): unknown
}

/** The index of the form that fits, and the arguments as it reads them. */
type FirstOf<Forms extends readonly Form[]> = {
  [I in keyof Forms]: readonly [I, Exclude<ReturnType<Forms[I]['resolve']>, string>]
}[number]

/**
 * Arguments as read by the first of several overloads that they fit.
 *
 * @throws TypeError, as in torch, if they fit none; it names an unknown keyword
 */
export function readFirst<const Forms extends readonly Form[]>(
  args: readonly unknown[],
  ...forms: Forms
): FirstOf<Forms> {
  for (const [i, form] of forms.entries()) {
    const found = form.resolve(args)
    if (typeof found !== 'string') return [String(i), found] as never
  }
  throw new TypeError(mismatch(args, forms))
}

function mismatch(args: readonly unknown[], forms: readonly Form[]): string {
  const [{ name }] = forms
  if (forms.every((form) => form.hasKeywords(args))) {
    const names = [...new Set(forms.flatMap((form) => form.names))]
    const unknown = keysOf(args[args.length - 1] as Keywords).find((key) => !names.includes(key))
    if (unknown !== undefined) return unexpectedKeyword(name, unknown, names)
  }
  const got = Array.from(args, describe).join(', ')
  const wanted = forms.map((form) => `(${form.names.join(', ')})`).join(' or ')
  return `${name}() received an invalid combination of arguments - got (${got}), but expected ${wanted}`
}
