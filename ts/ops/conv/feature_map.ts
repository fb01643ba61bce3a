/** The deferred output of a convolution. */

import type { Deferral } from '../../graph/op.js'
import type { Waiting } from '../../graph/waiting.js'
import { kernels } from '../../kernels/instance.js'
import { runningThreads } from '../../kernels/threads/fork.js'
import { CapturedElements } from '../../memory/capture.js'
import { launch } from '../../memory/residency.js'
import { Storage } from '../../memory/storage.js'
import { sameShape } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import type { ReluSaved } from '../elementwise/relu.js'
import {
  type Conv2dDims,
  type MaxPoolGeometry,
  type MaxPoolSaved,
  type Pool2dDims,
  storeConv2d,
  storePool2d,
} from './dims.js'

/** The sizes of a convolution. */
export interface ConvGeometry {
  outputShape: readonly [number, number, number, number]
  dims: Conv2dDims
}

let workspace: Storage | undefined

/** The kept workspace, grown to so many bytes. */
function workspaceOf(bytes: number): number {
  if (workspace === undefined || workspace.bytes < bytes) {
    workspace?.dispose()
    // If there is no memory for another, there is none.
    workspace = undefined
    workspace = new Storage(bytes).keep()
  }
  return workspace.pointer()
}

/** Runs a convolution kernel with its workspace, the number of threads, and dims. */
export function runConvolution(
  geometry: ConvGeometry,
  kernel: (workspace: number, threads: number, dims: number) => void,
): void {
  const dims = storeConv2d(geometry.dims)
  const threads = runningThreads()
  const bytes = kernels.conv2d_workspace_bytes(threads, dims.pointer())
  kernel(workspaceOf(bytes), threads, dims.pointer())
  dims.dispose()
}

/** Runs a kernel that processes the map of one image and group at a time. */
export function runPooledConvolution(
  geometry: ConvGeometry,
  pool: Pool2dDims,
  kernel: (workspace: number, threads: number, dims: number, poolDims: number) => void,
): void {
  const [dims, poolDims] = [storeConv2d(geometry.dims), storePool2d(pool)]
  const threads = runningThreads()
  // Not kept: it has whole maps.
  const bytes = kernels.conv2d_max_pool2d_workspace_bytes(threads, dims.pointer(), poolDims.pointer())
  const workspace = new Storage(bytes)
  kernel(workspace.pointer(), threads, dims.pointer(), poolDims.pointer())
  for (const storage of [workspace, poolDims, dims]) storage.dispose()
}

/** Whether the gradients of a convolution are faster from that of the whole map than from the maxima. */
export function isFasterWhole(geometry: ConvGeometry, pool: Pool2dDims): boolean {
  const [dims, poolDims] = [storeConv2d(geometry.dims), storePool2d(pool)]
  const isFaster = launch(() => kernels.conv2d_max_pool2d_is_faster_whole(dims.pointer(), poolDims.pointer()))
  for (const storage of [poolDims, dims]) storage.dispose()
  return Boolean(isFaster)
}

/** Smaller maps are computed eagerly: they are still in the cache when they are used. */
const MIN_BYTES = 2 ** 18

/** Weights whose map was computed twice, for example pooled and as a whole: their maps are computed eagerly from then on. */
const computedTwice = new WeakSet<Storage>()

/** Shared by a map and its rectified map: the weight, and whether one of the maps was computed. */
interface Origin {
  readonly weight: Storage
  isDone: boolean
}

/**
 * `conv2d(image, weight, bias)`, or `relu` of it. Such a feature map is often the largest tensor
 * of a model, and training often needs only the pooled map.
 */
export class FeatureMap implements Waiting {
  private constructor(
    private readonly operands: readonly [CapturedElements, CapturedElements, CapturedElements | undefined],
    private readonly geometry: ConvGeometry,
    private readonly rectified: boolean,
    private readonly origin: Origin,
  ) {}

  /** The map of a convolution, or null if deferring it is not worthwhile. */
  static of(inputs: readonly Tensor[], geometry: ConvGeometry): FeatureMap | null {
    const [x, weight, bias] = inputs
    const bytes = 4 * geometry.outputShape.reduce((product, size) => product * size, 1)
    if (bytes < MIN_BYTES || bytes < weight.storage.bytes || computedTwice.has(weight.storage)) return null
    // Everything that may throw comes before the first capture is held.
    for (const { storage } of inputs) storage.capture()
    const capture = CapturedElements.of
    return new FeatureMap(
      [capture(x), capture(weight), bias === undefined ? undefined : capture(bias)],
      geometry,
      false,
      { weight: weight.storage, isDone: false },
    )
  }

  /** `relu` of a map is deferred too; `max_pool2d` with disjoint windows computes only a strip of the map at a time. */
  continuation(
    op: string,
    x: Tensor,
    options: unknown,
  ): Deferral<ReluSaved> | { run(out: Tensor): MaxPoolSaved } | null {
    if (!sameShape(x.shape, this.geometry.outputShape)) return null
    if (op === 'relu' && !this.rectified) return { work: this.rectify(), saved: (out) => ({ out }) }
    if (op !== 'max_pool2d') return null
    const { disjoint, dims } = options as MaxPoolGeometry
    return disjoint ? { run: (out) => this.pool(out, dims) } : null
  }

  /** `relu` of this map. */
  private rectify(): FeatureMap {
    const [x, weight, bias] = this.operands
    return new FeatureMap([x.share(), weight.share(), bias?.share()], this.geometry, true, this.origin)
  }

  compute(out: number): void {
    const [x, weight, bias] = this.start()
    runConvolution(this.geometry, (...scratch) =>
      kernels.conv2d(x, weight, bias, this.rectified, out, ...scratch),
    )
  }

  /** Maxima of disjoint windows, and their positions, which are marked if the map is rectified. */
  private pool(out: Tensor, dims: Pool2dDims): MaxPoolSaved {
    const positions = empty('max_pool2d', out.shape, 'uint8')
    const [x, weight, bias] = this.start()
    const [into, at] = [out.pointer(), positions.pointer()]
    runPooledConvolution(this.geometry, dims, (...scratch) =>
      kernels.conv2d_max_pool2d(x, weight, bias, this.rectified, into, at, ...scratch),
    )
    return this.rectified ? { marked: positions } : { positions }
  }

  release(): void {
    for (const operand of this.operands) operand?.release()
  }

  /** Addresses of the operands. Notes if the map is computed for the second time. */
  private start(): [number, number, number] {
    if (this.origin.isDone) computedTwice.add(this.origin.weight)
    this.origin.isDone = true
    const [x, weight, bias] = this.operands
    return [x.pointer(), weight.pointer(), bias?.pointer() ?? 0]
  }
}
