import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { Dropout } from '../../ts/nn/dropout.js'
import { fixture } from '../support/fixture.js'

interface Call {
  call: string
  args: never[]
  data: number[]
  weight?: number[]
  bias?: number[]
}

const { sequences } = fixture<{ sequences: { seed: number; calls: Call[] }[] }>('random/draws')

const draw: Record<string, (...args: never[]) => torch.Tensor> = {
  rand: (...shape: number[]) => torch.rand(shape),
  randn: (...shape: number[]) => torch.randn(shape),
  randperm: (n: number) => torch.randperm(n),
  randint: (low: number, high: number, shape: number[]) => torch.randint(low, high, shape),
  bernoulli: (p: number, shape: number[]) => torch.zeros(shape).bernoulli_(p),
  dropout: (p: number, shape: number[]) => new Dropout(p).forward(torch.ones(shape)),
}

describe('the same seed gives the numbers of torch', () => {
  const known = sequences.filter(({ calls }) => calls.every(({ call }) => call in draw))
  test('there are sequences', () => expect(known.length).toBeGreaterThan(3))
  test.each(known)('seed $seed', ({ seed, calls }) => {
    torch.manual_seed(seed)
    for (const { call, args, data } of calls) {
      const got = draw[call](...args)
        .data()
        .slice(0, data.length)
      expect([...got]).toEqual(got instanceof Float32Array ? data.map(Math.fround) : data)
    }
  })

  const layers = sequences.filter(({ calls }) => calls[0].call === 'Linear')
  test.each(layers)('Linear from seed $seed', ({ seed, calls: [{ args, weight = [], bias = [] }] }) => {
    torch.manual_seed(seed)
    const layer = new torch.nn.Linear(args[0], args[1])
    expect([...layer.weight.data()].slice(0, 10)).toEqual(weight.slice(0, 10).map(Math.fround))
    expect([...(layer.bias?.data() ?? [])]).toEqual(bias.map(Math.fround))
  })
})
