import { describe } from '../check.js'
import { IndexError } from '../errors.js'
import { checkModule, Module } from './module.js'

/** Modules in a row, named '0', '1', …: what Sequential and ModuleList have in common. */
export abstract class ModuleSequence<M extends Module> extends Module implements Iterable<M> {
  /** The module at `index`; see {@link at} for those counted from the end. */
  [index: number]: M

  /** Number of modules. */
  get length(): number {
    return this.all().length
  }

  /** The modules, in order. */
  *[Symbol.iterator](): Generator<M> {
    yield* this.all()
  }

  /**
   * The module at `index`; negative ones count from the end.
   *
   * @throws IndexError if there is none
   */
  at(index: number): M {
    const all = this.all()
    return all[place(index, all.length)]
  }

  /** Adds a module at the end. */
  append(module: M): this {
    return this.replace([...this.all(), module])
  }

  /** Adds modules at the end. */
  extend(modules: Iterable<M>): this {
    return this.replace([...this.all(), ...iterate(this.constructor.name, modules)])
  }

  /**
   * Adds a module before the one at `index`, or at the end.
   *
   * @throws IndexError if there is no such place
   */
  insert(index: number, module: M): this {
    const all = this.all()
    all.splice(index === all.length ? index : place(index, all.length), 0, module)
    return this.replace(all)
  }

  /**
   * Takes out the module at `index`, by default the last, and returns it.
   *
   * @throws IndexError if there is none
   */
  pop(index = -1): M {
    const all = this.all()
    const [taken] = all.splice(place(index, all.length), 1)
    this.replace(all)
    return taken
  }

  /** All of them; one that is there twice comes twice. */
  protected all(): M[] {
    return Array.from(this.childEntries(), ([, child]) => child as M)
  }

  /** Puts these in place of all there were, checked first. */
  protected replace(modules: readonly M[]): this {
    for (const module of modules) checkModule(this.constructor.name, module)
    for (const [name] of [...this.childEntries()]) Reflect.deleteProperty(this, name)
    return Object.assign(this, modules)
  }
}

/** `index` counted from the first of `length`. */
export function place(index: number, length: number): number {
  if (!Number.isInteger(index) || index < -length || index >= length)
    throw new IndexError(`index ${describe(index)} is out of range`)
  return index < 0 ? index + length : index
}

/** Throws torch's sentence unless `values` can be gone through. */
export function iterate<T>(owner: string, values: Iterable<T>): Iterable<T> {
  const isIterable = typeof values === 'object' && values !== null && Symbol.iterator in values
  if (!isIterable)
    throw new TypeError(`${owner}.extend should be called with an iterable, but got ${describe(values)}`)
  return values
}
