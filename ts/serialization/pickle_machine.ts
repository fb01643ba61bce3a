/** The stack machine that runs pickles. It only calls functions of its vocabulary. */
import { RuntimeError } from '../base/errors.js'
import { MAX_PICKLE_MEMO, MAX_PICKLE_OBJECTS } from './limits.js'
import { Memo } from './memo.js'
import { PickledDict, PickledSet } from './pickled.js'
import { type ByteReader, quote } from './source.js'
import { Unreadable } from './unreadable.js'

/**
 * A function that a pickle may call. It first reports to `spend` how many elements it copies or visits: an honest pickle
 * uses each element once, a hostile one may use a long list again and again.
 */
export type Callable = (args: readonly unknown[], spend: (elements: number) => void) => unknown

/** The names that a pickle may use, and call if they are functions. */
export interface Vocabulary {
  readonly globals: ReadonlyMap<string, unknown>
  /** The value of a reference to an object outside of the pickle. */
  persistent(id: unknown): unknown
  /** Sets the state of `object`; false if it takes none. */
  build(object: unknown, state: unknown): boolean
}

export const invalid = (what: string) => new RuntimeError(`load: not a valid pickle: ${what}`)

/** The machine: its instructions are methods. */
export class PickleMachine {
  private stack: unknown[] = []
  /** Outer stacks, one for each open mark. */
  private readonly marked: unknown[][] = []
  private readonly memo = new Memo(MAX_PICKLE_MEMO, invalid)
  private readonly start: number
  private objects = 0
  private depth = 0
  private spent = 0
  /** The first name outside of the vocabulary. */
  foreign: Unreadable | null = null

  constructor(
    private readonly reader: ByteReader,
    private readonly vocabulary: Vocabulary,
  ) {
    this.start = reader.position
  }

  /** The final value on the stack. */
  result(): unknown {
    const value = this.pop()
    if (this.stack.length + this.marked.length > 0) throw invalid('it makes more than one value')
    return value
  }

  push(value: unknown): void {
    if (this.depth === MAX_PICKLE_OBJECTS)
      throw invalid(`its stack has more than ${MAX_PICKLE_OBJECTS} values`)
    this.depth++
    this.stack.push(value)
  }

  /** Pushes and counts a new container. */
  make(container: unknown): void {
    if (this.objects++ === MAX_PICKLE_OBJECTS)
      throw invalid(`it makes more than ${MAX_PICKLE_OBJECTS} containers`)
    this.push(container)
  }

  pop(): unknown {
    if (this.stack.length === 0) throw invalid('its stack is empty')
    this.depth--
    return this.stack.pop()
  }

  top(): unknown {
    if (this.stack.length === 0) throw invalid('its stack is empty')
    return this.stack[this.stack.length - 1]
  }

  mark(): void {
    if (this.depth === MAX_PICKLE_OBJECTS)
      throw invalid(`its stack has more than ${MAX_PICKLE_OBJECTS} values`)
    this.depth++
    this.marked.push(this.stack)
    this.stack = []
  }

  /** Removes and returns the values above the last mark. */
  popToMark(): unknown[] {
    const values = this.stack
    const below = this.marked.pop()
    if (below === undefined) throw invalid('a mark is missing')
    this.depth -= values.length + 1
    this.stack = below
    return values
  }

  /** Removes and returns the last `count` values. */
  popMany(count: number): unknown[] {
    if (this.stack.length < count) throw invalid('its stack is empty')
    this.depth -= count
    return this.stack.splice(this.stack.length - count)
  }

  remember(index: number): void {
    this.memo.set(index, this.top())
  }

  rememberNext(): void {
    this.remember(this.memo.size)
  }

  recall(index: number): void {
    this.push(this.memo.get(index))
  }

  find(module: unknown, name: unknown): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw invalid('a global has no name')
    // Python 2's name of `builtins`. Truncated, because no known name is longer.
    const where = module === '__builtin__' ? 'builtins' : module
    const global = `${where.slice(0, MOST_CHARACTERS)}.${name.slice(0, MOST_CHARACTERS)}`
    if (this.vocabulary.globals.has(global)) {
      this.push(this.vocabulary.globals.get(global))
      return
    }
    const foreign = new Unreadable(
      `Unsupported global: GLOBAL ${quote(global)} was not an allowed global by default: only tensors, numbers, texts and containers are loaded; in Python save a state_dict() instead of a whole object`,
      true,
    )
    this.foreign ??= foreign
    this.push(foreign)
  }

  call(): void {
    const [callable, args] = this.popMany(2)
    if (callable instanceof Unreadable) {
      // Not called: its result is unreadable too.
      this.make(callable)
      return
    }
    if (typeof callable !== 'function' || !Array.isArray(args)) throw invalid('it calls what is no function')
    const foreign = args.slice(0, MOST_ARGUMENTS).find((arg) => arg instanceof Unreadable && arg.isForeign)
    this.make(foreign ?? (callable as Callable)(args, this.spend))
  }

  /** A new object of a class, which is the same as a call here. */
  construct(opcode: number): void {
    const callable = this.stack[this.stack.length - 2]
    if (typeof callable !== 'function' && !(callable instanceof Unreadable))
      throw unknownInstruction(opcode, this.reader)
    this.call()
  }

  persistent(): void {
    this.make(this.vocabulary.persistent(this.pop()))
  }

  append(values: readonly unknown[]): void {
    const list = this.top()
    if (list instanceof Unreadable) return
    if (!Array.isArray(list)) throw invalid('it appends to what is no list')
    for (const value of values) list.push(value)
  }

  add(values: readonly unknown[]): void {
    const set = this.top()
    if (!(set instanceof PickledSet)) throw invalid('it adds to what is no set')
    set.add(values)
  }

  setItems(items: readonly unknown[]): void {
    const dict = this.top()
    if (dict instanceof Unreadable) return
    if (!(dict instanceof PickledDict) || items.length % 2 === 1) {
      throw invalid('it sets an item of what is no dict')
    }
    dict.add(items)
  }

  /** Sets attributes, such as a state_dict's module versions, which dicts here do not have. */
  build(): void {
    const state = this.pop()
    const object = this.top()
    if (object instanceof PickledDict || object instanceof Unreadable) return
    if (!this.vocabulary.build(object, state)) throw invalid('it sets attributes of what is no OrderedDict')
  }

  /** Throws if more elements are copied than the pickle has bytes. */
  private readonly spend = (elements: number): void => {
    this.spent += elements
    if (this.spent > this.reader.position - this.start)
      throw invalid('it copies the same elements again and again')
  }
}

export const unknownInstruction = (opcode: number, reader: ByteReader) =>
  invalid(
    `the instruction ${opcode} at byte ${reader.position - 1} makes what is neither a tensor nor a container`,
  )

/** Longer than the name of any module, or of anything in it, in a vocabulary. */
const MOST_CHARACTERS = 200

/** The most arguments of any function of a vocabulary. */
const MOST_ARGUMENTS = 8
