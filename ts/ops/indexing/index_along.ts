/** Writing at indices of one dimension. */
import { IndexError, RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import type { TensorLike } from '../../tensor/convert.js'
import { copyElements } from '../../tensor/copy.js'
import { full } from '../../tensor/create.js'
import { withSize } from '../../tensor/parts.js'
import { elementOf, nameOf } from '../../tensor/promotion.js'
import { formatShape, normalizeDim, sameShape } from '../../tensor/shape.js'
import { Tensor } from '../../tensor/tensor.js'
import { masked_fill } from '../elementwise/where.js'
import { expand } from '../shape/expand.js'
import { addInto, selected } from '../shape/index_select.js'
import { checkedIndices, checkIndexTensor } from '../shape/positions.js'
import { reshape } from '../shape/view.js'
import { combined, scattered, type Writing } from './scatter.js'

/** A vector of indices of dimension `dim`, checked. */
function vectorOf(op: string, x: Tensor, dim: number, index: Tensor): Tensor {
  checkIndexTensor(op, index)
  if (index.dim() > 1) {
    throw new IndexError(`${op}(): Index is supposed to be a vector, but got ${index.dim()} dimensions`)
  }
  return reshape(checkedIndices(index, dim, x.shape[dim]), [-1])
}

/** Inputs are a tensor, a vector of checked indices of `dim`, and what is added there. */
const addRecord = define<{ dim: number }, { vector: Tensor }>({
  name: 'index_add',
  shape: ([x]) => x.shape,
  forward([x, vector, values], out, { dim }) {
    copyElements(x, out)
    addInto(out, dim, vector, values)
    return { vector }
  },
  backward: (upstream, { vector }, { dim }, { needs }) => [
    upstream,
    null,
    needs[2] ? selected(upstream, dim, vector) : null,
  ],
})

/** A vector as tensor of `rank` dimensions, along `dim`. */
const alongDim = (vector: Tensor, rank: number, dim: number): Tensor =>
  reshape(
    vector,
    Array.from({ length: rank }, (_, i) => (i === dim ? vector.numel() : 1)),
  )

/** `source` written at `index` of dimension `dim`, or combined with what is there. */
export function index_write(
  op: string,
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  how: Writing,
): Tensor {
  if (source.dtype !== x.dtype) {
    throw new RuntimeError(
      `${op}(): self and source expected to have the same dtype, but got (self) ${nameOf(x.dtype)} and (source) ${nameOf(source.dtype)}`,
    )
  }
  const at = normalizeDim(dim, x.dim())
  if (x.dim() === 0) {
    return reshape(index_write(op, reshape(x, [1]), 0, index, reshape(source, [-1]), how), [])
  }
  const vector = vectorOf(op, x, at, index)
  const indices = expand(alongDim(vector, x.dim(), at), withSize(x.shape, at, vector.numel()))
  const values = source.dim() === 0 ? reshape(source, new Array<number>(x.dim()).fill(1)) : source
  if (!sameShape(values.shape, indices.shape)) {
    throw new RuntimeError(
      `${op}(): source of shape ${formatShape(source.shape)} does not match ${formatShape(indices.shape)}, the shape of self with as many elements along dimension ${at} as index has`,
    )
  }
  if (x.dtype === 'float32' && how.combine === 'sum' && how.include_self !== false)
    return apply(addRecord, [x, vector, values], { dim: at })
  return combined(x, at, indices, values, how)
}

/** `value`, a number or a tensor of one, written at `index` of dimension `dim`. */
export function index_fill(x: Tensor, dim: number, index: Tensor, value: TensorLike): Tensor {
  if (value instanceof Tensor && value.dim() > 0) {
    throw new RuntimeError(
      `index_fill_ only supports a 0-dimensional value tensor, but got tensor with ${value.dim()} dimension(s).`,
    )
  }
  const at = normalizeDim(dim, x.dim())
  if (x.dim() === 0) return reshape(index_fill(reshape(x, [1]), 0, index, value), [])
  const isOwn = value instanceof Tensor && value.dtype === x.dtype
  const number = () =>
    elementOf('index_fill_', value instanceof Tensor ? value.item() : Number(value), x.dtype)
  const filler = isOwn ? value : full([], number(), { dtype: x.dtype })
  // A place counts once for the gradient of the value, however often it is indexed.
  const vector = vectorOf('index_fill', x, at, index)
  const [no, yes] = [false, true].map((is) => full([is ? 1 : x.shape[at]], Number(is), { dtype: 'bool' }))
  return masked_fill(x, alongDim(scattered(no, 0, vector, yes, null), x.dim(), at), filler)
}
