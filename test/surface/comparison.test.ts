import assert from 'node:assert'
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'

const matrix = () =>
  torch.tensor([
    [1, 2],
    [3, 4],
  ])

const pairs: [name: string, a: () => torch.Tensor, b: () => torch.Tensor, isEqual: boolean][] = [
  ['the same values', matrix, matrix, true],
  ['0-d', () => torch.tensor(2), () => torch.tensor(2), true],
  ['other 0-d values', () => torch.tensor(2), () => torch.tensor(3), false],
  [
    'one other value',
    matrix,
    () =>
      torch.tensor([
        [1, 2],
        [3, 5],
      ]),
    false,
  ],
  ['another shape', matrix, () => torch.tensor([1, 2, 3, 4]), false],
  ['0-d and 1-d', () => torch.tensor(1), () => torch.tensor([1]), false],
  ['1-d and 0-d', () => torch.tensor([1]), () => torch.tensor(1), false],
  ['another empty shape', () => torch.zeros([0, 3]), () => torch.zeros([0, 5]), false],
  ['empty ones', () => torch.zeros([0, 3]), () => torch.zeros([0, 3]), true],
  ['another dtype', () => torch.tensor([1, 0]), () => torch.tensor([1, 0], { dtype: 'int32' }), false],
  ['another 0-d dtype', () => torch.tensor(1), () => torch.tensor(1, { dtype: 'int32' }), false],
  ['uint8 and bool', () => torch.tensor([1], { dtype: 'uint8' }), () => torch.tensor([true]), false],
  ['NaN', () => torch.tensor([Number.NaN]), () => torch.tensor([Number.NaN]), true],
  ['a part and its copy', () => matrix()[1], () => torch.tensor([3, 4]), true],
  ['a leaf that requires grad', matrix, () => matrix().requires_grad_(), true],
  ['a result of the graph', matrix, () => matrix().requires_grad_().mul(1), true],
]

describe('two tensors compare by value, shape and dtype alone', () => {
  test.each(pairs)('%s', (_, a, b, isEqual) => {
    if (isEqual) {
      expect(a()).toEqual(b())
      expect(a()).toStrictEqual(b())
      expect({ list: [a()] }).toEqual({ list: [b()] })
      assert.deepStrictEqual(a(), b())
      assert.deepStrictEqual({ list: [a()] }, { list: [b()] })
    } else {
      expect(a()).not.toEqual(b())
      expect(a()).not.toStrictEqual(b())
      expect({ list: [a()] }).not.toEqual({ list: [b()] })
      assert.notDeepStrictEqual(a(), b())
      assert.notDeepEqual(a(), b())
    }
  })

  test('one that was used compares as before', () => {
    const [a, b] = [matrix().requires_grad_(), matrix()]
    a.mul(a).sum().backward()
    a.register_hook(() => undefined)
    expect(a).toEqual(b)
    b.fill_(7)
    expect(a).not.toEqual(b)
    assert.notDeepStrictEqual(a, b)
    expect(b).toEqual(torch.full([2, 2], 7))
  })

  test('a parameter is a tensor', () => {
    const weight = new torch.nn.Parameter(matrix())
    expect(weight).toEqual(matrix())
    expect(matrix()).toEqual(weight)
    expect(weight).not.toEqual(torch.zeros([2, 2]))
    expect(new torch.nn.Parameter(torch.tensor(3))).toEqual(torch.tensor(3))
  })

  test('state dicts and modules compare by their tensors', () => {
    const [a, b] = [new torch.nn.Linear(3, 2), new torch.nn.Linear(3, 2)]
    expect(a.state_dict()).not.toEqual(b.state_dict())
    b.load_state_dict(a.state_dict())
    expect(a.state_dict()).toEqual(b.state_dict())
    expect(a).toEqual(b)
  })

  test('what differs can be read', () => {
    const message = (check: () => void) => {
      try {
        check()
      } catch (error) {
        return String((error as Error).message) + String((error as { diff?: string }).diff ?? '')
      }
      return ''
    }
    const text = message(() => assert.deepStrictEqual(torch.tensor([1, 2]), torch.tensor([1, 3])))
    expect(text).toMatch(/\+\s+2/)
    expect(text).toMatch(/-\s+3/)
    expect(text).toContain('contents')
    expect(text).not.toMatch(/storage|Cell|Proxy/)
  })

  test('a walk over a 0-d tensor says that it has no rows', () => {
    expect(() => [...torch.tensor(1)]).toThrow('iteration over a 0-d tensor')
    expect(torch.tensor(1)).toEqual(torch.tensor(1))
    expect(() => [...torch.tensor(1)]).toThrow('iteration over a 0-d tensor')
  })
})
