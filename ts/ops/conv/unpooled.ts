/** The deferred gradient of maximum pooling. */

import type { BackwardContext, InputGradients } from '../../graph/op.js'
import type { Waiting } from '../../graph/waiting.js'
import { kernels } from '../../kernels/instance.js'
import { CapturedElements } from '../../memory/capture.js'
import { numelOf, sameShape } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import type { SavedFactors } from '../elementwise/factors.js'
import { type Pool2dDims, storePool2d } from './dims.js'
import { type ConvGeometry, isFasterWhole, runPooledConvolution } from './feature_map.js'

/** The upstream gradient at the positions of maxima, and zeros between them. */
export class Unpooled implements Waiting {
  private constructor(
    private readonly upstream: CapturedElements,
    private readonly positions: CapturedElements,
    /** Whether positions of rectified maxima that are 0 are marked. */
    private readonly marked: boolean,
    /** Whether it is the gradient of the rectifier's input. */
    private readonly throughRelu: boolean,
    private readonly pool: Pool2dDims,
  ) {}

  /** The gradient for maxima at `positions`. */
  static of(upstream: Tensor, positions: Tensor, marked: boolean, pool: Pool2dDims): Unpooled {
    // Everything that may throw comes before the first capture is held.
    for (const { storage } of [upstream, positions]) storage.capture()
    const [up, at] = [CapturedElements.of(upstream), CapturedElements.of(positions)]
    return new Unpooled(up, at, marked, false, pool)
  }

  /** The gradient through `relu` follows from the marks; the gradients of `conv2d` visit only the maxima. */
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
    const geometry = options as ConvGeometry
    if (op !== 'conv2d' || isFasterWhole(geometry, this.pool)) return null
    return this.ofConvolution(saved as SavedFactors, geometry, context)
  }

  /** The gradient of `relu`'s input, if this is the gradient of its result; null without marks. */
  private beforeRelu(): Unpooled | null {
    const { upstream, positions, marked, throughRelu, pool } = this
    if (!marked || throughRelu) return null
    return new Unpooled(upstream.share(), positions.share(), true, true, pool)
  }

  private ofConvolution(
    { a: x, b: weight }: SavedFactors,
    geometry: ConvGeometry,
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
    const dims = storePool2d(this.pool)
    const [upstream, positions] = [this.upstream.pointer(), this.positions.pointer()]
    kernels.max_pool2d_backward(upstream, positions, this.marked, this.throughRelu, gradient, dims.pointer())
    dims.dispose()
  }

  /** The gradient of a convolution's weight. */
  private toWeight(x: number, gradient: number, geometry: ConvGeometry): void {
    this.run(kernels.conv2d_max_pool2d_backward_weight, x, gradient, geometry)
  }

  /** The gradient of its input. */
  private toInput(weight: number, gradient: number, geometry: ConvGeometry): void {
    this.run(kernels.conv2d_max_pool2d_backward_input, weight, gradient, geometry)
  }

  /** The gradient of its bias: the sums of its channels. */
  private toBias(gradient: number, { outputShape: [images, channels] }: ConvGeometry): void {
    const { upstream, positions, marked, throughRelu, pool } = this
    const [up, at, plane] = [upstream.pointer(), positions.pointer(), pool.output[0] * pool.output[1]]
    kernels.conv2d_max_pool2d_backward_bias(up, at, marked, throughRelu, gradient, images, channels, plane)
  }

  release(): void {
    this.upstream.release()
    this.positions.release()
  }

  private run(
    kernel: typeof kernels.conv2d_max_pool2d_backward_weight,
    other: number,
    gradient: number,
    geometry: ConvGeometry,
  ): void {
    const { upstream, positions, marked, throughRelu } = this
    const [up, at] = [upstream.pointer(), positions.pointer()]
    runPooledConvolution(geometry, this.pool, (...scratch) =>
      kernel(other, up, at, marked, throughRelu, gradient, ...scratch),
    )
  }
}
