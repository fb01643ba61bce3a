/** Layers that drop channels, or keep mean and variance. */
import { signature } from '../call/signature.js'
import { checkProbability } from '../ops/random/dropout.js'
import { drawing } from '../random/generator.js'
import { alpha_dropout, dropout1d, dropout2d, dropout3d, feature_alpha_dropout } from '../surface/dropout.js'
import type { Tensor } from '../tensor/tensor.js'
import type { DropoutOptions } from './dropout.js'
import { inPlace } from './in_place.js'
import { Module } from './module.js'
import { repr } from './repr.js'

const P = 'p: number = 0.5'
const INPLACE = 'inplace: bool = False'
const INPUT = 'input: Tensor'

type Arguments = [p?: number | DropoutOptions, inplace?: boolean | Omit<DropoutOptions, 'p'>]

abstract class ChannelDropout extends Module {
  readonly p: number
  readonly inplace: boolean

  constructor([p, inplace]: readonly [number, boolean]) {
    super()
    checkProbability(p)
    this.p = p
    this.inplace = inplace
  }

  override extra_repr(): string {
    return `p=${repr(this.p)}, inplace=${repr(this.inplace)}`
  }
}

/** What a layer computes by the function `drop`. */
function dropped(
  { p, training, inplace }: ChannelDropout,
  [input]: readonly [Tensor],
  drop: (input: Tensor, p: number, training: boolean) => Tensor,
): Tensor {
  const compute = () => drop(input, p, training)
  if (!inplace || !training || p === 0) return compute()
  return drawing('dropout_', {}, () => inPlace('dropout_', input, compute))
}

const DROPOUT1D = signature('Dropout1d', P, INPLACE)
const DROPOUT1D_FORWARD = signature('Dropout1d.forward', INPUT)

/** In training mode, sets whole channels of [N, C, L] or [C, L] to 0 with probability `p`, and scales the others by 1 / (1 - p). Source: torch.nn.Dropout1d. */
export class Dropout1d extends ChannelDropout {
  constructor(...args: Arguments)
  constructor(...args: unknown[]) {
    super(DROPOUT1D.read(args))
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return dropped(this, DROPOUT1D_FORWARD.read(args), dropout1d)
  }
}

const DROPOUT2D = signature('Dropout2d', P, INPLACE)
const DROPOUT2D_FORWARD = signature('Dropout2d.forward', INPUT)

/** The same of images [N, C, H, W]. Source: torch.nn.Dropout2d. */
export class Dropout2d extends ChannelDropout {
  constructor(...args: Arguments)
  constructor(...args: unknown[]) {
    super(DROPOUT2D.read(args))
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return dropped(this, DROPOUT2D_FORWARD.read(args), dropout2d)
  }
}

const DROPOUT3D = signature('Dropout3d', P, INPLACE)
const DROPOUT3D_FORWARD = signature('Dropout3d.forward', INPUT)

/** The same of volumes [N, C, D, H, W] or [C, D, H, W]. Source: torch.nn.Dropout3d. */
export class Dropout3d extends ChannelDropout {
  constructor(...args: Arguments)
  constructor(...args: unknown[]) {
    super(DROPOUT3D.read(args))
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return dropped(this, DROPOUT3D_FORWARD.read(args), dropout3d)
  }
}

const ALPHADROPOUT = signature('AlphaDropout', P, INPLACE)
const ALPHADROPOUT_FORWARD = signature('AlphaDropout.forward', INPUT)

/** Dropout that keeps mean 0 and variance 1, for SELU (Klambauer et al. 2017). Source: torch.nn.AlphaDropout. */
export class AlphaDropout extends ChannelDropout {
  constructor(...args: Arguments)
  constructor(...args: unknown[]) {
    super(ALPHADROPOUT.read(args))
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return dropped(this, ALPHADROPOUT_FORWARD.read(args), alpha_dropout)
  }
}

const FEATUREALPHADROPOUT = signature('FeatureAlphaDropout', P, INPLACE)
const FEATUREALPHADROPOUT_FORWARD = signature('FeatureAlphaDropout.forward', INPUT)

/** The same of whole channels. Source: torch.nn.FeatureAlphaDropout. */
export class FeatureAlphaDropout extends ChannelDropout {
  constructor(...args: Arguments)
  constructor(...args: unknown[]) {
    super(FEATUREALPHADROPOUT.read(args))
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return dropped(this, FEATUREALPHADROPOUT_FORWARD.read(args), feature_alpha_dropout)
  }
}
