import { update } from '../ops/shape/in_place.js'
import type { Tensor } from '../tensor/tensor.js'

/** Overwrites `input` with what is computed from it, as layers with `inplace` do; its history goes on from there. */
export function inPlace(op: string, input: Tensor, compute: () => Tensor): Tensor {
  return update(input, op, 0, compute)
}
