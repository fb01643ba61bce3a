/** How the kernels are called that convolve and pool strip by strip. */
import { flavours, isTrue, out, outBytes, product, tame } from './inputs.js'
import { simd } from './instance.js'
import type { Check } from './kernels.js'
import { markings, outputSize, pooledScratch } from './layers.js'

// biome-ignore format: a table
const geometries = [
  // images, groups, channels, outputs, height, width, kernel (2), stride (2), padding (2), dilation (2), window (2)
  // Without patches.
  [2, 1, 3, 5, 8, 16, 3, 3, 1, 1, 1, 1, 1, 1, 2, 2],
  [3, 2, 2, 3, 9, 19, 3, 3, 1, 1, 1, 1, 1, 1, 2, 2],
  [2, 2, 3, 4, 10, 23, 3, 5, 1, 1, 0, 2, 2, 1, 3, 3],
  [1, 1, 2, 6, 11, 21, 7, 7, 1, 1, 3, 3, 1, 1, 2, 3],
  // Several strips, of several rows and the last shorter; the last row and column outside of all windows.
  [2, 1, 2, 9, 63, 515, 3, 3, 1, 1, 1, 1, 1, 1, 2, 2],
  [1, 2, 1, 17, 41, 261, 5, 3, 1, 1, 0, 2, 1, 1, 3, 3],
  // One row of windows is more than a strip.
  [1, 1, 1, 33, 8, 1024, 3, 3, 1, 1, 1, 1, 1, 1, 4, 3],
  // As products of matrices: strides, dilated columns, few columns, long sums.
  [2, 2, 3, 5, 11, 17, 3, 3, 2, 2, 1, 1, 1, 1, 2, 2],
  [3, 1, 2, 4, 12, 19, 3, 3, 1, 1, 2, 2, 2, 2, 3, 2],
  [2, 1, 4, 7, 9, 5, 3, 3, 1, 1, 1, 1, 1, 1, 2, 2],
  [1, 1, 130, 3, 6, 9, 3, 3, 1, 1, 1, 1, 1, 1, 3, 3],
  // By tiles.
  [2, 1, 16, 17, 9, 10, 3, 3, 1, 1, 1, 1, 1, 1, 2, 2],
  // No channel, one pixel, no image.
  [2, 1, 0, 3, 8, 16, 3, 3, 1, 1, 1, 1, 1, 1, 2, 2],
  [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1],
  [0, 1, 2, 3, 8, 16, 3, 3, 1, 1, 1, 1, 1, 1, 2, 2],
]

interface Chain {
  lengths: { x: number; weight: number; bias: number; out: number }
  /** What the kernels take last. */
  scratch: ReturnType<typeof pooledScratch>
  /** Images, channels of the map, elements of a pooled plane. */
  pooled: [number, number, number]
}

function* eachChain(): Generator<Chain> {
  for (const geometry of geometries) {
    const [images, groups, channels, outputs, ...sizes] = geometry
    const [height, width, kh, kw, sh, sw, ph, pw, dh, dw, wh, ww] = sizes
    const [mh, mw] = [outputSize(height, kh, sh, ph, dh), outputSize(width, kw, sw, pw, dw)]
    const [oh, ow] = [outputSize(mh, wh, wh, 0, 1), outputSize(mw, ww, ww, 0, 1)]
    const planes = images * groups * outputs
    const convolution = [images, groups, channels, outputs, height, width]
    convolution.push(kh, kw, mh, mw, sh, sw, ph, pw, dh, dw)
    const pool = [planes, mh, mw, oh, ow, wh, ww, wh, ww, 0, 0, 1, 1]
    const lengths = {
      x: images * groups * channels * height * width,
      weight: groups * outputs * channels * kh * kw,
      bias: groups * outputs,
      out: planes * oh * ow,
    }
    yield {
      lengths,
      scratch: pooledScratch(Uint32Array.from(convolution), Uint32Array.from(pool)),
      pooled: [images, groups * outputs, oh * ow],
    }
  }
}

/** Upstream values with the positions of maxima and what these mean: what the gradients' kernels take. */
function* eachUpstream({ lengths, scratch }: Chain) {
  for (const [values, [marked, throughRelu]] of product(flavours, markings)) {
    const operands = [tame(lengths.x), tame(lengths.weight), tame(lengths.bias)] as const
    const results = [out(lengths.out), outBytes(lengths.out)] as const
    const positions = simd.call('conv2d_max_pool2d', [...operands, marked, ...results, ...scratch]).arrays[4]
    yield { values, upstream: [values(lengths.out), positions, marked, throughRelu] as const }
  }
}

export const chains: Record<string, (check: Check) => void> = {
  conv2d_max_pool2d_is_faster_whole(check) {
    for (const { scratch } of eachChain()) check(scratch[2], scratch[3])
  },
  conv2d_max_pool2d_workspace_bytes(check) {
    for (const { scratch } of eachChain()) check(1, scratch[2], scratch[3])
  },
  conv2d_max_pool2d(check) {
    for (const { lengths, scratch } of eachChain()) {
      for (const [values, hasBias, rectified] of product(flavours, isTrue, isTrue)) {
        const bias = hasBias ? values(lengths.bias) : 0
        const results = [out(lengths.out), outBytes(lengths.out)] as const
        check(values(lengths.x), values(lengths.weight), bias, rectified, ...results, ...scratch)
      }
    }
  },
  conv2d_max_pool2d_backward_weight(check) {
    for (const chain of eachChain()) {
      for (const { values, upstream } of eachUpstream(chain))
        check(values(chain.lengths.x), ...upstream, out(chain.lengths.weight), ...chain.scratch)
    }
  },
  conv2d_max_pool2d_backward_input(check) {
    for (const chain of eachChain()) {
      for (const { values, upstream } of eachUpstream(chain))
        check(values(chain.lengths.weight), ...upstream, out(chain.lengths.x), ...chain.scratch)
    }
  },
  conv2d_max_pool2d_backward_bias(check) {
    for (const chain of eachChain()) {
      for (const { upstream } of eachUpstream(chain))
        check(...upstream, out(chain.lengths.bias), ...chain.pooled)
    }
  },
}
