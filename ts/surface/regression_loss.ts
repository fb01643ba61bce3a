/** Public functions of torch.nn.functional: losses of numbers and of distributions. */
import { signature } from '../call/signature.js'
import * as absolute from '../ops/loss/absolute_error.js'
import * as likelihood from '../ops/loss/likelihood.js'
import type { Reduction } from '../ops/loss/reduction.js'
import type { Tensor } from '../tensor/tensor.js'
import type { ReductionOptions, WeightOptions } from './loss.js'
import { OPERANDS, REDUCE, REDUCTION, SIZE_AVERAGE, WEIGHT } from './loss_parts.js'

const OLD = [SIZE_AVERAGE, REDUCE, REDUCTION] as const
const L1 = signature('l1_loss', ...OPERANDS, ...OLD, WEIGHT)
const SMOOTH_L1 = signature('smooth_l1_loss', ...OPERANDS, ...OLD, 'beta: number = 1')
const HUBER = signature('huber_loss', ...OPERANDS, REDUCTION, 'delta: number = 1', WEIGHT)
const KL_DIV = signature('kl_div', ...OPERANDS, ...OLD, 'log_target: bool = False')
const POISSON = signature(
  'poisson_nll_loss',
  ...OPERANDS,
  'log_input: bool = True',
  SIZE_AVERAGE,
  'full: bool = False',
  'eps: number = 1e-8',
  REDUCE,
  REDUCTION,
)
const GAUSSIAN = signature(
  'gaussian_nll_loss',
  ...OPERANDS,
  'var: Tensor|number',
  'full: bool = False',
  'eps: number = 1e-6',
  REDUCTION,
)

/**
 * The absolute error `|x - y|`. Gradients flow to input and target. Source: torch.nn.functional.l1_loss.
 *
 * @param target broadcast with `input`
 * @param options `reduction` 'mean' by default; `weight` of the shape of `input`, for which the mean divides by its sum
 * @example l1_loss(torch.tensor([1, 2]), torch.tensor([1, 4])).item() // 1
 */
export function l1_loss(input: Tensor, target: Tensor, options?: WeightOptions): Tensor
export function l1_loss(
  input: Tensor,
  target: Tensor,
  size_average: null,
  reduce?: null,
  reduction?: Reduction,
  weight?: Tensor | null,
): Tensor
export function l1_loss(...args: unknown[]): Tensor {
  const [input, target, , , reduction, weight] = L1.read(args)
  return absolute.l1_loss(input, target, reduction, weight)
}

/** Keywords of {@link smooth_l1_loss}. */
export interface SmoothL1Options extends ReductionOptions {
  /** Below it the error is quadratic; at least 0, 1 by default. */
  beta?: number
}

/**
 * `(x - y)² / (2 beta)` where `|x - y| < beta`, else `|x - y| - beta / 2`. Source: torch.nn.functional.smooth_l1_loss.
 *
 * @example smooth_l1_loss(torch.tensor([0.5, 3]), torch.zeros(2), { reduction: 'none' }) // [0.125, 2.5]
 */
export function smooth_l1_loss(input: Tensor, target: Tensor, options?: SmoothL1Options): Tensor
export function smooth_l1_loss(
  input: Tensor,
  target: Tensor,
  size_average: null,
  reduce?: null,
  reduction?: Reduction,
  beta?: number,
): Tensor
export function smooth_l1_loss(...args: unknown[]): Tensor {
  const [input, target, , , reduction, beta] = SMOOTH_L1.read(args)
  return absolute.smooth_l1_loss(input, target, reduction, beta)
}

/** Keywords of {@link huber_loss}. */
export interface HuberOptions extends WeightOptions {
  /** Up to it the error is quadratic; above 0, 1 by default. */
  delta?: number
}

/**
 * `(x - y)² / 2` where `|x - y| <= delta`, else `delta (|x - y| - delta / 2)`. Source: torch.nn.functional.huber_loss.
 *
 * @example huber_loss(torch.tensor([0.5, 3]), torch.zeros(2), { delta: 2, reduction: 'none' }) // [0.125, 4]
 */
export function huber_loss(
  input: Tensor,
  target: Tensor,
  reduction?: Reduction | HuberOptions,
  delta?: number | Omit<HuberOptions, 'reduction'>,
  weight?: Tensor | null,
): Tensor
export function huber_loss(...args: unknown[]): Tensor {
  const [input, target, reduction, delta, weight] = HUBER.read(args)
  return absolute.huber_loss(input, target, reduction, delta, weight)
}

/** Keywords of {@link kl_div}. */
export interface KLDivOptions {
  /** 'mean' over all elements by default, which is not the divergence; 'batchmean' is, averaged over the rows; 'sum' or 'none'. */
  reduction?: Reduction | 'batchmean'
  /** Whether the target is a logarithm too. */
  log_target?: boolean
}

/**
 * The Kullback-Leibler divergence `y (log y - x)` of targets y from logarithms of probabilities x. Gradients flow to
 * both. Source: torch.nn.functional.kl_div.
 *
 * @example kl_div(logits.log_softmax(1), probabilities, { reduction: 'batchmean' })
 */
export function kl_div(input: Tensor, target: Tensor, options?: KLDivOptions): Tensor
export function kl_div(
  input: Tensor,
  target: Tensor,
  size_average: null,
  reduce?: null,
  reduction?: Reduction | 'batchmean',
  log_target?: boolean,
): Tensor
export function kl_div(...args: unknown[]): Tensor {
  const [input, target, , , reduction, log_target] = KL_DIV.read(args)
  return likelihood.kl_div(input, target, reduction, log_target)
}

/** Keywords of {@link poisson_nll_loss}. */
export interface PoissonNLLOptions extends ReductionOptions {
  /** Whether the input is the logarithm of the rate; true by default. */
  log_input?: boolean
  /** Adds Stirling's approximation of `log y!`. */
  full?: boolean
  /** Added to the rate before its logarithm; 1e-8 by default. */
  eps?: number
}

/**
 * The negative log-likelihood of counts: `exp(x) - y x`, or `x - y log(x + eps)`. Source: torch.nn.functional.poisson_nll_loss.
 *
 * @example poisson_nll_loss(torch.zeros(2), torch.tensor([1, 2])).item() // 1
 */
export function poisson_nll_loss(
  input: Tensor,
  target: Tensor,
  log_input?: boolean | PoissonNLLOptions,
  size_average?: null,
  full?: boolean,
  eps?: number,
  reduce?: null,
  reduction?: Reduction,
): Tensor
export function poisson_nll_loss(...args: unknown[]): Tensor {
  const [input, target, log_input, , full, eps, , reduction] = POISSON.read(args)
  return likelihood.poisson_nll_loss(input, target, { log_input, full, eps, reduction })
}

/** Keywords of {@link gaussian_nll_loss}. */
export interface GaussianNLLOptions extends ReductionOptions {
  /** Adds `log(2π) / 2`. */
  full?: boolean
  /** The least variance; 1e-6 by default. */
  eps?: number
}

/**
 * The negative log-likelihood of a normal distribution with mean x and variance v: `(log v + (x - y)² / v) / 2`.
 * Source: torch.nn.functional.gaussian_nll_loss.
 *
 * @param variance of the shape of `input`, without its last dimension or with sizes 1; or one number
 * @example gaussian_nll_loss(torch.zeros(2), torch.tensor([1, 2]), 1).item() // 1.25
 */
export function gaussian_nll_loss(
  input: Tensor,
  target: Tensor,
  variance: Tensor | number,
  full?: boolean | GaussianNLLOptions,
  eps?: number | Omit<GaussianNLLOptions, 'full'>,
  reduction?: Reduction | ReductionOptions,
): Tensor
export function gaussian_nll_loss(...args: unknown[]): Tensor {
  const [input, target, variance, full, eps, reduction] = GAUSSIAN.read(args)
  return likelihood.gaussian_nll_loss(input, target, variance, { full, eps, reduction })
}
