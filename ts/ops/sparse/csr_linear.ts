/** Products of sparse rows with a weight. */
import * as calls from '#kernels/calls'
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { Storage } from '../../memory/storage.js'
import { tensor } from '../../tensor/create.js'
import { checkShape, formatShape } from '../../tensor/shape.js'
import { sumTo } from '../../tensor/sum.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { checkSameType } from '../linear/matmul.js'

/** Rows in compressed form: the arrays of a SparseCSRTensor. */
export interface CompressedRows {
  readonly crow: Int32Array
  readonly col: Int32Array
  readonly values: Float32Array
  readonly rows: number
  readonly columns: number
}

/** Elements ordered by column, three numbers each, and where rows begin. */
type Ordered = { elements?: Tensor; crow?: Tensor }

/** Numbers of an element: its column, its row and its value. */
const NUMBERS = 3

/** Inputs are the weight [out, in] and perhaps the bias [out]. */
const record = define<CompressedRows, Ordered>({
  name: 'csr_linear',
  shape: ([weight], { rows }) => [rows, weight.shape[0]],
  forward([weight, bias], out, { crow, col, values, rows, columns }) {
    const count = col.length
    const elements = empty('linear', [count * NUMBERS], 'int32')
    const begins = tensor(crow)
    const temporary = [tensor(col), tensor(values), new Storage(4 * NUMBERS * count)] as const
    const sizes = { rows, columns, count }
    calls.csr_by_column(kernels, {
      crow: begins.pointer(),
      col: temporary[0].pointer(),
      values: temporary[1].pointer(),
      ...sizes,
      elements: elements.pointer(),
      workspace: temporary[2].pointer(),
    })
    for (const made of temporary) made.dispose()
    calls.csr_linear(kernels, {
      elements: elements.pointer(),
      crow: begins.pointer(),
      weight: weight.pointer(),
      bias: bias === undefined ? 0 : bias.pointer(),
      ...sizes,
      outputs: weight.shape[0],
      out: out.pointer(),
    })
    return { elements, crow: begins }
  },
  makes: ['elements', 'crow'],
  backward(upstream, { elements, crow }, { rows, columns, col }, { needs, inputShapes }) {
    const [outputs] = inputShapes[0]
    let toWeight: Tensor | null = null
    if (needs[0] && elements && crow) {
      toWeight = empty('backward', inputShapes[0])
      calls.csr_linear_weight_backward(kernels, {
        elements: elements.pointer(),
        crow: crow.pointer(),
        upstream: upstream.pointer(),
        rows,
        columns,
        count: col.length,
        outputs,
        gradient: toWeight.pointer(),
      })
    }
    return [toWeight, needs[1] ? sumTo('linear', upstream, [outputs]) : null]
  },
})

/** `x weightᵀ + bias` for sparse x [rows, in], weight [out, in] and bias [out] -> [rows, out]. */
export function csrLinear(x: CompressedRows, weight: Tensor, bias: Tensor | null): Tensor {
  checkTensor('linear', 'weight', weight)
  if (weight.dim() !== 2) {
    throw new RuntimeError(
      `linear: weight must be a matrix [out, in] where the input is sparse, but got shape ${formatShape(weight.shape)}`,
    )
  }
  const [outputs, columns] = weight.shape
  if (columns !== x.columns) {
    throw new RuntimeError(
      `mat1 and mat2 shapes cannot be multiplied (${x.rows}x${x.columns} and ${columns}x${outputs})` +
        ` (linear: input ${formatShape([x.rows, x.columns])}, weight ${formatShape(weight.shape)})`,
    )
  }
  if (weight.dtype !== 'float32') {
    throw new RuntimeError(
      `linear: weight must be float32 where the input is sparse, but got ${weight.dtype}`,
    )
  }
  checkShape('linear', [x.rows, outputs])
  if (bias === null) return apply(record, [weight], x)
  checkTensor('linear', 'bias', bias)
  if (bias.dim() !== 1 || bias.shape[0] !== outputs) {
    throw new RuntimeError(
      `linear: bias must have shape [${outputs}] to match weight ${formatShape(weight.shape)}, but got ${formatShape(bias.shape)}`,
    )
  }
  checkSameType('linear', weight, bias)
  return apply(record, [weight, bias], x)
}
