import { describe } from '../base/check.js'
import { type Kinds, kindOf, pythonValue } from './kinds.js'

/** The type of the words `int|ints`. */
type TypeOf<Words extends string> = Words extends `${infer First}|${infer Rest}`
  ? TypeOf<First> | TypeOf<Rest>
  : Words extends keyof Kinds
    ? Kinds[Words]
    : Words extends `'${infer Literal}'`
      ? Literal
      : Words extends keyof Literals
        ? Literals[Words]
        : Words extends `${infer Value extends number}`
          ? Value
          : never

/** Values that Python spells differently. */
interface Literals {
  None: null
  True: true
  False: false
}

/** The type that a callee gets for `dim: int|ints = None`. */
type ArgumentOf<Text extends string> = Text extends `*${string}: ${infer Words} = []`
  ? readonly TypeOf<Words>[]
  : Text extends `*${string}: ${infer Words}`
    ? readonly TypeOf<Words>[]
    : Text extends `${string}: ${infer Words} = ${infer Default}`
      ? TypeOf<Words> | (Default extends 'None' ? null : never)
      : Text extends `${string}: ${infer Words}`
        ? TypeOf<Words>
        : never

/** The types that a callee gets for all parameters of a signature. */
export type ArgumentsOf<Texts extends readonly string[]> = Texts extends readonly [
  infer First extends string,
  ...infer Rest extends readonly string[],
]
  ? First extends '*'
    ? ArgumentsOf<Rest>
    : [ArgumentOf<First>, ...ArgumentsOf<Rest>]
  : []

type NameOf<Text extends string> = Text extends `*${infer Name}: ${string}`
  ? Name
  : Text extends `${infer Name}: ${string}`
    ? Name
    : never

/** The same by name. */
export type NamedArgumentsOf<Texts extends readonly string[]> = {
  readonly [Text in Exclude<Texts[number], '*'> as NameOf<Text>]: ArgumentOf<Text>
}

/** One parameter, parsed from its text: `name: kind|kind`, followed by ` = default` if it is optional, after `*` if it takes all remaining arguments. */
export class Parameter {
  readonly name: string
  readonly isRequired: boolean
  /** Whether undefined stands for its default. */
  readonly isOptional: boolean
  /** Whether it takes the remaining positional arguments, or one array of them. */
  readonly isVariadic: boolean
  readonly default: unknown
  /** Whether a given value is of one of the kinds; null is torch's None where that is the default. */
  readonly accepts: (value: unknown) => boolean
  private readonly kinds: readonly ReturnType<typeof kindOf>[]

  constructor(text: string) {
    const [, star, name, words, fallback] = /^(\*?)(\w+): (.+?)(?: = (.+))?$/.exec(text) ?? []
    if (name === undefined) throw new Error(`a signature has the parameter ${text}`)
    this.name = name
    this.isVariadic = star === '*'
    this.isRequired = fallback === undefined
    this.isOptional = fallback !== undefined
    this.default = fallback === undefined ? undefined : pythonValue(fallback)
    this.kinds = words.split('|').map(kindOf)
    const [first, ...others] = this.kinds.map((kind) => kind.accepts)
    const acceptsAny =
      others.length === 0
        ? first
        : (value: unknown) => first(value) || others.some((accepts) => accepts(value))
    this.accepts = this.default === null ? (value) => value === null || acceptsAny(value) : acceptsAny
  }

  /** The error for an argument of the wrong type. It does not mention null where that is the default. */
  complaint(value: unknown): string {
    const wanted = this.kinds.map((kind) => kind.wanted).filter((words) => words !== '')
    return `${this.name} must be ${wanted.join(' or ')}, but got ${describe(value)}`
  }
}
