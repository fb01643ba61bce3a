/** Recorded in-place draws over a tensor's elements. */
import { checkChange } from '../../graph/in_place.js'
import { launch } from '../../memory/residency.js'
import { drawing } from '../../random/generator.js'
import type { Shape } from '../../tensor/shape.js'
import { checkInternalOverlap, emptyAs, fromMemoryOrder, inMemoryOrder } from '../../tensor/strided.js'
import { Tensor } from '../../tensor/tensor.js'
import { expand } from '../shape/expand.js'
import { copy_ } from '../shape/in_place.js'
import {
  anyIntegers,
  fillBernoulli,
  fillBernoulliEach,
  fillNormal,
  fillUniform,
  integers,
  type Random,
} from './fill.js'

/** Overwrites `x` with the result of `draw`, of the same shape. If autograd or memory forbids it, nothing is drawn. */
function overwrite<T extends Tensor>(op: string, x: T, random: Random | undefined, draw: () => Tensor): T {
  checkChange(x, [])
  checkInternalOverlap(x)
  drawing(op, random ?? {}, () => takeOver(x, draw()))
  return x
}

/** The same for float32 values drawn by `fill`. Everything is allocated before, so the stream needs no snapshot. */
function overwriteFloats<T extends Tensor>(
  op: string,
  x: T,
  random: Random | undefined,
  fill: (into: Tensor) => void,
): T {
  const draw = () => {
    const values = emptyAs(op, x)
    fill(values)
    return values
  }
  // A copy of x for a capture would be made after the draw.
  if (x.storage.isCaptured || x.dtype !== 'float32') return overwrite(op, x, random, draw)
  checkChange(x, [])
  checkInternalOverlap(x)
  launch(() => {
    x.storage.pointer()
    takeOver(x, draw())
  })
  return x
}

/** The same for integers, in the order of the elements of `x` in memory. */
const overwriteIntegers = <T extends Tensor>(
  x: T,
  random: Random | undefined,
  draw: (shape: Shape) => Tensor,
): T => overwrite('random_', x, random, () => fromMemoryOrder(draw(inMemoryOrder(x).shape), x))

function takeOver(x: Tensor, values: Tensor): void {
  copy_(x, values)
  values.dispose()
}

export function uniform_<T extends Tensor>(x: T, from: number, to: number, random?: Random): T {
  return overwriteFloats('uniform_', x, random, (into) => fillUniform('uniform_', into, from, to, random))
}

export function normal_<T extends Tensor>(x: T, mean: number, std: number, random?: Random): T {
  return overwriteFloats('normal_', x, random, (into) => fillNormal('normal', into, mean, std, random))
}

export function bernoulli_<T extends Tensor>(x: T, p: Tensor | number, random?: Random): T {
  return overwriteFloats('bernoulli_', x, random, (into) => {
    if (p instanceof Tensor) fillBernoulliEach('bernoulli_', into, expand(p.detach(), x.shape), random)
    else fillBernoulli('bernoulli_', into, p, random)
  })
}

/** Integers from [from, to); from [0, from) without `to`; from the whole range of the dtype without either. */
export function random_<T extends Tensor>(x: T, from?: number, to?: number, random?: Random): T {
  if (from === undefined)
    return overwriteIntegers(x, random, (shape) => anyIntegers('random_', shape, x.dtype, random))
  const [low, high] = to === undefined ? [0, from] : [from, to]
  return overwriteIntegers(x, random, (shape) => integers('random_', shape, low, high, x.dtype, random))
}
