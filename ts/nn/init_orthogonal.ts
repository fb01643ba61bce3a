import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { no_grad } from '../graph/grad_mode.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { mul } from '../ops/elementwise/binary.js'
import { fillNormal, type Random } from '../ops/random/fill.js'
import { copy_ } from '../ops/shape/in_place.js'
import { transpose } from '../ops/shape/permute.js'
import { reshape } from '../ops/shape/view.js'
import type { Generator } from '../random/generator.js'
import { drawing } from '../random/generator.js'
import { dense } from '../tensor/strided.js'
import { empty, type Tensor } from '../tensor/tensor.js'

const ORTHOGONAL_ = signature(
  'orthogonal_',
  'tensor: Tensor',
  'gain: number = 1',
  'generator: Generator = None',
)

/**
 * A matrix [rows, product of the other dimensions] with orthonormal rows or columns, whichever are
 * fewer, times `gain` (Saxe et al. 2013).
 *
 * @throws ValueError for tensors of fewer than two dimensions
 */
export function orthogonal_<T extends Tensor>(
  tensor: T,
  gain?: number | ({ gain?: number } & Random),
  generator?: Generator | Random | null,
): T
export function orthogonal_(...args: unknown[]): Tensor {
  const [x, gain, generator] = ORTHOGONAL_.read(args)
  const random = { generator }
  if (x.dim() < 2) throw new ValueError('Only tensors with 2 or more dimensions are supported')
  if (x.numel() === 0) return x
  const [rows, columns] = [x.shape[0], x.numel() / x.shape[0]]
  const fill = () => {
    const matrix = empty('orthogonal_', [rows, columns])
    fillNormal('normal', matrix, 0, 1, random)
    const isWide = rows < columns
    const vectors = isWide ? matrix : dense(transpose(matrix, 0, 1))
    const [count, length] = vectors.shape
    launch(() => kernels.orthonormal_rows(vectors.pointer(), count, length))
    const result = isWide ? vectors : transpose(vectors, 0, 1)
    copy_(x, mul(reshape(result, x.shape), gain))
    for (const temporary of [matrix, vectors, result]) temporary.dispose()
  }
  drawing('orthogonal_', random ?? {}, () => no_grad(fill))
  return x
}
