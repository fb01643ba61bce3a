/** Converts unpickled values to JavaScript's. */
import { isMap, isUint8Array } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { isElementType } from './element_type.js'
import { HASHED_FREELY, MAX_DEPTH, MAX_HASHED_NUMBERS } from './limits.js'
import { type Built, PickledDict, PickledSet } from './pickled.js'
import { invalid, StorageRecipe, TensorRecipe } from './recipe.js'
import type { Skips } from './skips.js'
import { quote } from './source.js'
import type { TensorBuilder } from './tensor_builder.js'
import { throwWhenRead, Unreadable } from './unreadable.js'

type Container = unknown[] | PickledDict | PickledSet

/** The position of a value in the containers. */
interface Position {
  /** The container of the value. */
  readonly above: Built | null
  /** Keys joined by dots, truncated if long. */
  readonly path: string
  readonly depth: number
  /** The entries to leave out of it. */
  readonly skips: Skips
}

/** An array without members. */
const EMPTY: Built = { value: [], height: 1, isOpen: false }

/** Placeholder for `tensor.storage()`, which has no shape. */
const STORAGE = /* @__PURE__ */ new Unreadable(' is a storage, which has no shape')

/** Placeholder for a skipped entry. */
const SKIPPED = /* @__PURE__ */ Symbol('skipped')

/**
 * Lists and tuples become arrays; dicts become objects without a prototype, or Maps if not all keys are strings and
 * integers; sets become Sets, dtypes their names. Shared values stay shared.
 */
export class Builder {
  /** The results for non-empty arrays. */
  private readonly arrays = new Map<unknown[], Built>()
  /** Count of numbers in Maps and Sets that may have been chosen to collide. */
  private hashed = 0

  constructor(private readonly tensors: TensorBuilder) {}

  /** The whole value. */
  build(value: unknown, skips: Skips): unknown {
    const whole = this.value(value, { above: null, path: '', depth: 0, skips })
    if (whole instanceof Unreadable) throw refusal('', whole)
    return whole
  }

  /** A value, or Unreadable if only this value is refused. */
  private value(value: unknown, position: Position): unknown {
    if (isPlain(value)) return value
    if (isContainer(value)) return this.container(value, position)
    const { path } = position
    if (value instanceof TensorRecipe) return this.tensors.build(value, `load: tensor ${quote(path)}`)
    if (isUint8Array(value)) return value
    if (value instanceof Unreadable) {
      if (value.isForeign) throw refusal(path, value)
      return value
    }
    if (isElementType(value)) return value.name
    if (value instanceof StorageRecipe) return STORAGE
    throw invalid(`${quote(path)} is neither a tensor nor a number, a text or a container`)
  }

  private container(container: Container, position: Position): object {
    const { above, depth } = position
    let built = this.known(container)
    if (built === null && depth < MAX_DEPTH) {
      built = { value: newContainer(container), height: 1, isOpen: true }
      if (Array.isArray(container)) this.arrays.set(container, built)
      else container.built = built
      this.fill(built, container, position)
      built.isOpen = false
    }
    if (built === null || built.isOpen || depth + built.height > MAX_DEPTH) {
      throw invalid(`it has containers inside each other more than ${MAX_DEPTH} deep, or one inside itself`)
    }
    if (above !== null) above.height = Math.max(above.height, 1 + built.height)
    return Array.isArray(container) ? container : built.value
  }

  private known(container: Container): Built | null {
    if (!Array.isArray(container)) return container.built
    return container.length === 0 ? EMPTY : (this.arrays.get(container) ?? null)
  }

  private fill(built: Built, container: Container, position: Position): void {
    const { value } = built
    if (Array.isArray(container)) this.fillArray(built, container, position)
    else if (container instanceof PickledSet) this.fillSet(built, value as Set<unknown>, container, position)
    else if (isMap(value)) this.fillMap(built, value, container, position)
    else this.fillDict(built, value as Record<string, unknown>, container, position)
  }

  /** Works in place. A skipped element becomes null, so that the others keep their indices. */
  private fillArray(built: Built, array: unknown[], position: Position): void {
    for (let i = 0; i < array.length; i++) {
      const value = array[i]
      if (isPlain(value) && position.skips.areNone) continue
      const key = String(i)
      const member = this.member(value, key, built, position)
      if (member instanceof Unreadable)
        throwWhenRead(array, key, sentenceOf(pathOf(position.path, key), member))
      else array[i] = member === SKIPPED ? null : member
    }
  }

  private fillDict(
    built: Built,
    dict: Record<string, unknown>,
    { items }: PickledDict,
    position: Position,
  ): void {
    for (let i = 0; i < items.length; i += 2) {
      const key = String(plainKey(items[i]))
      const member = this.member(items[i + 1], key, built, position)
      if (member === SKIPPED) continue
      if (member instanceof Unreadable)
        throwWhenRead(dict, key, sentenceOf(pathOf(position.path, key), member))
      else dict[key] = member
    }
  }

  private fillMap(
    built: Built,
    map: Map<unknown, unknown>,
    { items }: PickledDict,
    position: Position,
  ): void {
    for (let i = 0; i < items.length; i += 2) {
      const key = this.hashable(items[i], built, position)
      const text = textOf(key)
      const member = this.member(items[i + 1], text, built, position)
      if (member === SKIPPED) continue
      // A Map cannot throw later, when it is read.
      if (member instanceof Unreadable) throw refusal(pathOf(position.path, text), member)
      map.set(key, member)
    }
  }

  private fillSet(built: Built, set: Set<unknown>, { items }: PickledSet, position: Position): void {
    for (const item of items) set.add(this.hashable(item, built, position))
  }

  /** A key of a dict, or a member of a set. */
  private hashable(value: unknown, above: Built, { path, depth, skips }: Position): unknown {
    const key = plainKey(value)
    if (typeof key === 'number' || typeof key === 'bigint') this.countHashed(key)
    if (isPlain(key) || isUint8Array(key)) return key
    if (Array.isArray(key) || key instanceof PickledSet || isComplex(key)) {
      return this.container(key, { above, path, depth: depth + 1, skips })
    }
    if (key instanceof Unreadable) throw refusal(path, key)
    throw invalid(`${quote(path)} has a key that is neither a text, a number, bytes nor a tuple of such`)
  }

  private countHashed(key: number | bigint): void {
    if (Number.isInteger(key) && Math.abs(key as number) < HASHED_FREELY) return
    if (this.hashed++ === MAX_HASHED_NUMBERS) {
      throw invalid(`it has more than ${MAX_HASHED_NUMBERS} fractions or large numbers as keys or in sets`)
    }
  }

  /** A member as {@link value}, or SKIPPED. */
  private member(value: unknown, key: string, above: Built, { path, depth, skips }: Position): unknown {
    const within = skips.below(key)
    if (within === null) return SKIPPED
    if (isPlain(value)) return value
    return this.value(value, { above, path: pathOf(path, key), depth: depth + 1, skips: within })
  }
}

function isPlain(value: unknown): boolean {
  const type = typeof value
  return value === null || type === 'number' || type === 'string' || type === 'boolean' || type === 'bigint'
}

const isContainer = (value: unknown): value is Container =>
  Array.isArray(value) || value instanceof PickledDict || value instanceof PickledSet

function newContainer(container: Container): object {
  if (Array.isArray(container)) return container
  if (container instanceof PickledSet) return new Set()
  return hasPlainKeys(container) ? Object.create(null) : new Map()
}

/** A complex number: unlike other dicts, Python allows it as a key. */
const isComplex = (key: unknown): key is PickledDict =>
  key instanceof PickledDict && key.items.length === 4 && key.items[0] === 'real' && key.items[2] === 'imag'

const plainKey = (key: unknown): unknown => (isElementType(key) ? key.name : key)

/** An integer that can become a string key. Huge ones take long to convert. */
const isWhole = (key: unknown) =>
  typeof key === 'bigint' ? BigInt.asIntN(128, key) === key : Number.isInteger(key)

/** Whether all keys are strings and integers, and no integer collides with a string. */
function hasPlainKeys({ items }: PickledDict): boolean {
  const numbers: Record<string, boolean> = Object.create(null)
  let [someNumbers, someTexts] = [false, false]
  for (let i = 0; i < items.length; i += 2) {
    if (isWhole(items[i])) someNumbers = true
    else if (typeof plainKey(items[i]) === 'string') someTexts = true
    else return false
  }
  if (!someNumbers || !someTexts) return true
  for (let i = 0; i < items.length; i += 2) if (isWhole(items[i])) numbers[String(items[i])] = true
  for (let i = 0; i < items.length; i += 2) {
    if (!isWhole(items[i]) && String(plainKey(items[i])) in numbers) return false
  }
  return true
}

/** A Map's key as part of a path. */
function textOf(key: unknown): string {
  if (typeof key === 'bigint') return isWhole(key) ? String(key) : 'bigint'
  return typeof key === 'object' && key !== null ? describe(key) : String(key)
}

/** One more character than errors show. */
const LONG = 101

/** A path, truncated to what errors show, since one is made for every tensor. */
function pathOf(path: string, key: string): string {
  if (path.length >= LONG) return path
  return path === '' ? key.slice(0, LONG) : `${path}.${key.slice(0, LONG)}`
}

/** The error message for an unreadable value. */
function sentenceOf(path: string, { reason, isForeign }: Unreadable): string {
  const what = isForeign
    ? `${path === '' ? '' : `${quote(path)}: `}${reason}`
    : `tensor ${quote(path)}${reason}`
  const isName = path !== '' && path.length < LONG
  return `load: ${what}${isName ? `; load(bytes, { skip: [${quote(path)}] }) leaves it out` : ''}`
}

const refusal = (path: string, unreadable: Unreadable) => new RuntimeError(sentenceOf(path, unreadable))
