/** Batch normalisation. */

import * as calls from '#kernels/calls'
import { checkBoolean, checkNumber } from '../../base/check.js'
import { RuntimeError, ValueError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { gradEnabled } from '../../graph/grad_mode.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { launch } from '../../memory/residency.js'
import { Storage } from '../../memory/storage.js'
import { onlyFloat } from '../../tensor/convert.js'
import { copyStrided } from '../../tensor/elements.js'
import { formatShape, numelOf, type Shape, sameShape } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'

/** Options of batch normalisation. */
export interface BatchNormOptions {
  /** Factor of each channel, [C]; null, the default, for 1. */
  weight?: Tensor | null
  /** Added to each channel, [C]; null, the default, for 0. */
  bias?: Tensor | null
  /** Whether the batch's own statistics are used, and the running ones updated; false by default. */
  training?: boolean
  /** Weight of the batch in the running statistics; 0.1 by default. */
  momentum?: number
  /** Added to the variance; 1e-5 by default. */
  eps?: number
}

interface Options {
  hasWeight: boolean
  hasBias: boolean
  training: boolean
  eps: number
}

/** `[images, channels, length]`. Without elements the length may exceed 32 bits, so the number of images is 0. */
const splitOf = (shape: Shape) =>
  numelOf(shape) === 0
    ? { images: 0, channels: shape[1], length: 0 }
    : { images: shape[0], channels: shape[1], length: numelOf(shape.slice(2)) }

/**
 * Inputs are x, mean and variance [C], of the batch when training, else the running ones, then the weight, then the
 * bias, as far as there are.
 */
const record = define<Options, { x: Tensor; mean: Tensor; variance: Tensor; weight?: Tensor }>({
  name: 'batch_norm',
  shape: ([x]) => x.shape,
  forward([x, mean, variance, ...affine], out, { hasWeight, hasBias, eps }) {
    const dims = splitOf(x.shape)
    calls.batch_norm(kernels, {
      x: x.pointer(),
      mean: mean.pointer(),
      variance: variance.pointer(),
      weight: hasWeight ? affine[0].pointer() : 0,
      bias: hasBias ? affine[affine.length - 1].pointer() : 0,
      eps,
      out: out.pointer(),
      ...dims,
    })
    // Statistics too, so that backward detects a change of the running ones.
    return hasWeight ? { x, mean, variance, weight: affine[0] } : { x, mean, variance }
  },
  backward(upstream, { x, mean, variance, weight }, { hasBias, training, eps }) {
    const [dx, dweight, dbias] = [x, mean, mean].map(({ shape }) => empty('backward', shape))
    const dims = splitOf(x.shape)
    calls.batch_norm_backward(kernels, {
      upstream: upstream.pointer(),
      x: x.pointer(),
      mean: mean.pointer(),
      variance: variance.pointer(),
      weight: weight ? weight.pointer() : 0,
      eps,
      training,
      x_gradient: dx.pointer(),
      weight_gradient: dweight.pointer(),
      bias_gradient: dbias.pointer(),
      ...dims,
    })
    return [dx, null, null, ...(weight ? [dweight] : []), ...(hasBias ? [dbias] : [])]
  },
})

/**
 * Normalises each channel to mean 0 and variance 1, then multiplies by weight and adds bias:
 * x [N, C, ...]. Training uses the batch's statistics and updates the running ones, [C] or null;
 * otherwise the running ones are used. Source: torch.nn.functional.batch_norm.
 *
 * @throws ValueError when training on a single value per channel
 * @example batch_norm(torch.randn([8, 3]), null, null, { training: true }).mean().item() // about 0
 */
export function batch_norm(
  x: Tensor,
  running_mean: Tensor | null,
  running_var: Tensor | null,
  { weight = null, bias = null, training = false, momentum = 0.1, eps = 1e-5 }: BatchNormOptions = {},
): Tensor {
  checkTensor('batch_norm', 'input', x)
  if (x.dim() < 2) throw new ValueError(`batch_norm: expected at least 2D input (got ${x.dim()}D input)`)
  const channels = x.shape[1]
  const given = { running_mean, running_var, weight, bias }
  for (const [name, tensor] of Object.entries(given))
    if (tensor !== null) checkChannels(name, tensor, channels)
  for (const [name, tensor] of Object.entries({ running_mean, running_var }))
    checkRunning(name, tensor, training)
  if ((running_mean === null) !== (running_var === null)) {
    throw new ValueError(
      'batch_norm: running_mean and running_var must either both be None or neither be None',
    )
  }
  checkBoolean('batch_norm', 'training', training)
  checkNumber('batch_norm', 'momentum', momentum)
  checkNumber('batch_norm', 'eps', eps)
  if (eps < 0) throw new ValueError(`batch_norm eps must be non-negative, but got ${eps}`)
  if (training && eps === 0)
    throw new ValueError('batch_norm eps must be positive during training, but got 0')
  const values = x.shape[0] * numelOf(x.shape.slice(2))
  if (training && values === 1) {
    throw new ValueError(
      `Expected more than 1 value per channel when training, got input size torch.Size(${formatShape(x.shape)})`,
    )
  }
  const input = onlyFloat('batch_norm', 'input', x)
  const affine = Object.entries({ weight, bias }).flatMap(([name, tensor]) =>
    tensor === null ? [] : [onlyFloat('batch_norm', name, tensor)],
  )
  const isRunning = !training && running_mean !== null && running_var !== null
  const [mean, variance] = isRunning ? [running_mean, running_var] : statisticsOf(dense(input))
  const options = { hasWeight: weight !== null, hasBias: bias !== null, training, eps }
  const result = apply(record, [input, mean, variance, ...affine], options)
  if (training && values > 0 && running_mean !== null && running_var !== null) {
    moveTowards([running_mean, running_var], [mean, variance], momentum, [1, values / (values - 1)])
  }
  return result
}

function checkChannels(name: string, tensor: unknown, channels: number): void {
  checkTensor('batch_norm', name, tensor)
  if (sameShape(tensor.shape, [channels])) return
  throw new RuntimeError(
    `batch_norm: ${name} should contain ${channels} elements not ${tensor.numel()}, but got shape ${formatShape(tensor.shape)}`,
  )
}

/** Throws unless the running statistics can be used, or updated when training. */
function checkRunning(name: string, tensor: Tensor | null, training: boolean): void {
  if (tensor === null) {
    if (!training) throw new RuntimeError(`batch_norm: ${name} must be defined in evaluation mode`)
    return
  }
  if (tensor.dtype !== 'float32')
    throw new RuntimeError(`batch_norm: ${name} must be float32, but got ${tensor.dtype}`)
  if (tensor.requires_grad && gradEnabled) {
    throw new RuntimeError(
      `batch_norm is not differentiable with respect to argument '${name}'. This input cannot have requires_grad True.`,
    )
  }
}

function statisticsOf(x: Tensor): [Tensor, Tensor] {
  const [mean, variance] = [empty('batch_norm', [x.shape[1]]), empty('batch_norm', [x.shape[1]])]
  launch(() => {
    const { images, channels, length } = splitOf(x.shape)
    const results = [mean.pointer(), variance.pointer()] as const
    kernels.batch_norm_statistics(x.pointer(), ...results, images, channels, length)
  })
  return [mean, variance]
}

/** Updates running statistics by those of the batch times a factor each, all or none. */
function moveTowards(
  running: readonly Tensor[],
  batch: readonly Tensor[],
  momentum: number,
  factors: readonly number[],
): void {
  const rows = running.map(dense)
  Storage.changeEach([{ operands: [...running, ...rows, ...batch], results: running }], () => {
    for (const [i, x] of rows.entries()) {
      kernels.batch_norm_update(x.pointer(), batch[i].pointer(), momentum, factors[i], x.numel())
      if (x !== running[i]) copyStrided(x, running[i])
    }
  })
}
