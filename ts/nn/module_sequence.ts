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

/** Base of Sequential and ModuleList: modules named '0', '1', …. */
export abstract class ModuleSequence<M extends Module> extends Module implements Iterable<M> {
  /** The module at `index`; {@link at} also counts from the end. */
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
    return all[resolveIndex(index, all.length)]
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
   * @throws IndexError if `index` is out of range
   */
  insert(index: number, module: M): this
  insert(...args: unknown[]): this {
    const [index, module] = INSERT.read(args)
    const all = this.all()
    all.splice(index === all.length ? index : resolveIndex(index, all.length), 0, module as M)
    return this.replace(all)
  }

  /**
   * Removes the module at `index`, by default the last, and returns it.
   *
   * @throws IndexError if there is none
   */
  pop(key?: number): M
  pop(...args: unknown[]): M {
    const [key] = POP.read(args)
    const all = this.all()
    const [taken] = all.splice(resolveIndex(key, all.length), 1)
    this.replace(all)
    return taken
  }

  /** All modules, including repeated ones. */
  protected all(): M[] {
    return Object.values(fieldsOf(this)).filter((value): value is M => value instanceof Module)
  }

  /** Checks the modules, then replaces all others with them. */
  protected replace(modules: readonly M[]): this {
    for (const module of modules) checkModule(this.constructor.name, module)
    for (const [name] of [...this.childEntries()]) Reflect.deleteProperty(this, name)
    return Object.assign(this, modules)
  }
}

/** A possibly negative `index` into `length` elements, normalised. */
export function resolveIndex(index: number, length: number): number {
  if (!Number.isInteger(index) || index < -length || index >= length)
    throw new IndexError(`index ${describe(index)} is out of range`)
  return index < 0 ? index + length : index
}
