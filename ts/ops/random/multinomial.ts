/** Draws of categories. */
import { RuntimeError } from '../../base/errors.js'
import { kernels } from '../../kernels/instance.js'
import { default_generator, drawing, type Generator } from '../../random/generator.js'
import { tensor } from '../../tensor/create.js'
import { checkFloat } from '../../tensor/promotion.js'
import { checkShape, type Shape } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import type { Random } from './fill.js'

/** The most draws of one call, which JavaScript holds. */
const MOST_DRAWS = 2 ** 26

function checkDraws(op: string, count: number): void {
  if (count > MOST_DRAWS)
    throw new RuntimeError(
      `${op}: ${count} draws are more than the ${MOST_DRAWS} that are made at a time here`,
    )
}

/** Draws from [0, 1) with 53 bits, as torch's for double. */
const uniforms = (generator: Generator | null | undefined, count: number): Float64Array =>
  (generator ?? default_generator()).use((state) =>
    Float64Array.from({ length: count }, () => kernels.random_53_bits(state) / 2 ** 53),
  )

/** Values of an exponential distribution of mean `1 / lambd`, as PyTorch draws them where it is not on an Intel processor. */
export function exponentials(count: number, lambd: number, { generator }: Random): Float32Array {
  return Float32Array.from(uniforms(generator, count), (u) => -Math.log1p(-u) / lambd)
}

/** Overwrites float32 elements with {@link exponentials}. */
export function exponential(x: Tensor, lambd: number, random: Random): Tensor {
  checkFloat('exponential_', 'self', x.dtype)
  if (!(lambd > 0)) throw new RuntimeError(`exponential_ expects lambda > 0.0, but found lambda=${lambd}`)
  checkDraws('exponential_', x.numel())
  return drawing('exponential_', random, () => {
    const { shape } = x
    return tensor(exponentials(x.numel(), lambd, random)).alias(shape)
  })
}

/** `num_samples` categories of each row of weights, which need not sum to 1. */
export function multinomial(x: Tensor, num_samples: number, replacement: boolean, random: Random): Tensor {
  if (x.dim() < 1 || x.dim() > 2) throw new RuntimeError('prob_dist must be 1 or 2 dim')
  checkFloat('multinomial', 'input', x.dtype)
  const categories = x.shape[x.dim() - 1]
  const shape: Shape = [...x.shape.slice(0, -1), num_samples]
  if (num_samples <= 0) throw new RuntimeError('cannot sample n_sample <= 0 samples')
  if (!replacement && num_samples > categories) {
    throw new RuntimeError('cannot sample n_sample > prob_dist.size(-1) samples without replacement')
  }
  if (categories > 2 ** 24) throw new RuntimeError('number of categories cannot exceed 2^24')
  checkDraws('multinomial', Math.max(checkShape('multinomial', shape), x.numel()))
  const weights = x.data()
  if (weights.some((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY)))
    throw new RuntimeError('probability tensor contains either `inf`, `nan` or element < 0')
  const rows = Array.from({ length: x.dim() === 1 ? 1 : x.shape[0] }, (_, i) =>
    weights.subarray(i * categories, (i + 1) * categories),
  )
  if (rows.some((row) => !row.some((weight) => weight > 0)))
    throw new RuntimeError('invalid multinomial distribution (sum of probabilities <= 0)')
  const drawn = drawing('multinomial', random, () =>
    replacement && num_samples > 1
      ? rows.map((row) => withReplacement(row, num_samples, random))
      : // As in torch, all are drawn before any is chosen.
        chosen(rows, exponentials(weights.length, 1, random), num_samples),
  )
  if (drawn.length === 0) return empty('multinomial', shape, 'int32')
  const all = new Int32Array(rows.length * num_samples)
  for (const [i, row] of drawn.entries()) all.set(row, i * num_samples)
  return tensor(all).alias(shape)
}

/** Of each row the categories with the greatest weights divided by values of an exponential distribution. */
const chosen = (rows: readonly Float32Array[], divisors: Float32Array, count: number): number[][] =>
  rows.map((row, i) => {
    const keys = row.map((weight, k) => weight / divisors[i * row.length + k])
    if (count === 1) return [keys.reduce((best, key, k) => (key > keys[best] ? k : best), 0)]
    return Array.from(keys.keys())
      .sort((a, b) => keys[b] - keys[a] || a - b)
      .slice(0, count)
  })

/** Draws by the cumulative distribution, in float32 as torch does. */
function withReplacement(row: Float32Array, count: number, { generator }: Random): number[] {
  const cumulative = new Float32Array(row.length)
  let sum = 0
  for (const [i, weight] of row.entries()) {
    sum = Math.fround(sum + weight)
    cumulative[i] = sum
  }
  for (let i = 0; i < cumulative.length; i++) cumulative[i] /= sum
  cumulative[cumulative.length - 1] = 1
  return Array.from(uniforms(generator, count), (u) => {
    let [left, right] = [0, cumulative.length]
    while (left < right) {
      const middle = (left + right) >> 1
      if (cumulative[middle] < u) left = middle + 1
      else right = middle
    }
    return left
  })
}
