/** Reductions, softmax, sums so far, and orders. */

import type { Converters } from '../convert.js'
import { TYPES } from '../graph.js'
import type { Site } from '../site.js'
import { dimsOf, isFixed } from '../sizes.js'
import { onIntegers } from './elementwise.js'

interface Reduction {
  readonly axes: number[]
  readonly keepdims: number
}

const reductionOf = (site: Site): Reduction => ({
  axes: [...site.option<readonly number[]>('dims')],
  keepdims: Number(site.option<boolean>('keepdim')),
})

/** A reduction whose axes are an attribute. */
function reduced(site: Site, type: string, x: string, { axes, keepdims }: Reduction): string {
  return axes.length === 0 ? x : site.add(type, [x], { axes, keepdims })
}

/** The sum, whose axes are an input. */
const summed = (site: Site, x: string, { axes, keepdims }: Reduction): string =>
  axes.length === 0 ? x : site.add('ReduceSum', [x, site.integers(axes)], { keepdims })

const byAttribute = (type: string) => (site: Site) =>
  onIntegers(site, [site.in(0)], ([x]) => {
    if (site.dtype() !== 'bool') return reduced(site, type, x, reductionOf(site))
    return site.cast(reduced(site, type, site.cast(x, 'int32'), reductionOf(site)), 'bool')
  })

function sum(site: Site): string {
  const x =
    site.dtype() === 'float32' || site.dtype() === 'int32' ? site.in(0) : site.cast(site.in(0), 'int32')
  return summed(site, x, reductionOf(site))
}

function prod(site: Site): string {
  const x =
    site.dtype() === 'float32' || site.dtype() === 'int32' ? site.in(0) : site.cast(site.in(0), 'int32')
  return reduced(site, 'ReduceProd', x, reductionOf(site))
}

/** Indices of int64, which are int32 here. */
function argument(site: Site, type: string): string {
  const { axes, keepdims } = reductionOf(site)
  if (axes.length === 1) return site.cast(site.add(type, [site.in(0)], { axis: axes[0], keepdims }), 'int32')
  const flat = site.add('Reshape', [site.in(0), site.integers([-1])])
  const index = site.cast(site.add(type, [flat], { axis: 0, keepdims: 0 }), 'int32')
  return keepdims === 0 ? index : site.add('Reshape', [index, site.integers(new Array(site.rank()).fill(1))])
}

const both = (values: string, indices: string) => (site: Site) => {
  const reduction = reductionOf(site)
  if (reduction.axes.length === 0) return [site.in(0), site.numbers([0], [], 'int32')]
  const x = site.in(0)
  const index = site.add(indices, [x], { axis: reduction.axes[0], keepdims: reduction.keepdims })
  return [reduced(site, values, x, reduction), site.cast(index, 'int32')]
}

/** The mean of squared distances to the mean, of `n - correction` elements. */
function variance(site: Site): string {
  const { axes, keepdims } = reductionOf(site)
  const correction = site.option<number>('correction')
  if (axes.length === 0) site.fail('of a single element has no form in ONNX here')
  const x = site.in(0)
  const distance = site.add('Sub', [x, site.add('ReduceMean', [x], { axes, keepdims: 1 })])
  const square = site.add('Mul', [distance, distance])
  const mean = site.add('ReduceMean', [square], { axes, keepdims })
  if (correction === 0) return mean
  if (!axes.every((axis) => isFixed(site.size(axis))))
    return site.fail('with a correction takes one size of the dimensions that it reduces')
  const count = axes.reduce((product, axis) => product * site.fixed(axis), 1)
  return site.add('Mul', [mean, site.numbers([count / Math.max(count - correction, 0)])])
}

const softmax = (type: string) => (site: Site) =>
  site.rank() === 0
    ? site.fail('of a scalar has no form in ONNX here')
    : site.add(type, [site.in(0)], { axis: site.option<number>('dim') })

/** A reduction of all `axes`, in the shape of the result. */
function shaped(site: Site, type: string, axes: number[]): string {
  const x = site.in(0)
  const result = axes.length === 0 ? site.add('Abs', [x]) : site.add(type, [x], { axes, keepdims: 1 })
  const rank = site.result.shapes[0].length
  if (rank === site.rank()) return result
  return site.add('Squeeze', [result, site.integers(axes)])
}

function norm(site: Site): string {
  const p = (site.given.options[0] as { p: number }).p
  const axes = [...site.option<readonly number[]>('dims')]
  if (p === 1) return shaped(site, 'ReduceL1', axes)
  if (p === 2) return shaped(site, 'ReduceL2', axes)
  if (!Number.isFinite(p)) {
    const size = site.add('Abs', [site.in(0)])
    const keepdims = Number(site.result.shapes[0].length === site.rank())
    return reduced(site, p > 0 ? 'ReduceMax' : 'ReduceMin', size, { axes, keepdims })
  }
  if (p === 0) return site.fail('of order 0 has no form in ONNX here')
  const powers = site.add('Pow', [site.add('Abs', [site.in(0)]), site.numbers([p])])
  const keepdims = Number(site.result.shapes[0].length === site.rank())
  return site.add('Pow', [summed(site, powers, { axes, keepdims }), site.numbers([1 / p])])
}

/** The options are the shape of the result with size 1 for each reduced dimension. */
function logsumexp(site: Site): string {
  const kept = site.given.options as readonly (readonly number[])[]
  const sizes = dimsOf(site.shapes())
  const reducedDims = sizes.flatMap((size, dim) =>
    size.some((each, run) => each !== kept[run][dim]) ? [dim] : [],
  )
  const x =
    reducedDims.length === 0
      ? site.in(0)
      : site.add('ReduceLogSumExp', [site.in(0)], { axes: reducedDims, keepdims: 1 })
  return site.reshape(x, { shapes: kept, name: () => x }, dimsOf(site.result.shapes))
}

const truth = (type: string) => (site: Site) => {
  const x = site.cast(site.in(0), 'int32')
  return site.cast(reduced(site, type, x, reductionOf(site)), 'bool')
}

/** The greatest or least elements, ordered. */
function chosen(site: Site, k: string, largest: number): string[] {
  const axis = site.option<number>('dim')
  const [values, indices] = site.addEach('TopK', [site.in(0), k], 2, { axis, largest, sorted: 1 })
  return [values, site.cast(indices, 'int32')]
}

function sort(site: Site): string[] {
  const axis = site.option<number>('dim')
  const size = site.sizes.vector(site.size(axis)) ?? site.failOfSizes()
  return chosen(site, size, Number(site.option<boolean>('descending')))
}

/** Inputs are the indices [bags, indices], where bags start, the table and perhaps a factor for each index. */
function embeddingBag(site: Site): string {
  if (site.rank() !== 2) site.fail('with offsets has no form in ONNX here')
  const [mode, padding] = [site.option<string>('mode'), site.option<number>('padding')]
  const along = { axes: [1], keepdims: 0 }
  const column = (x: string) => site.add('Unsqueeze', [x, site.integers([2])])
  let rows = site.add('Gather', [site.in(2), site.in(0)], { axis: 0 })
  if (site.count > 3) rows = site.add('Mul', [rows, column(site.in(3))])
  if (padding < 0) {
    if (mode === 'sum') return summed(site, rows, along)
    return site.add(mode === 'max' ? 'ReduceMax' : 'ReduceMean', [rows], along)
  }
  if (mode === 'max') site.fail('of maxima with padding_idx has no form in ONNX here')
  const isPadding = site.add('Equal', [site.in(0), site.numbers([padding], [], 'int32')])
  const counts = column(site.cast(site.add('Not', [isPadding]), 'float32'))
  const sum = summed(site, site.add('Mul', [rows, counts]), along)
  if (mode === 'sum') return sum
  // An empty bag gives 0.
  return site.add('Div', [sum, site.add('Max', [summed(site, counts, along), site.numbers([1])])])
}

export const reduce: Converters = {
  embedding_bag: embeddingBag,
  sum,
  mean: (site) => reduced(site, 'ReduceMean', site.in(0), reductionOf(site)),
  amax: byAttribute('ReduceMax'),
  amin: byAttribute('ReduceMin'),
  prod,
  argmax: (site) => argument(site, 'ArgMax'),
  argmin: (site) => argument(site, 'ArgMin'),
  max: both('ReduceMax', 'ArgMax'),
  min: both('ReduceMin', 'ArgMin'),
  var: variance,
  std: (site) => site.add('Sqrt', [variance(site)]),
  vector_norm: norm,
  logsumexp,
  any: truth('ReduceMax'),
  all: truth('ReduceMin'),
  softmax: softmax('Softmax'),
  log_softmax: softmax('LogSoftmax'),
  cumsum: (site) => {
    const x = site.dtype() === 'float32' ? site.in(0) : site.cast(site.in(0), 'int32')
    const axis = site.add('Cast', [site.numbers([site.option<number>('dim')], [], 'int32')], {
      to: TYPES.int32,
    })
    return site.rank() === 0 ? x : site.add('CumSum', [x, axis])
  },
  topk: (site) =>
    chosen(site, site.integers([site.option<number>('k')]), Number(site.option<boolean>('largest'))),
  sort,
}
