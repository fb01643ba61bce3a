/** Iteration over a module and its descendants. */
import type { Tensor } from '../tensor/tensor.js'
import { join } from './members.js'

/** Options of iterating over parameters, buffers and modules. */
export interface WalkOptions {
  /** Prefix of the dotted names. */
  prefix?: string
  /** Whether descendants are visited; true by default. */
  recurse?: boolean
  /** Whether duplicates are removed, keeping the first name; true by default. */
  remove_duplicate?: boolean
}

/** An object with child modules. */
export interface Parent<M> {
  childEntries(): Iterable<[string, M]>
}

/** A module and its descendants. Skips those in `seen`, and those in `above`, which contain themselves. */
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

/** The members that `of` finds in a module and its descendants. */
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

/** Visits children first, then the module; skips those in `above`, which contain themselves. */
export function applyBelow<M extends { children(): Iterable<M> }>(
  module: M,
  fn: (module: M) => void,
  above: readonly M[],
): void {
  if (above.includes(module)) return
  for (const child of module.children()) applyBelow(child, fn, [...above, module])
  fn(module)
}
