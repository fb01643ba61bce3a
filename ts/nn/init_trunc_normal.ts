import { RuntimeError, ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { no_grad } from '../graph/grad_mode.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { fillNormal, fillUniform, type Random } from '../ops/random/fill.js'
import { copy_ } from '../ops/shape/in_place.js'
import type { Generator } from '../random/generator.js'
import { drawing } from '../random/generator.js'
import { ones } from '../tensor/create.js'
import { empty, type Tensor } from '../tensor/tensor.js'

const TRUNC_NORMAL_ = signature(
  'trunc_normal_',
  'tensor: Tensor',
  'mean: number = 0',
  'std: number = 1',
  'a: number = -2',
  'b: number = 2',
  'generator: Generator = None',
)

/** Keywords of {@link trunc_normal_}. */
export interface TruncNormalOptions extends Random {
  mean?: number
  std?: number
  /** Least value; -2 by default. */
  a?: number
  /** Greatest value; 2 by default. */
  b?: number
}

/** The probability that the interval must have for plain rejection sampling, as in torch. */
const LIKELY = 0.3
/** Rounds of rejection before giving up; realistic intervals need a few dozen. */
const MAX_ROUNDS = 10_000

/**
 * Normal values within [a, b]: in each round all values outside are drawn again.
 *
 * @throws RuntimeError if [a, b] is so improbable that drawing would not end
 * @example torch.nn.init.trunc_normal_(layer.weight, 0, 0.02)
 */
export function trunc_normal_<T extends Tensor>(
  tensor: T,
  mean?: number | TruncNormalOptions,
  std?: number | Omit<TruncNormalOptions, 'mean'>,
  a?: number | Omit<TruncNormalOptions, 'mean' | 'std'>,
  b?: number | Omit<TruncNormalOptions, 'mean' | 'std' | 'a'>,
  generator?: Generator | Random | null,
): T
export function trunc_normal_(...args: unknown[]): Tensor {
  const [x, mean, std, a, b, generator] = TRUNC_NORMAL_.read(args)
  const random = { generator }
  if (!(std > 0)) throw new ValueError(`trunc_normal_: std must be greater than 0, but got ${std}`)
  const probability = kernels.normal_cdf((b - mean) / std) - kernels.normal_cdf((a - mean) / std)
  const values = empty('trunc_normal_', x.shape, x.dtype)
  const draw = probability > LIKELY ? rejectNormal : rejectUniform
  drawing('trunc_normal_', random ?? {}, () => {
    draw(values, mean, std, a, b, random)
    no_grad(() => copy_(x, values))
  })
  values.dispose()
  return x
}

/** Draws normal values, and replaces those outside. */
function rejectNormal(x: Tensor, mean: number, std: number, a: number, b: number, random?: Random): void {
  const candidates = empty('trunc_normal_', x.shape)
  const isDone = () => launch(() => kernels.count_outside(x.pointer(), a, b, x.numel()) === 0)
  fillNormal('normal', x, mean, std, random)
  untilDone(isDone, () => {
    fillNormal('normal', candidates, mean, std, random)
    launch(() => kernels.replace_outside(x.pointer(), candidates.pointer(), a, b, x.numel()))
  })
  candidates.dispose()
}

/** Draws uniform values, and keeps each with the probability of its density over the highest in [a, b]. */
function rejectUniform(x: Tensor, mean: number, std: number, a: number, b: number, random?: Random): void {
  const [candidates, uniforms] = [empty('trunc_normal_', x.shape), empty('trunc_normal_', x.shape)]
  const pending = ones(x.shape, { dtype: 'uint8' })
  const peak = (Math.max(a, Math.min(mean, b)) - mean) / std
  const log_peak = -0.5 * (peak * peak)
  let left = 1
  untilDone(
    () => left === 0,
    () => {
      fillUniform('uniform_', candidates, a, b, random)
      fillUniform('uniform_', uniforms, 0, 1, random)
      left = launch(() => {
        const drawn = [candidates.pointer(), uniforms.pointer(), pending.pointer()] as const
        return kernels.accept_normal(x.pointer(), ...drawn, mean, std, log_peak, x.numel())
      })
    },
  )
  for (const temporary of [candidates, uniforms, pending]) temporary.dispose()
}

function untilDone(isDone: () => boolean, round: () => void): void {
  for (let rounds = 0; !isDone(); rounds++) {
    if (rounds === MAX_ROUNDS) {
      throw new RuntimeError('trunc_normal_: [a, b] is too improbable to be drawn from by rejection')
    }
    round()
  }
}
