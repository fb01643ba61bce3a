import torch from '../../dist/node.js'
import { labels, numbers, sample, volume } from './numbers.mjs'
import { serve } from './serve.mjs'
import { sweepKinds } from './sweep.mjs'

const { nn, optim } = torch

const tensor = (shape, seed, low, high) =>
  torch.tensor(numbers(volume(shape), seed, low, high)).reshape(shape)
const leaf = (...args) =>
  tensor(...args)
    .detach()
    .requires_grad_()
const targets = (shape, seed) => torch.tensor(Float32Array.from(labels(volume(shape), seed))).reshape(shape)

const layers = {
  linear: (inputs, outputs) => new nn.Linear(inputs, outputs),
  conv2d: (inputs, outputs, kernel, options) => new nn.Conv2d(inputs, outputs, kernel, options),
  batch_norm2d: (channels) => new nn.BatchNorm2d(channels),
  max_pool2d: (kernel) => new nn.MaxPool2d(kernel),
  relu: () => new nn.ReLU(),
  flatten: () => new nn.Flatten(),
}

const optimizers = { adam: optim.Adam, sgd: optim.SGD }

/** A model whose parameters hold known numbers. */
function build(description) {
  const model = new nn.Sequential(...description.map(([layer, ...options]) => layers[layer](...options)))
  let seed = 100
  for (const parameter of model.parameters()) {
    const bound = 1 / Math.sqrt(volume(parameter.shape.slice(1)))
    const values = tensor(parameter.shape, seed++, -bound, bound)
    torch.no_grad(() => parameter.copy_(values))
  }
  return model
}

/**
 * A layer's forward pass. It disposes of the previous result, as all other parties do; or leaves it to the collector,
 * which cannot run between two calls, so that it is evicted from linear memory when the budget is exceeded.
 */
const forward =
  ({ disposes }) =>
  ({ shape, model: description }) => {
    const [x, model] = [tensor(shape, 1), build(description)]
    let out
    const run = () => {
      if (disposes) out?.dispose()
      out = torch.no_grad(() => model.forward(x))
      // A convolution is deferred until its numbers are read.
      out.reshape([-1]).select(0, 0).item()
    }
    return { run, result: () => sample(out.data()) }
  }

/** The first losses, then steps on and on. */
function step({ batch, classes, model: description, optimizer }) {
  const [x, target] = [tensor(batch, 1), targets([batch[0], classes], 2)]
  const model = build(description)
  const criterion = new nn.MultiLabelSoftMarginLoss()
  const rule = new optimizers[optimizer](model.parameters(), { lr: 1e-3 })
  let loss
  const run = () => {
    rule.zero_grad()
    loss = criterion.forward(model.forward(x), target)
    loss.backward()
    rule.step()
  }
  const losses = []
  for (let step = 0; step < 3; step++) {
    run()
    losses.push(loss.item())
  }
  return { run, result: () => losses }
}

const kinds = {
  loss({ shape }) {
    const [logits, target] = [tensor(shape, 1, -4, 4), targets(shape, 2)]
    const criterion = new nn.MultiLabelSoftMarginLoss()
    let loss
    const run = () => {
      loss = torch.no_grad(() => criterion.forward(logits, target))
    }
    return { run, result: () => [loss.item()] }
  },
  loss_gradient({ shape }) {
    const [logits, target] = [leaf(shape, 1, -4, 4), targets(shape, 2)]
    const criterion = new nn.MultiLabelSoftMarginLoss()
    let loss
    const run = () => {
      logits.grad = null
      loss = criterion.forward(logits, target)
      loss.backward()
    }
    return { run, result: () => [loss.item(), ...sample(logits.grad.data())] }
  },
  gemm({ m, n, k, transposed }) {
    const a = tensor([m, k], 1)
    let out
    if (transposed) {
      const b = tensor([n, k], 2)
      const run = () => {
        out = nn.functional.linear(a, b)
      }
      return { run, result: () => sample(out.data()) }
    }
    const b = tensor([k, n], 2)
    const run = () => {
      out = torch.matmul(a, b)
    }
    return { run, result: () => sample(out.data()) }
  },
  forward: forward({ disposes: true }),
  forward_collected: forward({ disposes: false }),
  optimizer({ length, optimizer }) {
    const parameter = leaf([length], 1)
    parameter.grad = tensor([length], 2)
    const rule = new optimizers[optimizer]([parameter], { lr: 1e-3 })
    const run = () => rule.step()
    run()
    const result = [...parameter.data().slice(0, 4)]
    return { run, result: () => result }
  },
  step,
  normalised_step: step,
  /** The limit for any kernel: products and sums that stay in registers. */
  async peak({ flops }) {
    const { multiplyAdd } = await import('./machine.mjs')
    return { run: multiplyAdd(flops), result: () => [] }
  },
  async copy({ bytes }) {
    const { streamCopy } = await import('./machine.mjs')
    return { run: streamCopy(bytes), result: () => [] }
  },
  ...sweepKinds(torch),
}

await serve(
  `softmargin on Node ${process.version}`,
  kinds,
  () => torch.wasm.memory().heap_bytes,
  (count) => torch.set_num_threads?.(count),
)
