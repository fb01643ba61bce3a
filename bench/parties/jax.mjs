// jax-js on its WebAssembly backend, which has one thread in Node. A function consumes its arguments unless
// they are passed as `.ref`. All but convolutions is compiled (`jit`); those are eight times as fast without it.
import { readFileSync } from 'node:fs'
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
} from '@jax-js/jax'
import { labels, numbers, parameters, sample, volume } from './numbers.mjs'
import { serve } from './serve.mjs'

await init('wasm')
defaultDevice('wasm')

const array = (values, shape) => np.array(values).reshape(shape)
const tensor = (shape, seed, low, high) => array(numbers(volume(shape), seed, low, high), shape)
const targets = (shape, seed) => array(labels(volume(shape), seed), shape)
// Row by row: its float32 sums lose digits with length.
const criterion = (x, y) => np.mean(np.mean(nn.softplus(x.ref).sub(x.mul(y)), 1))

const layers = {
  linear: (x, [weight, bias]) => np.matmul(x, np.transpose(weight)).add(bias),
  conv2d(x, [weight, bias], [, , , { padding }]) {
    const pads = [
      [padding, padding],
      [padding, padding],
    ]
    return lax.convGeneralDilated(x, weight, [1, 1], pads).add(bias.reshape([-1, 1, 1]))
  },
  max_pool2d: (x, _parameters, [size]) => lax.reduceWindow(x, np.max, [size, size], [size, size]),
  relu: (x) => nn.relu(x),
  flatten: (x) => x.reshape([x.shape[0], -1]),
}

const start = (description) => parameters(description).map(({ shape, values }) => array(values, shape))

/** The model as a function of its parameters, a flat list, and of its input. */
const build = (description) => (all, x) => {
  const rest = all.values()
  return description.reduce((out, [layer, ...options]) => {
    const own = layer === 'linear' || layer === 'conv2d' ? [rest.next().value, rest.next().value] : []
    return layers[layer](out, own, options)
  }, x)
}

const compiled = (description, compute) =>
  description.some(([layer]) => layer === 'conv2d') ? compute : jit(compute)

/** One parameter's update: from parameter, gradient and state to parameter and state. */
const rules = {
  sgd: {
    state: () => [],
    update: (parameter, gradient) => [parameter.sub(gradient.mul(1e-3)), []],
  },
  adam: {
    state: (shape) => [np.zeros(shape), np.zeros(shape), np.ones([1]), np.ones([1])],
    update(parameter, gradient, [mean, square, meanPower, squarePower]) {
      const m = mean.mul(0.9).add(gradient.ref.mul(0.1))
      const v = square.mul(0.999).add(gradient.ref.mul(gradient).mul(0.001))
      const [p, q] = [meanPower.mul(0.9), squarePower.mul(0.999)]
      const scale = np.sqrt(v.ref.div(np.subtract(1, q.ref))).add(1e-8)
      const next = parameter.sub(m.ref.div(np.subtract(1, p.ref)).div(scale).mul(1e-3))
      return [next, [m, v, p, q]]
    },
  },
}

/** A row that keeps the result of `compute` on `operands` until it is read, or the next one replaces it. */
function keeping(compute, operands, result) {
  let out
  const run = async () => {
    tree.dispose(out)
    out = await blockUntilReady(compute(...tree.ref(operands)))
  }
  return { run, result: () => result(out) }
}

const read = (x) => x.ref.dataSync()

const { version } = JSON.parse(
  readFileSync(new URL('../node_modules/@jax-js/jax/package.json', import.meta.url), 'utf8'),
)
await serve(`jax-js ${version} (WebAssembly) on Node ${process.version}`, {
  loss({ shape }) {
    return keeping(jit(criterion), [tensor(shape, 1, -4, 4), targets(shape, 2)], read)
  },
  loss_gradient({ shape }) {
    const operands = [tensor(shape, 1, -4, 4), targets(shape, 2)]
    return keeping(jit(valueAndGrad(criterion)), operands, ([loss, gradient]) => [
      ...read(loss),
      ...sample(read(gradient)),
    ])
  },
  gemm({ m, n, k, transposed }) {
    const operands = [tensor([m, k], 1), tensor(transposed ? [n, k] : [k, n], 2)]
    const product = (a, b) => np.matmul(a, transposed ? np.transpose(b) : b)
    return keeping(jit(product), operands, (out) => sample(read(out)))
  },
  forward({ shape, model }) {
    const operands = [start(model), tensor(shape, 1)]
    return keeping(compiled(model, build(model)), operands, (out) => sample(read(out)))
  },
  async optimizer({ length, optimizer }) {
    const { state, update } = rules[optimizer]
    const compiledUpdate = jit(update)
    const gradient = tensor([length], 2)
    let [parameter, states] = [tensor([length], 1), state([length])]
    const run = async () => {
      ;[parameter, states] = await blockUntilReady(compiledUpdate(parameter, gradient.ref, states))
    }
    await run()
    const result = read(parameter).slice(0, 4)
    return { run, result: () => result }
  },
  async step({ batch, classes, model, optimizer }) {
    const { state, update } = rules[optimizer]
    const [x, target] = [tensor(batch, 1), targets([batch[0], classes], 2)]
    const forward = build(model)
    const updateAll = jit((all, gradients, states) => {
      const updated = all.map((parameter, i) => update(parameter, gradients[i], states[i]))
      return [updated.map(([parameter]) => parameter), updated.map(([, next]) => next)]
    })
    const gradientsOf = valueAndGrad((all, input, wanted) => criterion(forward(all, input), wanted))
    const step = compiled(model, (all, states, input, wanted) => {
      const [loss, gradients] = gradientsOf(tree.ref(all), input, wanted)
      return [loss, ...updateAll(all, gradients, states)]
    })
    let all = start(model)
    let states = all.map(({ shape }) => state(shape))
    let loss
    const run = async () => {
      loss?.dispose()
      ;[loss, all, states] = await blockUntilReady(step(all, states, x.ref, target.ref))
    }
    const losses = []
    for (let count = 0; count < 3; count++) {
      await run()
      losses.push(...read(loss))
    }
    return { run, result: () => losses }
  },
})
