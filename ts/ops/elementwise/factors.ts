import type { Tensor } from '../../tensor/tensor.js'

/** The factors of a product that backward reads: each for the gradient of the other one. */
export type SavedFactors = { readonly a: Tensor | undefined; readonly b: Tensor | undefined }

/** Each factor where the other one wants a gradient. What no gradient is made from may change freely, and is not kept. */
export const savedFactors = (a: Tensor, b: Tensor): SavedFactors => ({
  a: b.requires_grad ? a : undefined,
  b: a.requires_grad ? b : undefined,
})
