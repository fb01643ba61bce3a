import { describe } from '../check.js'
import { ValueError } from '../errors.js'
import { checkModule, Module } from './module.js'

/**
 * Modules by name, whose parameters belong to the module that holds the dict; it has no `forward`.
 * Names are fields: those that every object of this class has, such as 'keys', are taken, and those
 * that are numbers come first. Source: torch.nn.ModuleDict.
 *
 * @throws TypeError if one of them is no module; ValueError if a name is taken
 * @example
 * const heads = new torch.nn.ModuleDict({ topic: new torch.nn.Linear(64, 9), mood: new torch.nn.Linear(64, 3) })
 * heads.get('topic').forward(x)
 */
export class ModuleDict<T extends Record<string, Module> = Record<string, Module>> extends Module {
  constructor(modules: T | Iterable<readonly [string, Module]> = []) {
    super()
    this.update(modules)
  }

  /** Number of modules. */
  get length(): number {
    return [...this.childEntries()].length
  }

  /** The names. */
  *[Symbol.iterator](): Generator<string> {
    yield* this.keys()
  }

  /** Whether there is a module of that name. */
  has(name: string): boolean {
    return this.find(name) !== undefined
  }

  /**
   * The module of that name.
   *
   * @throws ValueError if there is none
   */
  get<K extends keyof T & string>(name: K): T[K] {
    const module = this.find(name)
    if (module === undefined) throw new ValueError(`ModuleDict: there is no module ${describe(name)}`)
    return module as T[K]
  }

  /** Adds a module, or puts it in another's place. */
  set(name: string, module: Module): this {
    checkModule('ModuleDict', module)
    this.add_module(name, module)
    return this
  }

  /** Takes a module out and returns it. @throws ValueError if there is none */
  pop<K extends keyof T & string>(name: K): T[K] {
    const module = this.get(name)
    Reflect.deleteProperty(this, name)
    return module
  }

  /** Takes all modules out. */
  clear(): void {
    for (const [name] of [...this.childEntries()]) Reflect.deleteProperty(this, name)
  }

  /** Adds modules, or puts them in others' places. */
  update(modules: Partial<T> | Iterable<readonly [string, Module]>): void {
    if (typeof modules !== 'object' || modules === null) {
      throw new TypeError(
        `ModuleDict.update should be called with an iterable of key/value pairs, but got ${describe(modules)}`,
      )
    }
    const entries = Symbol.iterator in modules ? [...modules] : Object.entries(modules)
    for (const entry of entries as unknown[]) {
      if (!Array.isArray(entry) || entry.length !== 2)
        throw new TypeError(
          `ModuleDict.update: an entry must be a name and a module, but got ${describe(entry)}`,
        )
      this.set(entry[0], entry[1])
    }
  }

  /** The names. */
  *keys(): Generator<string> {
    for (const [name] of this.childEntries()) yield name
  }

  /** The modules. */
  *values(): Generator<Module> {
    for (const [, module] of this.childEntries()) yield module
  }

  /** Names and modules. */
  *items(): Generator<[string, Module]> {
    yield* this.childEntries()
  }

  private find(name: string): Module | undefined {
    for (const [own, module] of this.childEntries()) if (own === name) return module
    return undefined
  }
}
