import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { HeapArray, softMarginLoss, softMarginLossGrad } from '../../ts/loss.js'
import { testRefused, untyped } from '../support/errors.js'

const { ones, zeros, tensor, nn } = torch
const loss = nn.functional.multilabel_soft_margin_loss
const leaf = (shape: number[]) => ones(shape, { requires_grad: true })

/** What is done, the error's class, and a part of its sentence: torch's where torch has one. */

describe('bad input: a clear sentence', () => {
  testRefused([
    [
      'matmul: not a tensor',
      () => ones([2, 2]).matmul(untyped(3)),
      TypeError,
      'matmul: other must be a Tensor',
    ],
    [
      'add: both shapes are named',
      () => ones([2, 3]).add(untyped(ones([2, 4]))),
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
      'argmax: of nothing',
      () => ones([0]).argmax(),
      torch.RuntimeError,
      'Expected reduction dim to be specified for input.numel() == 0',
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
      'narrow: range',
      () => ones([4]).narrow(0, 2, 3),
      torch.RuntimeError,
      'start (2) + length (3) exceeds dimension size (4).',
    ],
    [
      'tensor: a string',
      () => tensor(untyped(['a'])),
      TypeError,
      'elements must be numbers or booleans, but got string a',
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
      'arange: endless',
      () => torch.arange(0, Number.POSITIVE_INFINITY),
      torch.RuntimeError,
      'does not fit linear memory',
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
      'loss: target is named',
      () => loss(ones([2, 3]), ones([2, 4])),
      torch.RuntimeError,
      'a is target of shape [2, 4], b is input of shape [2, 3]',
    ],
    [
      'loss: reduction',
      () => new nn.MultiLabelSoftMarginLoss({ reduction: untyped('foo') }),
      torch.ValueError,
      "foo is not valid for reduction; it must be 'none', 'mean' or 'sum'",
    ],
    [
      'cat: one of 0-d',
      () => torch.cat([tensor(1)]),
      torch.RuntimeError,
      'zero-dimensional tensor (at position 0)',
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
    ['set_budget', () => torch.wasm.set_budget(-1), torch.ValueError, 'bytes must be a number of at least 0'],
  ])
})

describe('softmargin/loss: bad input', () => {
  const x = new Float32Array(6)
  const y = new Uint8Array(6)
  testRefused([
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
  ])

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
