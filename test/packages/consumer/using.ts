// Never run: everything that holds linear memory can be held by `using`.
import torch from 'softmargin'
import { HeapArray } from 'softmargin/loss'

export function total(values: Float32Array): number {
  using array = new HeapArray(values)
  using tensor = torch.tensor(array.array)
  using sum = tensor.sum()
  return sum.item()
}
