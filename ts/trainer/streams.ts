/** The generators that a training draws from, and their states. */
import { ValueError } from '../base/errors.js'
import { default_generator, Generator } from '../random/generator.js'
import { Tensor } from '../tensor/tensor.js'

/** States by the names of generators, in torch's layout. */
export type States = Record<string, Tensor>

/** How deep generators are looked for: in the sampler of the sampler of a loader, and in the dataset of a subset of a dataset. */
const DEPTH = 4

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
      if (seen.has(holder) || Array.isArray(holder) || ArrayBuffer.isView(holder)) return
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

  /** The states at a mark; null for now. */
  statesAt(mark: (() => void) | null): States {
    if (mark === null) return this.save()
    const now = this.mark()
    mark()
    try {
      return this.save()
    } finally {
      now()
    }
  }

  /** Restores the states of the generators that are named, and leaves others. */
  restore(states: Readonly<States>): void {
    for (const [name, generator] of this.generators) {
      if (Object.hasOwn(states, name)) generator.set_state(states[name])
    }
  }

  /** A function that goes back to now. */
  mark(): () => void {
    const marks = Array.from(this.generators.values(), (generator) => generator.mark())
    return () => {
      for (const goBack of marks) goBack()
    }
  }

  /** Counts that differ whenever a number was drawn between. */
  fingerprint(): string {
    return Array.from(this.generators.values(), (generator) => generator.fingerprint()).join()
  }
}

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
