/** Products with a weight, as layers need them. */

import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { formatShape, numelOf } from '../../tensor/shape.js'
import { SparseTensor } from '../../tensor/sparse.js'
import { dense } from '../../tensor/strided.js'
import { sumTo } from '../../tensor/sum.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { asWhole } from '../../tensor/trace.js'
import { add } from '../elementwise/binary.js'
import { savedFactors } from '../elementwise/factors.js'
import * as integer from '../elementwise/integer.js'
import { reshape } from '../shape/view.js'
import { gemm, gradientByGemm } from './gemm.js'
import { asMatrix, checkSameType, matmul } from './matmul.js'

/** Rows of `x` times the transposed weight, plus the bias if there is one; `x` is [rows, in]. */
const linearRecord = define({
  name: 'linear',
  takesStrided: true,
  shape: ([x, weight]) => [x.shape[0], weight.shape[0]],
  dtype: ([x]) => x.dtype,
  forward([x, weight, bias], out) {
    const dims = { m: x.shape[0], n: weight.shape[0], k: x.shape[1], bTransposed: true }
    if (x.dtype === 'float32') gemm(x, weight, bias ?? null, out, dims)
    else
      integer.linear(
        [x, weight, bias].map((given) => given && dense(given)),
        out,
      )
    return savedFactors(x, weight)
  },
  backward(upstream, { a: x, b: weight }, _options, { needs, inputShapes }) {
    const [[rows, inputs], [outputs]] = inputShapes
    const [toInput, toWeight] = [
      { m: rows, n: inputs, k: outputs },
      { m: outputs, n: inputs, k: rows, aTransposed: true },
    ]
    return [
      weight ? gradientByGemm(inputShapes[0], upstream, weight, toInput) : null,
      x ? gradientByGemm(inputShapes[1], upstream, x, toWeight) : null,
      needs[2] ? sumTo('linear', upstream, [outputs]) : null,
    ]
  },
})

/**
 * `x weightᵀ + bias`, in one kernel: x [..., in], weight [out, in], bias [out], result [..., out]. A weight [in] is for one output.
 * Sparse rows are x too.
 * Source: torch.nn.functional.linear.
 */
export function linear(x: Tensor | SparseTensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  if (x instanceof SparseTensor) return x.linear(weight, bias)
  checkTensor('linear', 'input', x)
  checkTensor('linear', 'weight', weight)
  if (bias !== null) checkTensor('linear', 'bias', bias)
  const input = x
  if (weight.dim() === 1) {
    const product = matmul(x, weight)
    return bias === null ? product : add(product, bias)
  }
  if (weight.dim() !== 2) {
    throw new RuntimeError(
      `linear: weight must be a matrix [out, in] or a vector [in], but got shape ${formatShape(weight.shape)}`,
    )
  }
  if (input.dim() === 0 || input.shape[input.dim() - 1] !== weight.shape[1]) {
    const rows = numelOf(input.shape.slice(0, -1))
    throw new RuntimeError(
      `mat1 and mat2 shapes cannot be multiplied (${rows}x${input.shape.at(-1) ?? 1} and ${weight.shape[1]}x${weight.shape[0]})` +
        ` (linear: input ${formatShape(input.shape)}, weight ${formatShape(weight.shape)})`,
    )
  }
  const outputs = weight.shape[0]
  if (bias !== null && (bias.dim() !== 1 || bias.shape[0] !== outputs)) {
    throw new RuntimeError(
      `linear: bias must have shape [${outputs}] to match weight ${formatShape(weight.shape)}, but got ${formatShape(bias.shape)}`,
    )
  }
  for (const other of bias === null ? [weight] : [weight, bias]) checkSameType('linear', input, other)
  const operands = [asMatrix('linear', input, outputs), weight]
  if (bias !== null) operands.push(bias)
  const product = apply(linearRecord, operands, undefined)
  if (input.dim() === 2) return product
  const result = reshape(product, [...input.shape.slice(0, -1), outputs])
  return asWhole('linear', [input, weight, bias], result)
}
