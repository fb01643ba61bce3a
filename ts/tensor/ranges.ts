/** Tensors of evenly spaced numbers. */
import { RuntimeError } from '../base/errors.js'
import { computed, type TensorOptions } from './create.js'
import { checkShape } from './shape.js'
import type { Tensor } from './tensor.js'

/**
 * `steps` numbers from `start` to `end`, both included, or the powers of `base` with these exponents; counted from the nearer of both,
 * as in torch. Integers are cut off.
 */
export function spaced(
  op: string,
  start: number,
  end: number,
  steps: number,
  base: number | null,
  { dtype, requires_grad = false }: TensorOptions,
): Tensor<readonly [number]> {
  if (steps < 0) throw new RuntimeError('number of steps must be non-negative')
  checkShape(op, [steps])
  const type = dtype ?? 'float32'
  if (type === 'bool') throw new RuntimeError(`"${op}" not implemented for 'Bool'`)
  const [first, last] = type === 'float32' ? [start, end] : [Math.trunc(start), Math.trunc(end)]
  const step = steps > 1 ? (last - first) / (steps - 1) : 0
  const result = computed(op, [steps], type, (i) => {
    const at = i < steps / 2 || steps === 1 ? first + step * i : last - step * (steps - 1 - i)
    return base === null ? at : base ** at
  })
  result.requires_grad = requires_grad
  return result as Tensor<readonly [number]>
}
