import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { expectClose, type Tolerance } from './close.js'
import { uniform } from './tensors.js'

/** Central differences of `f` at `x`, in float32 arithmetic: good to about 1e-2. */
function numericGradient(f: (x: Tensor) => Tensor, x: Tensor, step = 1e-2): Float32Array {
  const values = x.data() as Float32Array
  return values.map((value, i) => {
    const at = (shifted: number) => {
      const moved = values.slice()
      moved[i] = shifted
      return f(torch.tensor(moved).reshape(x.shape)).item()
    }
    return (at(value + step) - at(value - step)) / (2 * step)
  })
}

/** Holds the gradient of each argument of `f` to central differences of its sum, each element with a weight of its own. */
export function expectGradients(
  f: (...args: Tensor[]) => Tensor,
  args: Tensor[],
  tolerance: Tolerance = { relative: 1e-2, absolute: 5e-3 },
): void {
  const weights = uniform([...f(...args).shape], 5).div(2)
  for (const [i, argument] of args.entries()) {
    const total = (x: Tensor) =>
      f(...args.map((other, k) => (k === i ? x : other)))
        .mul(weights)
        .sum()
    const leaf = argument.clone().requires_grad_()
    total(leaf).backward()
    expectClose(leaf.grad?.data() ?? [], numericGradient(total, argument), tolerance)
  }
}
