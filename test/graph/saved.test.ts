/** What may change in place between forward and backward: as torch has it, operation by operation. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { expectClose } from '../support/close.js'
import { fixture } from '../support/fixture.js'

const F = torch.nn.functional

interface Case {
  requires: string[]
  /** The input that changes, or "out", or nothing. */
  change: string | null
  tracked?: boolean
  error: boolean
  grads: Record<string, number[]> | null
}

interface Operation {
  inputs: Record<string, { shape: number[]; values: number[]; dtype?: 'int32' | 'bool' }>
  cases: Case[]
}

type Run = (...inputs: Tensor[]) => Tensor

function inPlace(change: (x: Tensor, b: Tensor) => void): Run {
  return (a, b) => {
    const x = a.clone()
    change(x, b)
    return x
  }
}

const mask = () => torch.tensor([[true, false, true]])

const operations: Record<string, Run> = {
  add: (a, b) => a.add(b),
  sub: (a, b) => a.sub(b),
  mul: (a, b) => a.mul(b),
  div: (a, b) => a.div(b),
  mul_row: (a, b) => a.mul(b),
  div_row: (a, b) => a.div(b),
  mul_number: (a) => a.mul(3),
  div_number: (a) => a.div(3),
  neg: (a) => a.neg(),
  abs: (a) => a.abs(),
  exp: (a) => a.exp(),
  log: (a) => a.log(),
  sqrt: (a) => a.sqrt(),
  sigmoid: (a) => a.sigmoid(),
  logsigmoid: (a) => F.logsigmoid(a),
  tanh: (a) => a.tanh(),
  silu: (a) => F.silu(a),
  relu: (a) => a.relu(),
  gelu: (a) => F.gelu(a),
  gelu_tanh: (a) => F.gelu(a, { approximate: 'tanh' }),
  leaky_relu: (a) => F.leaky_relu(a),
  pow: (a) => a.pow(3),
  clamp: (a) => a.clamp({ min: 0.2, max: 0.6 }),
  softmax: (a) => a.softmax(1),
  log_softmax: (a) => a.log_softmax(1),
  sum: (a) => a.sum({ dim: 1 }),
  mean: (a) => a.mean({ dim: 0 }),
  amax: (a) => a.amax({ dim: 1 }),
  clone: (a) => a.clone(),
  reshape: (a) => a.reshape([3, 2]),
  select: (a) => a.select(0, 1),
  narrow: (a) => a.narrow(1, 1, 2),
  transpose: (a) => a.transpose(0, 1),
  expand: (a) => a.expand([2, 2, 3]),
  cat: (a, b) => torch.cat([a, b]),
  stack: (a, b) => torch.stack([a, b]),
  where: (a, b, condition) => torch.where(condition, a, b),
  masked_fill: (a, condition) => a.masked_fill(condition, 5),
  index_select: (a, indices) => a.index_select(0, indices),
  matmul: (a, b) => a.matmul(b),
  matmul_vector: (a, b) => a.matmul(b),
  linear: (a, weight, bias) => F.linear(a, weight, bias),
  linear_plain: (a, weight) => F.linear(a, weight),
  linear_images: (a, weight, bias) => F.linear(a, weight, bias),
  conv2d: (a, weight, bias) => F.conv2d(a, weight, bias),
  max_pool2d: (a) => F.max_pool2d(a, 2),
  avg_pool2d: (a) => F.avg_pool2d(a, 2),
  adaptive_avg_pool2d: (a) => F.adaptive_avg_pool2d(a, 3),
  layer_norm: (a, weight, bias) => F.layer_norm(a, [3], { weight, bias }),
  batch_norm_train: (a, weight, bias) => F.batch_norm(a, null, null, { weight, bias, training: true }),
  batch_norm_eval: (a, mean, variance, weight, bias) => F.batch_norm(a, mean, variance, { weight, bias }),
  embedding: (indices, a) => F.embedding(indices, a),
  embedding_bag_mean: (indices, a, offsets) => F.embedding_bag(indices, a, offsets),
  embedding_bag_max: (indices, a, offsets) => F.embedding_bag(indices, a, offsets, { mode: 'max' }),
  embedding_bag_weighted: (indices, a, offsets, factors) =>
    F.embedding_bag(indices, a, offsets, { mode: 'sum', per_sample_weights: factors }),
  bce_with_logits: (a, target) => F.binary_cross_entropy_with_logits(a, target),
  bce: (a, target) => F.binary_cross_entropy(a, target),
  mse: (a, target) => F.mse_loss(a, target),
  mse_none: (a, target) => F.mse_loss(a, target, { reduction: 'none' }),
  bce_weighted: (a, target, weight) => F.binary_cross_entropy(a, target, { weight }),
  bce_with_logits_weighted: (a, target, weight, pos_weight) =>
    F.binary_cross_entropy_with_logits(a, target, { weight, pos_weight }),
  multilabel_soft_margin: (a, target) => F.multilabel_soft_margin_loss(a, target),
  multilabel_soft_margin_weighted: (a, target, weight) =>
    F.multilabel_soft_margin_loss(a, target, { weight }),
  multilabel_margin: (a, target) => F.multilabel_margin_loss(a, target),
  cross_entropy: (a, target, weight) => F.cross_entropy(a, target, { weight }),
  cross_entropy_shares: (a, target, weight) => F.cross_entropy(a, target, { weight }),
  add_: inPlace((x, b) => x.add_(b)),
  sub_: inPlace((x, b) => x.sub_(b)),
  mul_: inPlace((x, b) => x.mul_(b)),
  div_: inPlace((x, b) => x.div_(b)),
  copy_: inPlace((x, b) => x.copy_(b)),
  masked_fill_: inPlace((x, b) => x.masked_fill_(mask(), b.sum())),
  row_mul_: inPlace((x, b) => x[0].mul_(b[1])),
  assign: inPlace((x, b) => {
    x[0] = b[1]
  }),
  mul_twice_: inPlace((x, b) => x.mul_(b).mul_(b)),
}

/**
 * What torch keeps although no gradient reads it, or of which ours keeps a copy: ours gives the gradient that there is
 * without the change.
 */
const unneeded: Record<string, string[]> = {
  conv2d: ['a', 'weight'],
  max_pool2d: ['a'],
  avg_pool2d: ['a'],
  adaptive_avg_pool2d: ['a'],
  layer_norm: ['bias'],
  // It keeps positions of its own.
  index_select: ['indices'],
  where: ['mask'],
  masked_fill: ['mask'],
  embedding_bag_mean: ['offsets'],
  embedding_bag_max: ['indices', 'offsets'],
  embedding_bag_weighted: ['a', 'factors', 'offsets'],
}

function run({ inputs }: Operation, operation: Run, { requires, change, tracked = false }: Case) {
  const tensors = new Map(
    Object.entries(inputs).map(([name, { shape, values, dtype }]) => {
      const x = torch
        .tensor(values)
        .to(dtype ?? 'float32')
        .reshape(shape)
        .detach()
      return [name, requires.includes(name) ? x.requires_grad_() : x] as const
    }),
  )
  const out = operation(...tensors.values())
  if (change !== null) {
    const target = tensors.get(change) ?? out
    const write = () => (target.dtype === 'float32' ? target.add_(0.5) : target.fill_(1))
    if (tracked) write()
    else torch.no_grad(write)
  }
  const weights = torch.tensor(Array.from({ length: out.numel() }, (_, i) => (i % 3) + 1))
  out.mul(weights.reshape(out.shape)).sum().backward()
  return Object.fromEntries(requires.map((name) => [name, tensors.get(name)?.grad?.data()]))
}

const { ops } = fixture<{ ops: Record<string, Operation> }>('graph/saved')

test('every operation is there', () => {
  expect(Object.keys(operations)).toEqual(Object.keys(ops))
})

describe.each(Object.entries(ops))('%s', (name, op) => {
  test.each(op.cases.map((one) => [`${one.requires}; ${one.change}${one.tracked ? ', tracked' : ''}`, one]))(
    '%s changes',
    (_, one) => {
      const { requires, change, error } = one as Case
      const isKept = !unneeded[name]?.includes(change ?? '')
      if (error && isKept) {
        expect(() => run(op, operations[name], one as Case)).toThrow(
          'one of the variables needed for gradient computation has been modified by an inplace operation',
        )
        return
      }
      const unchanged = op.cases.find(
        (other) => other.change === null && `${other.requires}` === `${requires}`,
      )
      const wanted = (error ? unchanged : (one as Case))?.grads ?? {}
      let got: ReturnType<typeof run>
      try {
        got = run(op, operations[name], one as Case)
      } catch (reason) {
        // Needed for one gradient, kept by torch for all.
        if (error && String(reason).includes('modified by an inplace operation')) return
        throw reason
      }
      for (const input of requires)
        expectClose(got[input] ?? [], wanted[input], { relative: 1e-5, absolute: 1e-6 })
    },
  )
})
