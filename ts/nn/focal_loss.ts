/** Losses for data in which most labels are negative and easy. */
import { signature } from '../call/signature.js'
import { type AsymmetricOptions, asymmetric_loss, checkClip } from '../ops/loss/asymmetric_loss.js'
import { ignoredBy } from '../ops/loss/label_options.js'
import type { Reduction } from '../ops/loss/reduction.js'
import {
  checkAlpha,
  checkGamma,
  type FocalOptions,
  sigmoid_focal_loss,
} from '../ops/loss/sigmoid_focal_loss.js'
import type { Tensor } from '../tensor/tensor.js'
import { IGNORE_INDEX, type IgnoreIndexOption, Loss, REDUCTION } from './loss_base.js'

const SIGMOID_FOCAL = signature(
  'SigmoidFocalLoss',
  'alpha: number = 0.25',
  'gamma: number = 2',
  REDUCTION,
  ...IGNORE_INDEX,
)
const FORWARD_SIGMOID_FOCAL = signature('SigmoidFocalLoss.forward', 'input: Tensor', 'target: Tensor')

/**
 * The focal loss on raw logits, for data in which most labels are easy. Unlike the function
 * `sigmoid_focal_loss`, whose default reduction is torchvision's 'none', the default here is the mean, as
 * in other losses of torch.nn. Targets equal to `ignore_index`, a number such as -1 or NaN, cost nothing. Source: torchvision.ops.sigmoid_focal_loss.
 *
 * @throws TypeError for arguments of another type; ValueError if `reduction` is none of the three, or alpha or gamma is out of range
 * @example new torch.nn.SigmoidFocalLoss({ alpha: 0.25, gamma: 2 }).forward(logits, targets)
 */
export class SigmoidFocalLoss extends Loss {
  readonly alpha: number
  readonly gamma: number
  /** The value of missing targets, or null. */
  readonly ignore_index: number | null

  constructor(
    alpha?: number | FocalOptions,
    gamma?: number | Omit<FocalOptions, 'alpha'>,
    reduction?: Reduction | IgnoreIndexOption,
  )
  constructor(...args: unknown[]) {
    const [alpha, gamma, reduction, ignore_index] = SIGMOID_FOCAL.read(args)
    super(reduction)
    ignoredBy('SigmoidFocalLoss', ignore_index)
    checkAlpha('SigmoidFocalLoss', alpha)
    checkGamma('SigmoidFocalLoss', 'gamma', gamma)
    this.alpha = alpha
    this.gamma = gamma
    this.ignore_index = ignore_index
  }

  /** Logits and targets of one shape -> 0-d, or that shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input, target] = FORWARD_SIGMOID_FOCAL.read(args)
    return sigmoid_focal_loss(input, target, this)
  }
}

const ASYMMETRIC = signature(
  'AsymmetricLoss',
  'gamma_neg: number = 4',
  'gamma_pos: number = 1',
  'clip: number|None = 0.05',
  "reduction: str = 'sum'",
  ...IGNORE_INDEX,
)
const FORWARD_ASYMMETRIC = signature('AsymmetricLoss.forward', 'input: Tensor', 'target: Tensor')

/**
 * The asymmetric loss (ASL) on raw logits, for multi-label data in which most labels are negative.
 * The default reduction is 'sum', as in the authors' code: see `asymmetric_loss`. Targets equal to `ignore_index`, a number such
 * as -1 or NaN, cost nothing.
 * Source: Ridnik et al., "Asymmetric Loss For Multi-Label Classification", ICCV 2021.
 *
 * @throws TypeError for arguments of another type; ValueError if `reduction` is none of the three, or another option is out of range
 * @example
 * const loss_fn = new torch.nn.AsymmetricLoss({ gamma_neg: 4, gamma_pos: 1, clip: 0.05 })
 * const loss = loss_fn.forward(logits, targets) // logits, targets [N, C]; loss 0-d
 */
export class AsymmetricLoss extends Loss {
  readonly gamma_neg: number
  readonly gamma_pos: number
  readonly clip: number | null
  /** The value of missing targets, or null. */
  readonly ignore_index: number | null

  constructor(
    gamma_neg?: number | AsymmetricOptions,
    gamma_pos?: number | Omit<AsymmetricOptions, 'gamma_neg'>,
    clip?: number | null | Omit<AsymmetricOptions, 'gamma_neg' | 'gamma_pos'>,
    reduction?: Reduction | IgnoreIndexOption,
  )
  constructor(...args: unknown[]) {
    const [gamma_neg, gamma_pos, clip, reduction, ignore_index] = ASYMMETRIC.read(args)
    super(reduction)
    ignoredBy('AsymmetricLoss', ignore_index)
    checkGamma('AsymmetricLoss', 'gamma_neg', gamma_neg)
    checkGamma('AsymmetricLoss', 'gamma_pos', gamma_pos)
    checkClip('AsymmetricLoss', clip)
    this.gamma_neg = gamma_neg
    this.gamma_pos = gamma_pos
    this.clip = clip
    this.ignore_index = ignore_index
  }

  /** Logits and targets of one shape -> 0-d, or that shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input, target] = FORWARD_ASYMMETRIC.read(args)
    return asymmetric_loss(input, target, this)
  }
}
