// Both entries share one instance of the kernels: an array of one is seen in the memory of the other.
import torch from 'softmargin'
import { HeapArray } from 'softmargin/loss'

const before = torch.wasm.memory().heap_bytes
const array = new HeapArray(16 * 2 ** 20)
console.log(torch.wasm.memory().heap_bytes - before >= 4 * array.length)
