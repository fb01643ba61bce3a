/** Ways through a module and those below it. */
import type { Tensor } from '../tensor/tensor.js'
import { join } from './members.js'

/** How parameters, buffers and modules are gone through. */
export interface WalkOptions {
  /** What the dotted names begin with. */
  prefix?: string
  /** Whether modules below are visited too; true by default. */
  recurse?: boolean
  /** Whether what is there twice comes once, under its first name; true by default. */
  remove_duplicate?: boolean
}

/** What has modules below it. */
export interface Parent<M> {
  childEntries(): Iterable<[string, M]>
}

/** A module and those below it; those in `seen` not again, nor those in `above`, which contain themselves. */
export function* walk<M extends Parent<M>>(
  module: M,
  prefix: string,
  seen: Set<M> | null,
  above: readonly M[],
): Generator<[string, M]> {
  if (seen?.has(module) || above.includes(module)) return
  seen?.add(module)
  yield [prefix, module]
  for (const [name, child] of module.childEntries())
    yield* walk(child, join(prefix, name), seen, [...above, module])
}

/** Named members, each once, under its first name. */
export function* once<T>(members: Iterable<[string, T]>): Generator<[string, T]> {
  const seen = new Set<T>()
  for (const [name, member] of members) {
    if (seen.has(member)) continue
    seen.add(member)
    yield [name, member]
  }
}

/** Members without their names. */
export function* membersOf<T>(named: Iterable<[string, T]>): Generator<T> {
  for (const [, member] of named) yield member
}

interface Named<M> {
  named_modules(options: Omit<WalkOptions, 'recurse'>): Iterable<[string, M]>
}

/** What `of` finds in a module and those below it. */
export function* membersBelow<M extends Named<M>, T extends Tensor>(
  root: M,
  { prefix = '', recurse = true, remove_duplicate = true }: WalkOptions,
  of: (module: M) => Iterable<[name: string, member: T, ...rest: unknown[]]>,
): Generator<[string, T]> {
  const seen = new Set<T>()
  const modules = recurse ? root.named_modules({ prefix, remove_duplicate }) : [[prefix, root] as const]
  for (const [path, module] of modules) {
    for (const [name, member] of of(module)) {
      if (remove_duplicate && seen.has(member)) continue
      seen.add(member)
      yield [join(path, name), member]
    }
  }
}

/** Children first, then the module; not again those in `above`, which contain themselves. */
export function applyBelow<M extends { children(): Iterable<M> }>(
  module: M,
  fn: (module: M) => void,
  above: readonly M[],
): void {
  if (above.includes(module)) return
  for (const child of module.children()) applyBelow(child, fn, [...above, module])
  fn(module)
}
