import { describe } from '../base/check.js'
import { IndexError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { fieldsOf } from './fields.js'
import { checkModule, Module } from './module.js'

const AT = signature('at', 'index: int')
const APPEND = signature('append', 'module: value')
const EXTEND = signature('extend', 'modules: iterable')
const INSERT = signature('insert', 'index: int', 'module: value')
const POP = signature('pop', 'key: int = -1')

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
  at(index: number): M
  at(...args: unknown[]): M {
    const [index] = AT.read(args)
    const all = this.all()
    return all[place(index, all.length)]
  }

  /** Adds a module at the end. */
  append(module: M): this
  append(...args: unknown[]): this {
    const [module] = APPEND.read(args)
    return this.replace([...this.all(), module as M])
  }

  /** Adds modules at the end. */
  extend(modules: Iterable<M>): this
  extend(...args: unknown[]): this {
    const [modules] = EXTEND.read(args)
    return this.replace([...this.all(), ...(modules as Iterable<M>)])
  }

  /**
   * Adds a module before the one at `index`, or at the end.
   *
   * @throws IndexError if there is no such place
   */
  insert(index: number, module: M): this
  insert(...args: unknown[]): this {
    const [index, module] = INSERT.read(args)
    const all = this.all()
    all.splice(index === all.length ? index : place(index, all.length), 0, module as M)
    return this.replace(all)
  }

  /**
   * Takes out the module at `index`, by default the last, and returns it.
   *
   * @throws IndexError if there is none
   */
  pop(key?: number): M
  pop(...args: unknown[]): M {
    const [key] = POP.read(args)
    const all = this.all()
    const [taken] = all.splice(place(key, all.length), 1)
    this.replace(all)
    return taken
  }

  /** All of them; one that is there twice comes twice. */
  protected all(): M[] {
    return Object.values(fieldsOf(this)).filter((value): value is M => value instanceof Module)
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
