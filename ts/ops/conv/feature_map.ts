/** The output of a convolution while nobody has asked for it. */

import type { Deferral } from '../../graph/op.js'
import type { Waiting } from '../../graph/waiting.js'
import { kernels } from '../../kernels/instance.js'
import { CapturedElements } from '../../memory/capture.js'
import { Storage } from '../../memory/storage.js'
import { sameShape } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import type { ReluSaved } from '../elementwise/relu.js'
import {
  type Conv2dDims,
  type MaxPoolGeometry,
  type MaxPoolSaved,
  type Pool2dDims,
  placeConv2d,
  placePool2d,
} from './dims.js'

/** The sizes of a convolution. */
export interface Geometry {
  outputShape: readonly [number, number, number, number]
  dims: Conv2dDims
}

let workspace: Storage | undefined

/** Runs a convolution kernel with its workspace and dims. */
export function runConvolution(geometry: Geometry, kernel: (workspace: number, dims: number) => void): void {
  workspace ??= new Storage(kernels.conv2d_workspace_bytes()).keep()
  const dims = placeConv2d(geometry.dims)
  kernel(workspace.pointer(), dims.pointer())
  dims.dispose()
}

/** Runs one that goes through the map of one image and group at a time. */
export function runPooledConvolution(
  geometry: Geometry,
  pool: Pool2dDims,
  kernel: (map: number, workspace: number, dims: number, poolDims: number) => void,
): void {
  const { outputs, output } = geometry.dims
  const map = new Storage(4 * outputs * output[0] * output[1])
  const poolDims = placePool2d(pool)
  runConvolution(geometry, (scratch, dims) => kernel(map.pointer(), scratch, dims, poolDims.pointer()))
  poolDims.dispose()
  map.dispose()
}

/** Smaller maps are done at once: they are in the cache when they are asked for. */
const MIN_BYTES = 2 ** 18

/** Weights whose map was run through twice, pooled and also whole, say: its like are done at once from then on. */
const computedTwice = new WeakSet<Storage>()

/** What a map and its rectified one share: whose they are, and whether they were run through. */
interface Origin {
  readonly weight: Storage
  isDone: boolean
}

/**
 * `conv2d(image, weight, bias)`, or `relu` of it: a map of features that is often the largest tensor
 * of a model, and of which training needs no more than what pooling leaves of it.
 */
export class FeatureMap implements Waiting {
  private constructor(
    private readonly operands: readonly [CapturedElements, CapturedElements, CapturedElements | undefined],
    private readonly geometry: Geometry,
    private readonly rectified: boolean,
    private readonly origin: Origin,
  ) {}

  /** That of a convolution, if it is worth waiting for. */
  static of(inputs: readonly Tensor[], geometry: Geometry): FeatureMap | null {
    const [x, weight, bias] = inputs
    const bytes = 4 * geometry.outputShape.reduce((product, size) => product * size, 1)
    if (bytes < MIN_BYTES || bytes < weight.storage.bytes || computedTwice.has(weight.storage)) return null
    // What throws does so before any of them is held.
    for (const { storage } of inputs) storage.capture()
    const capture = CapturedElements.of
    return new FeatureMap(
      [capture(x), capture(weight), bias === undefined ? undefined : capture(bias)],
      geometry,
      false,
      { weight: weight.storage, isDone: false },
    )
  }

  /** `relu` of a map is a map; `max_pool2d` of windows that lie side by side needs no more than a strip of it at a time. */
  continuation(
    op: string,
    x: Tensor,
    options: unknown,
  ): Deferral<ReluSaved> | { run(out: Tensor): MaxPoolSaved } | null {
    if (!sameShape(x.shape, this.geometry.outputShape)) return null
    if (op === 'relu' && !this.rectified) return { work: this.rectify(), saved: (out) => ({ out }) }
    if (op !== 'max_pool2d') return null
    const { sideBySide, dims } = options as MaxPoolGeometry
    return sideBySide ? { run: (out) => this.pool(out, dims) } : null
  }

  /** `relu` of this map. */
  private rectify(): FeatureMap {
    const [x, weight, bias] = this.operands
    return new FeatureMap([x.again(), weight.again(), bias?.again()], this.geometry, true, this.origin)
  }

  compute(out: number): void {
    const [x, weight, bias] = this.start()
    runConvolution(this.geometry, (scratch, dims) =>
      kernels.conv2d(x, weight, bias, this.rectified, out, scratch, dims),
    )
  }

  /** Maxima of windows that lie side by side, and their places, which are marked if the map is rectified. */
  private pool(out: Tensor, dims: Pool2dDims): MaxPoolSaved {
    const places = empty('max_pool2d', out.shape, 'uint8')
    const [x, weight, bias] = this.start()
    const [into, at] = [out.pointer(), places.pointer()]
    runPooledConvolution(this.geometry, dims, (...scratch) =>
      kernels.conv2d_max_pool2d(x, weight, bias, this.rectified, into, at, ...scratch),
    )
    return this.rectified ? { marked: places } : { places }
  }

  release(): void {
    for (const operand of this.operands) operand?.release()
  }

  /** Addresses of the operands, for the one run through the map that is expected. */
  private start(): [number, number, number] {
    if (this.origin.isDone) computedTwice.add(this.origin.weight)
    this.origin.isDone = true
    const [x, weight, bias] = this.operands
    return [x.pointer(), weight.pointer(), bias?.pointer() ?? 0]
  }
}
