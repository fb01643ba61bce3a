import torch from '../../ts/index.js'
import { testOperations } from '../support/operations.js'

testOperations('shape/views', {
  as_strided: ([x], { size, stride, storage_offset }) => torch.as_strided(x, size, stride, storage_offset),
  slice: ([x], { dim, start, end, step }) => x.slice(dim, start, end, step),
  select: ([x], { dim, index }) => torch.select(x, dim, index),
  narrow: ([x], { dim, start, length }) => torch.narrow(x, dim, start, length),
  t: ([x]) => torch.t(x),
  clone: ([x]) => torch.clone(x),
  unsqueeze: ([x], { dim }) => torch.unsqueeze(x, dim),
  squeeze: ([x], { dim }) => torch.squeeze(x, dim),
  diagonal: ([x], options) => torch.diagonal(x, options),
  unfold: ([x], { dimension, size, step }) => x.unfold(dimension, size, step),
  unflatten: ([x], { dim, sizes }) => torch.unflatten(x, dim, sizes),
})
