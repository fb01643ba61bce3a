// Each entry has kernels of its own, but whoever catches an error need not know which of them threw it.
import torch from 'softmargin'
import { softMarginLoss } from 'softmargin/loss'

try {
  softMarginLoss(new Float32Array(2), new Uint8Array(2), { numClasses: 0 })
} catch (error) {
  console.log(error instanceof torch.ValueError)
}
