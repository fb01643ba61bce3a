/** What stands between Python's brackets: quoted, and as lists for `index` and `index_put_`. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { fixture } from '../support/fixture.js'

interface Case {
  quoted: string | null
  indices: torch.Subscript[]
  read: { shape: number[]; data: number[] }
  gradient: number[]
  written: number[]
  added: number[] | null
}

const { shape, cases } = fixture<{ shape: number[]; cases: Case[] }>('indexing/index')
const whole = () => torch.arange(60).reshape(shape)
const flat = (x: torch.Tensor) => [...x.data()]
const counted = (start: number, size: readonly number[]) =>
  torch.arange(start, start + size.reduce((a, b) => a * b, 1)).reshape(size)

describe.each(cases.map((one) => [one.quoted ?? JSON.stringify(one.indices), one] as const))(
  '%s',
  (_, { quoted, indices, read, gradient, written, added }) => {
    const ways: [
      string,
      (x: torch.Tensor) => torch.Tensor,
      (x: torch.Tensor, value: torch.Tensor) => void,
    ][] = [['index', (x) => x.index(indices), (x, value) => x.index_put_(indices, value)]]
    if (quoted !== null && /[:.N ]/.test(quoted)) {
      const key = quoted as ':'
      ways.push([
        'brackets',
        (x) => x[key] as torch.Tensor,
        (x, value) => {
          x[key] = value
        },
      ])
    }
    test.each(ways)('%s', (_way, get, set) => {
      const x = whole().requires_grad_()
      const y = get(x)
      expect(y.shape).toEqual(read.shape)
      expect(flat(y)).toEqual(read.data)
      y.backward(counted(1, y.shape))
      expect(flat(x.grad as torch.Tensor)).toEqual(gradient)
      const changed = whole()
      set(changed, counted(100, read.shape))
      expect(flat(changed)).toEqual(written)
      if (added !== null) {
        const sum = whole()
        sum.index_put_(indices, 1, true)
        expect(flat(sum)).toEqual(added)
      }
    })
  },
)

describe('what is out of range or makes no sense changes nothing', () => {
  const one = torch.tensor(1)
  test.each<[string, (x: torch.Tensor) => unknown]>([
    ['index_put_', (x) => x.index_put_([[0, 3]], one)],
    ['index_put_, mask', (x) => x.index_put_([torch.tensor([true, false])], one)],
    [
      'index_put_, shapes',
      (x) =>
        x.index_put_(
          [
            [0, 1],
            [0, 1, 2],
          ],
          one,
        ),
    ],
    ['index_put_, fraction', (x) => x.index_put_([[0.5]], one)],
    ['index_put_, NaN', (x) => x.index_put_([[Number.NaN]], one)],
    ['index_put_, name', (x) => x.index_put_(['a'], one)],
    ['index_add_', (x) => x.index_add_(0, torch.tensor([-1]).int(), torch.ones(1, 4, 5))],
    ['scatter_', (x) => x.scatter_(2, torch.full([1, 1, 1], 5, { dtype: 'int32' }), 1)],
    ['put_', (x) => x.put_(torch.tensor([60]).int(), torch.ones(1))],
    [
      'brackets',
      (x) => {
        x['3, :'] = 0
      },
    ],
    [
      'brackets, shapes',
      (x) => {
        x[':, 0'] = torch.ones(4)
      },
    ],
  ])('%s', (_, change) => {
    const x = whole()
    expect(() => change(x)).toThrow(/ /)
    expect(x).toEqual(whole())
  })
})

describe('views in place', () => {
  test('take the layout of the view, and its gradient', () => {
    const leaf: torch.Tensor = torch.arange(6).reshape(2, 3).requires_grad_()
    const x: torch.Tensor = leaf.mul(1)
    expect(x.t_()).toBe(x)
    expect([x.shape, x.stride()]).toEqual([
      [3, 2],
      [1, 3],
    ])
    x.unsqueeze_(0)
      .squeeze_()
      .mul(torch.arange(6).reshape([3, 2]) as torch.Tensor)
      .sum()
      .backward()
    expect(leaf.grad?.tolist()).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ])
  })

  test('are refused of a leaf that requires grad, and forget what was saved', () => {
    expect(() => torch.ones(2, 3, { requires_grad: true }).t_()).toThrow('a leaf Variable')
    const x = torch.ones(2, 3, { requires_grad: true }).mul(2)
    const y = x.mul(x).sum()
    x.t_()
    expect(() => y.backward()).toThrow('modified by an inplace operation')
  })

  test('write to the base through the new layout', () => {
    const base = torch.zeros(2, 3)
    const row = base['1, :']
    base.t_()
    row.fill_(1)
    base['0, :'] = 5
    expect(base.tolist()).toEqual([
      [5, 5],
      [0, 1],
      [0, 1],
    ])
  })
})
