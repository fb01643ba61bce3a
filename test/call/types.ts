// Never run: what a user's compiler must accept of calls, by position, by keywords and by both, and what it must refuse.
import torch, { type Tensor } from '../../ts/index.js'

/** Holds if the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(_proof?: T) => {}

const F = torch.nn.functional
const { init } = torch.nn
const x = torch.ones([2, 3])
const w = torch.ones(4, 3)
const generator = new torch.Generator()

export const accepted: readonly unknown[] = [
  x.sum(1),
  x.sum(1, true),
  x.sum([0, 1], { keepdim: true }),
  x.sum({ dim: 1, keepdim: true, dtype: 'int32' }),
  x.sum(null),
  torch.sum(x, 1, true, { dtype: 'float32' }),
  x.add(1, { alpha: 2 }),
  x.add(true),
  x.clamp(0, 1),
  x.clamp({ min: 0 }),
  x.clamp(null, 1),
  x.reshape(3, -1),
  x.reshape([3, 2]),
  x.view({ size: [6] }),
  x.permute(1, 0),
  x.expand(2, 2, 3),
  x.transpose({ dim0: 0, dim1: 1 }),
  x.select(0, { index: 1 }),
  x.softmax({ dim: 1 }),
  x.to('int32', { copy: true }),
  x.to(w),
  x.uniform_(-1, 1, { generator }),
  x.uniform_({ from: -1, generator }),
  x.random_(5),
  x.requires_grad_({ requires_grad: false }),
  x.backward(null, { retain_graph: true }),
  x.backward({ gradient: x }),
  F.dropout(x, 0.5, false),
  F.dropout(x, { p: 0.5, training: false }),
  F.cross_entropy(x, w, w),
  F.cross_entropy(x, w, { weight: w, reduction: 'sum' }),
  F.cross_entropy(x, w, w, { label_smoothing: 0.1 }),
  F.cross_entropy(x, w, w, null, -100, null, 'sum', 0.1),
  F.conv2d(x, w, null, 2, 1),
  F.conv2d(x, w, null, { stride: 2 }),
  F.max_pool2d(x, 2, 2, { ceil_mode: true }),
  F.batch_norm(x, null, null, w, w, true, 0.1, 1e-5),
  F.batch_norm(x, null, null, { training: true }),
  torch.arange(3),
  torch.arange(0, 3, 2, { dtype: 'int32' }),
  torch.arange(0, { end: 3 }),
  torch.full([2], true),
  torch.eye(2, { dtype: 'bool' }),
  torch.normal(0, 1, [2], { generator }),
  torch.normal(x, { std: 2 }),
  init.kaiming_uniform_(x, 1, 'fan_out', 'relu', generator),
  init.uniform_(x, 0, 1, { generator }),
  torch.nn.utils.clip_grad_norm_([x], 1, 2, true),
]

const zeros = torch.zeros(2, 3)
holds<Same<typeof zeros, Tensor<readonly [2, 3]>>>()
const ones = torch.ones([2, 3], { dtype: 'int32' })
holds<Same<typeof ones, Tensor<readonly [2, 3]>>>()
const rand = torch.rand(4, 5, { generator })
holds<Same<typeof rand, Tensor<readonly [4, 5]>>>()
const randn = torch.randn({ size: [4], generator })
holds<Same<typeof randn, Tensor<readonly [4]>>>()
const drawn = torch.randint(0, 9, [2])
holds<Same<typeof drawn, Tensor<readonly [2]>>>()

// @ts-expect-error: keepdim
x.sum({ dim: 1, keepdims: true })
// @ts-expect-error: no such dim
x.sum('rows')
// @ts-expect-error: keepdim is a boolean
x.sum(1, 1)
// @ts-expect-error: too many
x.sum(1, true, {}, 4)
// @ts-expect-error: takes nothing
x.numel(1)
// @ts-expect-error: alpha is a keyword
x.add(1, 2)
// @ts-expect-error: there is no beta
x.add(1, { beta: 2 })
// @ts-expect-error: a shape is numbers
x.reshape('3', 2)
// @ts-expect-error: both or none
x.transpose({ dim0: 0 })
// @ts-expect-error: pos_weight
F.binary_cross_entropy_with_logits(x, x, { posWeight: w })
// @ts-expect-error: there is no such reduction
F.mse_loss(x, x, { reduction: 'avg' })
// @ts-expect-error: what is not supported is null
F.mse_loss(x, x, true)
// @ts-expect-error: dtype, not shape
torch.tensor([1, 2], [2, 1])
// @ts-expect-error: there is no such type
torch.zeros(2, { dtype: 'float64' })
// @ts-expect-error: generator
torch.rand([2], { genrator: generator })
// @ts-expect-error: padding is no boolean
F.conv2d(x, w, null, 1, true)
// @ts-expect-error: training is a boolean
F.dropout(x, 0.5, { training: 1 })
// @ts-expect-error: a number of rows
torch.randperm('3')
