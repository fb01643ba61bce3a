import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { fixture } from '../support/fixture.js'

const { nn, ones, randn, tensor } = torch
const F = nn.functional

describe('dropout', () => {
  interface Call {
    call: string
    args: [number, number[]]
    data: number[]
  }
  const calls = fixture<{ sequences: { seed: number; calls: Call[] }[] }>('random/draws').sequences.flatMap(
    ({ seed, calls }) => (calls.length === 1 && calls[0].call === 'dropout' ? [{ seed, ...calls[0] }] : []),
  )
  test('drops what torch drops for the same seed', () => {
    expect(calls.length).toBeGreaterThan(0)
    for (const { seed, args, data } of calls) {
      torch.manual_seed(seed)
      expect([...F.dropout(ones(args[1]), args[0]).data()]).toEqual(data.map(Math.fround))
    }
  })

  test('the gradient goes where the values went', () => {
    const x = randn([1000], { requires_grad: true })
    const result = new nn.Dropout(0.3).forward(x)
    result.backward(ones([1000]))
    const [values, kept, gradient] = [x.data(), result.data(), x.grad?.data() ?? []]
    const scale = Math.fround(1 / Math.fround(0.7))
    kept.forEach((value, i) => {
      expect(gradient[i] === 0 || gradient[i] === scale).toBe(true)
      expect(value).toBe(Math.fround(values[i] * gradient[i]))
    })
    const share = [...gradient].filter((slope) => slope !== 0).length / 1000
    expect(Math.abs(share - 0.7)).toBeLessThan(0.08)
  })

  test('nothing is dropped or drawn in evaluation, nor with p = 0', () => {
    const x = ones([5])
    expect(new nn.Dropout(0.9).eval().forward(x)).toBe(x)
    expect(F.dropout(x, 0.9, { training: false })).toBe(x)
    torch.manual_seed(3)
    const next = torch.rand([1]).item()
    torch.manual_seed(3)
    expect(F.dropout(x, 0)).toBe(x)
    expect(torch.rand([1]).item()).toBe(next)
  })

  test('with p = 1 everything is 0 times itself', () => {
    expect(F.dropout(tensor([1, Number.POSITIVE_INFINITY]), 1).tolist()).toEqual([0, Number.NaN])
  })
})
