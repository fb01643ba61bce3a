/** Windows that move over an image, by their definition: what convolution and pooling are held to. */
import fc from 'fast-check'
import torch from '../../ts/index.js'

/** Whole numbers, in which float32 sums are exact. */
export const whole = (length: number, random: () => number) =>
  Float32Array.from({ length }, () => Math.floor(random() * 17) - 8)

/** Runs `f` and its gradients for a given upstream, all flat. */
export function outcome(
  f: (...args: torch.Tensor[]) => torch.Tensor,
  args: torch.Tensor[],
  upstream: Float32Array,
) {
  const leaves = args.map((argument) => argument.clone().requires_grad_())
  const result = f(...leaves)
  result.backward(torch.tensor(upstream).reshape(result.shape))
  return { result, gradients: leaves.map(({ grad }) => [...(grad?.data() ?? [])]) }
}

/** One output of a window moving along a dimension: the input's positions under it, null in the padding. */
export function positions(
  size: number,
  output: number,
  kernel: number,
  stride: number,
  before: number,
  dilation: number,
) {
  return Array.from({ length: output }, (_, o) =>
    Array.from({ length: kernel }, (_, k) => {
      const at = o * stride + k * dilation - before
      return at >= 0 && at < size ? at : null
    }),
  )
}

export const small = fc.integer({ min: 1, max: 3 })
export const axis = fc.record({
  size: fc.integer({ min: 1, max: 19 }),
  kernel: fc.integer({ min: 1, max: 5 }),
  stride: small,
  padding: fc.integer({ min: 0, max: 4 }),
  dilation: small,
})
export const seeds = fc.integer({ min: 0, max: 2 ** 31 })
