/** Public activations, some of them in place too. */

import type { ArgumentsOf } from '../call/parameter.js'
import { signature } from '../call/signature.js'
import * as activations from '../ops/elementwise/activations.js'
import { neg } from '../ops/elementwise/math.js'
import { softmax } from '../ops/reduce/softmax.js'
import { update } from '../ops/shape/in_place.js'
import { to } from '../tensor/convert.js'
import type { Shape } from '../tensor/shape.js'
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
): (...args: unknown[]) => never {
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
  // Their types, which keep the shape, are declared where they are exported.
  return named[name] as (...args: unknown[]) => never
}

/** The same, always in place. */
function always<const Texts extends readonly string[]>(
  name: string,
  texts: Texts,
  work: (input: Tensor, ...given: ArgumentsOf<Texts>) => Tensor,
): (...args: unknown[]) => never {
  return called(name, ['input: Tensor', ...texts] as const, (input, ...given) =>
    update(input as Tensor, name, 0, () => work(input as Tensor, ...(given as ArgumentsOf<Texts>))),
  ) as (...args: unknown[]) => never
}

type Plain = <S extends Shape>(input: Tensor<S>, inplace?: boolean | InPlace) => Tensor<S>
type WithAlpha = <S extends Shape>(
  input: Tensor<S>,
  alpha?: number | ({ alpha?: number } & InPlace),
  inplace?: boolean | InPlace,
) => Tensor<S>

const ALPHA = ['alpha: number = 1'] as const
const BOUNDS = ['min_val: number = -1', 'max_val: number = 1'] as const
const LIMIT = ['threshold: number', 'value: number'] as const

/** `x` above 0, `alpha (e^x - 1)` elsewhere. Source: Clevert et al. 2016. */
export const elu: WithAlpha = /* @__PURE__ */ activation('elu', ALPHA, activations.elu)
/** {@link elu} in place. */
export const elu_: <S extends Shape>(input: Tensor<S>, alpha?: number | { alpha?: number }) => Tensor<S> =
  /* @__PURE__ */ always('elu_', ALPHA, activations.elu)
/** `x` above 0, `alpha (e^(x / alpha) - 1)` elsewhere. Source: Barron 2017. */
export const celu: WithAlpha = /* @__PURE__ */ activation('celu', ALPHA, activations.celu)
/** {@link celu} in place. */
export const celu_: <S extends Shape>(input: Tensor<S>, alpha?: number | { alpha?: number }) => Tensor<S> =
  /* @__PURE__ */ always('celu_', ALPHA, activations.celu)
/** The elu that keeps mean 0 and variance 1. Source: Klambauer et al. 2017. */
export const selu: Plain = /* @__PURE__ */ activation('selu', [], activations.selu)
/** {@link selu} in place. */
export const selu_: <S extends Shape>(input: Tensor<S>) => Tensor<S> = /* @__PURE__ */ always(
  'selu_',
  [],
  activations.selu,
)
/** `x tanh(softplus(x))`. Source: Misra 2019. */
export const mish: Plain = /* @__PURE__ */ activation('mish', [], (x) => activations.mish(x))
/** `x min(max(x + 3, 0), 6) / 6`. Source: Howard et al. 2019. */
export const hardswish: Plain = /* @__PURE__ */ activation('hardswish', [], (x) => activations.hardswish(x))
/** `min(max(x + 3, 0), 6) / 6`. */
export const hardsigmoid: Plain = /* @__PURE__ */ activation('hardsigmoid', [], (x) =>
  activations.hardsigmoid(x),
)
/** `x` clamped to `[min_val, max_val]`. */
export const hardtanh: <S extends Shape>(
  input: Tensor<S>,
  min_val?: number | ({ min_val?: number; max_val?: number } & InPlace),
  max_val?: number | ({ max_val?: number } & InPlace),
  inplace?: boolean | InPlace,
) => Tensor<S> = /* @__PURE__ */ activation('hardtanh', BOUNDS, activations.hardtanh)
/** {@link hardtanh} in place. */
export const hardtanh_: <S extends Shape>(
  input: Tensor<S>,
  min_val?: number | { min_val?: number; max_val?: number },
  max_val?: number | { max_val?: number },
) => Tensor<S> = /* @__PURE__ */ always('hardtanh_', BOUNDS, activations.hardtanh)
/** `min(max(x, 0), 6)`. */
export const relu6: Plain = /* @__PURE__ */ activation('relu6', [], (x) => activations.hardtanh(x, 0, 6))
/** `x` above `threshold`, `value` elsewhere. */
export const threshold: <S extends Shape>(
  input: Tensor<S>,
  threshold: number,
  value: number | ({ value: number } & InPlace),
  inplace?: boolean | InPlace,
) => Tensor<S> = /* @__PURE__ */ activation('threshold', LIMIT, activations.threshold)
/** {@link threshold} in place. */
export const threshold_: <S extends Shape>(input: Tensor<S>, threshold: number, value: number) => Tensor<S> =
  /* @__PURE__ */ always('threshold_', LIMIT, activations.threshold)
/** `x` above 0, elsewhere `x` times the mean of `lower` and `upper`. Source: Xu et al. 2015. */
export const rrelu: <S extends Shape>(
  input: Tensor<S>,
  lower?: number | ({ lower?: number; upper?: number; training?: false } & InPlace),
  upper?: number | ({ upper?: number; training?: false } & InPlace),
  training?: false | ({ training?: false } & InPlace),
  inplace?: boolean | InPlace,
) => Tensor<S> = /* @__PURE__ */ activation(
  'rrelu',
  ['lower: number = 0.125', 'upper: number = 0.3333333333333333', 'training: bool = False'],
  activations.rrelu,
)
/** `log(1 + e^(beta x)) / beta`; x itself where `beta x` exceeds `threshold`. */
export const softplus: <S extends Shape>(
  input: Tensor<S>,
  beta?: number | { beta?: number; threshold?: number },
  threshold?: number | { threshold?: number },
) => Tensor<S> = /* @__PURE__ */ called(
  'softplus',
  ['input: Tensor', 'beta: number = 1', 'threshold: number = 20'],
  activations.softplus,
) as never
/** `x / (1 + |x|)`. */
export const softsign: <S extends Shape>(input: Tensor<S>) => Tensor<S> = /* @__PURE__ */ called(
  'softsign',
  ['input: Tensor'],
  activations.softsign,
) as never
/** `x - tanh(x)`. */
export const tanhshrink: <S extends Shape>(input: Tensor<S>) => Tensor<S> = /* @__PURE__ */ called(
  'tanhshrink',
  ['input: Tensor'],
  activations.tanhshrink,
) as never
/** `x` moved by `lambd` towards 0, which it does not pass. */
export const softshrink: <S extends Shape>(
  input: Tensor<S>,
  lambd?: number | { lambd?: number },
) => Tensor<S> = /* @__PURE__ */ called(
  'softshrink',
  ['input: Tensor', 'lambd: number = 0.5'],
  activations.softshrink,
) as never
/** 0 from `-lambd` to `lambd`, `x` elsewhere. */
export const hardshrink: <S extends Shape>(
  input: Tensor<S>,
  lambd?: number | { lambd?: number },
) => Tensor<S> = /* @__PURE__ */ called(
  'hardshrink',
  ['input: Tensor', 'lambd: number = 0.5'],
  activations.hardshrink,
) as never
/** The first half along `dim` times the sigmoid of the second. Source: Dauphin et al. 2017. */
export const glu: (input: Tensor, dim?: number | { dim?: number }) => Tensor = /* @__PURE__ */ called(
  'glu',
  ['input: Tensor', 'dim: int = -1'],
  activations.glu,
)
/** `x` above 0, elsewhere `weight x`, with one weight or one for each channel. Source: He et al. 2015. */
export const prelu: <S extends Shape>(input: Tensor<S>, weight: Tensor | { weight: Tensor }) => Tensor<S> =
  /* @__PURE__ */ called('prelu', ['input: Tensor', 'weight: Tensor'], activations.prelu) as never
/** The softmax of `-x` along `dim`. */
export const softmin: <S extends Shape>(
  input: Tensor<S>,
  dim: number | ({ dim: number } & ResultType<'float32'>),
  options?: ResultType<'float32'>,
) => Tensor<S> = /* @__PURE__ */ called(
  'softmin',
  ['input: Tensor', 'dim: int', '*', "dtype: 'float32' = None"],
  (input, dim, dtype) => softmax(neg(dtype === null ? input : to(input, dtype)), dim),
) as never
