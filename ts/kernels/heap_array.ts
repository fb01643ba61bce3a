import { isDetached, isFloat32Array, typedArrayName } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { brand } from '../base/copies.js'
import '../base/disposable.js'
import { ValueError } from '../base/errors.js'
import { takesNothing } from '../call/nothing.js'
import { signature } from '../call/signature.js'
import { allocate, floatsAt, free } from './heap.js'
import { linearMemory } from './instance.js'

/** Number of elements that are copied at a time. */
const CHUNK = 2 ** 14

interface Allocation {
  pointer: number
  bytes: number
}

const finalizer =
  typeof FinalizationRegistry === 'undefined'
    ? undefined
    : new FinalizationRegistry<Allocation>(({ pointer, bytes }) => free(pointer, bytes))

const HEAP_ARRAY = signature('HeapArray', 'source: any')

/**
 * A Float32Array in linear memory: functions of `softmargin/loss` use it without
 * copying. Freed when it is garbage collected, or by `dispose()` or `using`.
 *
 * @example
 * const logits = new HeapArray(1024 * 100)
 * logits.array.set(scores)
 * softMarginLoss(logits, targets, { numClasses: 100 })
 */
export class HeapArray {
  private readonly allocation: Allocation
  private view: Float32Array<ArrayBuffer>

  /** Zeros, or a copy of `source`. */
  constructor(source: number | ArrayLike<number>)
  constructor(...args: unknown[]) {
    brand(HeapArray.prototype)
    const source = HEAP_ARRAY.read(args)[0] as number | ArrayLike<number>
    const isLength = typeof source === 'number'
    if (!isLength && (typeof source !== 'object' || source === null)) {
      throw new TypeError(`HeapArray: source must be a length or an array, but got ${describe(source)}`)
    }
    const length = isLength ? source : source.length
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new ValueError(
        `HeapArray: the length must be a whole number of at least 0, but got ${describe(length)}`,
      )
    }
    // Checks all elements before any memory is allocated.
    if (!isLength) checkNumbers(source, length)
    // Copies a view of linear memory, which growth would detach.
    const values =
      !isLength && isFloat32Array(source) && source.buffer === linearMemory() ? source.slice() : source
    const bytes = 4 * length
    this.allocation = { pointer: allocate(bytes), bytes }
    finalizer?.register(this, this.allocation, this)
    this.view = floatsAt(this.allocation.pointer, length)
    if (isLength) this.view.fill(0)
    else this.copy(values as ArrayLike<number>)
  }

  /** Copies in chunks: reading an element may run user code, which may make linear memory grow. */
  private copy(values: ArrayLike<number>): void {
    try {
      for (let start = 0; start < this.length; start += CHUNK) {
        const chunk = new Float32Array(Math.min(CHUNK, this.length - start))
        for (let i = 0; i < chunk.length; i++) chunk[i] = numberAt(values, start + i)
        this.array.set(chunk, start)
      }
    } catch (error) {
      this.dispose()
      throw error
    }
  }

  /** Number of elements. */
  get length(): number {
    return this.allocation.bytes / 4
  }

  /** The elements. Read this again after other calls, because growth of linear memory detaches the view. */
  get array(): Float32Array<ArrayBuffer> {
    if (this.view.length !== this.length) this.view = floatsAt(this.pointer, this.length)
    return this.view
  }

  /** Address in linear memory. @internal */
  get pointer(): number {
    if (this.allocation.pointer === 0) throw new ReferenceError('a disposed HeapArray was used')
    return this.allocation.pointer
  }

  /** Frees the memory now. */
  dispose(): void
  dispose(...args: unknown[]): void {
    takesNothing('dispose', args)
    const { pointer, bytes } = this.allocation
    if (pointer === 0) return
    finalizer?.unregister(this)
    this.allocation.pointer = 0
    this.view = new Float32Array(0)
    free(pointer, bytes)
  }

  /** The same as {@link dispose}, for `using`. */
  declare [Symbol.dispose]: () => void
}

// Older runtimes lack this symbol.
if (Symbol.dispose !== undefined) HeapArray.prototype[Symbol.dispose] = HeapArray.prototype.dispose

function checkNumbers(values: ArrayLike<number>, length: number): void {
  const name = typedArrayName(values)
  if (name === undefined || name.startsWith('Big')) for (let i = 0; i < length; i++) numberAt(values, i)
  else if (length === 0 && isDetached(values)) {
    throw new TypeError(`HeapArray: source is a ${name} whose memory was moved elsewhere`)
  }
}

function numberAt(values: ArrayLike<number>, index: number): number {
  const value: unknown = values[index]
  if (typeof value === 'number') return value
  throw new TypeError(`HeapArray: elements must be numbers, but element ${index} is ${describe(value)}`)
}
