import * as calls from '#kernels/calls'
import { checkNumber } from '../../base/check.js'
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { onlyFloat } from '../../tensor/convert.js'
import { formatShape, numelOf, ownIntegers, type Shape, sameShape } from '../../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'

/** Options of {@link layer_norm}. */
export interface LayerNormOptions {
  /** Of the normalised shape, or null. */
  weight?: Tensor | null
  /** Of the normalised shape, or null. */
  bias?: Tensor | null
  /** Added to the variance; 1e-5 by default. */
  eps?: number
}

interface Options {
  /** Number of elements that are normalised together. */
  length: number
  eps: number
  hasWeight: boolean
  hasBias: boolean
}

const pointerOrNull = (tensor: Tensor | undefined) => (tensor === undefined ? 0 : tensor.pointer())

const rowsOf = (x: Tensor, length: number) => x.numel() / Math.max(length, 1)

/** Inputs are x, then weight and bias if given. */
const record = define<Options, { x: Tensor; statistics: Tensor; weight: Tensor | undefined }>({
  name: 'layer_norm',
  shape: ([x]) => x.shape,
  forward([x, ...affine], out, { length, eps, hasWeight, hasBias }) {
    const rows = rowsOf(x, length)
    const weight = hasWeight ? affine[0] : undefined
    const bias = hasBias ? affine.at(-1) : undefined
    const statistics = empty('layer_norm', [rows, kernels.layer_norm_fields()])
    calls.layer_norm(kernels, {
      x: x.pointer(),
      weight: pointerOrNull(weight),
      bias: pointerOrNull(bias),
      eps,
      out: out.pointer(),
      statistics: statistics.pointer(),
      rows,
      length,
    })
    return { x, statistics, weight }
  },
  makes: ['statistics'],
  backward(upstream, { x, statistics, weight }, { length, hasWeight, hasBias }, { needs, inputShapes }) {
    const given = {
      upstream: upstream.pointer(),
      x: x.pointer(),
      statistics: statistics.pointer(),
      rows: rowsOf(x, length),
      length,
    }
    let gradient: Tensor | null = null
    if (needs[0]) {
      gradient = empty('backward', x.shape)
      calls.layer_norm_backward(kernels, {
        ...given,
        weight: pointerOrNull(weight),
        gradient: gradient.pointer(),
      })
    }
    if (!needs[1] && !needs[2]) return [gradient]
    const [dweight, dbias] = [empty('backward', inputShapes[1]), empty('backward', inputShapes[1])]
    calls.layer_norm_backward_affine(kernels, {
      ...given,
      weight_gradient: dweight.pointer(),
      bias_gradient: dbias.pointer(),
    })
    if (!hasWeight) dweight.dispose()
    if (!hasBias) dbias.dispose()
    return [gradient, ...(hasWeight ? [dweight] : []), ...(hasBias ? [dbias] : [])]
  },
})

/**
 * Normalises each sample to mean 0 and variance 1 over its last dimensions, `normalized_shape`, then multiplies by weight and
 * adds bias (Ba et al. 2016). Source: torch.nn.functional.layer_norm.
 *
 * @throws RuntimeError if x does not end with that shape
 */
export function layer_norm(
  x: Tensor,
  normalized_shape: Shape,
  { weight = null, bias = null, eps = 1e-5 }: LayerNormOptions = {},
): Tensor {
  checkTensor('layer_norm', 'input', x)
  checkNumber('layer_norm', 'eps', eps)
  const shape = ownIntegers('layer_norm', 'normalized_shape', normalized_shape)
  if (shape.length === 0) {
    throw new RuntimeError(
      'Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []',
    )
  }
  for (const [name, tensor] of Object.entries({ weight, bias })) {
    if (tensor === null) continue
    checkTensor('layer_norm', name, tensor)
    if (!sameShape(tensor.shape, shape)) {
      throw new RuntimeError(
        `Expected ${name} to be of same shape as normalized_shape, but got ${name} of shape ${formatShape(tensor.shape)} and normalized_shape = ${formatShape(shape)}`,
      )
    }
  }
  const first = x.dim() - shape.length
  if (first < 0 || !sameShape(x.shape.slice(first), shape)) {
    throw new RuntimeError(
      `Given normalized_shape=${formatShape(shape)}, expected input with shape [*${shape.map((size) => `, ${size}`).join('')}], but got input of size${formatShape(x.shape)}`,
    )
  }
  const affine = Object.entries({ weight, bias }).flatMap(([name, tensor]) =>
    tensor === null ? [] : [onlyFloat('layer_norm', name, tensor)],
  )
  const options = { length: numelOf(shape), eps, hasWeight: weight !== null, hasBias: bias !== null }
  return apply(record, [onlyFloat('layer_norm', 'input', x), ...affine], options)
}
