import { expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { testRefused, untyped } from '../support/errors.js'
import { testOperations } from '../support/operations.js'

testOperations('linear/einsum', {
  einsum: [
    (operands, { equation }) => torch.einsum(equation, ...operands),
    { absolute: 1e-6, relative: 5e-6 },
  ],
  kron: [([a, b]) => torch.kron(a, b), { absolute: 1e-6 }],
  cdist: [([a, b]) => torch.cdist(a, b), { absolute: 2e-5, relative: 1e-4 }],
  multi_dot: [(matrices) => torch.linalg.multi_dot(matrices), { absolute: 1e-6, relative: 5e-6 }],
})

const [a, b] = [torch.arange(6).reshape(2, 3), torch.arange(12).reshape(3, 4)]

test('operands in an array, and with the numbers of their dimensions', () => {
  const want = torch.matmul(a, b).tolist()
  expect(torch.einsum('ij,jk->ik', [a, b]).tolist()).toEqual(want)
  expect(torch.einsum(a, [0, 1], b, [1, 2], [0, 2]).tolist()).toEqual(want)
  expect(torch.einsum(a, [0, 1], b, [1, 2]).tolist()).toEqual(want)
  expect(torch.einsum(a, ['...', 1], [1, '...']).tolist()).toEqual(a.t().tolist())
})

test('integers are exact', () => {
  const x = torch.full([2, 2], 30000, { dtype: 'int32' })
  expect(torch.einsum('ij,jk->ik', x, torch.eye(2).to('int32')).dtype).toBe('int32')
  expect(() => torch.einsum('ij,jk->', x, x)).toThrow('does not fit int32')
})

test('a permutation is a view', () => {
  const x = torch.zeros([2, 3])
  torch.einsum('ij->ji', x).fill_(1)
  expect(x.sum().item()).toBe(6)
})

testRefused([
  ['too few operands', () => torch.einsum('ij,jk', a), torch.RuntimeError, 'fewer operands were provided'],
  ['too many operands', () => torch.einsum('ij', a, b), torch.RuntimeError, 'more operands were provided'],
  [
    'too few subscripts',
    () => torch.einsum('i', a),
    torch.RuntimeError,
    'the number of subscripts in the equation (1) does not match the number of dimensions (2) for operand 0 and no ellipsis was given',
  ],
  [
    'another size',
    () => torch.einsum('ij,jk', a, a),
    torch.RuntimeError,
    'subscript j has size 2 for operand 1 which does not broadcast with previously seen size 3',
  ],
  [
    'an unknown output',
    () => torch.einsum('ij->k', a),
    torch.RuntimeError,
    'output subscript k does not appear in the equation for any input operand',
  ],
  [
    'an output twice',
    () => torch.einsum('ij->ii', a),
    torch.RuntimeError,
    'output subscript i appears more than once in the output',
  ],
  ['two sizes', () => torch.einsum('ii', a), torch.RuntimeError, "the sizes don't match, 3 != 2"],
  ['a number', () => torch.einsum('i', untyped(3)), TypeError, 'operands[0] must be a Tensor'],
  ['no letter', () => torch.einsum('1', a.at(0)), torch.RuntimeError, 'subscripts must be in [a-zA-Z]'],
])
