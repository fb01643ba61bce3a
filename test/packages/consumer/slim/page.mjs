import torch, { init } from 'softmargin/slim'
import kernels from 'softmargin/softmargin.wasm?url'

await init(kernels)
console.log(torch.tensor([1, 2]).mul(3).tolist().join())
