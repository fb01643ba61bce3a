/** Public functions of torch.nn.functional: dropout of channels, and that of self-normalising networks. */
import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { featureDropout } from '../ops/random/feature_dropout.js'
import { squeeze, unsqueeze } from '../ops/shape/view.js'
import type { Tensor } from '../tensor/tensor.js'
import type { DropoutOptions } from './layers.js'

const names = (training: 'True' | 'False') =>
  ['input: Tensor', 'p: number = 0.5', `training: bool = ${training}`, 'inplace: False = False'] as const
const DROPOUT1D = signature('dropout1d', ...names('True'))
const DROPOUT2D = signature('dropout2d', ...names('True'))
const DROPOUT3D = signature('dropout3d', ...names('True'))
const ALPHA_DROPOUT = signature('alpha_dropout', ...names('False'))
const FEATURE_ALPHA_DROPOUT = signature('feature_alpha_dropout', ...names('False'))

const CHANNELS = { unit: 'channel', alpha: false } as const

/** The arguments of all of them. */
type Rest = [
  p?: number | DropoutOptions,
  training?: boolean | Omit<DropoutOptions, 'p'>,
  inplace?: false | Pick<DropoutOptions, 'inplace'>,
]

/** The input as a batch of one, if it has `rank` dimensions. */
function batched(x: Tensor, rank: number, drop: (batch: Tensor) => Tensor): Tensor {
  if (x.dim() !== rank) return drop(x)
  const batch = unsqueeze(x, 0)
  const dropped = drop(batch)
  return dropped === batch ? x : squeeze(dropped, 0)
}

/**
 * If `training`, sets each channel of each sample of [N, C, L] or [C, L] to 0 with probability `p`, and scales the others by
 * 1 / (1 - p). Draws like CPU torch. Source: torch.nn.functional.dropout1d.
 */
export function dropout1d(input: Tensor, ...rest: Rest): Tensor
export function dropout1d(...args: unknown[]): Tensor {
  const [input, p, training] = DROPOUT1D.read(args)
  if (input.dim() !== 2 && input.dim() !== 3)
    throw new RuntimeError(`dropout1d: Expected 2D or 3D input, but received a ${input.dim()}D input.`)
  return batched(input, 2, (x) => featureDropout('dropout1d', x, p, training, CHANNELS))
}

/** The same of images [N, C, H, W]. Three dimensions are [N, C, L], as in torch. Source: torch.nn.functional.dropout2d. */
export function dropout2d(input: Tensor, ...rest: Rest): Tensor
export function dropout2d(...args: unknown[]): Tensor {
  const [input, p, training] = DROPOUT2D.read(args)
  return featureDropout('dropout2d', input, p, training, CHANNELS)
}

/** The same of volumes [N, C, D, H, W] or [C, D, H, W]. Source: torch.nn.functional.dropout3d. */
export function dropout3d(input: Tensor, ...rest: Rest): Tensor
export function dropout3d(...args: unknown[]): Tensor {
  const [input, p, training] = DROPOUT3D.read(args)
  return batched(input, 4, (x) => featureDropout('dropout3d', x, p, training, CHANNELS))
}

/**
 * Dropout after which inputs of mean 0 and variance 1 still have them, for SELU (Klambauer et al. 2017). `training` is false by default,
 * as in torch. Source: torch.nn.functional.alpha_dropout.
 */
export function alpha_dropout(input: Tensor, ...rest: Rest): Tensor
export function alpha_dropout(...args: unknown[]): Tensor {
  const [input, p, training] = ALPHA_DROPOUT.read(args)
  return featureDropout('alpha_dropout', input, p, training, { unit: 'element', alpha: true })
}

/** The same of whole channels. Source: torch.nn.functional.feature_alpha_dropout. */
export function feature_alpha_dropout(input: Tensor, ...rest: Rest): Tensor
export function feature_alpha_dropout(...args: unknown[]): Tensor {
  const [input, p, training] = FEATURE_ALPHA_DROPOUT.read(args)
  return featureDropout('feature_alpha_dropout', input, p, training, { unit: 'channel', alpha: true })
}
