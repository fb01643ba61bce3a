import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'

const { init } = torch.nn

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
    [
      'normal: no size',
      () => torch.normal(0, 1 as never),
      TypeError,
      'normal: of a mean and std that are numbers, size must be given',
    ],
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
    const before = torch.get_rng_state().data()
    expect(run).toThrow(type)
    expect(torch.get_rng_state().data(), 'nothing is drawn').toEqual(before)
    expect(run).toThrow(message)
  })

  const wrong = (value: unknown) => value as never
  const ones = torch.ones([2, 3])
  const { DataLoader, TensorDataset } = torch.utils.data
  test.each<[string, () => unknown]>([
    ['rand', () => torch.rand([3], { requires_grad: wrong('yes') })],
    ['randn', () => torch.randn([3], { generator: wrong({}) })],
    ['randint: no such dtype', () => torch.randint(0, 5, [3], { dtype: wrong('int99') })],
    ['randint: integers that require grad', () => torch.randint(0, 5, [3], wrong({ requires_grad: true }))],
    ['randint: a range', () => torch.randint(0, 300, [3], { dtype: 'uint8' })],
    ['randperm', () => torch.randperm(wrong('5'))],
    ['randperm: more than uint8 holds', () => torch.randperm(257, { dtype: 'uint8' })],
    ['randperm: more than float32 holds', () => torch.randperm(2 ** 24 + 2, { dtype: 'float32' })],
    ['bernoulli', () => torch.bernoulli(ones, wrong({ p: 1.5 }))],
    ['bernoulli of a tensor', () => torch.bernoulli(ones.mul(2))],
    ['normal', () => torch.normal(ones, ones.neg())],
    ['normal: shapes', () => torch.normal(ones, torch.ones([4]))],
    ['normal_ of a leaf', () => torch.ones([3], { requires_grad: true }).normal_()],
    ['random_: a range', () => torch.zeros([3], { dtype: 'uint8' }).random_(0, 300)],
    ['dropout', () => torch.nn.functional.dropout(ones, 2)],
    ['dropout: training', () => torch.nn.functional.dropout(ones, wrong({ p: 0.5, training: 'yes' }))],
    ['Dropout', () => new torch.nn.Dropout(-1)],
    [
      'Dropout in place of a leaf',
      () => new torch.nn.Dropout(0.5, true).forward(torch.ones([2]).requires_grad_()),
    ],
    ['Linear', () => new torch.nn.Linear(3, wrong('x'))],
    ['Linear: bias', () => new torch.nn.Linear(3, 2, wrong('x'))],
    ['Conv2d', () => new torch.nn.Conv2d(3, 4, 3, { groups: 2 })],
    ['Conv2d: padding', () => new torch.nn.Conv2d(3, 4, 3, { padding: wrong('all') })],
    ['Embedding', () => new torch.nn.Embedding(3, 2, 7)],
    ['kaiming_uniform_', () => init.kaiming_uniform_(ones, { nonlinearity: wrong('none') })],
    ['DataLoader', () => new DataLoader(new TensorDataset(ones), { shuffle: true, batch_size: 0 })],
    [
      'DataLoader: a dataset',
      () => [...new DataLoader(wrong({ length: 3, get: () => null }), { shuffle: true })],
    ],
    ['random_split', () => torch.utils.data.random_split(new TensorDataset(ones), [5, 5])],
  ])('%s: the stream stays where it was', (_, run) => {
    torch.manual_seed(8)
    const before = torch.get_rng_state().data()
    expect(run).toThrow()
    expect(torch.get_rng_state().data()).toEqual(before)
  })

  test('randperm of as many as a dtype holds has each once', () => {
    const bytes = torch.randperm(256, { dtype: 'uint8' }).data<Uint8Array>()
    expect([...bytes].sort((a, b) => a - b)).toEqual(Array.from({ length: 256 }, (_, i) => i))
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
