/** Losses of numbers and of distributions, as modules. */
import { signature } from '../call/signature.js'
import type { Reduction } from '../ops/loss/reduction.js'
import {
  gaussian_nll_loss,
  huber_loss,
  kl_div,
  l1_loss,
  poisson_nll_loss,
  smooth_l1_loss,
} from '../surface/regression_loss.js'
import type { Tensor } from '../tensor/tensor.js'
import { Loss, type LossOptions, REDUCE, REDUCTION, SIZE_AVERAGE } from './loss_base.js'
import { Module } from './module.js'

const L1 = signature('L1Loss', SIZE_AVERAGE, REDUCE, REDUCTION)

const FORWARD_L1 = signature('L1Loss.forward', 'input: Tensor', 'target: Tensor')

/**
 * The mean absolute error. Source: torch.nn.L1Loss.
 *
 * @example new torch.nn.L1Loss().forward(predictions, values)
 */
export class L1Loss extends Loss {
  constructor(size_average?: null | LossOptions, reduce?: null, reduction?: Reduction)
  constructor(...args: unknown[]) {
    super(L1.read(args)[2])
  }

  /** Two tensors, broadcast -> 0-d, or their shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_L1.read(args)
    return l1_loss(...given, { reduction: this.reduction })
  }
}

const SMOOTH_L1 = signature('SmoothL1Loss', SIZE_AVERAGE, REDUCE, REDUCTION, 'beta: number = 1')

const FORWARD_SMOOTH_L1 = signature('SmoothL1Loss.forward', 'input: Tensor', 'target: Tensor')

/** The absolute error, quadratic below `beta` (1 by default). Source: torch.nn.SmoothL1Loss. */
export class SmoothL1Loss extends Loss {
  readonly beta: number

  constructor(
    size_average?: null | (LossOptions & { beta?: number }),
    reduce?: null,
    reduction?: Reduction,
    beta?: number,
  )
  constructor(...args: unknown[]) {
    const [, , reduction, beta] = SMOOTH_L1.read(args)
    super(reduction)
    this.beta = beta
  }

  /** Two tensors, broadcast -> 0-d, or their shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_SMOOTH_L1.read(args)
    return smooth_l1_loss(...given, { reduction: this.reduction, beta: this.beta })
  }
}

const HUBER = signature('HuberLoss', REDUCTION, 'delta: number = 1')

const FORWARD_HUBER = signature('HuberLoss.forward', 'input: Tensor', 'target: Tensor')

/** The absolute error times `delta` (1 by default), quadratic up to `delta`. Source: torch.nn.HuberLoss. */
export class HuberLoss extends Loss {
  readonly delta: number

  constructor(
    reduction?: Reduction | { reduction?: Reduction; delta?: number },
    delta?: number | { delta?: number },
  )
  constructor(...args: unknown[]) {
    const [reduction, delta] = HUBER.read(args)
    super(reduction)
    this.delta = delta
  }

  /** Two tensors, broadcast -> 0-d, or their shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_HUBER.read(args)
    return huber_loss(...given, { reduction: this.reduction, delta: this.delta })
  }
}

const KL_DIV = signature('KLDivLoss', SIZE_AVERAGE, REDUCE, REDUCTION, 'log_target: bool = False')

const FORWARD_KLDIV = signature('KLDivLoss.forward', 'input: Tensor', 'target: Tensor')

/**
 * The Kullback-Leibler divergence from logarithms of probabilities. Source: torch.nn.KLDivLoss.
 *
 * @example new torch.nn.KLDivLoss({ reduction: 'batchmean' }).forward(logits.log_softmax(1), probabilities)
 */
export class KLDivLoss extends Module {
  readonly reduction: Reduction | 'batchmean'
  readonly log_target: boolean

  constructor(
    size_average?:
      | null
      | (Omit<LossOptions, 'reduction'> & { reduction?: Reduction | 'batchmean'; log_target?: boolean }),
    reduce?: null,
    reduction?: Reduction | 'batchmean',
    log_target?: boolean,
  )
  constructor(...args: unknown[]) {
    const [, , reduction, log_target] = KL_DIV.read(args)
    super()
    this.reduction = reduction as Reduction
    this.log_target = log_target
  }

  /** Logarithms and targets, broadcast -> 0-d, or their shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_KLDIV.read(args)
    return kl_div(...given, { reduction: this.reduction, log_target: this.log_target })
  }
}

const POISSON = signature(
  'PoissonNLLLoss',
  'log_input: bool = True',
  'full: bool = False',
  SIZE_AVERAGE,
  'eps: number = 1e-8',
  REDUCE,
  REDUCTION,
)

/** Options of {@link PoissonNLLLoss}. */
export interface PoissonNLLLossOptions extends LossOptions {
  /** Whether the input is the logarithm of the rate; true by default. */
  log_input?: boolean
  /** Adds Stirling's approximation of `log y!`. */
  full?: boolean
  /** Added to the rate before its logarithm; 1e-8 by default. */
  eps?: number
}

const FORWARD_POISSON_NLL = signature('PoissonNLLLoss.forward', 'log_input: Tensor', 'target: Tensor')

/** The negative log-likelihood of counts. Source: torch.nn.PoissonNLLLoss. */
export class PoissonNLLLoss extends Loss {
  readonly log_input: boolean
  readonly full: boolean
  readonly eps: number

  constructor(
    log_input?: boolean | PoissonNLLLossOptions,
    full?: boolean | Omit<PoissonNLLLossOptions, 'log_input'>,
    size_average?: null,
    eps?: number,
    reduce?: null,
    reduction?: Reduction,
  )
  constructor(...args: unknown[]) {
    const [log_input, full, , eps, , reduction] = POISSON.read(args)
    super(reduction)
    this.log_input = log_input
    this.full = full
    this.eps = eps
  }

  /** Rates and counts, broadcast -> 0-d, or their shape with reduction 'none'. */
  override forward(log_input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_POISSON_NLL.read(args)
    const { log_input, full, eps, reduction } = this
    return poisson_nll_loss(...given, { log_input, full, eps, reduction })
  }
}

const GAUSSIAN = signature('GaussianNLLLoss', '*', 'full: bool = False', 'eps: number = 1e-6', REDUCTION)

const FORWARD_GAUSSIAN_NLL = signature(
  'GaussianNLLLoss.forward',
  'input: Tensor',
  'target: Tensor',
  'var: Tensor|number',
)

/** The negative log-likelihood of a normal distribution. Source: torch.nn.GaussianNLLLoss. */
export class GaussianNLLLoss extends Loss {
  readonly full: boolean
  readonly eps: number

  constructor(options?: { full?: boolean; eps?: number; reduction?: Reduction })
  constructor(...args: unknown[]) {
    const [full, eps, reduction] = GAUSSIAN.read(args)
    super(reduction)
    this.full = full
    this.eps = eps
  }

  /** Means, targets and variances -> 0-d, or the shape of the means with reduction 'none'. */
  override forward(input: Tensor, target: Tensor, variance: Tensor | number): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_GAUSSIAN_NLL.read(args)
    const { full, eps, reduction } = this
    return gaussian_nll_loss(...given, { full, eps, reduction })
  }
}
