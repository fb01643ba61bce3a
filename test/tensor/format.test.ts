import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { formatSize } from '../../ts/tensor/format.js'
import { fixture, restore, type Stored } from '../support/fixture.js'

interface Print extends Stored {
  name: string
  python: string
  requires_grad: boolean
  str: string
}

const { tensors, sizes } = fixture<{ tensors: Print[]; sizes: { size: number[]; str: string }[] }>(
  'tensor/format',
)

describe('tensors print as torch prints them', () => {
  // Results print the operation that made them, tested below.
  const known = ['float32', 'int32', 'uint8', 'bool']
  const cases = tensors.filter(({ dtype, str }) => known.includes(dtype ?? '') && !str.includes('grad_fn'))
  test.each(cases)('$python', ({ str, requires_grad, ...stored }) => {
    const tensor = restore(stored, requires_grad)
    expect(String(str.startsWith('Parameter') ? new torch.nn.Parameter(tensor) : tensor)).toBe(str)
  })
})

test.each(sizes)('torch.Size $str', ({ size, str }) => expect(formatSize(size)).toBe(str))

test('a result names the operation that made it', () => {
  const x = torch.ones([2], { requires_grad: true })
  expect(String(x.exp())).toBe('tensor([2.7183, 2.7183], grad_fn=<ExpBackward0>)')
})
