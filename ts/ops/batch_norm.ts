import * as kernels from '#kernels'
import { apply } from '../autograd/apply.js'
import { RuntimeError, ValueError } from '../errors.js'
import { launch } from '../memory/residency.js'
import { formatShape, numelOf, type Shape, sameShape } from '../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../tensor/tensor.js'
import { toFloat } from './convert.js'
import { define } from './record.js'

export interface BatchNormOptions {
  /** Means and variances to use when not training, and to update when training; [C] or null. */
  running_mean?: Tensor | null
  running_var?: Tensor | null
  /** Whether the batch's own statistics are used. */
  training?: boolean
  /** Weight of a new batch in the running statistics; 0.1 by default. */
  momentum?: number
  /** 1e-5 by default. */
  eps?: number
}

interface Options {
  mean: Tensor
  variance: Tensor
  training: boolean
  eps: number
}

/** `[images, channels, length]`. */
const splitOf = (shape: Shape): [number, number, number] => [shape[0], shape[1], numelOf(shape.slice(2))]

const pointerOrNull = (tensor: Tensor | undefined) => (tensor === undefined ? 0 : tensor.pointer())

/** Inputs are x, or x, weight and bias. */
const record = define<Options>({
  name: 'batch_norm',
  shape: ([x]) => x.shape,
  forward([x, weight, bias], out, { mean, variance, eps }) {
    const statistics = [mean.pointer(), variance.pointer()] as const
    const affine = [pointerOrNull(weight), pointerOrNull(bias)] as const
    kernels.batch_norm(x.pointer(), ...statistics, ...affine, eps, out.pointer(), ...splitOf(x.shape))
    return weight === undefined ? [x] : [x, weight]
  },
  backward(upstream, [x, weight], { mean, variance, training, eps }) {
    const [dx, dweight, dbias] = [x.shape, mean.shape, mean.shape].map((shape) => empty('backward', shape))
    kernels.batch_norm_backward(
      upstream.pointer(),
      x.pointer(),
      mean.pointer(),
      variance.pointer(),
      pointerOrNull(weight),
      eps,
      training,
      dx.pointer(),
      dweight.pointer(),
      dbias.pointer(),
      ...splitOf(x.shape),
    )
    return weight === undefined ? [dx] : [dx, dweight, dbias]
  },
})

/**
 * Each channel to mean 0 and variance 1, then times weight plus bias: x [N, C, ...], weight and bias
 * [C] or both null. Source: torch.nn.functional.batch_norm.
 */
export function batch_norm(
  x: Tensor,
  {
    weight = null,
    bias = null,
    ...options
  }: { weight?: Tensor | null; bias?: Tensor | null } & BatchNormOptions = {},
): Tensor {
  const { running_mean = null, running_var = null, training = false, momentum = 0.1, eps = 1e-5 } = options
  checkTensor('batch_norm', 'input', x)
  if (x.dim() < 2) throw new ValueError(`batch_norm: expected 2D or more input (got ${x.dim()}D input)`)
  const channels = x.shape[1]
  for (const [name, tensor] of Object.entries({ weight, bias, running_mean, running_var })) {
    if (tensor === null) continue
    checkTensor('batch_norm', name, tensor)
    if (!sameShape(tensor.shape, [channels]) || tensor.dtype !== 'float32') {
      throw new RuntimeError(
        `batch_norm: ${name} should contain ${channels} elements not ${tensor.numel()} (${tensor.dtype} ${formatShape(tensor.shape)})`,
      )
    }
  }
  if ((weight === null) !== (bias === null))
    throw new ValueError('batch_norm: weight and bias must both be given or both be null')
  const values = x.numel() / Math.max(channels, 1)
  if (training && values <= 1) {
    throw new ValueError(
      `Expected more than 1 value per channel when training, got input size torch.Size(${formatShape(x.shape)})`,
    )
  }
  if (!training && (running_mean === null || running_var === null)) {
    throw new ValueError('batch_norm: running_mean and running_var must be given when not training')
  }
  const input = toFloat('batch_norm', 'input', x)
  const [mean, variance] = training ? statisticsOf(input) : [running_mean as Tensor, running_var as Tensor]
  if (training) {
    if (running_mean !== null) update(running_mean, mean, momentum, 1)
    if (running_var !== null) update(running_var, variance, momentum, values / (values - 1))
  }
  const inputs = weight === null || bias === null ? [input] : [input, weight, bias]
  return apply(record, inputs, { mean, variance, training, eps })
}

function statisticsOf(x: Tensor): [Tensor, Tensor] {
  const [mean, variance] = [empty('batch_norm', [x.shape[1]]), empty('batch_norm', [x.shape[1]])]
  launch(() =>
    kernels.batch_norm_statistics(x.pointer(), mean.pointer(), variance.pointer(), ...splitOf(x.shape)),
  )
  return [mean, variance]
}

function update(running: Tensor, batch: Tensor, momentum: number, factor: number): void {
  launch(() =>
    kernels.batch_norm_update(running.pointer(), batch.pointer(), momentum, factor, running.numel()),
  )
  running.storage.version++
}
