import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { defineKind } from '../call/kinds.js'
import { takesNothing } from '../call/nothing.js'
import { signature } from '../call/signature.js'
import { HELD } from '../memory/scope.js'
import { type Deferred, Storage } from '../memory/storage.js'
import { fill } from './contents.js'
import { bytesPerElement, type DType, elementsOf, oneElement, type TypedArray } from './dtype.js'
import { type Elements, isDense, readElements } from './elements.js'
import type { GradientHooks, History } from './history.js'
import { nestedOf } from './nested.js'
import { checkShape, formatShape, type Nested, numelOf, type Shape, sameShape } from './shape.js'
import type { Strides } from './strides.js'
import { watcher } from './trace.js'
import type { ElementOf, ListOf } from './typed/lists.js'

const REQUIRES_GRAD = signature('requires_grad_', 'requires_grad: bool = True')

const AMBIGUOUS_VIEW =
  'A view was created in no_grad mode and its base or another view of its base has been modified inplace with grad mode enabled. Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the no_grad block (if you do not want the inplace to be tracked) or both outside (if you want the inplace to be tracked).'

/** The last frozen shape of each length. */
const lastFrozen: Shape[] = []

/** A view's link to its base, with which it shares elements and history. */
interface ViewLink {
  /** The base, which is not a view itself. */
  readonly base: Tensor
  /** False if the view was made in no_grad mode: then changes of it cannot be recorded. */
  readonly recorded: boolean
  /** The base's last rewrite that this view's history includes. */
  seen: Rewrite | null
}

/** A recorded change in place of a base: maps the history of a view before the change to that after it. */
export type Rewrite = (view: Tensor, before: History | null) => History

/**
 * A row of a tensor; for the last dimension an element. For an unknown rank it is `any`,
 * because with a narrower type a tensor of known shape could not be passed for one of any shape.
 */
export type Row<S extends Shape> = number extends S['length']
  ? // biome-ignore lint/suspicious/noExplicitAny: said above.
    any
  : S extends readonly [number, ...infer Rest extends Shape]
    ? Rest extends readonly []
      ? number
      : Tensor<readonly [...Rest]>
    : never

/**
 * All that a tensor has, as one object: each private field of the tensor itself would take a step of its own to make. It is
 * also the handler of the tensor's contents.
 */
class Body<S extends Shape> implements Elements, ProxyHandler<object> {
  declare shape: S
  declare readonly dtype: DType
  declare readonly storage: Storage
  declare readonly byteOffset: number
  declare strides: Strides | null
  declare history: History | null
  declare link: ViewLink | null
  declare rewrite: Rewrite | null
  declare leafRequiresGrad: boolean
  declare gradient: Tensor | null
  declare gradientIsOwn: boolean
  declare hooks: GradientHooks | null

  constructor(shape: S, dtype: DType, storage: Storage, byteOffset: number, strides: Strides | null) {
    this.shape = shape
    this.dtype = dtype
    this.storage = storage
    this.byteOffset = byteOffset
    this.strides = strides
    this.history = null
    this.link = null
    this.rewrite = null
    this.leafRequiresGrad = false
    this.gradient = null
    this.gradientIsOwn = false
    this.hooks = null
  }

  ownKeys(contents: object): (string | symbol)[] {
    return Reflect.ownKeys(fill(contents, this))
  }

  getOwnPropertyDescriptor(contents: object, key: string | symbol): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(fill(contents, this), key)
  }

  get(contents: object, key: string | symbol): unknown {
    return Reflect.get(fill(contents, this), key)
  }
}

/** Gives `x` the shape, the strides and the history of a view of all its elements. @internal */
export let takeLayout: (x: Tensor, view: Tensor) => void

/**
 * A multi-dimensional array. Its bytes are in a storage that is shared with its views, which have their own
 * strides; memory is managed automatically. Arithmetic and most methods are in `methods.ts`.
 */
export class Tensor<out S extends Shape = Shape> {
  /**
   * Row `index` of the first dimension, a view that shares memory; for a vector the element, as a
   * number. Negative indices count from the end. An assignment copies the value to the row, broadcast.
   *
   * @throws IndexError if there is no such row
   * @example
   * const tags = torch.zeros([32, 20])
   * tags[0][5] = 1
   */
  [index: number]: Row<S>

  static {
    takeLayout = (x, view) => {
      const body = x.#body
      body.shape = view.shape
      body.strides = view.strides
      if (view.edge !== null) body.history = view.edge
    }
  }

  /** Dtype, shape and values: the only own property, which comparisons and clones use. @internal */
  readonly contents: object
  readonly #body: Body<S>

  /** Throws: use `torch.tensor`, `torch.zeros` and other functions to make tensors. */
  constructor(none: never)
  /** @internal */
  constructor(sizes: S, elementType: DType, storage: Storage, byteOffset: number, strides?: Strides | null)
  constructor(
    sizes: S,
    elementType?: DType,
    storage?: Storage,
    byteOffset?: number,
    strides: Strides | null = null,
  ) {
    if (!(storage instanceof Storage)) {
      throw new TypeError('Tensor: use torch.tensor, torch.zeros and their like instead of the constructor')
    }
    // Frozen, because kernels rely on the shape to match the storage. Freezing again would take as long as a small kernel.
    if (lastFrozen[sizes.length] !== sizes) lastFrozen[sizes.length] = Object.freeze(sizes)
    this.#body = new Body(sizes, elementType as DType, storage, byteOffset as number, strides)
    this.contents = new Proxy({}, this.#body)
  }

  /** @internal */
  get storage(): Storage {
    return this.#body.storage
  }

  /** Offset of the first byte in the storage. @internal */
  get byteOffset(): number {
    return this.#body.byteOffset
  }

  /** Strides in elements; null if contiguous in row-major order. @internal */
  get strides(): Strides | null {
    return this.#body.strides
  }

  /** Hooks of a leaf; other tensors' hooks are on their edge. @internal */
  get hooks(): GradientHooks | null {
    return this.#body.hooks
  }

  /** @internal */
  set hooks(hooks: GradientHooks | null) {
    this.#body.hooks = hooks
  }

  /** The objects that it keeps alive, for `scope`. @internal */
  [HELD](): unknown[] {
    const { storage, history, link, rewrite, gradient, hooks } = this.#body
    return [storage, history, link, rewrite, gradient, hooks]
  }

  /** Sizes of the dimensions. */
  get shape(): S {
    return this.#body.shape
  }

  /** Type of the elements. */
  get dtype(): DType {
    return this.#body.dtype
  }

  /** The edge of the graph that leads to the operation that made this tensor; null for leaves. @internal */
  get edge(): History | null {
    const body = this.#body
    const { link } = body
    if (link !== null && link.seen !== link.base.#body.rewrite) {
      if (!link.recorded) throw new RuntimeError(AMBIGUOUS_VIEW)
      link.seen = link.base.#body.rewrite
      if (link.seen !== null) body.history = link.seen(this, body.history)
    }
    return body.history
  }

  /** @internal */
  set edge(edge: History | null) {
    this.#body.history = edge
  }

  /** The base of a view, and whether its changes can be recorded; null if this is not a view. @internal */
  get viewOf(): { readonly base: Tensor; readonly recorded: boolean } | null {
    return this.#body.link
  }

  /** Replaces the history of this base and all its views after a recorded change in place. @internal */
  rewriteHistory(edge: History | null, ofView: Rewrite): void {
    this.#body.history = edge
    this.#body.rewrite = ofView
  }

  /** Always 'cpu'. */
  get device(): 'cpu' {
    return 'cpu'
  }

  /** True for tensors that were not made by a recorded operation. */
  get is_leaf(): boolean {
    return this.edge === null
  }

  /** Whether backward passes compute a gradient of this tensor. */
  get requires_grad(): boolean {
    return this.gradientTarget !== null
  }

  /** Where its gradient goes: its edge, the tensor itself if it is a leaf that requires grad, or null. @internal */
  get gradientTarget(): History | this | null {
    const body = this.#body
    const edge = body.link === null ? body.history : this.edge
    if (edge !== null) return edge
    return body.leafRequiresGrad ? this : null
  }

  /** Can only be set on float32 leaves. */
  set requires_grad(value: boolean) {
    if (typeof value !== 'boolean')
      throw new TypeError(`requires_grad must be a bool, but got ${describe(value)}`)
    if (this.edge !== null) {
      if (value) return
      throw new RuntimeError(
        "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().",
      )
    }
    if (value && this.dtype !== 'float32') {
      throw new RuntimeError('Only Tensors of floating point and complex dtype can require gradients')
    }
    this.#body.leafRequiresGrad = value
  }

  /** The accumulated gradient of all backward passes; null before the first. */
  get grad(): Tensor | null {
    this.#body.gradientIsOwn = false
    return this.#body.gradient
  }

  /** Sets a float32 tensor of the same shape, or null. */
  set grad(value: Tensor | null) {
    if (value !== null) this.checkGradient(value)
    this.replaceGradient(value)
  }

  /** Borrows the gradient: the caller must not retain it. @internal */
  get peekGrad(): Tensor | null {
    return this.#body.gradient
  }

  /** Takes ownership of a gradient. The next gradient frees it, unless `grad` was read. @internal */
  takeGrad(value: Tensor): void {
    this.replaceGradient(value)
    this.#body.gradientIsOwn = true
  }

  private replaceGradient(value: Tensor | null): void {
    const body = this.#body
    if (body.gradientIsOwn && value !== body.gradient) body.gradient?.storage.dispose()
    body.gradientIsOwn = false
    value?.storage.keep()
    body.gradient = value
  }

  private checkGradient(value: unknown): void {
    if (!(value instanceof Tensor)) {
      throw new TypeError(`assigned grad expected to be a Tensor or null but got ${describe(value)}`)
    }
    if ((value as unknown) === this) throw new RuntimeError("can't assign Variable as its own grad")
    if (this.dtype !== 'float32')
      throw new RuntimeError(`a tensor of dtype ${this.dtype} has no grad: only float32 has`)
    if (value.dtype !== 'float32' || !sameShape(value.shape, this.shape)) {
      throw new RuntimeError(
        `assigned grad must be float32 of the tensor's shape ${formatShape(this.shape)}, but got ${value.dtype} of shape ${formatShape(value.shape)}`,
      )
    }
  }

  /** Number of dimensions. */
  dim(): number
  dim(...none: unknown[]): number {
    if (none.length > 0) takesNothing('dim', none)
    return this.#body.shape.length
  }

  /** Number of elements. */
  numel(): number
  numel(...none: unknown[]): number {
    if (none.length > 0) takesNothing('numel', none)
    return numelOf(this.#body.shape)
  }

  /** The only element, as a number. Throws if there is not exactly one. */
  item(): number
  item(...none: unknown[]): number {
    if (none.length > 0) takesNothing('item', none)
    if (this.numel() !== 1)
      throw new RuntimeError(`a Tensor with ${this.numel()} elements cannot be converted to Scalar`)
    // Without allocating a copy, because training loops read every loss.
    const { value, bytes } = oneElement[this.dtype]
    this.storage.copyInto(bytes, this.byteOffset)
    return value[0]
  }

  /**
   * A row-major copy of the elements: a Float32Array, or the typed array of another dtype, given as
   * `indices.data<Int32Array>()`; uint8 and bool give a Uint8Array.
   */
  data<A extends TypedArray = Float32Array<ArrayBuffer>>(): A
  data<A extends TypedArray>(...none: unknown[]): A {
    if (none.length > 0) takesNothing('data', none)
    return elementsOf(this.dtype, readElements(this)) as A
  }

  /**
   * The elements as nested arrays, a number for 0-d; bool as booleans. Their type is as deep as the shape, {@link Nested} if its rank
   * is not known. Elements are numbers in it, and booleans only where the type says so, as that of `x.gt(0)`; for other tensors
   * of bool it can be given.
   *
   * @example
   * torch.zeros([2, 3]).tolist() // number[][]
   * mask.tolist<boolean[][]>()
   */
  tolist<L extends ListOf<S, number | boolean> = ListOf<S, ElementOf<this>>>(): L
  tolist(...none: unknown[]): Nested {
    if (none.length > 0) takesNothing('tolist', none)
    return nestedOf(this.data(), this.shape, this.dtype)
  }

  /** Address for a kernel, valid until the launch ends. The tensor must be contiguous. @internal */
  pointer(): number {
    const { strides, storage, byteOffset } = this.#body
    if (strides !== null) checkDense(this)
    return storage.pointer() + byteOffset
  }

  /** The same bytes from `elementOffset` on in another shape, outside of autograd. @internal */
  alias<T extends Shape>(shape: T, elementOffset = 0): Tensor<T> {
    if (this.#body.strides !== null) checkDense(this)
    return this.strided(shape, null, elementOffset)
  }

  /** A strided view that starts `elementOffset` elements after the first one, outside of autograd. @internal */
  strided<T extends Shape>(shape: T, strides: Strides | null, elementOffset: number): Tensor<T> {
    const offset = this.#body.byteOffset + elementOffset * bytesPerElement[this.#body.dtype]
    return new Tensor(shape, this.#body.dtype, this.#body.storage, offset, strides)
  }

  /** A strided view whose history follows that of this tensor. @internal */
  viewAs<T extends Shape>(
    shape: T,
    strides: Strides | null,
    elementOffset: number,
    recorded: boolean,
  ): Tensor<T> {
    const view = this.strided(shape, strides, elementOffset)
    const base = this.#body.link?.base ?? this
    view.#body.link = {
      base,
      recorded: recorded && (this.#body.link?.recorded ?? true),
      seen: base.#body.rewrite,
    }
    return view
  }

  /** A tensor that shares memory, outside of autograd. */
  detach(): Tensor<S>
  detach(...none: unknown[]): Tensor<S> {
    if (none.length > 0) takesNothing('detach', none)
    return this.strided(this.shape, this.#body.strides, 0)
  }

  /** Sets `requires_grad` and returns the tensor. */
  requires_grad_(requires_grad?: boolean | { requires_grad?: boolean }): this
  requires_grad_(...args: unknown[]): this {
    this.requires_grad = REQUIRES_GRAD.read(args)[0]
    return this
  }

  /** Frees the bytes now. Never needed, but frees memory early. All views lose the bytes too. */
  dispose(): void
  dispose(...none: unknown[]): void {
    if (none.length > 0) takesNothing('dispose', none)
    this.storage.dispose()
  }
}

/** A tensor with uninitialised elements, or with elements that `deferred` work will compute. @internal */
export function empty<S extends Shape>(
  op: string,
  shape: S,
  dtype: DType = 'float32',
  deferred: Deferred | null = null,
): Tensor<S> {
  const bytes = checkShape(op, shape) * bytesPerElement[dtype]
  const tensor = new Tensor(shape, dtype, new Storage(bytes, deferred), 0)
  if (watcher !== null) watcher.made(op, tensor)
  return tensor
}

/** Throws unless the elements are contiguous: otherwise a kernel or an alias would use wrong elements. */
function checkDense(x: Tensor): void {
  if (isDense(x)) return
  throw new Error(
    `softmargin: a kernel was given a tensor of shape ${formatShape(x.shape)} and strides ${formatShape(x.strides ?? [])} as if it were contiguous`,
  )
}

/** Checks that an argument is a tensor. */
export function checkTensor(op: string, argument: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof Tensor))
    throw new TypeError(`${op}: ${argument} must be a Tensor, but got ${describe(value)}`)
}

declare module '../call/kinds.js' {
  interface Kinds {
    Tensor: Tensor
  }
}

defineKind('Tensor', 'a Tensor', (value) => value instanceof Tensor)
