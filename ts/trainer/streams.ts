/** The generators that a training draws from, and their states. */
import { ValueError } from '../base/errors.js'
import { type Bookmark, default_generator, Generator } from '../random/generator.js'
import { tensor } from '../tensor/create.js'
import { Tensor } from '../tensor/tensor.js'

/** States by the names of generators, in torch's layout. */
export type States = Record<string, Tensor>

/** The same before they are packed for a file. */
export type Marks = Record<string, Bookmark>

/** How deep generators are looked for: in the sampler of the sampler of a loader, and in the dataset of a subset of a dataset. */
const DEPTH = 4

/** The longest list in which they are looked for. */
const LONGEST_LIST = 64

export class Streams {
  private readonly generators: ReadonlyMap<string, Generator>

  /** The default generator, those given by name, and all in the fields of `holders`. */
  constructor(given: Readonly<Record<string, Generator>>, holders: Readonly<Record<string, unknown>>) {
    const found = new Map<Generator, string>([[default_generator(), 'default']])
    for (const [name, generator] of Object.entries(given)) {
      if (!(generator instanceof Generator)) {
        throw new TypeError(`fit: generators.${name} must be a Generator`)
      }
      if (!found.has(generator)) found.set(generator, name)
    }
    const seen = new Set<unknown>()
    const visit = (holder: unknown, path: string, depth: number) => {
      if (typeof holder !== 'object' || holder === null || holder instanceof Tensor) return
      if (seen.has(holder) || ArrayBuffer.isView(holder)) return
      // Lists of datasets or transformations, not rows.
      if (Array.isArray(holder) && holder.length > LONGEST_LIST) return
      seen.add(holder)
      if (holder instanceof Generator) {
        if (!found.has(holder)) found.set(holder, path)
      } else if (depth < DEPTH) {
        for (const [name, value] of Object.entries(holder)) visit(value, `${path}.${name}`, depth + 1)
      }
    }
    for (const [name, holder] of Object.entries(holders)) visit(holder, name, 0)
    this.generators = new Map(Array.from(found, ([generator, name]) => [name, generator]))
  }

  /** The current states. */
  save(): States {
    return Object.fromEntries(
      Array.from(this.generators, ([name, generator]) => [name, generator.get_state()]),
    )
  }

  /** Restores the states of the generators that are named, and leaves others. */
  restore(states: Readonly<Record<string, Bookmark | Tensor>>): void {
    for (const [name, generator] of this.generators) {
      if (!Object.hasOwn(states, name)) continue
      const state = states[name]
      if (state instanceof Tensor) generator.set_state(state)
      else state.goBack()
    }
  }

  /** The states of now, to go back to. */
  mark(): Marks {
    const marks: Marks = {}
    for (const [name, generator] of this.generators) marks[name] = generator.bookmark()
    return marks
  }

  /** The same, if those of `moved` have drawn since `marks`, and others have not. */
  markAnew(marks: Marks, moved: readonly string[]): Marks {
    if (moved.length === 0) return marks
    const anew = { ...marks }
    for (const [name, generator] of this.generators)
      if (moved.includes(name)) anew[name] = generator.bookmark()
    return anew
  }
}

export function goBackTo(marks: Marks): void {
  for (const mark of Object.values(marks)) mark.goBack()
}

/** The names of generators from which something was drawn since. */
export const movedSince = (marks: Marks): string[] =>
  Object.keys(marks).filter((name) => !marks[name].isHere())

/** For a file. */
export const statesOf = (marks: Readonly<Record<string, Bookmark | Tensor>>): States =>
  Object.fromEntries(
    Object.entries(marks).map(([name, state]) => [
      name,
      state instanceof Tensor ? state : tensor(state.state()),
    ]),
  )

/** Throws unless they are states of generators. */
export function checkStates(where: string, states: unknown): asserts states is States {
  if (typeof states === 'object' && states !== null && !Array.isArray(states)) {
    const scratch = new Generator()
    const entries: [string, unknown][] = Object.entries(states)
    if (entries.every(([, state]) => state instanceof Tensor && isState(scratch, state))) return
  }
  throw new ValueError(`fit: the checkpoint's ${where} has no valid states of generators`)
}

function isState(scratch: Generator, state: Tensor): boolean {
  try {
    scratch.set_state(state)
    return true
  } catch {
    return false
  }
}
