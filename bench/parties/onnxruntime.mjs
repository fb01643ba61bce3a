// ONNX Runtime on its WebAssembly backend, one thread. It runs models but cannot train them.
import * as ort from 'onnxruntime-web'
import { numbers, parameters, sample, volume } from './numbers.mjs'
import { graph } from './onnx_graph.mjs'
import { serve } from './serve.mjs'

ort.env.wasm.numThreads = 1

const tensor = (shape, seed) => new ort.Tensor('float32', numbers(volume(shape), seed), shape)

const layers = {
  conv2d: ([, , kernel, { padding }]) =>
    graph('Conv', { x: 4, weight: 4, bias: 1 }, 4, {
      kernel_shape: [kernel, kernel],
      pads: [padding, padding, padding, padding],
    }),
  max_pool2d: ([size]) =>
    graph('MaxPool', { x: 4 }, 4, { kernel_shape: [size, size], strides: [size, size] }),
  relu: () => graph('Relu', { x: 4 }, 4),
}

async function row(model, operands) {
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] })
  let out
  const run = async () => {
    ;({ out } = await session.run(operands))
  }
  return { run, result: () => sample(out.data) }
}

await serve(`ONNX Runtime Web ${ort.env.versions.web} (WebAssembly) on Node ${process.version}`, {
  gemm({ m, n, k, transposed }) {
    const model = transposed
      ? graph('Gemm', { a: 2, b: 2 }, 2, { transB: 1 })
      : graph('MatMul', { a: 2, b: 2 }, 2)
    return row(model, { a: tensor([m, k], 1), b: tensor(transposed ? [n, k] : [k, n], 2) })
  },
  forward({ shape, model: [[name, ...options], ...others] }) {
    if (others.length > 0) return undefined
    const [weight, bias] = parameters([[name, ...options]]).map(
      (parameter) => new ort.Tensor('float32', parameter.values, parameter.shape),
    )
    const operands = { x: tensor(shape, 1), ...(weight && { weight, bias }) }
    return row(layers[name](options), operands)
  },
})
