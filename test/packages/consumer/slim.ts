// Never run: what softmargin/slim starts from.
import torch, { init, initSync } from 'softmargin/slim'

initSync(new Uint8Array(8))
initSync(new WebAssembly.Module(new Uint8Array(8)))

export async function start(): Promise<torch.Tensor> {
  await init('softmargin.wasm')
  await init(new URL('https://example.org/softmargin.wasm'))
  await init(fetch('softmargin.wasm'))
  return torch.zeros([1])
}
