import torch from '../../ts/index.js'
import { testOperations } from '../support/operations.js'
import { int32 } from '../support/tensors.js'

testOperations('shape/shape', {
  reshape: ([x], { shape }) => torch.reshape(x, shape),
  transpose: ([x], { dim0, dim1 }) => torch.transpose(x, dim0, dim1),
  permute: ([x], { dims }) => torch.permute(x, dims),
  expand: [([x], { shape }) => torch.expand(x, shape), { absolute: 1e-6 }],
  index_select: ([x], { dim, indices }) => torch.index_select(x, dim, int32(indices)),
  cat: (tensors, { dim }) => torch.cat(tensors, dim),
  stack: (tensors, { dim }) => torch.stack(tensors, dim),
})
