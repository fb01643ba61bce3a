/** Resizing of images, one dimension after the other. */
import { RuntimeError, ValueError } from '../../base/errors.js'
import { to } from '../../tensor/convert.js'
import { tensor } from '../../tensor/create.js'
import { checkShape, formatShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { add, mul } from '../elementwise/binary.js'
import { clamp } from '../elementwise/math.js'
import { clone } from '../shape/clone.js'
import { index_select } from '../shape/index_select.js'
import { reshape } from '../shape/view.js'

/** How pixels between those of the image are found; names of torch. */
export type ResizeMode = 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'trilinear' | 'bicubic'

/** One dimension: its size before and after, and what a step of the result is in the input. */
export interface Axis {
  readonly size: number
  readonly output: number
  /** The factor that was given, or null for that of the sizes. */
  readonly factor: number | null
}

/** For each element of the result an element of the input and its weight. */
interface Tap {
  readonly from: number[]
  readonly weight: number[]
}

/** Rounds to float32, as torch computes places; for bytes in float64. */
type Round = (x: number) => number

const { fround } = Math

/** The distance of neighbours of the result in the input. */
const stepOf = ({ size, output, factor }: Axis, alignCorners: boolean, round: Round): number => {
  if (alignCorners) return output > 1 ? round((size - 1) / (output - 1)) : 0
  return factor === null ? round(size / output) : round(1 / factor)
}

const clamped = (i: number, size: number) => Math.min(Math.max(i, 0), size - 1)

function nearest(axis: Axis, shift: number): Tap[] {
  const { size, output } = axis
  const step = stepOf(axis, false, fround)
  const from = Array.from({ length: output }, (_, i) => {
    if (shift === 0 && (output === size || output === 2 * size)) return Math.floor((i * size) / output)
    return Math.min(Math.floor(fround(fround(i + shift) * step)), size - 1)
  })
  return [{ from, weight: [] }]
}

/** The place of element `i` of the result in the input. */
const placeOf = (i: number, step: number, alignCorners: boolean, round: Round) =>
  alignCorners ? round(step * i) : round(round(step * (i + 0.5)) - 0.5)

function linear(axis: Axis, alignCorners: boolean, round: Round): Tap[] {
  const { size, output } = axis
  const step = stepOf(axis, alignCorners, round)
  const places = Array.from({ length: output }, (_, i) =>
    size === output ? i : Math.max(placeOf(i, step, alignCorners, round), 0),
  )
  const first = places.map((place) => clamped(Math.floor(place), size))
  const second = places.map((place, i) => Math.min(round(place - first[i]), 1))
  return [
    { from: first, weight: second.map((weight) => 1 - weight) },
    { from: first.map((i) => Math.min(i + 1, size - 1)), weight: second },
  ]
}

/** Of cubic convolution (Keys 1981). */
const A = -0.75
const near = (x: number) => ((A + 2) * x - (A + 3)) * x * x + 1
const far = (x: number) => ((A * x - 5 * A) * x + 8 * A) * x - 4 * A

function cubic(axis: Axis, alignCorners: boolean, round: Round): Tap[] {
  const { size, output } = axis
  const step = stepOf(axis, alignCorners, round)
  const places = Array.from({ length: output }, (_, i) => placeOf(i, step, alignCorners, round))
  const fractions = places.map((place) => round(place - Math.floor(place)))
  const weights = [(t: number) => far(t + 1), near, (t: number) => near(1 - t), (t: number) => far(2 - t)]
  return weights.map((weight, k) => ({
    from: places.map((place) => clamped(Math.floor(place) + k - 1, size)),
    weight: fractions.map(weight),
  }))
}

function tapsOf(axis: Axis, mode: ResizeMode, alignCorners: boolean, round: Round): Tap[] {
  if (mode === 'nearest') return nearest(axis, 0)
  if (mode === 'nearest-exact') return nearest(axis, 0.5)
  return mode === 'bicubic' ? cubic(axis, alignCorners, round) : linear(axis, alignCorners, round)
}

/** The weights of one element of the input together, at its first tap. */
function merged(taps: readonly Tap[]): Tap[] {
  const results = taps.map(({ from, weight }) => ({ from, weight: [...weight] }))
  results.forEach(({ from, weight }, k) => {
    from.forEach((at, i) => {
      const first = results.findIndex((tap) => tap.from[i] === at)
      if (first === k) return
      results[first].weight[i] += weight[i]
      weight[i] = 0
    })
  })
  return results
}

/** Weights as multiples of a power of 2 that 16 bits hold, as torch's for bytes. */
function quantized(all: readonly Tap[]): Tap[] {
  const taps = merged(all)
  const largest = taps.reduce((most, { weight }) => weight.reduce((a, b) => Math.max(a, b), most), 0)
  let unit = 1
  while (Math.floor(0.5 + largest * unit * 2) < 2 ** 15 && unit < 2 ** 22) unit *= 2
  return taps.map(({ from, weight }) => ({
    from,
    weight: weight.map((w) => (Math.sign(w) * Math.floor(0.5 + Math.abs(w) * unit)) / unit),
  }))
}

/** `x` with its last dimensions resized as `axes` say. */
export function resize(x: Tensor, axes: readonly Axis[], mode: ResizeMode, alignCorners: boolean): Tensor {
  const first = x.dim() - axes.length
  checkShape('interpolate', [...x.shape.slice(0, first), ...axes.map(({ output }) => output)])
  if (axes.some(({ size, output }) => size < 1 || output < 1) || x.shape.slice(1).includes(0)) {
    throw new RuntimeError(
      `Input and output sizes should be greater than 0, but got input ${formatShape(x.shape)} and output [${axes.map(({ output }) => output)}]`,
    )
  }
  if (x.dtype !== 'float32' && x.dtype !== 'uint8')
    throw new RuntimeError(`interpolate: "${mode}" not implemented for ${x.dtype}`)
  let result = x
  const isNearest = mode.startsWith('nearest')
  for (let i = axes.length - 1; i >= 0; i--) {
    if (axes[i].size === axes[i].output && (axes[i].factor ?? 1) === 1) continue
    if (isNearest || x.dtype === 'float32') {
      result = alongAxis(result, first + i, tapsOf(axes[i], mode, alignCorners, fround))
      continue
    }
    // Bytes are rounded after each dimension, as torch does.
    const taps = quantized(tapsOf(axes[i], mode, alignCorners, (place) => place))
    const sums = alongAxis(to(result, 'float32'), first + i, taps)
    result = to(clamp(add(sums, 0.5), { min: 0, max: 255 }), 'uint8')
  }
  return result === x ? clone(x) : result
}

function alongAxis(x: Tensor, dim: number, taps: readonly Tap[]): Tensor {
  const ones = x.shape.slice(dim + 1).map(() => 1)
  const parts = taps.map(({ from, weight }) => {
    const part = index_select(x, dim, tensor(Int32Array.from(from)))
    if (weight.length === 0) return part
    return mul(part, reshape(tensor(Float32Array.from(weight)), [weight.length, ...ones]))
  })
  return parts.reduce((sum, part) => add(sum, part))
}

/** The modes of each number of dimensions. */
const MODES: Record<ResizeMode, readonly number[]> = {
  nearest: [1, 2, 3],
  'nearest-exact': [1, 2, 3],
  linear: [1],
  bilinear: [2],
  trilinear: [3],
  bicubic: [2],
}

/** Throws unless images of `dims` dimensions can be resized so. */
export function checkMode(mode: string, dims: number): asserts mode is ResizeMode {
  const known = MODES[mode as ResizeMode] as readonly number[] | undefined
  if (known?.includes(dims)) return
  if (known === undefined)
    throw new ValueError(
      `interpolate: unknown mode '${mode.slice(0, 40)}', expected one of ${Object.keys(MODES).join(', ')} or area`,
    )
  throw new ValueError(
    `Got ${dims + 2}D input, but ${mode} mode needs ${known.map((n) => n + 2).join(' or ')}D input`,
  )
}
