/** Random values over the elements of a tensor, outside of autograd. */

import { checkNumber, describe } from '../../base/check.js'
import { RuntimeError } from '../../base/errors.js'
import { kernels } from '../../kernels/instance.js'
import { checkGenerator, default_generator, type Generator } from '../../random/generator.js'
import type { DType } from '../../tensor/dtype.js'
import { isDense } from '../../tensor/elements.js'
import { changeElements, dense, inMemoryOrder } from '../../tensor/strided.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'

/** The source of random numbers. */
export interface Random {
  /** The default generator by default. */
  generator?: Generator | null | undefined
}

const MAX_FLOAT = 3.4028234663852886e38

/** Throws unless elements of `x` have the four bytes that the kernels write. */
function checkFloats(op: string, x: Tensor): void {
  checkTensor(op, 'input', x)
  if (x.dtype !== 'float32') throw new RuntimeError(`${op}: input must be float32, but got ${x.dtype}`)
}

/** Below this number torch, and so the kernel, draws normal values one by one instead of in blocks; for strided tensors always. */
const MOST_ONE_BY_ONE = 15

/** Runs a kernel that draws over `x`, in the order of its elements in memory. */
function draw(
  op: string,
  x: Tensor,
  generator: Generator | null | undefined,
  kernel: (state: number, elements: Tensor) => void,
): void {
  const source = generator ?? default_generator()
  checkGenerator(op, source)
  x.storage.change(() => changeElements(inMemoryOrder(x), (all) => source.use((state) => kernel(state, all))))
}

/** Uniform values from [low, high). */
export function fillUniform(
  op: string,
  x: Tensor,
  low: number,
  high: number,
  { generator }: Random = {},
): void {
  checkFloats(op, x)
  for (const [name, bound] of Object.entries({ from: low, to: high })) {
    checkNumber(op, name, bound)
    if (!(Math.abs(bound) <= MAX_FLOAT)) throw new RuntimeError(`${op}: ${name} is out of bounds for float`)
  }
  if (low > high) {
    throw new RuntimeError(`${op} expects to return a [from, to) range, but found from=${low} > to=${high}`)
  }
  if (Math.fround(high) - Math.fround(low) > MAX_FLOAT) {
    throw new RuntimeError(
      `${op} expects to-from <= std::numeric_limits<Float>::max(), but found to=${high} and from=${low} which result in to-from to exceed the limit`,
    )
  }
  draw(op, x, generator, (state, all) => kernels.random_uniform(state, all.pointer(), all.numel(), low, high))
}

/** Normal values. */
export function fillNormal(
  op: string,
  x: Tensor,
  mean: number,
  std: number,
  { generator }: Random = {},
): void {
  checkFloats(op, x)
  checkNumber(op, 'mean', mean)
  checkNumber(op, 'std', std)
  if (!(std >= 0)) throw new RuntimeError(`${op} expects std >= 0.0, but found std ${std}`)
  draw(op, x, generator, (state, all) => {
    const isWhole = isDense(x)
    const step = isWhole ? all.numel() : MOST_ONE_BY_ONE
    for (let i = 0; i < all.numel(); i += step)
      kernels.random_normal(state, all.pointer() + 4 * i, Math.min(step, all.numel() - i), mean, std)
  })
}

/** 1 with probability `p`, else 0. */
export function fillBernoulli(op: string, x: Tensor, p: number, { generator }: Random = {}): void {
  checkFloats(op, x)
  checkNumber(op, 'p', p)
  if (!(p >= 0 && p <= 1)) throw new RuntimeError(`${op} expects p to be in [0, 1], but got p=${p}`)
  draw(op, x, generator, (state, all) => kernels.random_bernoulli(state, all.pointer(), all.numel(), p))
}

/** 1 with the probability at the same index, else 0; `probabilities` has the shape of `x` and does not overlap it. */
export function fillBernoulliEach(
  op: string,
  x: Tensor,
  probabilities: Tensor,
  { generator }: Random = {},
): void {
  checkFloats(op, x)
  checkFloats(op, probabilities)
  const wrong = probabilities.data().find((p) => !(p >= 0 && p <= 1))
  if (wrong !== undefined) throw new RuntimeError(`${op} expects p to be in [0, 1], but got p=${wrong}`)
  const each = dense(probabilities)
  draw(op, x, generator, (state, all) =>
    kernels.random_bernoulli_each(state, each.pointer(), all.pointer(), all.numel()),
  )
}

/** The largest consecutive integer of each dtype, and the type's name in torch's errors. */
const INTEGERS: Record<DType, { type: string; least: number; most: number }> = {
  float32: { type: 'float', least: -(2 ** 24), most: 2 ** 24 },
  int32: { type: 'int', least: -(2 ** 31), most: 2 ** 31 - 1 },
  uint8: { type: 'unsigned char', least: 0, most: 255 },
  bool: { type: 'bool', least: 0, most: 1 },
}

/** Ranges from here on use 64 bits per number, because the remainder would be too uneven otherwise. */
const WIDE_RANGE = 2 ** 28

/** Integers from [low, high), as int32. */
export function integers(
  op: string,
  shape: readonly number[],
  low: number,
  high: number,
  dtype: DType,
  { generator }: Random = {},
): Tensor {
  for (const [name, bound] of Object.entries({ from: low, to: high })) {
    if (!Number.isSafeInteger(bound))
      throw new TypeError(`${op}: ${name} must be an integer, but got ${describe(bound)}`)
  }
  if (low >= high) {
    throw new RuntimeError(`random_ expects 'from' to be less than 'to', but got from=${low} >= to=${high}`)
  }
  const { type, least, most } = INTEGERS[dtype]
  if (low < least) throw new RuntimeError(`${op}: from is out of bounds for ${type}`)
  if (high - 1 > most) throw new RuntimeError(`${op}: to - 1 is out of bounds for ${type}`)
  return drawIntegers(op, shape, low, high - low, high - low >= WIDE_RANGE, generator)
}

/** Integers from 0 to the largest of the dtype, as int32: torch's `random_()`. */
export function anyIntegers(
  op: string,
  shape: readonly number[],
  dtype: DType,
  { generator }: Random = {},
): Tensor {
  return drawIntegers(op, shape, 0, INTEGERS[dtype].most + 1, false, generator)
}

function drawIntegers(
  op: string,
  shape: readonly number[],
  low: number,
  range: number,
  wide: boolean,
  generator: Generator | null | undefined,
): Tensor {
  const out = empty(op, shape, 'int32')
  draw(op, out, generator, (state) =>
    kernels.random_integers(state, out.pointer(), out.numel(), low, range, wide),
  )
  return out
}
