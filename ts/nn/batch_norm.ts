import { ValueError } from '../base/errors.js'
import type { ArgumentsOf } from '../call/parameter.js'
import { type Signature, signature } from '../call/signature.js'
import { batch_norm } from '../ops/norm/batch_norm.js'
import { fill_ } from '../ops/shape/in_place.js'
import { ones, tensor, zeros } from '../tensor/create.js'
import { bytesPerElement, elementsOf } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { IfKnown } from '../tensor/typed/sizes.js'
import { DEVICE, DTYPE, type FactoryOptions } from './factory.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'
import { repr } from './repr.js'

/** Options of BatchNorm1d and BatchNorm2d. */
export interface BatchNormModuleOptions extends FactoryOptions {
  /** Added to the variance; 1e-5 by default. */
  eps?: number
  /** Weight of a new batch in the running statistics, 0.1 by default; null for the mean over all batches. */
  momentum?: number | null
  /** Whether a weight and a bias are learned; true by default. */
  affine?: boolean
  /** False omits the bias; true by default. */
  bias?: boolean
  /** Whether running statistics are kept, for use in evaluation mode; true by default. */
  track_running_stats?: boolean
}

const PARAMETERS = [
  'num_features: int',
  'eps: number = 1e-5',
  'momentum: number|None = 0.1',
  'affine: bool = True',
  'track_running_stats: bool = True',
  DEVICE,
  DTYPE,
  '*',
  'bias: bool = True',
] as const

/** Normalises each channel, by the statistics of the batch in training mode and by running statistics in evaluation mode. */
export abstract class BatchNorm extends Module {
  readonly num_features: number
  readonly eps: number
  readonly momentum: number | null
  readonly affine: boolean
  readonly track_running_stats: boolean
  /** [num_features], or null. */
  weight: Parameter | null = null
  /** [num_features], or null. */
  bias: Parameter | null = null
  /** [num_features], or null without running statistics. A buffer, as the next two. */
  declare readonly running_mean: Tensor | null
  declare readonly running_var: Tensor | null
  /** Batches that the running statistics have seen, int32. */
  declare readonly num_batches_tracked: Tensor | null

  /** The signature of {@link forward}. @internal */
  protected abstract readonly called: Signature<readonly ['input: Tensor']>

  constructor(args: ArgumentsOf<typeof PARAMETERS>) {
    super()
    const [num_features, eps, momentum, affine, track_running_stats, , , bias] = args
    this.num_features = num_features
    this.eps = eps
    this.momentum = momentum
    this.affine = affine
    this.track_running_stats = track_running_stats
    this.register_parameter('weight', affine ? new Parameter(ones([num_features])) : null)
    this.register_parameter('bias', affine && bias ? new Parameter(zeros([num_features])) : null)
    this.register_buffer('running_mean', track_running_stats ? zeros([num_features]) : null)
    this.register_buffer('running_var', track_running_stats ? ones([num_features]) : null)
    this.register_buffer('num_batches_tracked', track_running_stats ? tensor(0, { dtype: 'int32' }) : null)
  }

  /** [N, num_features, ...] -> the same shape */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, S>>
  override forward(...args: unknown[]): Tensor {
    const [input] = this.called.read(args)
    this.checkRank(input.dim())
    const { weight, bias, running_mean, running_var, eps, num_batches_tracked } = this
    const isCounted = this.training && num_batches_tracked !== null
    const count = isCounted ? num_batches_tracked.item() + 1 : 0
    const momentum = this.momentum ?? (isCounted ? 1 / count : 0)
    const training = this.training || (running_mean === null && running_var === null)
    const result = batch_norm(input, running_mean, running_var, { weight, bias, training, momentum, eps })
    if (isCounted) setElement(num_batches_tracked, count)
    return result
  }

  /** Forgets what batches were like. */
  reset_running_stats(): void
  reset_running_stats(...args: unknown[]): void {
    RESET.read(args)
    const { running_mean, running_var, num_batches_tracked } = this
    if (running_mean !== null) fill_(running_mean, 0)
    if (running_var !== null) fill_(running_var, 1)
    if (num_batches_tracked !== null) setElement(num_batches_tracked, 0)
  }

  /** Throws unless the module accepts inputs with `rank` dimensions. */
  protected abstract checkRank(rank: number): void

  override extra_repr(): string {
    const { num_features, eps, momentum, affine, bias, track_running_stats } = this
    return `${num_features}, eps=${repr(eps)}, momentum=${repr(momentum)}, affine=${repr(affine)}, bias=${repr(bias !== null)}, track_running_stats=${repr(track_running_stats)}`
  }
}

const RESET = signature('BatchNorm.reset_running_stats')

/** Overwrites the only element without a kernel. This cannot fail, as it must not: the statistics are already updated. */
function setElement({ dtype, storage, byteOffset }: Tensor, value: number): void {
  const bytes = new Uint8Array(bytesPerElement[dtype])
  elementsOf(dtype, bytes)[0] = value
  storage.change(() => storage.write(byteOffset, bytes))
}

const BATCH_NORM_2D = signature('BatchNorm2d', ...PARAMETERS)
const FORWARD_2D = signature('BatchNorm2d.forward', 'input: Tensor')

/**
 * Batch normalisation of images [N, C, H, W], channel by channel. Source: torch.nn.BatchNorm2d.
 *
 * @throws TypeError for arguments of another type; ValueError from `forward` when training on a single value a channel
 * @example new torch.nn.BatchNorm2d(32).forward(torch.randn([4, 32, 8, 8]))
 */
export class BatchNorm2d extends BatchNorm {
  constructor(
    num_features: number,
    eps?: number,
    momentum?: number | null,
    affine?: boolean,
    track_running_stats?: boolean,
    options?: FactoryOptions & { bias?: boolean },
  )
  constructor(num_features: number, options?: BatchNormModuleOptions)
  constructor(options: BatchNormModuleOptions & { num_features: number })
  constructor(...args: unknown[]) {
    super(BATCH_NORM_2D.read(args))
  }

  protected override get called() {
    return FORWARD_2D
  }

  protected override checkRank(rank: number): void {
    if (rank !== 4) throw new ValueError(`expected 4D input (got ${rank}D input)`)
  }
}

const BATCH_NORM_1D = signature('BatchNorm1d', ...PARAMETERS)
const FORWARD_1D = signature('BatchNorm1d.forward', 'input: Tensor')

/**
 * Batch normalisation of features [N, C] or sequences [N, C, L]. Source: torch.nn.BatchNorm1d.
 *
 * @throws TypeError for arguments of another type; ValueError from `forward` when training on a single value a channel
 * @example new torch.nn.BatchNorm1d(64).forward(torch.randn([32, 64]))
 */
export class BatchNorm1d extends BatchNorm {
  constructor(
    num_features: number,
    eps?: number,
    momentum?: number | null,
    affine?: boolean,
    track_running_stats?: boolean,
    options?: FactoryOptions & { bias?: boolean },
  )
  constructor(num_features: number, options?: BatchNormModuleOptions)
  constructor(options: BatchNormModuleOptions & { num_features: number })
  constructor(...args: unknown[]) {
    super(BATCH_NORM_1D.read(args))
  }

  protected override get called() {
    return FORWARD_1D
  }

  protected override checkRank(rank: number): void {
    if (rank !== 2 && rank !== 3) throw new ValueError(`expected 2D or 3D input (got ${rank}D input)`)
  }
}

const BATCH_NORM_3D = signature('BatchNorm3d', ...PARAMETERS)
const FORWARD_3D = signature('BatchNorm3d.forward', 'input: Tensor')

/**
 * Batch normalisation of volumes [N, C, D, H, W], channel by channel. Source: torch.nn.BatchNorm3d.
 *
 * @throws TypeError for arguments of another type; ValueError from `forward` when training on a single value a channel
 * @example new torch.nn.BatchNorm3d(32).forward(torch.randn([4, 32, 2, 8, 8]))
 */
export class BatchNorm3d extends BatchNorm {
  constructor(
    num_features: number,
    eps?: number,
    momentum?: number | null,
    affine?: boolean,
    track_running_stats?: boolean,
    options?: FactoryOptions & { bias?: boolean },
  )
  constructor(num_features: number, options?: BatchNormModuleOptions)
  constructor(options: BatchNormModuleOptions & { num_features: number })
  constructor(...args: unknown[]) {
    super(BATCH_NORM_3D.read(args))
  }

  protected override get called() {
    return FORWARD_3D
  }

  protected override checkRank(rank: number): void {
    if (rank !== 5) throw new ValueError(`expected 5D input (got ${rank}D input)`)
  }
}
