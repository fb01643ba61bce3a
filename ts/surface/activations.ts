/** Public activations, some of them in place too. */

import type { ArgumentsOf } from '../call/parameter.js'
import { signature } from '../call/signature.js'
import * as activations from '../ops/elementwise/activations.js'
import { neg } from '../ops/elementwise/math.js'
import { softmax } from '../ops/reduce/softmax.js'
import { update } from '../ops/shape/in_place.js'
import { to } from '../tensor/convert.js'
import type { Tensor } from '../tensor/tensor.js'
import { called } from './called.js'
import type { ResultType } from './reduce.js'

/** Whether the input itself is changed. */
interface InPlace {
  inplace?: boolean
}

/** A function whose last argument says whether it changes its input. */
function activation<const Texts extends readonly string[]>(
  name: string,
  texts: Texts,
  work: (input: Tensor, ...given: ArgumentsOf<Texts>) => Tensor,
): (...args: unknown[]) => Tensor {
  const declared = signature(name, 'input: Tensor', ...texts, 'inplace: bool = False')
  const named = {
    [name](...args: unknown[]): Tensor {
      const given = declared.read(args) as unknown[]
      const inplace = given.pop()
      const [input, ...others] = given as [Tensor, ...ArgumentsOf<Texts>]
      const compute = () => work(input, ...others)
      return inplace === true ? update(input, `${name}_`, 0, compute) : compute()
    },
  }
  return named[name]
}

/** The same, always in place. */
function always<const Texts extends readonly string[]>(
  name: string,
  texts: Texts,
  work: (input: Tensor, ...given: ArgumentsOf<Texts>) => Tensor,
): (...args: unknown[]) => Tensor {
  return called(name, ['input: Tensor', ...texts] as const, (input, ...given) =>
    update(input as Tensor, name, 0, () => work(input as Tensor, ...(given as ArgumentsOf<Texts>))),
  )
}

type Plain = (input: Tensor, inplace?: boolean | InPlace) => Tensor
type WithAlpha = (
  input: Tensor,
  alpha?: number | ({ alpha?: number } & InPlace),
  inplace?: boolean | InPlace,
) => Tensor

const ALPHA = ['alpha: number = 1'] as const
const BOUNDS = ['min_val: number = -1', 'max_val: number = 1'] as const
const LIMIT = ['threshold: number', 'value: number'] as const

/** `x` above 0, `alpha (e^x - 1)` elsewhere. Source: Clevert et al. 2016. */
export const elu: WithAlpha = /* @__PURE__ */ activation('elu', ALPHA, activations.elu)
/** {@link elu} in place. */
export const elu_: (input: Tensor, alpha?: number | { alpha?: number }) => Tensor = /* @__PURE__ */ always(
  'elu_',
  ALPHA,
  activations.elu,
)
/** `x` above 0, `alpha (e^(x / alpha) - 1)` elsewhere. Source: Barron 2017. */
export const celu: WithAlpha = /* @__PURE__ */ activation('celu', ALPHA, activations.celu)
/** {@link celu} in place. */
export const celu_: (input: Tensor, alpha?: number | { alpha?: number }) => Tensor = /* @__PURE__ */ always(
  'celu_',
  ALPHA,
  activations.celu,
)
/** The elu that keeps mean 0 and variance 1. Source: Klambauer et al. 2017. */
export const selu: Plain = /* @__PURE__ */ activation('selu', [], activations.selu)
/** {@link selu} in place. */
export const selu_: (input: Tensor) => Tensor = /* @__PURE__ */ always('selu_', [], activations.selu)
/** `x tanh(softplus(x))`. Source: Misra 2019. */
export const mish: Plain = /* @__PURE__ */ activation('mish', [], (x) => activations.mish(x))
/** `x min(max(x + 3, 0), 6) / 6`. Source: Howard et al. 2019. */
export const hardswish: Plain = /* @__PURE__ */ activation('hardswish', [], (x) => activations.hardswish(x))
/** `min(max(x + 3, 0), 6) / 6`. */
export const hardsigmoid: Plain = /* @__PURE__ */ activation('hardsigmoid', [], (x) =>
  activations.hardsigmoid(x),
)
/** `x` clamped to `[min_val, max_val]`. */
export const hardtanh: (
  input: Tensor,
  min_val?: number | ({ min_val?: number; max_val?: number } & InPlace),
  max_val?: number | ({ max_val?: number } & InPlace),
  inplace?: boolean | InPlace,
) => Tensor = /* @__PURE__ */ activation('hardtanh', BOUNDS, activations.hardtanh)
/** {@link hardtanh} in place. */
export const hardtanh_: (
  input: Tensor,
  min_val?: number | { min_val?: number; max_val?: number },
  max_val?: number | { max_val?: number },
) => Tensor = /* @__PURE__ */ always('hardtanh_', BOUNDS, activations.hardtanh)
/** `min(max(x, 0), 6)`. */
export const relu6: Plain = /* @__PURE__ */ activation('relu6', [], (x) => activations.hardtanh(x, 0, 6))
/** `x` above `threshold`, `value` elsewhere. */
export const threshold: (
  input: Tensor,
  threshold: number,
  value: number | ({ value: number } & InPlace),
  inplace?: boolean | InPlace,
) => Tensor = /* @__PURE__ */ activation('threshold', LIMIT, activations.threshold)
/** {@link threshold} in place. */
export const threshold_: (input: Tensor, threshold: number, value: number) => Tensor = /* @__PURE__ */ always(
  'threshold_',
  LIMIT,
  activations.threshold,
)
/** `x` above 0, elsewhere `x` times the mean of `lower` and `upper`. Source: Xu et al. 2015. */
export const rrelu: (
  input: Tensor,
  lower?: number | ({ lower?: number; upper?: number; training?: false } & InPlace),
  upper?: number | ({ upper?: number; training?: false } & InPlace),
  training?: false | ({ training?: false } & InPlace),
  inplace?: boolean | InPlace,
) => Tensor = /* @__PURE__ */ activation(
  'rrelu',
  ['lower: number = 0.125', 'upper: number = 0.3333333333333333', 'training: bool = False'],
  activations.rrelu,
)
/** `log(1 + e^(beta x)) / beta`; x itself where `beta x` exceeds `threshold`. */
export const softplus: (
  input: Tensor,
  beta?: number | { beta?: number; threshold?: number },
  threshold?: number | { threshold?: number },
) => Tensor = /* @__PURE__ */ called(
  'softplus',
  ['input: Tensor', 'beta: number = 1', 'threshold: number = 20'],
  activations.softplus,
)
/** `x / (1 + |x|)`. */
export const softsign: (input: Tensor) => Tensor = /* @__PURE__ */ called(
  'softsign',
  ['input: Tensor'],
  activations.softsign,
)
/** `x - tanh(x)`. */
export const tanhshrink: (input: Tensor) => Tensor = /* @__PURE__ */ called(
  'tanhshrink',
  ['input: Tensor'],
  activations.tanhshrink,
)
/** `x` moved by `lambd` towards 0, which it does not pass. */
export const softshrink: (input: Tensor, lambd?: number | { lambd?: number }) => Tensor =
  /* @__PURE__ */ called('softshrink', ['input: Tensor', 'lambd: number = 0.5'], activations.softshrink)
/** 0 from `-lambd` to `lambd`, `x` elsewhere. */
export const hardshrink: (input: Tensor, lambd?: number | { lambd?: number }) => Tensor =
  /* @__PURE__ */ called('hardshrink', ['input: Tensor', 'lambd: number = 0.5'], activations.hardshrink)
/** The first half along `dim` times the sigmoid of the second. Source: Dauphin et al. 2017. */
export const glu: (input: Tensor, dim?: number | { dim?: number }) => Tensor = /* @__PURE__ */ called(
  'glu',
  ['input: Tensor', 'dim: int = -1'],
  activations.glu,
)
/** `x` above 0, elsewhere `weight x`, with one weight or one for each channel. Source: He et al. 2015. */
export const prelu: (input: Tensor, weight: Tensor | { weight: Tensor }) => Tensor = /* @__PURE__ */ called(
  'prelu',
  ['input: Tensor', 'weight: Tensor'],
  activations.prelu,
)
/** The softmax of `-x` along `dim`. */
export const softmin: (
  input: Tensor,
  dim: number | ({ dim: number } & ResultType<'float32'>),
  options?: ResultType<'float32'>,
) => Tensor = /* @__PURE__ */ called(
  'softmin',
  ['input: Tensor', 'dim: int', '*', "dtype: 'float32' = None"],
  (input, dim, dtype) => softmax(neg(dtype === null ? input : to(input, dtype)), dim),
)
