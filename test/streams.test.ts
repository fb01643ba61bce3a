import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import torch from '../ts/index.js'
import { expectClose, fixture } from './helpers.js'

const { init } = torch.nn

/** As `digest` of test/fixtures/streams.py. */
function digest(x: torch.Tensor): string {
  const { buffer } = x.data()
  return createHash('sha256').update(new Uint8Array(buffer)).digest('hex').slice(0, 16)
}

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
}

describe('every draw has the bits of torch', () => {
  const { programs, states, followed, fresh } = fixture<Streams>('streams')

  test.each(programs)('seed $seed', ({ seed, initial_seed, calls, state }) => {
    torch.manual_seed(seed)
    for (const [i, call] of calls.entries()) {
      const [name, ...args] = call.slice(0, -1) as [string, ...never[]]
      expect(digest(draws[name](...args)), `call ${i}: ${name}(${args.join(', ')})`).toBe(call.at(-1))
    }
    expect(BigInt.asUintN(64, BigInt(torch.initial_seed()))).toBe(BigInt(initial_seed))
    expect(digest(torch.get_rng_state())).toBe(state)
  })

  test.each(states)('the state after $count of $draw', ({ draw, count, state }) => {
    torch.manual_seed(-3)
    for (let i = 0; i < count; i++) draws[draw](1 as never)
    expect(digest(torch.get_rng_state())).toBe(state)
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

interface InitFixture {
  cases: { name: string; options: Record<string, never>; shape: number[]; digest: string; rand: number[] }[]
  orthogonal: { shape: number[]; gain: number; values: number[] }[]
  gains: { nonlinearity: never; param: number | null; gain: number }[]
}

describe('nn.init has the bits of torch', () => {
  const { cases, orthogonal, gains } = fixture<InitFixture>('init')

  /** Python's keyword arguments as those of the function here. */
  const run: Record<string, (x: torch.Tensor, o: Record<string, never>) => torch.Tensor> = {
    uniform_: (x, { a, b }) => init.uniform_(x, a, b),
    normal_: (x, { mean, std }) => init.normal_(x, mean, std),
    constant_: (x, { val }) => init.constant_(x, val),
    ones_: (x) => init.ones_(x),
    zeros_: (x) => init.zeros_(x),
    eye_: (x) => init.eye_(x),
    dirac_: (x, { groups }) => init.dirac_(x, groups),
    xavier_uniform_: (x, { gain }) => init.xavier_uniform_(x, gain),
    xavier_normal_: (x, { gain }) => init.xavier_normal_(x, gain),
    kaiming_uniform_: (x, options) => init.kaiming_uniform_(x, options),
    kaiming_normal_: (x, options) => init.kaiming_normal_(x, options),
    trunc_normal_: (x, { mean, std, a, b }) => init.trunc_normal_(x, mean, std, a, b),
  }

  test.each(cases)('$name $options of $shape', ({ name, options, shape, digest: want, rand }) => {
    torch.manual_seed(9)
    const x = torch.full(shape, Number.NaN, { requires_grad: true })
    expect(run[name](x, options)).toBe(x)
    expect(digest(x)).toBe(want)
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

describe('errors of drawing', () => {
  const { RuntimeError, ValueError } = torch
  const cases: [string, () => unknown, new (message: string) => Error, string][] = [
    ['seed', () => torch.manual_seed(1.5), TypeError, 'manual_seed: seed must be an integer, but got 1.5'],
    ['large seed', () => torch.manual_seed(2n ** 64n), TypeError, 'manual_seed: seed must be an integer'],
    [
      'state: size',
      () => torch.set_rng_state(torch.zeros([3], { dtype: 'uint8' })),
      RuntimeError,
      'Expected a CPUGeneratorImplState of size 5056 but found the input RNG state size to be 3',
    ],
    ['state: dtype', () => torch.set_rng_state(torch.zeros([5056])), TypeError, 'must be a torch.ByteTensor'],
    [
      'state: zeros',
      () => torch.set_rng_state(torch.zeros([5056], { dtype: 'uint8' })),
      RuntimeError,
      'Invalid mt19937 state',
    ],
    [
      'uniform_: order',
      () => torch.zeros([3]).uniform_(2, 1),
      RuntimeError,
      'uniform_ expects to return a [from, to) range, but found from=2 > to=1',
    ],
    [
      'uniform_: inf',
      () => torch.zeros([3]).uniform_(0, Infinity),
      RuntimeError,
      'to is out of bounds for float',
    ],
    [
      'uniform_: nan',
      () => torch.zeros([3]).uniform_(NaN, 1),
      RuntimeError,
      'from is out of bounds for float',
    ],
    [
      'uniform_: width',
      () => torch.zeros([3]).uniform_(-3e38, 3e38),
      RuntimeError,
      'uniform_ expects to-from <= std::numeric_limits<Float>::max(), but found to=3e+38 and from=-3e+38',
    ],
    [
      'normal_: std',
      () => torch.zeros([3]).normal_(0, -1),
      RuntimeError,
      'normal expects std >= 0.0, but found std -1',
    ],
    ['normal_: nan', () => torch.zeros([3]).normal_(0, NaN), RuntimeError, 'but found std NaN'],
    [
      'normal_: dtype',
      () => torch.zeros([3], { dtype: 'int32' }).normal_(),
      RuntimeError,
      'normal: input must be float32, but got int32',
    ],
    [
      'normal: std',
      () => torch.normal(0, torch.tensor([1, -1])),
      RuntimeError,
      'normal expects all elements of std >= 0.0',
    ],
    [
      'normal: shapes',
      () => torch.normal(torch.ones([3]), torch.ones([4])),
      RuntimeError,
      'The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 0',
    ],
    ['normal: no shape', () => torch.normal(0, 1), TypeError, 'normal: shape must be an array of integers'],
    [
      'bernoulli_: p',
      () => torch.zeros([3]).bernoulli_(2),
      RuntimeError,
      'bernoulli_ expects p to be in [0, 1], but got p=2',
    ],
    [
      'bernoulli: p',
      () => torch.bernoulli(torch.tensor([0, 2])),
      RuntimeError,
      'to be in [0, 1], but got p=2',
    ],
    ['bernoulli: nan', () => torch.bernoulli(torch.tensor([NaN])), RuntimeError, 'but got p=NaN'],
    [
      'bernoulli: dtype',
      () => torch.bernoulli(torch.ones([2], { dtype: 'int32' })),
      RuntimeError,
      'bernoulli: input must be float32, but got int32',
    ],
    [
      'randint: range',
      () => torch.randint(3, 3, [2]),
      RuntimeError,
      "random_ expects 'from' to be less than 'to', but got from=3 >= to=3",
    ],
    [
      'randint: uint8',
      () => torch.randint(0, 300, [2], { dtype: 'uint8' }),
      RuntimeError,
      'to - 1 is out of bounds for unsigned char',
    ],
    [
      'randint: negative uint8',
      () => torch.randint(-1, 3, [2], { dtype: 'uint8' }),
      RuntimeError,
      'from is out of bounds for unsigned char',
    ],
    ['randint: int32', () => torch.randint(2 ** 33, [2]), RuntimeError, 'to - 1 is out of bounds for int'],
    [
      'randint: fraction',
      () => torch.randint(5.5, [2]),
      TypeError,
      'randint: to must be an integer, but got 5.5',
    ],
    [
      'rand_like: dtype',
      () => torch.rand_like(torch.ones([2], { dtype: 'int32' })),
      RuntimeError,
      'rand_like: input must be float32',
    ],
    [
      'generator',
      () => torch.rand([2], { generator: 3 as never }),
      TypeError,
      'generator must be a Generator',
    ],
    [
      'fan',
      () => init.xavier_uniform_(torch.zeros([3])),
      ValueError,
      'Fan in and fan out can not be computed for tensor with fewer than 2 dimensions',
    ],
    [
      'mode',
      () => init.kaiming_uniform_(torch.zeros([3, 3]), { mode: 'fan' as never }),
      ValueError,
      "not supported, please use one of ['fan_in', 'fan_out']",
    ],
    [
      'nonlinearity',
      () => init.calculate_gain('swish' as never),
      ValueError,
      'Unsupported nonlinearity swish',
    ],
    ['eye_', () => init.eye_(torch.zeros([3])), ValueError, 'Only tensors with 2 dimensions are supported'],
    [
      'dirac_',
      () => init.dirac_(torch.zeros([3, 3])),
      ValueError,
      'Only tensors with 3, 4, or 5 dimensions are supported',
    ],
    [
      'dirac_: groups',
      () => init.dirac_(torch.zeros([3, 3, 3]), 2),
      ValueError,
      'dim 0 must be divisible by groups',
    ],
    [
      'orthogonal_',
      () => init.orthogonal_(torch.zeros([3])),
      ValueError,
      'Only tensors with 2 or more dimensions are supported',
    ],
    [
      'trunc_normal_: std',
      () => init.trunc_normal_(torch.zeros([3]), 0, 0),
      ValueError,
      'std must be greater',
    ],
    [
      'trunc_normal_: no end',
      () => init.trunc_normal_(torch.zeros([3]), 0, 1, 30, 1e7),
      RuntimeError,
      'too improbable',
    ],
  ]
  test.each(cases)('%s', (_, run, type, message) => {
    torch.manual_seed(8)
    expect(run).toThrow(type)
    if (!_.includes('no end')) {
      const drawn = torch.rand([1]).item()
      torch.manual_seed(8)
      expect(torch.rand([1]).item(), 'nothing is drawn').toBe(drawn)
    }
    expect(run).toThrow(message)
  })

  test('a state that would lead a kernel astray is refused', () => {
    const bytes = torch.get_rng_state().data<Uint8Array>()
    const view = new DataView(bytes.buffer)
    for (const [left, next] of [
      [624, 600],
      [0, 3],
      [-1, 3],
      [625, 0],
      [1, 625],
      [1, -1],
    ]) {
      view.setInt32(8, left, true)
      view.setInt32(16, next, true)
      expect(() => torch.set_rng_state(torch.tensor(bytes))).toThrow('Invalid mt19937 state')
    }
  })
})
