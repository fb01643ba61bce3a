import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { no_grad } from '../graph/grad_mode.js'
import { masked_fill } from '../ops/elementwise/where.js'
import { fillNormal, type Random } from '../ops/random/fill.js'
import { randperm } from '../ops/random/sample.js'
import { copy_ } from '../ops/shape/in_place.js'
import { reshape } from '../ops/shape/view.js'
import { to } from '../tensor/convert.js'
import { tensor } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'

const SPARSE_ = signature(
  'sparse_',
  'tensor: Tensor',
  'sparsity: number',
  'std: number = 0.01',
  'generator: Generator = None',
)

/**
 * Normal values of a matrix, of which the share `sparsity` of each column, rounded up, is 0 (Martens 2010).
 * As in torch, `generator` draws the values, and the default one what becomes 0.
 *
 * @throws ValueError unless it is a matrix, and `sparsity` from 0 to 1
 */
export function sparse_<T extends Tensor>(
  tensor: T,
  sparsity: number | ({ sparsity: number; std?: number } & Random),
  std?: number | ({ std?: number } & Random),
  generator?: Random['generator'] | Random,
): T
export function sparse_(...args: unknown[]): Tensor {
  const [x, sparsity, std, generator] = SPARSE_.read(args)
  if (x.dim() !== 2) throw new ValueError('Only tensors with 2 dimensions are supported')
  if (!(sparsity >= 0 && sparsity <= 1)) {
    throw new ValueError(`sparse_: sparsity must be from 0 to 1, but got ${sparsity}`)
  }
  const [rows, columns] = x.shape
  const zeros = Math.ceil(sparsity * rows)
  fillNormal('sparse_', x, 0, std, { generator })
  const mask = new Uint8Array(rows * columns)
  for (let column = 0; column < columns; column++) {
    const order = randperm(rows, {}).data<Int32Array>()
    for (const row of order.subarray(0, zeros)) mask[row * columns + column] = 1
  }
  return no_grad(() => copy_(x, masked_fill(x, reshape(to(tensor(mask), 'bool'), [rows, columns]), 0)))
}
