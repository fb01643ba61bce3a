/** How the kernels of convolution, pooling and normalisation are called. */
import { flavours, isTrue, out, outBytes, outIntegers, product } from './inputs.js'
import { type Elements, simd } from './instance.js'
import type { Check } from './kernels.js'

/** Places that a window of `kernel` steps takes on `size` padded elements. */
export const outputSize = (size: number, kernel: number, stride: number, padding: number, dilation: number) =>
  Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1

// biome-ignore format: a table
const convolutions = [
  // images, groups, channels, outputs, height, width, kernel (2), stride (2), padding (2), dilation (2)
  [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1],
  [2, 1, 3, 5, 7, 9, 3, 3, 1, 1, 1, 1, 1, 1],
  [2, 1, 3, 17, 8, 11, 3, 2, 2, 1, 0, 1, 1, 2],
  [3, 2, 2, 3, 9, 6, 2, 3, 1, 2, 1, 2, 2, 1],
  [1, 4, 1, 2, 5, 5, 5, 5, 3, 3, 2, 2, 1, 1],
  [1, 1, 40, 9, 12, 13, 3, 3, 1, 1, 1, 1, 1, 1],
  [0, 1, 2, 3, 4, 4, 3, 3, 1, 1, 1, 1, 1, 1],
  // By tiles.
  [1, 1, 17, 19, 9, 14, 3, 3, 1, 1, 1, 1, 1, 1],
  [3, 2, 16, 16, 5, 10, 3, 3, 1, 1, 0, 2, 1, 1],
]

function eachConvolution(
  run: (
    lengths: { x: number; weight: number; out: number; bias: number },
    dims: Uint32Array<ArrayBuffer>,
  ) => void,
): void {
  for (const [
    images,
    groups,
    channels,
    outputs,
    height,
    width,
    kh,
    kw,
    sh,
    sw,
    ph,
    pw,
    dh,
    dw,
  ] of convolutions) {
    const [oh, ow] = [outputSize(height, kh, sh, ph, dh), outputSize(width, kw, sw, pw, dw)]
    const dims = [images, groups, channels, outputs, height, width, kh, kw, oh, ow, sh, sw, ph, pw, dh, dw]
    const lengths = {
      x: images * groups * channels * height * width,
      weight: groups * outputs * channels * kh * kw,
      out: images * groups * outputs * oh * ow,
      bias: groups * outputs,
    }
    run(lengths, Uint32Array.from(dims))
  }
}

// biome-ignore format: a table
const poolings = [
  // planes, height, width, kernel (2), stride (2), padding (2), dilation (2)
  [1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1],
  [3, 8, 18, 2, 2, 2, 2, 0, 0, 1, 1],
  [2, 9, 37, 2, 2, 2, 2, 0, 0, 1, 1],
  [2, 9, 7, 3, 2, 2, 1, 1, 1, 1, 1],
  [4, 6, 11, 3, 3, 1, 3, 1, 0, 1, 2],
  [1, 7, 23, 3, 5, 1, 1, 1, 2, 1, 1],
  [1, 5, 40, 1, 3, 1, 2, 0, 1, 2, 3],
  [1, 4, 31, 2, 3, 3, 4, 1, 1, 1, 1],
  [0, 4, 4, 2, 2, 2, 2, 0, 0, 1, 1],
]

function eachPooling(
  run: (lengths: { x: number; out: number }, dims: Uint32Array<ArrayBuffer>, isDilated: boolean) => void,
): void {
  for (const [planes, height, width, kh, kw, sh, sw, ph, pw, dh, dw] of poolings) {
    const [oh, ow] = [outputSize(height, kh, sh, ph, dh), outputSize(width, kw, sw, pw, dw)]
    const dims = [planes, height, width, oh, ow, kh, kw, sh, sw, ph, pw, dh, dw]
    run({ x: planes * height * width, out: planes * oh * ow }, Uint32Array.from(dims), dh * dw > 1)
  }
}

/** The workspace of a convolution with these dims, on one thread, and what else kernels take last. */
export const conv2dScratch = (dims: Uint32Array<ArrayBuffer>) =>
  [{ workspace: simd.call('conv2d_workspace_bytes', [1, dims]).returned as number }, 1, dims] as const
/** The same with pooling. */
export const pooledScratch = (dims: Uint32Array<ArrayBuffer>, pool: Uint32Array<ArrayBuffer>) =>
  [
    { workspace: simd.call('conv2d_max_pool2d_workspace_bytes', [1, dims, pool]).returned as number },
    1,
    dims,
    pool,
  ] as const
const adaptive = Uint32Array.of(2, 7, 9, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0)

/** Whether positions are marked, and whether marks stop a gradient. */
export const markings = [
  [false, false],
  [true, false],
  [true, true],
] as const
/** The bit of `kernels/conv/maxima.rs`. */
const MARK = 0x80

export const layers: Record<string, (check: Check) => void> = {
  conv2d_workspace_bytes: (check) => eachConvolution((_, dims) => check(1, dims)),
  conv2d(check) {
    eachConvolution((length, dims) => {
      for (const [values, hasBias, rectified] of product(flavours, isTrue, isTrue)) {
        const bias = hasBias ? values(length.bias) : 0
        const operands = [values(length.x), values(length.weight), bias] as const
        check(...operands, rectified, out(length.out), ...conv2dScratch(dims))
      }
    })
  },
  conv2d_backward_weight(check) {
    eachConvolution((length, dims) => {
      for (const values of flavours) {
        check(values(length.x), values(length.out), out(length.weight), ...conv2dScratch(dims))
      }
    })
  },
  conv2d_backward_input(check) {
    eachConvolution((length, dims) => {
      for (const values of flavours) {
        check(values(length.weight), values(length.out), out(length.x), ...conv2dScratch(dims))
      }
    })
  },

  max_pool2d_byte_window: (check) => check(),
  max_pool2d_marked_window: (check) => check(),
  max_pool2d: maxPool2d(outBytes),
  max_pool2d_backward(check) {
    eachPooling((length, dims) => {
      for (const [values, [marked, throughRelu]] of product(flavours, markings)) {
        const args = [values(length.x), out(length.out), outBytes(length.out), dims] as const
        const positions = simd.call('max_pool2d', args).arrays[2] as Uint8Array<ArrayBuffer>
        if (marked) for (let i = 0; i < positions.length; i += 3) positions[i] |= MARK
        check(values(length.out), positions, marked, throughRelu, out(length.x), dims)
      }
    })
  },
  max_pool2d_wide: maxPool2d(outIntegers),
  max_pool2d_wide_backward(check) {
    eachPooling((length, dims) => {
      for (const values of flavours) {
        const args = [values(length.x), out(length.out), outIntegers(length.out), dims] as const
        check(values(length.out), simd.call('max_pool2d_wide', args).arrays[2], out(length.x), dims)
      }
    })
  },
  avg_pool2d(check) {
    eachPooling((length, dims, isDilated) => {
      if (isDilated) return
      for (const [values, countPadding, divisor] of product(flavours, isTrue, [0, -3])) {
        check(values(length.x), out(length.out), false, countPadding, divisor, dims)
      }
    })
    for (const values of flavours) check(values(126), out(24), true, false, 0, adaptive)
  },
  avg_pool2d_backward(check) {
    eachPooling((length, dims, isDilated) => {
      if (isDilated) return
      for (const [values, countPadding, divisor] of product(flavours, isTrue, [0, -3])) {
        check(values(length.out), out(length.x), false, countPadding, divisor, dims)
      }
    })
    for (const values of flavours) check(values(24), out(126), true, false, 0, adaptive)
  },

  batch_norm_statistics(check) {
    for (const [images, channels, length, values] of normalizations()) {
      check(values(images * channels * length), out(channels), out(channels), images, channels, length)
    }
  },
  batch_norm_update(check) {
    for (const [length, values] of product([0, 1, 5, 18], flavours)) {
      check(values(length), values(length), 0.1, 1.25, length)
    }
  },
  batch_norm(check) {
    for (const [images, channels, length, values] of normalizations()) {
      for (const isAffine of isTrue) {
        const [weight, bias] = isAffine ? [values(channels), values(channels)] : [0, 0]
        const [x, variance] = [values(images * channels * length), values(channels).map(Math.abs)]
        check(x, values(channels), variance, weight, bias, 1e-5, out(x.length), images, channels, length)
      }
    }
  },
  batch_norm_backward(check) {
    for (const [images, channels, length, values] of normalizations()) {
      for (const [isAffine, training] of product(isTrue, isTrue)) {
        const [x, weight] = [values(images * channels * length), isAffine ? values(channels) : 0]
        const statistics = [values(channels), values(channels).map(Math.abs)]
        const gradients = [out(x.length), out(channels), out(channels)]
        const dims = [images, channels, length]
        check(values(x.length), x, ...statistics, weight, 1e-5, training, ...gradients, ...dims)
      }
    }
  },
}

/** Maxima, with their positions in what `positions` makes. */
function maxPool2d(positions: (length: number) => Elements) {
  return (check: Check) =>
    eachPooling((length, dims) => {
      for (const values of flavours) check(values(length.x), out(length.out), positions(length.out), dims)
    })
}

const normalizations = () => [
  ...product([1, 3], [1, 3, 18], [1, 2, 5, 15, 16, 17, 33, 300], flavours),
  ...product([70], [1, 17, 33], [1, 3], flavours),
]
