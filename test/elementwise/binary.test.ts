import torch from '../../ts/index.js'
import { testOperations } from '../support/operations.js'

testOperations('elementwise/binary', {
  add: ([a, b]) => torch.add(a, b),
  sub: [([a, b]) => torch.sub(a, b), { absolute: 1e-7 }],
  mul: [([a, b]) => torch.mul(a, b), { absolute: 1e-6 }],
  div: [([a, b]) => torch.div(a, b), { absolute: 1e-6 }],
  gt: ([a, b]) => torch.gt(a, b),
  ge: ([a, b]) => torch.ge(a, b),
  lt: ([a, b]) => torch.lt(a, b),
  le: ([a, b]) => torch.le(a, b),
  eq: ([a, b]) => torch.eq(a, b),
  ne: ([a, b]) => torch.ne(a, b),
})
