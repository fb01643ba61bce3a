/** What torch says, word for word, of statements that must fail. */
import torch from '../../ts/index.js'
import { testSentences, untyped } from '../support/errors.js'
import { int32, leaf } from '../support/tensors.js'

const { nn, ones, optim, tensor, zeros } = torch
const { Linear, Module, Sequential } = nn
const loss = nn.functional.multilabel_soft_margin_loss
const { DataLoader, TensorDataset } = torch.utils.data

class Tagger extends Module {
  features = new Sequential(new Linear(20, 16), new nn.ReLU())
  head = new Linear(16, 6)
  criterion = new nn.MultiLabelSoftMarginLoss({ weight: ones([6]) })
}

/** Some sentences name the kernel that refuses, Python's types, or what only Python has. */
const adapt = (message: string) =>
  message
    .replace(
      /^(mm|addmm|torch\.cat\(\)|zeros): |\.$| Hint: enable anomaly.*|\(sparse_coo\)|int(?= is not a Module)/g,
      '',
    )
    .replace(/\(torch\.FloatTensor.*\)(?=:)/, '')
    .replace(
      /\[torch\.FloatTensor (.*)\], which is output 0 of (\w+),/,
      (_, shape, name) => `a tensor of shape ${shape} saved by ${name.toLowerCase()}`,
    )
    .replace(' or autograd.grad()', '')
    .replace(' in Python or `tensor.item<T>()` in C++', '')
    .replace('retain_graph=True', 'retain_graph: true')
    .replace(/ or if you need to access saved tensors.*/, '')
    .replace(/(index 0: 1)\.0$/, '$1')

testSentences(
  'surface/sentences',
  {
    'matmul: shapes': () => ones([2, 5]).matmul(untyped(ones([3, 4]))),
    'matmul: vector and matrix': () => ones([3]).matmul(untyped(ones([2, 5]))),
    'matmul: 3-D and 2-D': () => ones([2, 3, 4]).matmul(untyped(ones([5, 6]))),
    'matmul: 0-d': () => tensor(1).matmul(ones([2])),
    'add: shapes': () => ones([2, 3]).add(untyped(ones([2, 4]))),
    'add: shapes, first dimension': () => ones([2, 3]).add(untyped(ones([4, 3]))),
    'add_: output would grow': () => ones([3]).add_(ones([2, 3])),
    'reshape: invalid': () => ones([2, 3]).reshape(4, 2),
    'reshape: invalid with -1': () => ones([2, 3]).reshape(4, -1),
    'reshape: ambiguous': () => ones([0]).reshape([-1, 0]),
    'reshape: two -1': () => ones([4]).reshape(-1, -1),
    'reshape: negative': () => ones([4]).reshape(-2, 2),
    'view: not contiguous': () => ones([2, 3]).t().view(6),
    'sum: dim': () => ones([2, 3]).sum({ dim: 2 }),
    'sum: dim of 0-d': () => tensor(1).sum(1),
    'sum: dim twice': () => ones([2, 3]).sum([1, -1]),
    'amax: nothing': () => ones([0]).amax(),
    'amax: nothing along dim': () => ones([0, 3]).amax({ dim: 0 }),
    'backward: non-scalar': () => leaf().mul(2).backward(),
    'backward: twice': () => {
      const y = leaf().pow(2).sum()
      y.backward()
      y.backward()
    },
    'backward: no grad': () => ones([2]).sum().backward(),
    'backward: gradient shape': () =>
      leaf()
        .mul(2)
        .backward(ones([3])),
    'in-place on a leaf, method': () => leaf().add_(1),
    'in-place on a view of a leaf': () => {
      leaf()[0] = 1
    },
    'in-place after saving': () => {
      const z = leaf().mul(1).exp()
      z.add_(1)
      z.sum().backward()
    },
    'in-place after saving, operand': () => {
      const y = leaf().mul(1)
      const z = y.mul(y).sum()
      y.mul_(2)
      z.backward()
    },
    'requires_grad on a non-leaf': () => {
      leaf().mul(2).requires_grad = false
    },
    'requires_grad on integers': () => tensor([1, 2], { dtype: 'int32', requires_grad: true }),
    'cat: shapes': () => torch.cat([ones([2, 3]), ones([2, 4])]),
    'cat: ranks': () => torch.cat([ones([2, 3]), ones([3])]),
    'cat: 0-d': () => torch.cat([tensor(1), tensor(2)]),
    'cat: nothing': () => torch.cat([]),
    'cat: dim': () => torch.cat([ones([2]), ones([2])], 1),
    'stack: shapes': () => torch.stack([ones([2]), ones([3])]),
    'stack: nothing': () => torch.stack([]),
    'stack: dim': () => torch.stack([ones([2]), ones([2])], 3),
    'index_select: out of range': () => torch.index_select(ones([3, 2]), 0, int32([0, 5])),
    'index_select: negative': () => torch.index_select(ones([3, 2]), 0, int32([-1])),
    'index: out of range': () => ones([2, 3])[5],
    'index: 0-d': () => tensor(1)[0],
    'select: out of range': () => ones([2, 3]).select(0, 5),
    'tensor: ragged': () => tensor([[1, 2], [3]]),
    'tensor: ragged, number': () => tensor(untyped([[1, 2], 3])),
    'tensor: ragged, list': () => tensor(untyped([1, [2, 3]])),
    'iteration over 0-d': () => [...tensor(1)],
    'Linear: features': () => new Linear(4, 3).forward(untyped(ones([2, 5]))),
    'Linear: features, 1-D': () => new Linear(4, 3).forward(untyped(ones([5]))),
    'Linear: features, 3-D': () => new Linear(4, 3).forward(untyped(ones([2, 2, 5]))),
    'Conv2d: channels': () => new nn.Conv2d(3, 4, 3).forward(untyped(ones([2, 5, 8, 8]))),
    'Conv2d: kernel': () => new nn.Conv2d(3, 4, 9).forward(ones([2, 3, 4, 4])),
    'Conv2d: rank': () => new nn.Conv2d(3, 4, 3).forward(ones([8, 8])),
    'loss: target': () => loss(ones([2, 3]), ones([2, 4])),
    'loss: target rows': () => loss(ones([2, 3]), ones([4, 3])),
    'loss: weight': () => loss(ones([2, 3]), ones([2, 3]), { weight: ones([4]) }),
    'loss: 0-d': () => loss(tensor(1), tensor(1)),
    'loss: reduction': () => loss(ones([2, 3]), ones([2, 3]), { reduction: untyped('foo') }),
    'item: many elements': () => ones([3]).item(),
    'item: no elements': () => ones([0]).item(),
    'Adam: first beta': () => new optim.Adam([leaf()], { betas: [1, 0.9] }),
    'optimizer: twice': () => {
      const p = leaf()
      new optim.SGD([{ params: [p] }, { params: [p] }])
    },
    'load_state_dict: missing': () => new Linear(3, 2).load_state_dict({ weight: ones([2, 3]) }),
    'load_state_dict: unexpected': () =>
      new Linear(3, 2).load_state_dict({ weight: ones([2, 3]), bias: ones([2]), x: ones([1]) }),
    'load_state_dict: size': () =>
      new Linear(3, 2).load_state_dict({ weight: ones([2, 4]), bias: ones([2]) }),
    'load_state_dict: all three': () =>
      new Linear(3, 2).load_state_dict({ weight: ones([2, 4]), x: ones([1]), y: ones([1]) }),
    'load_state_dict: nested, two missing': () =>
      new Sequential(new Linear(3, 2), new nn.ReLU()).load_state_dict({}),
    'load_state_dict: custom class': () =>
      new Tagger().load_state_dict({ 'head.weight': ones([6, 16]), 'head.bias': ones([6]) }),
    'module: no forward': () => new Module().forward(),
    'Sequential: not a module': () => new Sequential(untyped(1)),
    'expand: size': () => ones([2, 3]).expand([4, 3]),
    'expand: rank': () => ones([2, 3]).expand(3),
    'expand: -1 in front': () => ones([3]).expand(-1, 3),
    'permute: rank': () => ones([2, 3]).permute(0),
    'permute: twice': () => ones([2, 3]).permute([0, 0]),
    'permute: range': () => ones([2, 3]).permute(0, 2),
    'transpose: range': () => ones([2, 3]).transpose(0, 2),
    't: 3-D': () => ones([2, 3, 4]).t(),
    'squeeze: range': () => ones([2, 3]).squeeze(2),
    'unsqueeze: range': () => ones([2, 3]).unsqueeze(4),
    'Dropout: p': () => new nn.Dropout(1.5),
    'bernoulli: p': () => zeros([3]).bernoulli_(1.5),
    'randperm: negative': () => torch.randperm(-1),
    'randint: empty range': () => torch.randint(3, 3, [2]),
    'zeros: negative size': () => zeros([-1]),
    'arange: direction': () => torch.arange(3, 0),
    'arange: step': () => torch.arange(0, 3, 0),
    'TensorDataset: sizes': () => new TensorDataset(ones([2]), ones([3])),
    'DataLoader: batch_size': () => new DataLoader(new TensorDataset(ones([2])), { batch_size: 0 }),
    'DataLoader: empty, shuffle': () => new DataLoader(new TensorDataset(ones([0])), { shuffle: true }),
  },
  adapt,
)
