import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import { bytesPerElement } from './dtype.js'
import { broadcastStrides, MAX_RANK, type Shape, sameShape } from './shape.js'
import { empty, type Tensor } from './tensor.js'

/** Fills `out`, of any shape, from `x` read with `strides` (in elements; 0 repeats). */
export function stridedCopy(x: Tensor, out: Tensor, strides: readonly number[]): void {
  const rank = out.shape.length
  const dims = new Storage(8 * MAX_RANK)
  dims.write(0, new Uint8Array(new Uint32Array([...out.shape, ...strides]).buffer))
  launch(() => {
    const [from, into, shape] = [x.pointer(), out.pointer(), dims.pointer()]
    const size = bytesPerElement[x.dtype]
    kernels.strided_copy(from, into, size, x.numel(), out.numel(), shape, shape + 4 * rank, rank)
  })
  dims.dispose()
}

/** The elements of `x` repeated to `shape`, outside of autograd; `x` itself if it has that shape. */
export function expandElements(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x
  const out = empty('expand', shape, x.dtype)
  stridedCopy(x, out, broadcastStrides(x.shape, shape))
  return out
}
