import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { digest } from '../support/digest.js'
import { fixture } from '../support/fixture.js'

const eighths = (n: number, unit: number) => torch.arange(n).div(unit)

const draws: Record<string, (...args: never[]) => torch.Tensor> = {
  rand: (n: number) => torch.rand([n]),
  randn: (n: number) => torch.randn([n]),
  uniform_: (n: number, low: number, high: number) => torch.zeros([n]).uniform_(low, high),
  normal_: (n: number, mean: number, std: number) => torch.zeros([n]).normal_(mean, std),
  randint: (n: number, low: number, high: number) => torch.randint(low, high, [n]),
  'randint float32': (n: number, low: number, high: number) =>
    torch.randint(low, high, [n], { dtype: 'float32' }),
  random_: (n: number, dtype: 'int32') => torch.zeros([n], { dtype }).random_(),
  randperm: (n: number) => torch.randperm(n),
  bernoulli: (n: number) => torch.bernoulli(eighths(n, Math.max(n, 1))),
  bernoulli_: (n: number, p: number) => torch.zeros([n]).bernoulli_(p),
  normal: (n: number) => torch.normal(eighths(n, 8), eighths(n, 4)),
  'normal std': (n: number) => torch.normal(eighths(n, 8), 0.7),
  'normal mean': (n: number) => torch.normal(-1.5, eighths(n, 4)),
}

interface Program {
  seed: number
  initial_seed: string
  calls: [name: string, ...args: unknown[]][]
  state: string
}

interface Streams {
  programs: Program[]
  states: { draw: string; count: number; state: string }[]
  followed: { seed: string; state: number[]; randn: number[]; rand: number[] }
  fresh: { seed: number; rand: number[] }
  splits: { n: number; lengths: number[]; generator_seed: number | null; parts: number[][]; rand: number[] }[]
}

describe('every draw has the bits of torch', () => {
  const { programs, states, followed, fresh, splits } = fixture<Streams>('random/streams')

  test.each(programs)('seed $seed', async ({ seed, initial_seed, calls, state }) => {
    torch.manual_seed(seed)
    for (const [i, call] of calls.entries()) {
      const [name, ...args] = call.slice(0, -1) as [string, ...never[]]
      const drawn = await digest(draws[name](...args))
      expect(drawn, `call ${i}: ${name}(${args.join(', ')})`).toBe(call.at(-1))
    }
    expect(BigInt.asUintN(64, BigInt(torch.initial_seed()))).toBe(BigInt(initial_seed))
    expect(await digest(torch.get_rng_state())).toBe(state)
  })

  test.each(states)('the state after $count of $draw', async ({ draw, count, state }) => {
    torch.manual_seed(-3)
    for (let i = 0; i < count; i++) draws[draw](1 as never)
    expect(await digest(torch.get_rng_state())).toBe(state)
  })

  test.each(splits)('$n rows split into $lengths', ({ n, lengths, generator_seed, parts, rand }) => {
    torch.manual_seed(4)
    const random =
      generator_seed === null ? {} : { generator: new torch.Generator().manual_seed(generator_seed) }
    const dataset = new torch.utils.data.TensorDataset(torch.arange(n))
    const got = torch.utils.data.random_split(dataset, lengths, random)
    expect(got.map(({ indices }) => indices)).toEqual(parts)
    expect(torch.rand([1]).tolist()).toEqual(rand.map(Math.fround))
  })

  test('a state of torch goes on here', () => {
    torch.manual_seed(0)
    const state = torch.tensor(Uint8Array.from(followed.state))
    torch.set_rng_state(state)
    expect(torch.randn([3]).tolist()).toEqual(followed.randn.map(Math.fround))
    expect(torch.rand([5]).tolist()).toEqual(followed.rand.map(Math.fround))
    torch.set_rng_state(state)
    expect(torch.get_rng_state().tolist()).toEqual(followed.state)
    expect(BigInt.asUintN(64, BigInt(torch.initial_seed()))).toBe(BigInt(followed.seed))
  })

  test('a new generator has the seed of torch, and leaves the default one alone', () => {
    torch.manual_seed(1)
    const generator = new torch.Generator()
    expect(generator.initial_seed()).toBe(fresh.seed)
    expect(torch.rand([3], { generator }).tolist()).toEqual(fresh.rand.map(Math.fround))
    const drawn = torch.rand([3]).tolist()
    torch.manual_seed(1)
    expect(torch.rand([3]).tolist()).toEqual(drawn)
  })

  test('a seed that nobody chose can be chosen again', () => {
    const seed = torch.seed()
    const drawn = torch.randn([20]).tolist()
    expect(torch.initial_seed()).toBe(seed)
    torch.manual_seed(seed)
    expect(torch.randn([20]).tolist()).toEqual(drawn)
    expect(torch.seed()).not.toBe(seed)
  })

  test('a bigint is a seed of 64 bits', () => {
    torch.manual_seed(2n ** 64n - 3n)
    expect(torch.initial_seed()).toBe(-3)
    const drawn = torch.rand([3]).tolist()
    torch.manual_seed(-3)
    expect(torch.rand([3]).tolist()).toEqual(drawn)
  })
})

describe('drawing in place', () => {
  test('like and in place draw what the shape draws', () => {
    const x = torch.zeros([3, 7])
    const pairs: [() => torch.Tensor, () => torch.Tensor][] = [
      [() => torch.rand_like(x), () => torch.rand([3, 7])],
      [() => torch.randn_like(x), () => torch.randn([3, 7])],
      [() => torch.randint_like(x, 5), () => torch.randint(5, [3, 7], { dtype: 'float32' })],
      [() => torch.randint_like(x, -5, 5), () => torch.randint(-5, 5, [3, 7], { dtype: 'float32' })],
      [() => torch.zeros([3, 7]).random_(5), () => torch.randint(5, [3, 7], { dtype: 'float32' })],
      [() => torch.zeros([3, 7]).random_(-5, 5), () => torch.randint(-5, 5, [3, 7], { dtype: 'float32' })],
      [() => torch.zeros([3, 7]).bernoulli_(), () => torch.bernoulli(x, { p: 0.5 })],
      [
        () => torch.zeros([3, 7]).bernoulli_(torch.arange(7).div(7)),
        () => torch.bernoulli(torch.arange(7).div(7).expand([3, 7])),
      ],
      [() => torch.normal(2, 3, [3, 7]), () => torch.zeros([3, 7]).normal_(2, 3)],
    ]
    for (const [one, other] of pairs) {
      torch.manual_seed(5)
      const first = one()
      torch.manual_seed(5)
      const second = other()
      expect(first.dtype).toBe(second.dtype)
      expect(first.tolist()).toEqual(second.tolist())
    }
  })

  test('a row takes only its own elements', () => {
    torch.manual_seed(3)
    const x = torch.zeros([3, 4])
    x[1].uniform_(1, 2)
    expect(x.tolist()).toEqual([[0, 0, 0, 0], x[1].tolist(), [0, 0, 0, 0]])
    expect((x[1].tolist() as number[]).every((value) => value >= 1 && value < 2)).toBe(true)
  })

  test('no gradient passes through what was drawn over', () => {
    const x = torch.ones([4], { requires_grad: true })
    x.mul(3).uniform_().sum().backward()
    expect(x.grad?.tolist()).toEqual([0, 0, 0, 0])
  })

  test('what autograd forbids draws nothing', () => {
    torch.manual_seed(3)
    const leaf = torch.zeros([4], { requires_grad: true })
    expect(() => leaf.normal_()).toThrow('a leaf Variable that requires grad is being used in an in-place')
    const drawn = torch.rand([2]).tolist()
    torch.manual_seed(3)
    expect(torch.rand([2]).tolist()).toEqual(drawn)
    expect(torch.no_grad(() => leaf.normal_()).requires_grad).toBe(true)
  })
})
