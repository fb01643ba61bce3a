/**
 * How users call: torch's positional arguments, keywords in one plain object at the end, or both. A signature is data;
 * the checks, their messages, and the types that a callee sees come from it.
 */
import { isPlainObject } from './kinds.js'
import { nearest } from './nearest.js'
import { type ArgumentsOf, Parameter } from './parameter.js'

/** The signatures of all public callables, for the test that walks over them. */
export const signatures: Signature<readonly string[]>[] = []

/**
 * Declares a signature in torch's order of names; those after `'*'` are keywords only.
 *
 * @example
 * const SUM = signature('sum', 'input: Tensor', 'dim: int|ints = None', 'keepdim: bool = False')
 * SUM.read([x, { dim: 1 }]) // [x, 1, false]
 */
export function signature<const Texts extends readonly string[]>(
  name: string,
  ...texts: Texts
): Signature<Texts> {
  const declared = new Signature(name, texts)
  signatures.push(declared)
  return declared
}

/** What was read from a signature's texts. */
interface Parameters {
  readonly all: readonly Parameter[]
  /** How many of them may be given by position. */
  readonly positional: number
  /** Which takes the rest of the positional ones, or -1. */
  readonly variadic: number
}

/** The parameters of one callable. */
export class Signature<Texts extends readonly string[]> {
  // Read when it is first called: an app calls few of all that it imports.
  private parameters: Parameters | null = null

  constructor(
    /** As errors name the callable. */
    readonly name: string,
    private readonly texts: Texts,
  ) {}

  /** Names of the parameters. */
  get names(): readonly string[] {
    return this.parse().all.map(({ name }) => name)
  }

  /**
   * The arguments in the order of the parameters, defaults filled in; it may write over `args`. Undefined counts as left out, null is
   * torch's None.
   *
   * @throws TypeError for an unknown keyword, a wrong type, one argument given twice, too many, or one that is missing
   */
  read(args: unknown[]): ArgumentsOf<Texts> {
    const { all, positional } = this.parameters ?? this.parse()
    const given = args.length
    const last = given > 0 ? args[given - 1] : undefined
    if (typeof last === 'object' && isPlainObject(last) && !this.isArgument(given - 1)) {
      args.pop()
      return this.finish(this.withKeywords(args, last))
    }
    if (given > positional) return this.finish(this.gather(args))
    for (let i = 0; i < all.length; i++) {
      const parameter = all[i]
      const value = i < given ? args[i] : undefined
      if (value === undefined) {
        if (parameter.isRequired || parameter.isVariadic) return this.finish(this.gather(args))
        args[i] = parameter.default
      } else if (!parameter.accepts(value)) {
        return this.finish(this.gather(args))
      }
    }
    return args as ArgumentsOf<Texts>
  }

  /** Whether the plain object at `index` is an argument of its own. */
  private isArgument(index: number): boolean {
    const { all, positional, variadic } = this.parse()
    const at = variadic >= 0 && index > variadic ? variadic : index
    return at < positional && all[at].takesObjects
  }

  /** Positional arguments in their places; what follows a variadic parameter's place is its own. */
  private gather(args: readonly unknown[]): unknown[] {
    const { positional, variadic } = this.parse()
    if (variadic < 0) {
      if (args.length > positional) {
        const most = `${positional} positional argument${positional === 1 ? '' : 's'}`
        throw new TypeError(`${this.name}() takes at most ${most}, but ${args.length} were given`)
      }
      return [...args]
    }
    const rest = args.slice(variadic)
    if (rest.length === 0) return [...args]
    return [...args.slice(0, variadic), rest.length === 1 && Array.isArray(rest[0]) ? rest[0] : rest]
  }

  private withKeywords(args: readonly unknown[], keywords: Readonly<Record<string, unknown>>): unknown[] {
    const { all } = this.parse()
    const values = Object.entries(keywords).map(([name, value]) => ({ at: this.indexOf(name), name, value }))
    const placed = this.gather(args)
    for (const { at, name, value } of values) {
      if (value === undefined) continue
      if (placed[at] !== undefined)
        throw new TypeError(`${this.name}() got multiple values for argument '${name}'`)
      // No hole: what is left out is undefined.
      while (placed.length < at) placed.push(undefined)
      placed[at] = all[at].isVariadic && !Array.isArray(value) ? [value] : value
    }
    return placed
  }

  private indexOf(keyword: string): number {
    const { names } = this
    const index = names.indexOf(keyword)
    if (index >= 0) return index
    const meant = nearest(keyword, names)
    const hint =
      meant !== undefined
        ? `did you mean '${meant}'?`
        : names.length > 0
          ? `it has ${names.join(', ')}`
          : 'it takes no arguments'
    throw new TypeError(
      `${this.name}() got an unexpected keyword argument '${keyword.slice(0, 80)}'; ${hint}`,
    )
  }

  /** Checks each argument and fills in the defaults. */
  private finish(values: unknown[]): ArgumentsOf<Texts> {
    const { all } = this.parse()
    for (const [i, parameter] of all.entries()) {
      const value = values[i]
      if (value === undefined) {
        if (parameter.isRequired) {
          const isMissing = i >= values.length
          throw new TypeError(
            isMissing
              ? `${this.name}() missing required argument '${parameter.name}'`
              : `${this.name}: ${parameter.complaint(value)}`,
          )
        }
        values[i] = parameter.isVariadic ? [] : parameter.default
        continue
      }
      const each = parameter.isVariadic ? (value as readonly unknown[]) : [value]
      // Not `every`: it passes over holes.
      for (let k = 0; k < each.length; k++) {
        if (!parameter.accepts(each[k])) throw new TypeError(`${this.name}: ${parameter.complaint(each[k])}`)
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
        positional: star < 0 ? all.length : star,
        variadic: all.findIndex(({ isVariadic }) => isVariadic),
      }
    }
    return this.parameters
  }
}

/** A function that is called by its signature; `work` gets the arguments in order, defaults filled in. */
export function callable<const Texts extends readonly string[], Result>(
  declared: Signature<Texts>,
  work: (...args: ArgumentsOf<Texts>) => Result,
): (...args: unknown[]) => Result {
  return (...args) => work(...declared.read(args))
}
