import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { HeapArray, softMarginLoss, softMarginLossGrad } from '../../ts/loss.js'
import { untyped } from '../support/errors.js'

const { ones, zeros, tensor, nn, optim } = torch
const loss = nn.functional.multilabel_soft_margin_loss
const leaf = (shape: number[]) => ones(shape, { requires_grad: true })

/** What is done, the error's class, and a part of its sentence: torch's where torch has one. */
const cases: [string, () => unknown, new (message: string) => Error, string][] = [
  [
    'matmul: shapes',
    () => ones([2, 5]).matmul(ones([3, 4])),
    torch.RuntimeError,
    'mat1 and mat2 shapes cannot be multiplied (2x5 and 3x4)',
  ],
  [
    'matmul: 0-d',
    () => tensor(1).matmul(ones([2])),
    torch.RuntimeError,
    'both arguments to matmul need to be at least 1D, but they are 0D and 1D',
  ],
  [
    'matmul: not a tensor',
    () => ones([2, 2]).matmul(untyped(3)),
    TypeError,
    'matmul: other must be a Tensor',
  ],
  [
    'add: shapes',
    () => ones([2, 3]).add(ones([2, 4])),
    torch.RuntimeError,
    'The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1',
  ],
  [
    'add: both shapes are named',
    () => ones([2, 3]).add(ones([2, 4])),
    torch.RuntimeError,
    'a is input of shape [2, 3], b is other of shape [2, 4]',
  ],
  [
    'add: a string',
    () => ones([2]).add(untyped('x')),
    TypeError,
    'add: other must be a Tensor or a number, but got string x',
  ],
  [
    'add_: would grow',
    () => ones([3]).add_(ones([2, 3])),
    torch.RuntimeError,
    "output with shape [3] doesn't match the broadcast shape [2, 3]",
  ],
  [
    'reshape: invalid',
    () => ones([2, 3]).reshape([4, -1]),
    torch.RuntimeError,
    "shape '[4, -1]' is invalid for input of size 6",
  ],
  [
    'reshape: ambiguous',
    () => ones([0]).reshape([-1, 0]),
    torch.RuntimeError,
    'cannot reshape tensor of 0 elements into shape [-1, 0]',
  ],
  [
    'reshape: two -1',
    () => ones([4]).reshape([-1, -1]),
    torch.RuntimeError,
    'only one dimension can be inferred',
  ],
  [
    'reshape: negative',
    () => ones([4]).reshape([-2, 2]),
    torch.RuntimeError,
    'invalid shape dimension -2 at index 0 of shape [-2, 2]',
  ],
  [
    'sum: dim',
    () => ones([2, 3]).sum({ dim: 2 }),
    torch.IndexError,
    'Dimension out of range (expected to be in range of [-2, 1], but got 2)',
  ],
  [
    'sum: dim twice',
    () => ones([2, 3]).sum({ dim: [1, -1] }),
    torch.RuntimeError,
    'dim 1 appears multiple times in the list of dims',
  ],
  [
    'amax: of nothing',
    () => ones([0, 3]).amax({ dim: 0 }),
    torch.IndexError,
    'amax(): Expected reduction dim 0 to have non-zero size.',
  ],
  [
    'argmax: of nothing',
    () => ones([0]).argmax(),
    torch.RuntimeError,
    'Expected reduction dim to be specified for input.numel() == 0',
  ],
  [
    'backward: not a scalar',
    () => leaf([2]).mul(2).backward(),
    torch.RuntimeError,
    'grad can be implicitly created only for scalar outputs',
  ],
  [
    'backward: no grad',
    () => ones([2]).sum().backward(),
    torch.RuntimeError,
    'element 0 of tensors does not require grad and does not have a grad_fn',
  ],
  [
    'backward: shape of gradient',
    () =>
      leaf([2])
        .mul(2)
        .backward(ones([3])),
    torch.RuntimeError,
    'Mismatch in shape: grad_output[0] has a shape of torch.Size([3]) and output[0] has a shape of torch.Size([2])',
  ],
  [
    'in place on a leaf',
    () => leaf([2]).add_(1),
    torch.RuntimeError,
    'a leaf Variable that requires grad is being used in an in-place operation.',
  ],
  [
    'requires_grad of a result',
    () => Object.assign(leaf([2]).mul(2), { requires_grad: false }),
    torch.RuntimeError,
    'you can only change requires_grad flags of leaf variables',
  ],
  [
    'requires_grad of integers',
    () => tensor([1], { dtype: 'int32', requires_grad: true }),
    torch.RuntimeError,
    'Only Tensors of floating point and complex dtype can require gradients',
  ],
  [
    'grad of another shape',
    () => Object.assign(leaf([2]), { grad: ones([3]) }),
    torch.RuntimeError,
    'assigned grad must be float32',
  ],
  [
    'cat: shapes',
    () => torch.cat([ones([2, 3]), ones([2, 4])]),
    torch.RuntimeError,
    'Sizes of tensors must match except in dimension 0. Expected size 3 but got size 4 for tensor number 1 in the list.',
  ],
  ['cat: nothing', () => torch.cat([]), torch.ValueError, 'expected a non-empty list of Tensors'],
  [
    'cat: 0-d',
    () => torch.cat([tensor(1)]),
    torch.RuntimeError,
    'zero-dimensional tensor (at position 0) cannot be concatenated',
  ],
  [
    'stack: shapes',
    () => torch.stack([ones([2]), ones([3])]),
    torch.RuntimeError,
    'stack expects each tensor to be equal size, but got [2] at entry 0 and [3] at entry 1',
  ],
  [
    'index_select: range',
    () => torch.index_select(ones([3, 2]), 0, tensor([0, 5], { dtype: 'int32' })),
    torch.IndexError,
    'index out of range in self',
  ],
  [
    'index_select: negative',
    () => torch.index_select(ones([3, 2]), 0, tensor([-1], { dtype: 'int32' })),
    torch.IndexError,
    'index out of range in self',
  ],
  [
    'select: range',
    () => ones([2, 3]).select(0, 5),
    torch.IndexError,
    'index 5 is out of bounds for dimension 0 with size 2',
  ],
  [
    'narrow: range',
    () => ones([4]).narrow(0, 2, 3),
    torch.RuntimeError,
    'start (2) + length (3) exceeds dimension size (4).',
  ],
  [
    'tensor: ragged',
    () => tensor([[1, 2], [3]]),
    torch.ValueError,
    'expected sequence of length 2 at dim 1 (got 1)',
  ],
  ['tensor: ragged, a number', () => tensor(untyped([[1, 2], 3])), TypeError, 'not a sequence'],
  ['tensor: ragged, a list', () => tensor(untyped([1, [2, 3]])), TypeError, 'must be real number, not list'],
  [
    'tensor: a string',
    () => tensor(untyped(['a'])),
    TypeError,
    'elements must be numbers or booleans, but got string a',
  ],
  [
    'zeros: negative',
    () => zeros([-1]),
    torch.RuntimeError,
    'zeros: Dimension size must be non-negative'.slice(7),
  ],
  ['zeros: fraction', () => zeros([1.5]), TypeError, 'zeros: size must be an integer, but got 1.5'],
  [
    'zeros: no array',
    () => zeros(untyped('3')),
    TypeError,
    'zeros: size must be an integer, but got string 3',
  ],
  ['zeros: too large', () => zeros([1e9, 1e9]), torch.RuntimeError, 'does not fit linear memory'],
  [
    'zeros: too many dimensions',
    () => zeros([1, 1, 1, 1, 1, 1, 1, 1, 1]),
    torch.RuntimeError,
    'tensors have at most 8 dimensions',
  ],
  [
    'expand: size',
    () => ones([2, 3]).expand([4, 3]),
    torch.RuntimeError,
    'The expanded size of the tensor (4) must match the existing size (2) at non-singleton dimension 0.  Target sizes: [4, 3].  Tensor sizes: [2, 3]',
  ],
  [
    'permute: twice',
    () => ones([2, 3]).permute([0, 0]),
    torch.RuntimeError,
    'permute(): duplicate dims are not allowed.',
  ],
  ['transpose: range', () => ones([2, 3]).transpose(0, 2), torch.IndexError, 'Dimension out of range'],
  [
    'item: many',
    () => ones([3]).item(),
    torch.RuntimeError,
    'a Tensor with 3 elements cannot be converted to Scalar',
  ],
  [
    'arange: direction',
    () => torch.arange(3, 0),
    torch.RuntimeError,
    'upper bound and lower bound inconsistent with step sign',
  ],
  [
    'arange: endless',
    () => torch.arange(0, Number.POSITIVE_INFINITY),
    torch.RuntimeError,
    'does not fit linear memory',
  ],
  [
    'randperm: negative',
    () => torch.randperm(-1),
    torch.RuntimeError,
    'Trying to create tensor with negative dimension -1: [-1]',
  ],
  [
    'Linear: features',
    () => new nn.Linear(4, 3).forward(ones([2, 5])),
    torch.RuntimeError,
    'mat1 and mat2 shapes cannot be multiplied (2x5 and 4x3)',
  ],
  ['Linear: size', () => new nn.Linear(-1, 3), torch.ValueError, 'in_features must be a size, but got -1'],
  [
    'linear: bias',
    () => nn.functional.linear(ones([2, 3]), ones([4, 3]), ones([5])),
    torch.RuntimeError,
    'bias must have shape [4]',
  ],
  [
    'Sequential: a number',
    () => new nn.Sequential(untyped(1)),
    TypeError,
    'Sequential: 1 is not a Module subclass',
  ],
  [
    'Module: no forward',
    () => new nn.Module().forward(),
    torch.RuntimeError,
    'Module [Module] is missing the required "forward" function',
  ],
  [
    'loss: target',
    () => loss(ones([2, 3]), ones([2, 4])),
    torch.RuntimeError,
    'The size of tensor a (4) must match the size of tensor b (3) at non-singleton dimension 1',
  ],
  [
    'loss: target is named',
    () => loss(ones([2, 3]), ones([2, 4])),
    torch.RuntimeError,
    'a is target of shape [2, 4], b is input of shape [2, 3]',
  ],
  [
    'loss: weight',
    () => loss(ones([2, 3]), ones([2, 3]), { weight: ones([4]) }),
    torch.RuntimeError,
    'The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1',
  ],
  [
    'loss: 0-d',
    () => loss(tensor(1), tensor(1)),
    torch.IndexError,
    'Dimension specified as -1 but tensor has no dimensions',
  ],
  [
    'loss: reduction',
    () => new nn.MultiLabelSoftMarginLoss({ reduction: untyped('foo') }),
    torch.ValueError,
    "foo is not valid for reduction; it must be 'none', 'mean' or 'sum'",
  ],
  [
    'loss: reduction named like a method',
    () => new nn.MultiLabelSoftMarginLoss({ reduction: untyped('toString') }),
    torch.ValueError,
    'is not valid',
  ],
  [
    'loss: an array',
    () => loss(untyped([1, 2]), ones([2])),
    TypeError,
    'input must be a Tensor, but got Array',
  ],
  [
    'loss: nothing',
    () => loss(ones([2]), untyped(undefined)),
    TypeError,
    'target must be a Tensor, but got undefined',
  ],
  ['Adam: lr', () => new optim.Adam([leaf([2])], { lr: -1 }), torch.ValueError, 'Invalid learning rate: -1'],
  [
    'Adam: beta',
    () => new optim.Adam([leaf([2])], { betas: [0.9, -0.5] }),
    torch.ValueError,
    'Invalid beta parameter at index 1: -0.5',
  ],
  [
    'SGD: nesterov',
    () => new optim.SGD([leaf([2])], { nesterov: true }),
    torch.ValueError,
    'Nesterov momentum requires a momentum and zero dampening',
  ],
  ['optimizer: empty', () => new optim.SGD([]), torch.ValueError, 'optimizer got an empty parameter list'],
  [
    'optimizer: a tensor',
    () => new optim.SGD(untyped(leaf([2]))),
    TypeError,
    'params argument given to the optimizer should be an iterable of Tensors',
  ],
  [
    'optimizer: a result',
    () => new optim.SGD([leaf([2]).mul(2)]),
    torch.ValueError,
    "can't optimize a non-leaf Tensor",
  ],
  [
    'optimizer: a number',
    () => new optim.SGD(untyped([1])),
    TypeError,
    'optimizer can only optimize Tensors',
  ],
  [
    'TensorDataset: sizes',
    () => new torch.utils.data.TensorDataset(ones([2]), ones([3])),
    torch.RuntimeError,
    'Size mismatch between tensors',
  ],
  [
    'DataLoader: batch_size',
    () => new torch.utils.data.DataLoader(new torch.utils.data.TensorDataset(ones([2])), { batch_size: 0 }),
    torch.ValueError,
    'batch_size should be a positive integer value, but got batch_size=0',
  ],
  ['set_budget', () => torch.wasm.set_budget(-1), torch.ValueError, 'bytes must be a number of at least 0'],
]

describe('bad input: a clear sentence', () => {
  test.each(cases)('%s', (_name, action, type, sentence) => {
    expect(action).toThrow(type)
    expect(action).toThrow(sentence)
  })
})

describe('softmargin/loss: bad input', () => {
  const x = new Float32Array(6)
  const y = new Uint8Array(6)
  const bad: [string, () => unknown, string][] = [
    [
      'logits',
      () => softMarginLoss(untyped([1, 2]), y, { numClasses: 2 }),
      'logits must be a Float32Array or HeapArray, but got Array',
    ],
    [
      'no logits',
      () => softMarginLossGrad(untyped(undefined), y, { numClasses: 2 }),
      'logits must be a Float32Array',
    ],
    [
      'targets',
      () => softMarginLoss(x, untyped(new Int8Array(6)), { numClasses: 2 }),
      'targets must be a Float32Array, HeapArray, Uint8Array or PositiveLabels, but got Int8Array',
    ],
    [
      'numClasses',
      () => softMarginLoss(x, y, { numClasses: 0 }),
      'numClasses must be a whole number of at least 1, but got 0',
    ],
    ['no options', () => softMarginLoss(x, y, untyped(undefined)), 'numClasses must be a whole number'],
    [
      'rows',
      () => softMarginLoss(x, y, { numClasses: 4 }),
      'logits must have rows of numClasses = 4, but got 6 elements',
    ],
    [
      'length of targets',
      () => softMarginLoss(x, new Uint8Array(5), { numClasses: 3 }),
      'targets must have the 6 elements of logits, but got 5',
    ],
    [
      'weight',
      () => softMarginLoss(x, y, { numClasses: 3, weight: new Float32Array(2) }),
      'weight must have numClasses = 3 elements, or the 6 of logits, but got 2',
    ],
    [
      'reduction',
      () => softMarginLoss(x, y, { numClasses: 3, reduction: untyped('avg') }),
      "avg is not valid for reduction; it must be 'none', 'mean' or 'sum'",
    ],
    [
      'grad',
      () => softMarginLossGrad(x, y, { numClasses: 3, grad: new Float32Array(5) }),
      'grad must have the 6 elements of logits, but got 5',
    ],
    ['HeapArray', () => new HeapArray(-1), 'the length must be a whole number of at least 0, but got -1'],
  ]
  test.each(bad)('%s', (_name, action, sentence) => expect(action).toThrow(sentence))

  test('grad over logits', () => {
    const logits = new HeapArray(x)
    expect(() => softMarginLossGrad(logits, y, { numClasses: 3, grad: logits })).toThrow(
      'grad must not be one of the operands',
    )
  })
})

describe('a failed call changes nothing', () => {
  test('load_state_dict leaves every parameter as it was', () => {
    const layer = new nn.Linear(3, 2)
    const before = layer.weight.tolist()
    const load = () => layer.load_state_dict({ weight: zeros([2, 3]), bias: zeros([3]), x: zeros([1]) })
    expect(load).toThrow(
      'Error(s) in loading state_dict for Linear:\n\tUnexpected key(s) in state_dict: "x". \n\tsize mismatch for bias: copying a param with shape torch.Size([3]) from checkpoint, the shape in current model is torch.Size([2]).',
    )
    expect(layer.weight.tolist()).toEqual(before)
  })

  test('linear memory that cannot grow is a typed error, and tensors still read right', () => {
    const kept = torch.arange(5)
    // Each is allowed; the eighth would pass the 4 GiB that 32 bits address, were the others pinned.
    expect(() => new HeapArray(2 ** 29)).toThrow(torch.OutOfMemoryError)
    expect(kept.tolist()).toEqual([0, 1, 2, 3, 4])
  })
})
