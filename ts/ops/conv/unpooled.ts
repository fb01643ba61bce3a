/** The gradient of maximum pooling while nobody has asked for it. */

import { kernels } from '../../kernels/instance.js'
import type { CapturedElements } from '../../memory/capture.js'
import type { Deferred } from '../../memory/storage.js'
import { numelOf, sameShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { type Pool2dDims, placePool2d } from './dims.js'
import { type Geometry, runPooledConvolution } from './feature_map.js'

/** The upstream gradient at the places of maxima, and zeros between them. */
export class Unpooled implements Deferred {
  constructor(
    private readonly upstream: CapturedElements,
    private readonly places: CapturedElements,
    /** Whether places of rectified maxima that are 0 are marked. */
    private readonly marked: boolean,
    /** Whether it has gone back through that rectifier. */
    private readonly throughRelu: boolean,
    private readonly pool: Pool2dDims,
  ) {}

  /** What the gradient of a map is, if nobody has asked for its elements yet. */
  static behind(gradient: Tensor): Unpooled | null {
    const { deferred } = gradient.storage
    if (!(deferred instanceof Unpooled)) return null
    const { planes, size } = deferred.pool
    const { shape } = gradient
    return numelOf(shape.slice(0, -2)) === planes && sameShape(shape.slice(-2), size) ? deferred : null
  }

  /** The gradient before `relu`, if that of its result is this; null where the places do not tell it. */
  beforeRelu(): Unpooled | null {
    const { upstream, places, marked, throughRelu, pool } = this
    if (!marked || throughRelu) return null
    return new Unpooled(upstream.again(), places.again(), true, true, pool)
  }

  compute(gradient: number): void {
    const dims = placePool2d(this.pool)
    const [upstream, places] = [this.upstream.pointer(), this.places.pointer()]
    kernels.max_pool2d_backward(upstream, places, this.marked, this.throughRelu, gradient, dims.pointer())
    dims.dispose()
  }

  /** The gradient of a convolution's weight. */
  toWeight(x: number, gradient: number, geometry: Geometry): void {
    this.run(kernels.conv2d_max_pool2d_backward_weight, x, gradient, geometry)
  }

  /** The gradient of its input. */
  toInput(weight: number, gradient: number, geometry: Geometry): void {
    this.run(kernels.conv2d_max_pool2d_backward_input, weight, gradient, geometry)
  }

  /** The gradient of its bias: the sums of its channels. */
  toBias(gradient: number, { outputShape: [images, channels] }: Geometry): void {
    const { upstream, places, marked, throughRelu } = this
    const [up, at] = [upstream.pointer(), places.pointer()]
    const plane = this.pool.output[0] * this.pool.output[1]
    kernels.conv2d_max_pool2d_backward_bias(up, at, marked, throughRelu, gradient, images, channels, plane)
  }

  release(): void {
    this.upstream.release()
    this.places.release()
  }

  private run(
    kernel: typeof kernels.conv2d_max_pool2d_backward_weight,
    other: number,
    gradient: number,
    geometry: Geometry,
  ): void {
    const { upstream, places, marked, throughRelu } = this
    const [up, at] = [upstream.pointer(), places.pointer()]
    runPooledConvolution(geometry, this.pool, (...scratch) =>
      kernel(other, up, at, marked, throughRelu, gradient, ...scratch),
    )
  }
}
