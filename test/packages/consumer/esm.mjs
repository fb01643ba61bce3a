import torch, { nn, Tensor, tensor } from 'softmargin'
import * as loss from 'softmargin/loss'
import { digits } from './digits.mjs'

if (tensor !== torch.tensor || nn.Linear !== torch.nn.Linear || !(tensor([1]) instanceof Tensor)) {
  throw new Error('named imports are not those of the default import')
}
console.log(digits(torch, loss))
