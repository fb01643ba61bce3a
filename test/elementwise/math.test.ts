import torch from '../../ts/index.js'
import { testOperations } from '../support/operations.js'

testOperations('elementwise/math', {
  neg: ([x]) => torch.neg(x),
  abs: ([x]) => torch.abs(x),
  exp: ([x]) => torch.exp(x),
  log: ([x]) => torch.log(x),
  sqrt: ([x]) => torch.sqrt(x),
  relu: ([x]) => torch.relu(x),
  // The gradient comes from the rounded result, as torch's; so does that of tanh.
  sigmoid: [([x]) => torch.sigmoid(x), { absolute: 1e-7 }],
  tanh: [([x]) => torch.tanh(x), { absolute: 6e-7 }],
  logsigmoid: ([x]) => torch.logsigmoid(x),
  pow: ([x], { exponent }) => torch.pow(x, exponent),
  clamp: ([x], options) => torch.clamp(x, options),
})
