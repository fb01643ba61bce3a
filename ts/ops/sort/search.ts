/** Places in ascending sequences, counts of numbers, and membership. No gradients. */
import { RuntimeError } from '../../base/errors.js'
import { kernels } from '../../kernels/instance.js'
import { launch } from '../../memory/residency.js'
import { to } from '../../tensor/convert.js'
import { full } from '../../tensor/create.js'
import { gatherInto } from '../../tensor/gather.js'
import { resultType } from '../../tensor/promotion.js'
import { formatShape, sameShape } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { empty, Tensor } from '../../tensor/tensor.js'
import { eq, ne } from '../elementwise/binary.js'
import { clamp } from '../elementwise/math.js'
import { sum } from '../reduce/reduce.js'
import { index_select } from '../shape/index_select.js'
import { narrow } from '../shape/slice.js'
import { flatten, reshape } from '../shape/view.js'
import { sort } from './sort.js'

/** For each value the number of elements of the sequence, or of its row of sequences, that are less, or not greater if `right`. */
export function places(sequence: Tensor, values: Tensor, right: boolean): Tensor {
  const out = empty('searchsorted', values.shape, 'int32')
  const isFloat = values.dtype === 'float32'
  const [edges, sought] = [sequence, values].map((x) => dense(to(x, isFloat ? 'float32' : 'int32')))
  const length = sequence.shape[sequence.dim() - 1] ?? 1
  const perRow = values.shape[values.dim() - 1] ?? 1
  const [sequences, rows] = [sequence.numel() / length || 0, values.numel() / perRow || 0]
  const kernel = isFloat ? kernels.search_f32 : kernels.search_i32
  launch(() =>
    kernel(edges.pointer(), sought.pointer(), out.pointer(), right, sequences, length, rows, perRow),
  )
  return out
}

/** The elements of `x` in the order that `sorter` has along the last dimension. */
function inOrder(x: Tensor, sorter: Tensor): Tensor {
  if (!sameShape(x.shape, sorter.shape))
    throw new RuntimeError(
      `torch.searchsorted(): boundary and sorter must have the same size, but got boundary tensor ${formatShape(x.shape)}and got sorter tensor ${formatShape(sorter.shape)}`,
    )
  if (sorter.dtype !== 'int32')
    throw new RuntimeError('torch.searchsorted(): sorter must be a tensor of long dtype (int32 here)')
  const size = x.shape[x.dim() - 1] ?? 1
  if (sorter.data().some((index) => index < 0 || index >= size))
    throw new RuntimeError('torch.searchsorted(): sorter index out of range')
  const out = empty('searchsorted', x.shape, x.dtype)
  const [from, order] = [dense(x), dense(sorter)]
  launch(() => gatherInto(out, from, order, size, Math.max(x.dim() - 1, 0)))
  return out
}

/** The bucket of each value between boundaries. */
export function bucketize(boundaries: Tensor, input: Tensor | number | boolean, right: boolean): Tensor {
  if (boundaries.dim() === 1) return searchsorted(boundaries, input, right)
  throw new RuntimeError(
    `torch.bucketize(): boundaries tensor must be 1 dimension, but got dim(${boundaries.dim()})`,
  )
}

/** Where values belong in an ascending sequence, or in the row of a sequence that is theirs. */
export function searchsorted(
  sequence: Tensor,
  input: Tensor | number | boolean,
  right: boolean,
  side: unknown = null,
  sorter: Tensor | null = null,
): Tensor {
  if (side !== null && side !== 'left' && side !== 'right')
    throw new RuntimeError(`torch.searchsorted(): side can only be 'left' or 'right' but got ${side}`)
  if (side === 'left' && right)
    throw new RuntimeError(
      "torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True",
    )
  if (input instanceof Tensor) checkRows(sequence, input)
  else if (sequence.dim() !== 1)
    throw new RuntimeError(
      'torch.searchsorted(): input value can be a scalar only when boundaries tensor dimension is 1',
    )
  const values =
    input instanceof Tensor ? input : full([], Number(input), { dtype: resultType([sequence, input]) })
  const whole = sorter === null ? sequence : inOrder(sequence, sorter)
  const edges = input instanceof Tensor ? whole : to(whole, values.dtype)
  return places(edges, values, right || side === 'right')
}

function checkRows(sequence: Tensor, input: Tensor): void {
  const dims = sequence.dim()
  if (dims === 0)
    throw new RuntimeError('torch.searchsorted(): boundaries tensor should have at least 1 dimension')
  if (sequence.dtype !== input.dtype)
    throw new RuntimeError(
      `torch.searchsorted(): boundary tensor and input value tensor should have same dtype, but got boundary tensor dtype ${sequence.dtype} and input value tensor dtype ${input.dtype}`,
    )
  if (dims !== 1 && !sameShape(sequence.shape.slice(0, -1), input.shape.slice(0, -1)))
    throw new RuntimeError(
      `torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor ${formatShape(sequence.shape)} and input value tensor ${formatShape(input.shape)}`,
    )
}

/** Whether each element is among those of `among`. */
export function isin(
  elements: Tensor | number | boolean,
  among: Tensor | number | boolean,
  invert: boolean,
): Tensor {
  const dtype = resultType([elements, among])
  const [x, others] = [elements, among].map((given) =>
    given instanceof Tensor ? to(given, dtype) : full([], Number(given), { dtype }),
  )
  const given = flatten(others.detach())
  // NaN, which comes last, equals nothing.
  const count = sum(eq(given, given)).item()
  if (count === 0) return full(x.shape, Number(invert), { dtype: 'bool' })
  const sorted = narrow(sort(given, 0, false)[0], 0, 0, count)
  const found = clamp(flatten(places(sorted, x, false)), { max: count - 1 })
  const nearest = reshape(index_select(sorted, 0, found), x.shape)
  return invert ? ne(nearest, x) : eq(nearest, x)
}
