/// <reference lib="esnext.disposable" preserve="true" />
/** The methods of {@link Tensor}: most are the function of the same name with the tensor in front. */
import { backward } from '../autograd/backward.js'
import { type Hook, type RemovableHandle, register_hook, retain_grad } from '../autograd/hooks.js'
import type { TensorLike } from '../ops/convert.js'
import { to } from '../ops/convert.js'
import * as inPlace from '../ops/in_place.js'
import * as ops from '../ops/index.js'
import type { ReduceOptions } from '../ops/reduce.js'
import { at } from '../ops/slice.js'
import type { Random } from '../random/fill.js'
import * as random from '../random/in_place.js'
import type { DType } from './dtype.js'
import { format } from './format.js'
import type { Shape } from './shape.js'
import { Tensor } from './tensor.js'

declare module './tensor.js' {
  interface Tensor<S extends Shape = Shape> {
    /** `this + other`. */
    add(other: TensorLike): Tensor
    /** `this - other`. */
    sub(other: TensorLike): Tensor
    /** `this * other`, element by element. */
    mul(other: TensorLike): Tensor
    /** `this / other`, element by element. */
    div(other: TensorLike): Tensor
    /** `-x`. */
    neg(): Tensor<S>
    /** `|x|`. */
    abs(): Tensor<S>
    /** `e^x`. */
    exp(): Tensor<S>
    /** Natural logarithm. */
    log(): Tensor<S>
    /** Square root. */
    sqrt(): Tensor<S>
    /** `max(x, 0)`. */
    relu(): Tensor<S>
    /** `1 / (1 + e^-x)`. */
    sigmoid(): Tensor<S>
    /** Hyperbolic tangent. */
    tanh(): Tensor<S>
    /** `exp(x) / Σ exp(x)` along `dim`. */
    softmax(dim: number): Tensor<S>
    /** The logarithm of the softmax along `dim`. */
    log_softmax(dim: number): Tensor<S>
    /** `this ^ exponent`. */
    pow(exponent: number): Tensor<S>
    /** Held within `[min, max]`. */
    clamp(bounds: { min?: number; max?: number }): Tensor<S>
    /** `this > other`, as bool. */
    gt(other: TensorLike): Tensor
    /** `this >= other`, as bool. */
    ge(other: TensorLike): Tensor
    /** `this < other`, as bool. */
    lt(other: TensorLike): Tensor
    /** `this <= other`, as bool. */
    le(other: TensorLike): Tensor
    /** `this == other`, as bool. */
    eq(other: TensorLike): Tensor
    /** `this != other`, as bool. */
    ne(other: TensorLike): Tensor
    /** Matrix product. */
    matmul(other: Tensor): Tensor
    /** Sum over `dim`, or of everything. */
    sum(options?: ReduceOptions): Tensor
    /** Mean over `dim`, or of everything. */
    mean(options?: ReduceOptions): Tensor
    /** Maximum over `dim`, or of everything. */
    amax(options?: ReduceOptions): Tensor
    /** Index of the first maximum. */
    argmax(options?: { dim?: number; keepdim?: boolean }): Tensor
    /** The same elements in another shape, sharing memory; one size may be -1. */
    reshape(shape: Shape): Tensor
    /** Same as {@link reshape}: every tensor is contiguous. */
    view(shape: Shape): Tensor
    /** Dimensions `start_dim` to `end_dim` as one. */
    flatten(start_dim?: number, end_dim?: number): Tensor
    /** A dimension of size 1 more, before `dim`. */
    unsqueeze(dim: number): Tensor
    /** Without dimension `dim` if its size is 1, or without all of size 1. */
    squeeze(dim?: number): Tensor
    /** Repeated to `shape`; a copy. */
    expand(shape: Shape): Tensor
    /** Dimensions in the order `dims`; a copy. */
    permute(dims: readonly number[]): Tensor
    /** Two dimensions exchanged; a copy. */
    transpose(dim0: number, dim1: number): Tensor
    /** Rows and columns exchanged; a copy. */
    t(): Tensor
    /** Element `index` of dimension `dim`; a view where its elements lie together. */
    select(dim: number, index: number): Tensor
    /** Elements `start` to `start + length` of dimension `dim`; a view where they lie together. */
    narrow(dim: number, start: number, length: number): Tensor
    /** Elements `start` to `end` of dimension `dim`, every `step`-th; a view where they lie together. */
    slice(dim?: number, start?: number | null, end?: number | null, step?: number): Tensor
    /** The part of the first dimensions at `indices`, 0-d where all are given; a view, part of autograd. */
    at(...indices: number[]): Tensor
    /** `value` where `mask`, a bool tensor, is true; elsewhere the elements as they are. */
    masked_fill(mask: Tensor, value: TensorLike): Tensor
    /** `this` where `condition` is true, else `other`. */
    where(condition: Tensor, other: TensorLike): Tensor
    /** Elements of dimension `dim` at `indices`. */
    index_select(dim: number, indices: Tensor): Tensor
    /** The elements as another type; the tensor itself where it has that type. */
    to(dtype: DType): Tensor<S>
    /** The elements as float32. */
    float(): Tensor<S>
    /** A copy, part of autograd. */
    clone(): Tensor<S>
    /** Overwrites the elements with those of `from`, broadcast. */
    copy_(from: TensorLike): this
    /** Overwrites every element with `value`. */
    fill_(value: number): this
    /** Overwrites every element with 0. */
    zero_(): this
    /** `this += other`. */
    add_(other: TensorLike): this
    /** `this -= other`. */
    sub_(other: TensorLike): this
    /** `this *= other`. */
    mul_(other: TensorLike): this
    /** `this /= other`. */
    div_(other: TensorLike): this
    /** Overwrites the elements where `mask`, a bool tensor, is true. */
    masked_fill_(mask: Tensor, value: TensorLike): this
    /** Overwrites the elements with uniform values from [from, to), by default [0, 1). */
    uniform_(from?: number, to?: number, options?: Random): this
    /** Overwrites the elements with normal values, by default of mean 0 and standard deviation 1. */
    normal_(mean?: number, std?: number, options?: Random): this
    /** Overwrites the elements with 1 with probability `p`, 0.5 by default or each its own, else 0. */
    bernoulli_(p?: Tensor | number, options?: Random): this
    /** Overwrites the elements with whole numbers from [from, to), or from [0, from). */
    random_(from?: number, to?: number, options?: Random): this
    /**
     * Adds d(this)/d(leaf) to `grad` of every leaf that requires it.
     *
     * @param gradient d(something)/d(this); may be left out for one element, where it is 1
     * @param options `retain_graph` keeps what a second backward pass needs
     */
    backward(gradient?: Tensor | null, options?: { retain_graph?: boolean }): void
    /**
     * Calls `hook` with the gradient of this tensor in every backward pass, once it is complete. A
     * tensor that the hook returns takes its place.
     *
     * @throws RuntimeError unless the tensor requires grad
     * @example const handle = x.register_hook((gradient) => gradient.clamp({ min: -1, max: 1 }))
     */
    register_hook(hook: Hook): RemovableHandle
    /** Makes backward passes add to `grad` of this tensor although it is no leaf. */
    retain_grad(): void
    /** As torch prints it. */
    toString(): string
    /** For `JSON.stringify`: nested arrays, or a number for 0-d. NaN and infinities, which JSON lacks, become null there. */
    toJSON(): Nested
    /**
     * The number of a tensor of one element, for `Number(x)`; its printed form in template strings.
     *
     * @throws TypeError for other tensors: operators such as `x * 2` do not work on them
     */
    [Symbol.toPrimitive](hint: string): string | number
    /** Same as {@link dispose}, for `using`. */
    [Symbol.dispose](): void
  }
}

const methods: ThisType<Tensor> & Record<string, unknown> = {
  add(other: TensorLike) {
    return ops.add(this, other)
  },
  sub(other: TensorLike) {
    return ops.sub(this, other)
  },
  mul(other: TensorLike) {
    return ops.mul(this, other)
  },
  div(other: TensorLike) {
    return ops.div(this, other)
  },
  gt(other: TensorLike) {
    return ops.gt(this, other)
  },
  ge(other: TensorLike) {
    return ops.ge(this, other)
  },
  lt(other: TensorLike) {
    return ops.lt(this, other)
  },
  le(other: TensorLike) {
    return ops.le(this, other)
  },
  eq(other: TensorLike) {
    return ops.eq(this, other)
  },
  ne(other: TensorLike) {
    return ops.ne(this, other)
  },
  neg() {
    return ops.neg(this)
  },
  abs() {
    return ops.abs(this)
  },
  exp() {
    return ops.exp(this)
  },
  log() {
    return ops.log(this)
  },
  sqrt() {
    return ops.sqrt(this)
  },
  relu() {
    return ops.relu(this)
  },
  sigmoid() {
    return ops.sigmoid(this)
  },
  tanh() {
    return ops.tanh(this)
  },
  softmax(dim: number) {
    return ops.softmax(this, dim)
  },
  log_softmax(dim: number) {
    return ops.log_softmax(this, dim)
  },
  pow(exponent: number) {
    return ops.pow(this, exponent)
  },
  clamp(bounds?: { min?: number; max?: number }) {
    return ops.clamp(this, bounds)
  },
  matmul(other: Tensor) {
    return ops.matmul(this, other)
  },
  sum(options?: ReduceOptions) {
    return ops.sum(this, options)
  },
  mean(options?: ReduceOptions) {
    return ops.mean(this, options)
  },
  amax(options?: ReduceOptions) {
    return ops.amax(this, options)
  },
  argmax(options?: { dim?: number; keepdim?: boolean }) {
    return ops.argmax(this, options)
  },
  reshape(shape: Shape) {
    return ops.reshape(this, shape)
  },
  view(shape: Shape) {
    return ops.reshape(this, shape)
  },
  flatten(start_dim?: number, end_dim?: number) {
    return ops.flatten(this, start_dim, end_dim)
  },
  unsqueeze(dim: number) {
    return ops.unsqueeze(this, dim)
  },
  squeeze(dim?: number) {
    return ops.squeeze(this, dim)
  },
  expand(shape: Shape) {
    return ops.expand(this, shape)
  },
  permute(dims: readonly number[]) {
    return ops.permute(this, dims)
  },
  transpose(dim0: number, dim1: number) {
    return ops.transpose(this, dim0, dim1)
  },
  t() {
    return ops.t(this)
  },
  select(dim: number, index: number) {
    return ops.select(this, dim, index)
  },
  narrow(dim: number, start: number, length: number) {
    return ops.narrow(this, dim, start, length)
  },
  slice(dim?: number, start?: number | null, end?: number | null, step?: number) {
    return ops.slice(this, dim, start, end, step)
  },
  at(...indices: number[]) {
    return at(this, ...indices)
  },
  masked_fill(mask: Tensor, value: TensorLike) {
    return ops.masked_fill(this, mask, value)
  },
  where(condition: Tensor, other: TensorLike) {
    return ops.where(condition, this, other)
  },
  index_select(dim: number, indices: Tensor) {
    return ops.index_select(this, dim, indices)
  },
  clone() {
    return ops.clone(this)
  },
  to(dtype: DType) {
    return to(this, dtype)
  },
  float() {
    return to(this, 'float32')
  },
  copy_(from: TensorLike) {
    return inPlace.copy_(this, from)
  },
  fill_(value: number) {
    return inPlace.copy_(this, value)
  },
  zero_() {
    return inPlace.copy_(this, 0)
  },
  add_(other: TensorLike) {
    return inPlace.update(this, 'add_', other, () => ops.add(this, other))
  },
  mul_(other: TensorLike) {
    return inPlace.update(this, 'mul_', other, () => ops.mul(this, other))
  },
  sub_(other: TensorLike) {
    return inPlace.update(this, 'sub_', other, () => ops.sub(this, other))
  },
  div_(other: TensorLike) {
    return inPlace.update(this, 'div_', other, () => ops.div(this, other))
  },
  masked_fill_(mask: Tensor, value: TensorLike) {
    return inPlace.update(this, 'masked_fill_', value, () => ops.masked_fill(this, mask, value))
  },
  register_hook(hook: Hook) {
    return register_hook(this, hook)
  },
  retain_grad() {
    retain_grad(this)
  },
  uniform_(from = 0, to = 1, options?: Random) {
    return random.uniform_(this, from, to, options)
  },
  normal_(mean = 0, std = 1, options?: Random) {
    return random.normal_(this, mean, std, options)
  },
  bernoulli_(p: Tensor | number = 0.5, options?: Random) {
    return random.bernoulli_(this, p, options)
  },
  random_(from?: number, to?: number, options?: Random) {
    return random.random_(this, from, to, options)
  },
  backward(gradient?: Tensor | null, { retain_graph = false }: { retain_graph?: boolean } = {}) {
    backward(this, gradient ?? undefined, retain_graph)
  },
  toString() {
    return format(this)
  },
}

for (const name of Reflect.ownKeys(methods)) {
  Object.defineProperty(Tensor.prototype, name, {
    value: Reflect.get(methods, name),
    writable: true,
    configurable: true,
  })
}

// Runtimes from before `using` have no such symbol.
if (Symbol.dispose !== undefined) Tensor.prototype[Symbol.dispose] = Tensor.prototype.dispose
