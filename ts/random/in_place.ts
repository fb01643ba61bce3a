/** Random values over a tensor's elements, as autograd sees changes in place. */
import { launch } from '../memory/residency.js'
import { expand } from '../ops/expand.js'
import { checkChange, copy_ } from '../ops/in_place.js'
import { empty, Tensor } from '../tensor/tensor.js'
import {
  anyIntegers,
  fillBernoulli,
  fillBernoulliEach,
  fillNormal,
  fillUniform,
  integers,
  type Random,
} from './fill.js'
import { drawing } from './generator.js'

/** Overwrites `x` with what `draw` gives, of its shape, unless autograd or memory forbids it: then nothing is drawn. */
function overwrite<T extends Tensor>(op: string, x: T, random: Random | undefined, draw: () => Tensor): T {
  checkChange(x, [])
  const work = () => {
    const values = draw()
    copy_(x, values)
    values.dispose()
  }
  const isReady = x.dtype === 'float32' && !x.storage.isCaptured
  if (!isReady) drawing(op, random ?? {}, work)
  else {
    launch(() => {
      // Once it lies in linear memory nothing fails after the draw.
      x.pointer()
      work()
    })
  }
  return x
}

/** Draws float32 values in the shape of `x`. */
function floats(op: string, x: Tensor, fill: (into: Tensor) => void): () => Tensor {
  return () => {
    const values = empty(op, x.shape, x.dtype)
    fill(values)
    return values
  }
}

export function uniform_<T extends Tensor>(x: T, from: number, to: number, random?: Random): T {
  return overwrite(
    'uniform_',
    x,
    random,
    floats('uniform_', x, (into) => fillUniform('uniform_', into, from, to, random)),
  )
}

export function normal_<T extends Tensor>(x: T, mean: number, std: number, random?: Random): T {
  return overwrite(
    'normal_',
    x,
    random,
    floats('normal_', x, (into) => fillNormal('normal', into, mean, std, random)),
  )
}

export function bernoulli_<T extends Tensor>(x: T, p: Tensor | number, random?: Random): T {
  return overwrite(
    'bernoulli_',
    x,
    random,
    floats('bernoulli_', x, (into) => {
      if (p instanceof Tensor) fillBernoulliEach('bernoulli_', into, expand(p.detach(), x.shape), random)
      else fillBernoulli('bernoulli_', into, p, random)
    }),
  )
}

/** Whole numbers from [from, to); from [0, from) where `to` is left out; all that the dtype holds without either. */
export function random_<T extends Tensor>(x: T, from?: number, to?: number, random?: Random): T {
  if (from === undefined)
    return overwrite('random_', x, random, () => anyIntegers('random_', x.shape, x.dtype, random))
  const [low, high] = to === undefined ? [0, from] : [from, to]
  return overwrite('random_', x, random, () => integers('random_', x.shape, low, high, x.dtype, random))
}
