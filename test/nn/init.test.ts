import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { digest } from '../support/digest.js'
import { fixture } from '../support/fixture.js'

const { init } = torch.nn

interface InitFixture {
  cases: { name: string; options: Record<string, never>; shape: number[]; digest: string; rand: number[] }[]
  orthogonal: { shape: number[]; gain: number; values: number[] }[]
  gains: { nonlinearity: never; param: number | null; gain: number }[]
}

describe('nn.init has the bits of torch', () => {
  const { cases, orthogonal, gains } = fixture<InitFixture>('nn/init')

  /** Python's keyword arguments as those of the function here. */
  const run: Record<string, (x: torch.Tensor, o: Record<string, never>) => torch.Tensor> = {
    uniform_: (x, { a, b }) => init.uniform_(x, a, b),
    normal_: (x, { mean, std }) => init.normal_(x, mean, std),
    constant_: (x, { val }) => init.constant_(x, val),
    ones_: (x) => init.ones_(x),
    zeros_: (x) => init.zeros_(x),
    eye_: (x) => init.eye_(x),
    dirac_: (x, { groups }) => init.dirac_(x, groups),
    sparse_: (x, { sparsity, std }) => init.sparse_(x, sparsity, std),
    xavier_uniform_: (x, { gain }) => init.xavier_uniform_(x, gain),
    xavier_normal_: (x, { gain }) => init.xavier_normal_(x, gain),
    kaiming_uniform_: (x, options) => init.kaiming_uniform_(x, options),
    kaiming_normal_: (x, options) => init.kaiming_normal_(x, options),
    trunc_normal_: (x, { mean, std, a, b }) => init.trunc_normal_(x, mean, std, a, b),
  }

  test.each(cases)('$name $options of $shape', async ({ name, options, shape, digest: want, rand }) => {
    torch.manual_seed(9)
    const x = torch.full(shape, Number.NaN, { requires_grad: true })
    expect(run[name](x, options)).toBe(x)
    expect(await digest(x)).toBe(want)
    expect(torch.rand([1]).tolist()).toEqual(rand.map(Math.fround))
    expect(x.requires_grad && x.is_leaf).toBe(true)
  })

  test.each(orthogonal)('orthogonal_ of $shape', ({ shape, gain, values }) => {
    torch.manual_seed(9)
    const got = init.orthogonal_(torch.zeros(shape), gain).data()
    expectClose(got, values, { relative: 1e-6, absolute: 2e-6 })
  })

  test.each(gains)('calculate_gain of $nonlinearity, $param', ({ nonlinearity, param, gain }) => {
    expect(init.calculate_gain(nonlinearity, param)).toBe(gain)
  })
})
