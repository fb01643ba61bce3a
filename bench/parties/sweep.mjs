// The kinds of sweep_cases.mjs: any call, with and without its backward pass, and steps of an optimizer.
import { labels, magnitudes, numbers, volume } from './numbers.mjs'

export const sweepKinds = (torch) => ({
  call({ call, operands, backward, reads, random, keeps }) {
    const tensors = operands.map((operand, i) => make(torch, operand, i + 1))
    const names = ['x', 'y', 'z', 'v', 'w'].slice(0, tensors.length)
    const work = new Function('torch', 'F', 'recurrent', ...names, `return ${call}`)
    const leaves = tensors.filter((tensor) => tensor.requires_grad)
    const f = torch.nn.functional
    let out
    const recurrent = recurrentLayer(torch)
    const compute = () => work(torch, f, recurrent, ...tensors)
    const forward = () => {
      // PyTorch frees a result when the next one takes its name.
      if (!keeps) out?.dispose()
      out = torch.no_grad(compute)
      if (reads) out.reshape([-1]).select(0, 0).item()
    }
    const upstream = backward && tensor(torch, compute().shape, 9)
    const both = () => {
      for (const leaf of leaves) leaf.grad = null
      if (!keeps) out?.dispose()
      out = compute()
      out.backward(upstream)
    }
    const results = () => (backward ? leaves.map(({ grad }) => grad) : [out])
    const result = () => (random ? [] : results().flatMap((tensor) => magnitudes(tensor.data())))
    return { run: backward ? both : forward, result }
  },
  update({ name, length, options }) {
    const parameter = tensor(torch, [length], 1).requires_grad_()
    parameter.grad = tensor(torch, [length], 2)
    const rule = new torch.optim[name]([parameter], new Function(`return ${options}`)())
    return { run: () => rule.step(), result: () => [] }
  },
})

/** The outputs of a recurrent layer that is made once, with these weights. */
function recurrentLayer(torch) {
  let layer
  return (name, x, ...weights) => {
    if (layer === undefined) {
      layer = new torch.nn[name](x.shape[2], weights[1].shape[1])
      torch.no_grad(() => {
        for (const [i, parameter] of [...layer.parameters()].entries()) parameter.copy_(weights[i])
      })
    }
    layer.zero_grad()
    return layer.forward(x)[0]
  }
}

const tensor = (torch, shape, seed, low, high) =>
  torch
    .tensor(numbers(volume(shape), seed, low, high))
    .reshape(shape)
    .detach()

function make(torch, [shape, type, low, high], seed) {
  if (type === 'labels') return torch.tensor(Float32Array.from(labels(volume(shape), seed))).reshape(shape)
  if (type === 'booleans') return make(torch, [shape, 'labels'], seed).to(torch.bool)
  const values = tensor(torch, shape, seed, low, high)
  if (type === 'integers' || type === 'classes') return values.to(torch.int32)
  if (type === 'positives') {
    // A few labels of each row, then -1, which ends them.
    const indices = values.to(torch.int32)
    indices.slice(1, 3).fill_(-1)
    return indices
  }
  return type === 'leaf' ? values.requires_grad_() : values
}
