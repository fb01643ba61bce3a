import { update } from '../ops/shape/in_place.js'
import type { Tensor } from '../tensor/tensor.js'

/** Overwrites `input` with a result computed from it, for layers with `inplace`, and records the change. */
export function inPlace(op: string, input: Tensor, compute: () => Tensor): Tensor {
  return update(input, op, 0, compute)
}
