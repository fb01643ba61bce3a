import torch from '../../ts/index.js'
import { testOperations } from '../support/operations.js'

testOperations('linear/matmul', {
  matmul: [([a, b]) => torch.matmul(a, b), { absolute: 1e-6 }],
  bmm: [([a, b]) => torch.matmul(a, b), { absolute: 1e-6 }],
  linear: [([x, w, b]) => torch.nn.functional.linear(x, w, b ?? null), { absolute: 1e-6 }],
})
