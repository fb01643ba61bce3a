import type { Tensor } from '../../tensor/tensor.js'

/** The saved factors of a product: each is needed for the gradient of the other one. */
export type SavedFactors = { readonly a: Tensor | undefined; readonly b: Tensor | undefined }

/** Saves each factor if the other one needs a gradient. Others may change freely, and are not kept alive. */
export const savedFactors = (a: Tensor, b: Tensor): SavedFactors => ({
  a: b.requires_grad ? a : undefined,
  b: a.requires_grad ? b : undefined,
})
