// node slim.mjs <how>: starts the kernels by hand, in one of the ways that softmargin/slim has.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import torch, { init, initSync } from 'softmargin/slim'

const bytes = readFileSync(fileURLToPath(import.meta.resolve('softmargin/softmargin.wasm')))
const dataUrl = `data:application/wasm;base64,${bytes.toString('base64')}`

const ways = {
  nothing: () => {},
  bytes: () => initSync(bytes),
  module: () => initSync(new WebAssembly.Module(bytes)),
  response: () => init(new Response(bytes)),
  promise: () => init(fetch(dataUrl)),
  text: () => init(dataUrl),
  url: () => init(new URL(dataUrl)),
}

try {
  await ways[process.argv[2]]()
  console.log(torch.tensor([1, 2]).mul(3).tolist().join())
} catch (error) {
  console.log(`${error.name}: ${error.message}`)
}
