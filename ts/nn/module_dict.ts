import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { isIterable, isPlainObject } from '../call/kinds.js'
import { signature } from '../call/signature.js'
import { checkFree, checkName } from './members.js'
import { checkModule, Module } from './module.js'

const MODULE_DICT = signature('ModuleDict', 'modules: any = None')
const HAS = signature('ModuleDict.has', 'key: str')
const GET = signature('ModuleDict.get', 'key: str')
const SET = signature('ModuleDict.set', 'key: str', 'module: any')
const POP = signature('ModuleDict.pop', 'key: str')
const UPDATE = signature('ModuleDict.update', 'modules: any')
const CLEAR = signature('ModuleDict.clear')
const KEYS = signature('ModuleDict.keys')
const VALUES = signature('ModuleDict.values')
const ITEMS = signature('ModuleDict.items')

/**
 * Modules by name, whose parameters belong to the module that holds the dict; it has no `forward`.
 * Names are fields: those that every object of this class has, such as 'keys', are taken, and
 * numeric names come first. Source: torch.nn.ModuleDict.
 *
 * @throws TypeError if one of them is not a module; ValueError if a name is taken
 * @example
 * const heads = new torch.nn.ModuleDict({ topic: new torch.nn.Linear(64, 9), mood: new torch.nn.Linear(64, 3) })
 * heads.get('topic').forward(x)
 */
export class ModuleDict<T extends Record<string, Module> = Record<string, Module>> extends Module {
  constructor(modules?: T | Iterable<readonly [string, Module]> | null)
  constructor(...args: unknown[]) {
    super()
    const [modules] = MODULE_DICT.read(args)
    this.add(modules ?? [])
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
  has(key: string): boolean
  has(...args: unknown[]): boolean {
    return this.find(HAS.read(args)[0]) !== undefined
  }

  /**
   * The module of that name.
   *
   * @throws ValueError if there is none
   */
  get<K extends keyof T & string>(key: K): T[K]
  get(...args: unknown[]): Module {
    return this.present(GET.read(args)[0])
  }

  /** Adds or replaces a module. */
  set(key: string, module: Module): this
  set(...args: unknown[]): this {
    const [key, module] = SET.read(args)
    return this.add([[key, module]])
  }

  /** Removes a module and returns it. @throws ValueError if there is none */
  pop<K extends keyof T & string>(key: K): T[K]
  pop(...args: unknown[]): Module {
    const [key] = POP.read(args)
    const module = this.present(key)
    Reflect.deleteProperty(this, key)
    return module
  }

  /** Removes all modules. */
  clear(): void
  clear(...args: unknown[]): void {
    CLEAR.read(args)
    for (const [name] of [...this.childEntries()]) Reflect.deleteProperty(this, name)
  }

  /** Adds or replaces modules. */
  update(modules: Partial<T> | Iterable<readonly [string, Module]>): void
  update(...args: unknown[]): void {
    this.add(UPDATE.read(args)[0])
  }

  /** Adds all of them or none. */
  private add(modules: unknown): this {
    if (!isIterable(modules) && !isPlainObject(modules)) {
      throw new TypeError(
        `ModuleDict.update should be called with an iterable of key/value pairs, but got ${describe(modules)}`,
      )
    }
    const entries: unknown[] = isIterable(modules) ? [...modules] : Object.entries(modules)
    const checked = entries.map((entry): [string, Module] => {
      if (!Array.isArray(entry) || entry.length !== 2)
        throw new TypeError(
          `ModuleDict.update: an entry must be a name and a module, but got ${describe(entry)}`,
        )
      const [name, module]: unknown[] = entry
      checkModule('ModuleDict', module)
      checkName('module', name)
      checkFree(this, name, Module)
      return [name, module]
    })
    for (const [name, module] of checked) this.add_module(name, module)
    return this
  }

  /** The names. */
  keys(): IterableIterator<string>
  keys(...args: unknown[]): IterableIterator<string> {
    KEYS.read(args)
    return Array.from(this.childEntries(), ([name]) => name).values()
  }

  /** The modules. */
  values(): IterableIterator<Module>
  values(...args: unknown[]): IterableIterator<Module> {
    VALUES.read(args)
    return Array.from(this.childEntries(), ([, module]) => module).values()
  }

  /** Names and modules. */
  items(): IterableIterator<[string, Module]>
  items(...args: unknown[]): IterableIterator<[string, Module]> {
    ITEMS.read(args)
    return this.childEntries()
  }

  private present(name: string): Module {
    const module = this.find(name)
    if (module === undefined) throw new ValueError(`ModuleDict: there is no module ${describe(name)}`)
    return module
  }

  private find(name: string): Module | undefined {
    for (const [own, module] of this.childEntries()) if (own === name) return module
    return undefined
  }
}
