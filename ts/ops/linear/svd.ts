/** Singular values. */
import { RuntimeError } from '../../base/errors.js'
import { applyEach } from '../../graph/apply.js'
import { defineSeveral } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { nameOf } from '../../tensor/promotion.js'
import { formatShape, numelOf } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import { mul } from '../elementwise/binary.js'
import { transpose } from '../shape/permute.js'
import { unsqueeze } from '../shape/view.js'
import { matmul } from './matmul.js'

/** The most work: some seconds. */
const MOST = 2 ** 31

const record = defineSeveral<undefined, { u: Tensor; v: Tensor }>({
  name: 'svdvals',
  results([{ shape }]) {
    const [m, n] = shape.slice(-2)
    return [{ shape: [...shape.slice(0, -2), Math.min(m, n)] }]
  },
  forward([x], [s], _options, tracked) {
    const [batch, [m, n]] = [x.shape.slice(0, -2), x.shape.slice(-2)]
    const k = Math.min(m, n)
    const u = empty('svdvals', [...batch, m, k])
    const v = empty('svdvals', [...batch, n, k])
    const scratch = empty('svdvals', [k * (Math.max(m, n) + k), 2])
    const count = x.numel() === 0 ? 0 : numelOf(batch)
    const [from, vectors, values] = [x.pointer(), u.pointer(), s.pointer()]
    const finite = kernels.svd(from, vectors, values, v.pointer(), scratch.pointer(), count, m, n) as unknown
    scratch.dispose()
    if (!tracked) for (const made of [u, v]) made.dispose()
    if (!finite) throw new RuntimeError('linalg.svd: the input matrix contains non-finite values.')
    return { u, v }
  },
  // U diag(upstream) Vᵀ
  backward: ([upstream], { u, v }) => [
    upstream === null ? null : matmul(mul(u, unsqueeze(upstream, -2)), transpose(v, -2, -1)),
  ],
})

/** The singular values of the matrices in the last two dimensions, in falling order. */
export function svdvals(op: string, x: Tensor): Tensor {
  if (x.dtype !== 'float32')
    throw new RuntimeError(`${op}: Expected a floating point tensor as input. Got ${nameOf(x.dtype)}`)
  if (x.dim() < 2) throw new RuntimeError(`${op}: The input tensor A must have at least 2 dimensions.`)
  const [m, n] = x.shape.slice(-2)
  if (Math.min(m, n) * x.numel() > MOST)
    throw new RuntimeError(`${op}: singular values of shape ${formatShape(x.shape)} would take too long here`)
  return applyEach(record, [x], undefined)[0]
}
