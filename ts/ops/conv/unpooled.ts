/** The gradient of maximum pooling while nobody has asked for it. */

import type { BackwardContext, InputGradients } from '../../graph/op.js'
import type { Waiting } from '../../graph/waiting.js'
import { kernels } from '../../kernels/instance.js'
import { CapturedElements } from '../../memory/capture.js'
import { numelOf, sameShape } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import type { SavedFactors } from '../elementwise/factors.js'
import { type Pool2dDims, placePool2d } from './dims.js'
import { type Geometry, runPooledConvolution } from './feature_map.js'

/** The upstream gradient at the places of maxima, and zeros between them. */
export class Unpooled implements Waiting {
  private constructor(
    private readonly upstream: CapturedElements,
    private readonly places: CapturedElements,
    /** Whether places of rectified maxima that are 0 are marked. */
    private readonly marked: boolean,
    /** Whether it has gone back through that rectifier. */
    private readonly throughRelu: boolean,
    private readonly pool: Pool2dDims,
  ) {}

  /** That of maxima at `places`. */
  static of(upstream: Tensor, places: Tensor, marked: boolean, pool: Pool2dDims): Unpooled {
    // What throws does so before any of them is held.
    for (const { storage } of [upstream, places]) storage.capture()
    const [up, at] = [CapturedElements.of(upstream), CapturedElements.of(places)]
    return new Unpooled(up, at, marked, false, pool)
  }

  /** Goes back through `relu` by the marks, and gives the gradients of `conv2d` by a visit to the maxima alone. */
  gradients(
    op: string,
    { shape }: Tensor,
    saved: unknown,
    options: unknown,
    context: BackwardContext,
  ): InputGradients | null {
    const { planes, size } = this.pool
    if (numelOf(shape.slice(0, -2)) !== planes || !sameShape(shape.slice(-2), size)) return null
    if (op === 'relu') {
      const before = this.beforeRelu()
      return before && [empty('backward', shape, 'float32', before)]
    }
    return op === 'conv2d' ? this.ofConvolution(saved as SavedFactors, options as Geometry, context) : null
  }

  /** The gradient before `relu`, if that of its result is this; null where the places do not tell it. */
  private beforeRelu(): Unpooled | null {
    const { upstream, places, marked, throughRelu, pool } = this
    if (!marked || throughRelu) return null
    return new Unpooled(upstream.again(), places.again(), true, true, pool)
  }

  private ofConvolution(
    { a: x, b: weight }: SavedFactors,
    geometry: Geometry,
    { needs, inputShapes }: BackwardContext,
  ): InputGradients {
    const gradients = inputShapes.map((shape, i) => (needs[i] ? empty('backward', shape) : null))
    const [toInput, toWeight, toBias] = gradients.map((gradient) => gradient?.pointer() ?? 0)
    if (weight) this.toInput(weight.pointer(), toInput, geometry)
    if (x) this.toWeight(x.pointer(), toWeight, geometry)
    if (needs[2]) this.toBias(toBias, geometry)
    return gradients
  }

  compute(gradient: number): void {
    const dims = placePool2d(this.pool)
    const [upstream, places] = [this.upstream.pointer(), this.places.pointer()]
    kernels.max_pool2d_backward(upstream, places, this.marked, this.throughRelu, gradient, dims.pointer())
    dims.dispose()
  }

  /** The gradient of a convolution's weight. */
  private toWeight(x: number, gradient: number, geometry: Geometry): void {
    this.run(kernels.conv2d_max_pool2d_backward_weight, x, gradient, geometry)
  }

  /** The gradient of its input. */
  private toInput(weight: number, gradient: number, geometry: Geometry): void {
    this.run(kernels.conv2d_max_pool2d_backward_input, weight, gradient, geometry)
  }

  /** The gradient of its bias: the sums of its channels. */
  private toBias(gradient: number, { outputShape: [images, channels] }: Geometry): void {
    const { upstream, places, marked, throughRelu, pool } = this
    const [up, at, plane] = [upstream.pointer(), places.pointer(), pool.output[0] * pool.output[1]]
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
