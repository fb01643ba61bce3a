import torch from '../../ts/index.js'
import { testOperations } from '../support/operations.js'

testOperations('reduce/reduce', {
  sum: [([x], options) => torch.sum(x, options), { absolute: 1e-6 }],
  mean: [([x], options) => torch.mean(x, options), { absolute: 1e-6 }],
  amax: ([x], options) => torch.amax(x, options),
})
