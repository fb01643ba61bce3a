/** Public elementwise functions of one tensor. */
import { signature } from '../call/signature.js'
import * as activation from '../ops/elementwise/activation.js'
import * as composed from '../ops/elementwise/composed.js'
import * as elementwise from '../ops/elementwise/math.js'
import * as rectifier from '../ops/elementwise/relu.js'
import { update } from '../ops/shape/in_place.js'
import { isTensorLike, type TensorLike } from '../tensor/convert.js'
import type { Shape } from '../tensor/shape.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import type { Broadcast, Broadcastable } from '../tensor/typed/broadcast.js'
import type { Elementwise } from '../tensor/typed/calls.js'
import type { Like } from '../tensor/typed/sizes.js'

/** Makes a public function of one operand. Plain positional calls do not read the signature. */
function called(name: string, work: (input: TensorLike) => Tensor): Elementwise {
  const declared = signature(name, 'input: TensorLike')
  const named = {
    [name](...args: unknown[]): Tensor {
      return work(args.length === 1 && isTensorLike(args[0]) ? args[0] : declared.read(args)[0])
    },
  }
  return named[name] as Elementwise
}

/** `-x`. */
export const neg = called('neg', elementwise.neg)
/** `|x|`. */
export const abs = called('abs', elementwise.abs)
/** `e^x`. */
export const exp = called('exp', elementwise.exp)
/** Natural logarithm; -inf at 0, NaN below. */
export const log = called('log', elementwise.log)
/** Square root; NaN below 0. */
export const sqrt = called('sqrt', elementwise.sqrt)
/** `1 / (1 + e^-x)`. */
export const sigmoid = called('sigmoid', elementwise.sigmoid)
/** Hyperbolic tangent. */
export const tanh = called('tanh', activation.tanh)

const LOGSIGMOID = signature('logsigmoid', 'input: TensorLike')
const RELU = signature('relu', 'input: TensorLike', 'inplace: bool = False')
const SILU = signature('silu', 'input: TensorLike', 'inplace: bool = False')
const POW = signature('pow', 'input: TensorLike', 'exponent: TensorLike')
const CLAMP = signature('clamp', 'input: TensorLike', 'min: TensorLike = None', 'max: TensorLike = None')
const GELU = signature('gelu', 'input: TensorLike', '*', "approximate: any = 'none'")
const LEAKY_RELU = signature(
  'leaky_relu',
  'input: TensorLike',
  'negative_slope: number = 0.01',
  'inplace: bool = False',
)

/** The result of `work`, in the place of `input` if so asked. */
function placed(
  name: string,
  [input, inplace]: [TensorLike, boolean],
  work: (x: TensorLike) => Tensor,
): Tensor {
  if (!inplace) return work(input)
  checkTensor(name, 'input', input)
  return update(input, name, 0, () => work(input))
}

/** `log(sigmoid(x))`, accurate at any x. Source: torch.nn.functional.logsigmoid. */
export function logsigmoid<S extends Shape = readonly []>(input: Like<S>): Tensor<S>
export function logsigmoid(...args: unknown[]): Tensor {
  return elementwise.logsigmoid(LOGSIGMOID.read(args)[0])
}

/** `max(x, 0)`. */
export function relu<S extends Shape = readonly []>(
  input: Like<S>,
  inplace?: boolean | { inplace?: boolean },
): Tensor<S>
export function relu(...args: unknown[]): Tensor {
  if (args.length === 1 && isTensorLike(args[0])) return rectifier.relu(args[0])
  return placed('relu_', RELU.read(args), rectifier.relu)
}

/** `x sigmoid(x)`, also known as swish. Source: torch.nn.functional.silu. */
export function silu<S extends Shape = readonly []>(
  input: Like<S>,
  inplace?: boolean | { inplace?: boolean },
): Tensor<S>
export function silu(...args: unknown[]): Tensor {
  return placed('silu_', SILU.read(args), activation.silu)
}

/** `x ^ exponent`. Integers to an integer power are exact integers. */
export function pow<S extends Shape = readonly []>(
  input: Like<S>,
  exponent: number | boolean | { exponent: number | boolean },
): Tensor<S>
export function pow<A extends Shape = readonly [], B extends Shape = readonly []>(
  input: Like<A>,
  exponent: Like<B> & Broadcastable<A, B>,
): Tensor<Broadcast<A, B>>
export function pow(input: TensorLike, exponent: { exponent: TensorLike }): Tensor
export function pow(...args: unknown[]): Tensor {
  const [input, exponent] = POW.read(args)
  return composed.pow(input, exponent)
}

/** Bounds of {@link clamp}. */
export interface ClampOptions {
  min?: TensorLike | null
  max?: TensorLike | null
}

/**
 * `x` clamped to `[min, max]`; at least one of them is required.
 *
 * @throws ValueError if both are missing
 * @example torch.clamp(torch.tensor([-1, 0.5, 2]), 0, 1).tolist() // [0, 0.5, 1]
 */
export function clamp<S extends Shape = readonly []>(
  input: Like<S>,
  min?: TensorLike | ClampOptions | null,
  max?: TensorLike | Pick<ClampOptions, 'max'> | null,
): Tensor<S>
export function clamp(...args: unknown[]): Tensor {
  const [input, min, max] = CLAMP.read(args)
  return composed.clamp(input, min, max)
}

/** The same as {@link clamp}. */
export const clip = clamp
/** The same as {@link neg}. */
export const negative = neg
/** The same as {@link abs}. */
export const absolute = abs

/**
 * `x P(X < x)` with X from the standard normal distribution (Hendrycks & Gimpel 2016); with approximate
 * 'tanh' it is `x (1 + tanh(sqrt(2/π) (x + 0.044715 x³))) / 2`. Source: torch.nn.functional.gelu.
 *
 * @throws RuntimeError if `approximate` is neither 'none' nor 'tanh'
 */
export function gelu<S extends Shape = readonly []>(
  input: Like<S>,
  options?: { approximate?: activation.GELUApproximation },
): Tensor<S>
export function gelu(...args: unknown[]): Tensor {
  const [input, approximate] = GELU.read(args)
  activation.checkApproximation(approximate)
  return activation.gelu(input, { approximate })
}

/** `x` above 0, `negative_slope x` elsewhere. Source: torch.nn.functional.leaky_relu. */
export function leaky_relu<S extends Shape = readonly []>(
  input: Like<S>,
  negative_slope?: number | { negative_slope?: number; inplace?: boolean },
  inplace?: boolean | { inplace?: boolean },
): Tensor<S>
export function leaky_relu(...args: unknown[]): Tensor {
  const [input, negative_slope, inplace] = LEAKY_RELU.read(args)
  return placed('leaky_relu_', [input, inplace], (x) => activation.leaky_relu(x, negative_slope))
}
