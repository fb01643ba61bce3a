/** Convolutions by tiles add and subtract more: their errors against float64 are at most 4 times PyTorch's. */
import { expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { fixture } from '../support/fixture.js'

interface Case {
  x: [number, number, number, number]
  weight: [number, number, number, number]
  /** PyTorch's errors of the output, and of the gradients of x and the weight. */
  errors: [number, number, number]
}

/** The definition in float64, for padding 1. */
function reference({ x: shape, weight: kernel }: Case, operands: readonly Float32Array[]) {
  const [x, weight, upstream] = operands
  const [images, channels, height, width] = shape
  const [outputs, , kh, kw] = kernel
  const [out, toX, toWeight] = [upstream, x, weight].map(({ length }) => new Float64Array(length))
  for (let image = 0; image < images; image++) {
    for (let o = 0; o < outputs; o++) {
      for (let c = 0; c < channels; c++) {
        for (let k = 0; k < kh * kw; k++) {
          const [dy, dx] = [Math.floor(k / kw) - 1, (k % kw) - 1]
          const at = (o * channels + c) * kh * kw + k
          for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
            const [to, from] = [image * outputs + o, image * channels + c].map((plane) => plane * height + y)
            for (let column = Math.max(0, -dx); column < Math.min(width, width - dx); column++) {
              const [i, j] = [to * width + column, (from + dy) * width + column + dx]
              out[i] += x[j] * weight[at]
              toX[j] += upstream[i] * weight[at]
              toWeight[at] += upstream[i] * x[j]
            }
          }
        }
      }
    }
  }
  return [out, toX, toWeight]
}

const meanSquare = (values: Float64Array) => values.reduce((sum, x) => sum + x * x, 0) / values.length

test.each(fixture<Case[]>('conv/precision'))('$x with $weight', (given) => {
  torch.manual_seed(0)
  const x = torch.randn(given.x).relu().detach().requires_grad_()
  const weight = torch.randn(given.weight).requires_grad_()
  const upstream = torch.randn([given.x[0], given.weight[0], ...given.x.slice(2)])
  const y = torch.nn.functional.conv2d(x, weight, null, { padding: 1 })
  y.backward(upstream)
  const want = reference(
    given,
    [x, weight, upstream].map((operand) => operand.data()),
  )
  const ratios = [y, x.grad, weight.grad].map((got, i) => {
    const values = got?.data() ?? []
    const error = want[i].map((wanted, at) => values[at] - wanted)
    return Math.sqrt(meanSquare(error) / meanSquare(want[i])) / given.errors[i]
  })
  expect(Math.max(...ratios), `errors in units of PyTorch's: ${ratios}`).toBeLessThanOrEqual(4)
})
