/** Quantiles along a dimension. */
import { RuntimeError } from '../../base/errors.js'
import { tensor } from '../../tensor/create.js'
import { normalizeDim, type Shape } from '../../tensor/shape.js'
import { Tensor } from '../../tensor/tensor.js'
import { add, eq, mul, sub } from '../elementwise/binary.js'
import { sum } from '../reduce/reduce.js'
import { permute, transpose } from '../shape/permute.js'
import { flatten, reshape } from '../shape/view.js'
import { choose, choosing } from './chosen.js'
import { sort } from './sort.js'

/** Elements at places of sorted lines, `count` of each. */
const record = choosing<{ dim: number; places: readonly number[]; count: number }>(
  'quantile',
  ({ shape: [lines] }, { count }) => [lines, count],
  (_x, indices, { places }) => indices.storage.write(0, new Uint8Array(Int32Array.from(places).buffer)),
)

const roundToEven = (x: number) => {
  const below = Math.floor(x)
  return x - below === 0.5 ? below + (below % 2) : Math.round(x)
}

type Place = (rank: number) => number

/** The places whose elements a quantile lies between, by its rank; 'linear' weighs them by it, 'midpoint' evenly. */
const INTERPOLATIONS: Readonly<Record<string, readonly [Place, Place]>> = {
  linear: [Math.floor, Math.ceil],
  midpoint: [Math.floor, Math.ceil],
  lower: [Math.floor, Math.floor],
  higher: [Math.ceil, Math.ceil],
  nearest: [roundToEven, roundToEven],
}

export interface QuantileOptions {
  readonly dim: number | null
  readonly keepdim: boolean
  readonly interpolation: string
}

/** The quantiles `q` of `x`, from 0 to 1: of several as the first dimension. `quantile` of a line with NaN is NaN, `nanquantile` ignores NaN. */
export function quantile(
  op: 'quantile' | 'nanquantile',
  x: Tensor,
  q: Tensor | number,
  { dim, keepdim, interpolation }: QuantileOptions,
): Tensor {
  const wanted = quantilesOf(x, q, interpolation)
  const at = dim === null ? 0 : normalizeDim(dim, x.dim())
  const flat = dim === null || x.dim() === 0 ? flatten(x) : x
  const last = permute(flat, [...flat.shape.keys()].filter((i) => i !== at).concat(at))
  const size = flat.shape[at]
  const lines = flat.numel() / size
  const [sorted] = sort(reshape(last, [lines, size]), 1, false)
  const found = interpolated(op, sorted, q, wanted, interpolation)
  const kept = x.shape.map((length, i) => (dim === null || i === at ? 1 : length))
  const shape = keepdim ? kept : kept.filter((_, i) => dim !== null && i !== at)
  return shaped(found, q, shape)
}

function shaped(found: Tensor, q: Tensor | number, shape: Shape): Tensor {
  const isVector = q instanceof Tensor && q.dim() === 1
  return reshape(transpose(found, 0, 1), isVector ? [found.shape[1], ...shape] : shape)
}

function quantilesOf(x: Tensor, q: Tensor | number, interpolation: string): readonly number[] {
  if (!Object.hasOwn(INTERPOLATIONS, interpolation))
    throw new RuntimeError(
      `quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ${interpolation}`,
    )
  if (x.numel() === 0) throw new RuntimeError('quantile() input tensor must be non-empty')
  if (x.dtype !== 'float32')
    throw new RuntimeError('quantile() input tensor must be either float or double dtype')
  if (q instanceof Tensor && q.dim() > 1)
    throw new RuntimeError(`quantile() q must be a scalar or 1D tensor, but got a ${q.dim()}D tensor`)
  if (q instanceof Tensor && q.dtype !== 'float32')
    throw new RuntimeError('quantile() q tensor must be same dtype as the input tensor')
  const wanted = q instanceof Tensor ? Array.from(q.data()) : [Math.fround(q)]
  if (!wanted.every((value) => value >= 0 && value <= 1))
    throw new RuntimeError('quantile() q values must be in the range [0, 1]')
  return wanted
}

/** [lines, quantiles] of sorted lines. */
function interpolated(
  op: string,
  sorted: Tensor,
  q: Tensor | number,
  wanted: readonly number[],
  interpolation: string,
): Tensor {
  const [lines, size] = sorted.shape
  const numbers = sum(eq(sorted.detach(), sorted.detach()), { dim: 1 }).data()
  // NaN comes last in sorted lines: without nanquantile it is every quantile of its line.
  const isNaNs = Array.from(numbers, (count) => op === 'quantile' && count < size)
  const last = Float32Array.from(numbers, (count) => Math.max(count - 1, 0))
  const count = wanted.length
  const ranks = Array.from({ length: lines * count }, (_, i) => {
    const line = Math.floor(i / count)
    return isNaNs[line] ? size - 1 : Math.fround(wanted[i % count] * last[line])
  })
  const at = (place: Place) => {
    const places = ranks.map(place)
    return { places, elements: choose(record, sorted, { dim: 1, places, count })[0] }
  }
  const [below, above] = INTERPOLATIONS[interpolation].map((place, i, all) =>
    i > 0 && place === all[0] ? null : at(place),
  )
  if (below === null || above === null) return below?.elements as Tensor
  const distance = sub(above.elements, below.elements)
  if (interpolation === 'midpoint') return add(below.elements, mul(distance, 0.5))
  const rank = mul(
    reshape(q instanceof Tensor ? q : tensor([q]), [1, count]),
    reshape(tensor(last), [lines, 1]),
  )
  const weight = sub(rank, reshape(tensor(Float32Array.from(below.places)), [lines, count]))
  return add(below.elements, mul(distance, weight))
}
