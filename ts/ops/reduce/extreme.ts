/** Maxima and minima along dimensions, and their indices. NaN counts as both. */
import { RuntimeError } from '../../base/errors.js'
import { apply, applyEach } from '../../graph/apply.js'
import { define, defineSeveral } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import type { DType } from '../../tensor/dtype.js'
import { gatherInto, scattered } from '../../tensor/gather.js'
import { normalizeDim, splitAt } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import {
  asRun,
  checkNotEmpty,
  type ReducedDims,
  type ReduceOptions,
  resolve,
  resultShape,
  runOf,
} from './dims.js'

type Kernel = (x: number, out: number, least: boolean, outer: number, axis: number, inner: number) => void

const valueKernels: Record<DType, Kernel> = {
  float32: (...operands) => kernels.max_axis(...operands),
  int32: (...operands) => kernels.max_axis_of_i32(...operands),
  uint8: (...operands) => kernels.max_axis_of_u8(...operands),
  bool: (...operands) => kernels.max_axis_of_u8(...operands),
}

const indexKernels: Record<DType, Kernel> = {
  float32: (...operands) => kernels.argmax_axis(...operands),
  int32: (...operands) => kernels.argmax_axis_of_i32(...operands),
  uint8: (...operands) => kernels.argmax_axis_of_u8(...operands),
  bool: (...operands) => kernels.argmax_axis_of_u8(...operands),
}

/** Equal extremes share the gradient evenly. The dimensions are adjacent. */
const valuesOf = (name: string, least: boolean) =>
  define<ReducedDims, { x: Tensor; out: Tensor }>({
    name,
    shape: resultShape,
    dtype: ([x]) => x.dtype,
    forward([x], out, { dims }) {
      valueKernels[x.dtype](x.pointer(), out.pointer(), least, ...runOf(x.shape, dims))
      return { x, out }
    },
    backward(upstream, { x, out }, { dims }) {
      const gradient = empty('backward', x.shape)
      const [up, extreme] = [upstream.pointer(), out.pointer()]
      kernels.max_axis_backward(up, x.pointer(), extreme, gradient.pointer(), ...runOf(x.shape, dims))
      return [gradient]
    },
  })

const indicesOf = (name: string, least: boolean) =>
  define<ReducedDims>({
    name,
    shape: resultShape,
    dtype: () => 'int32',
    forward([x], out, { dims }) {
      indexKernels[x.dtype](x.pointer(), out.pointer(), least, ...runOf(x.shape, dims))
    },
  })

/** Along one dimension; the first of equal extremes gets the gradient. */
const bothOf = (name: string, least: boolean) =>
  defineSeveral<ReducedDims, { indices: Tensor }>({
    name,
    results([x], reduction) {
      const shape = resultShape([x], reduction)
      return [
        { shape, dtype: x.dtype },
        { shape, dtype: 'int32' },
      ]
    },
    forward([x], [values, indices], { dims: [dim = 0] }) {
      indexKernels[x.dtype](x.pointer(), indices.pointer(), least, ...splitAt(x.shape, dim))
      gatherInto(values, x, indices, 1, dim)
      return { indices }
    },
    backward: ([upstream], { indices }, { dims: [dim = 0] }, { inputShapes: [shape] }) => [
      upstream === null ? null : scattered(upstream, indices, 1, dim, shape),
    ],
  })

const amaxRecord = valuesOf('amax', false)
const aminRecord = valuesOf('amin', true)
const argmaxRecord = indicesOf('argmax', false)
const argminRecord = indicesOf('argmin', true)
const maxRecord = bothOf('max', false)
const minRecord = bothOf('min', true)

function reduceValues(op: string, record: typeof amaxRecord, x: Tensor, options?: ReduceOptions): Tensor {
  const reduction = resolve(op, x, options)
  checkNotEmpty(op, x, reduction.dims)
  return asRun(x, reduction, (run, own) => apply(record, [run], own))
}

/** The maxima over `dim`, or over all dimensions; errors name `op`. */
export const amax = (x: Tensor, options?: ReduceOptions, op = 'amax'): Tensor =>
  reduceValues(op, amaxRecord, x, options)

/** The minima over `dim`, or over all dimensions. */
export const amin = (x: Tensor, options?: ReduceOptions, op = 'amin'): Tensor =>
  reduceValues(op, aminRecord, x, options)

function reduceToIndices(record: typeof argmaxRecord, x: Tensor, options: ReduceOptions): Tensor {
  const { name } = record
  const reduction = resolve(name, x, options)
  checkNotEmpty(name, x, reduction.dims)
  if (x.dtype === 'bool') throw new RuntimeError(`${name}(): does not support bool input`)
  return apply(record, [x], reduction)
}

/** Index of the first maximum over `dim`, or over all dimensions, as int32. */
export const argmax = (x: Tensor, options: ReduceOptions): Tensor => reduceToIndices(argmaxRecord, x, options)

/** Index of the first minimum over `dim`, or over all dimensions, as int32. */
export const argmin = (x: Tensor, options: ReduceOptions): Tensor => reduceToIndices(argminRecord, x, options)

function reduceToBoth(record: typeof maxRecord, x: Tensor, dim: number, keepdim: boolean): Tensor[] {
  const at = normalizeDim(dim, x.dim())
  const dims = x.dim() === 0 ? [] : [at]
  checkNotEmpty(record.name, x, dims)
  return applyEach(record, [x], { dims, keepdim })
}

/** The maxima along `dim`, and the index of the first of each. */
export const max = (x: Tensor, dim: number, keepdim: boolean): Tensor[] =>
  reduceToBoth(maxRecord, x, dim, keepdim)

/** The minima along `dim`, and the index of the first of each. */
export const min = (x: Tensor, dim: number, keepdim: boolean): Tensor[] =>
  reduceToBoth(minRecord, x, dim, keepdim)
