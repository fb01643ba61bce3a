// TensorFlow.js on its WebAssembly backend: SIMD, one thread. Its images are channels-last, its dense weights
// inputs x outputs; both are converted in advance. It has no kernel for a convolution's gradient.
import * as tf from '@tensorflow/tfjs'
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm'
import { labels, numbers, parameters, sample, volume } from './numbers.mjs'
import { serve } from './serve.mjs'

setThreadsCount(1)
await tf.setBackend('wasm')

const tensor = (shape, seed, low, high) => tf.tensor(numbers(volume(shape), seed, low, high), shape)
const targets = (shape, seed) => tf.tensor(labels(volume(shape), seed), shape)
// At least as fast as its losses.sigmoidCrossEntropy. Row by row: its float32 sums lose digits with length.
const criterion = (x, y) => tf.mean(tf.mean(tf.sub(tf.softplus(x), tf.mul(x, y)), 1))

const channelsLast = (x) => tf.tidy(() => (x.rank === 4 ? x.transpose([0, 2, 3, 1]) : x.clone()))
const channelsFirst = (x) => tf.tidy(() => (x.rank === 4 ? x.transpose([0, 3, 1, 2]) : x.clone()))

/** From torch's layout: outputs x inputs, or outputs x inputs x height x width. */
function variable({ shape, values }) {
  const order = { 1: [0], 2: [1, 0], 4: [2, 3, 1, 0] }[shape.length]
  return tf.variable(tf.tidy(() => tf.tensor(values, shape).transpose(order)))
}

const layers = {
  linear: (x, next) => tf.add(tf.matMul(x, next()), next()),
  conv2d: (x, next, [, , , { padding }]) => tf.add(tf.conv2d(x, next(), 1, padding), next()),
  max_pool2d: (x, _next, [size]) => tf.maxPool(x, size, size, 'valid'),
  relu: (x) => tf.relu(x),
}

/** The model as a function, and its parameters as variables. */
function build(description) {
  const variables = parameters(description).map(variable)
  const forward = (x) => {
    const rest = variables.values()
    const next = () => rest.next().value
    return description.reduce((out, [layer, ...options]) => layers[layer](out, next, options), x)
  }
  return { forward, variables }
}

const optimizers = { adam: (rate) => tf.train.adam(rate), sgd: (rate) => tf.train.sgd(rate) }

/** A row that keeps the tensor that `compute` returns until it is read, or the next one replaces it. */
function keeping(compute, result = (out) => sample(out.dataSync())) {
  let out
  const run = () => {
    out?.dispose()
    out = tf.tidy(compute)
  }
  return { run, result: () => result(out) }
}

const kinds = {
  loss({ shape }) {
    const [logits, target] = [tensor(shape, 1, -4, 4), targets(shape, 2)]
    return keeping(
      () => criterion(logits, target),
      (out) => out.dataSync(),
    )
  },
  loss_gradient({ shape }) {
    const [logits, target] = [tensor(shape, 1, -4, 4), targets(shape, 2)]
    const valueAndGradient = tf.valueAndGrad((x) => criterion(x, target))
    let out
    const run = () => {
      if (out) tf.dispose(out)
      out = valueAndGradient(logits)
    }
    return { run, result: () => [...out.value.dataSync(), ...sample(out.grad.dataSync())] }
  },
  gemm({ m, n, k, transposed }) {
    const [a, b] = [tensor([m, k], 1), tensor(transposed ? [n, k] : [k, n], 2)]
    return keeping(() => tf.matMul(a, b, false, transposed))
  },
  forward({ shape, model }) {
    const x = channelsLast(tensor(shape, 1))
    const { forward } = build(model)
    return keeping(
      () => forward(x),
      (out) => sample(channelsFirst(out).dataSync()),
    )
  },
  optimizer({ length, optimizer }) {
    const parameter = tf.variable(tensor([length], 1))
    const gradients = { [parameter.name]: tensor([length], 2) }
    const rule = optimizers[optimizer](1e-3)
    const run = () => rule.applyGradients(gradients)
    run()
    const result = parameter.dataSync().slice(0, 4)
    return { run, result: () => result }
  },
  step({ batch, classes, model, optimizer }) {
    if (model.some(([layer]) => layer === 'conv2d')) return undefined
    const [x, target] = [tensor(batch, 1), targets([batch[0], classes], 2)]
    const { forward, variables } = build(model)
    const rule = optimizers[optimizer](1e-3)
    let loss
    const run = () => {
      loss?.dispose()
      loss = rule.minimize(() => criterion(forward(x), target), true, variables)
    }
    const losses = []
    for (let step = 0; step < 3; step++) {
      run()
      losses.push(...loss.dataSync())
    }
    return { run, result: () => losses }
  },
}

const version = `tfjs ${tf.version.tfjs} (WebAssembly) on Node ${process.version}`
await serve(version, kinds, () => tf.backend().wasm.HEAPU8.byteLength)
