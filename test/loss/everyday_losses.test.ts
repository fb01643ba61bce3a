/** The regression, class and margin losses of torch.nn.functional. */
import { expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { testOperations } from '../support/operations.js'

const F = torch.nn.functional
const tolerance = { relative: 2e-6, absolute: 1e-6 }

/** Runs a fixture's case: the inputs after the first `positional` are keywords that `roles` names. */
const by =
  (name: string, positional = 2) =>
  (inputs: torch.Tensor[], { roles, ...options }: Record<string, unknown>): torch.Tensor => {
    const named = Object.fromEntries((roles as string[]).map((role, i) => [role, inputs[positional + i]]))
    return Reflect.get(F, name)(...inputs.slice(0, positional), { ...options, ...named })
  }

const PAIRS = [
  ...['l1_loss', 'smooth_l1_loss', 'huber_loss', 'kl_div', 'poisson_nll_loss'],
  ...['nll_loss', 'multi_margin_loss', 'soft_margin_loss', 'hinge_embedding_loss'],
]
const TRIPLES = ['gaussian_nll_loss', 'margin_ranking_loss', 'cosine_embedding_loss', 'triplet_margin_loss']
testOperations(
  'loss/everyday_losses',
  Object.fromEntries([
    ...PAIRS.map((name) => [name, [by(name), tolerance]]),
    ...TRIPLES.map((name) => [name, [by(name, 3), tolerance]]),
  ]),
)

test('batchmean divides by the rows', () => {
  const [x, y] = [torch.randn([4, 3]).log_softmax(1), torch.rand([4, 3])]
  const total = F.kl_div(x, y, { reduction: 'sum' }).item()
  expectClose([F.kl_div(x, y, { reduction: 'batchmean' }).item()], [total / 4], { relative: 1e-6 })
  const loss = new torch.nn.KLDivLoss({ reduction: 'batchmean' })
  expectClose([loss.forward(x, y).item()], [total / 4], { relative: 1e-6 })
  expect(() => F.kl_div(x, y, { reduction: 'rows' as 'sum' })).toThrow('rows is not valid for reduction')
})

test('modules are their functions', () => {
  const { nn } = torch
  const [x, y, z] = [torch.randn([4, 3]), torch.randn([4, 3]), torch.randn([4, 3])]
  const labels = torch.tensor([1, -1, -1, 1])
  const indices = torch.tensor([0, 2, 1, 1])
  const weight = torch.tensor([1, 2, 3])
  const none = { reduction: 'none' } as const
  const pairs: [torch.Tensor, torch.Tensor][] = [
    [new nn.L1Loss(none).forward(x, y), F.l1_loss(x, y, none)],
    [
      new nn.SmoothL1Loss({ ...none, beta: 0.5 }).forward(x, y),
      F.smooth_l1_loss(x, y, { ...none, beta: 0.5 }),
    ],
    [new nn.HuberLoss('sum', 0.5).forward(x, y), F.huber_loss(x, y, 'sum', 0.5)],
    [new nn.PoissonNLLLoss(true, true).forward(x, y.abs()), F.poisson_nll_loss(x, y.abs(), { full: true })],
    [new nn.GaussianNLLLoss(none).forward(x, y, 2), F.gaussian_nll_loss(x, y, 2, none)],
    [new nn.NLLLoss(weight).forward(x, indices), F.nll_loss(x, indices, weight)],
    [
      new nn.MultiMarginLoss({ p: 2, weight, margin: 0.5 }).forward(x, indices),
      F.multi_margin_loss(x, indices, 2, 0.5, weight),
    ],
    [new nn.SoftMarginLoss(none).forward(x, y.sigmoid()), F.soft_margin_loss(x, y.sigmoid(), none)],
    [
      new nn.HingeEmbeddingLoss(2).forward(x, labels.reshape([4, 1])),
      F.hinge_embedding_loss(x, labels.reshape([4, 1]), 2),
    ],
    [
      new nn.MarginRankingLoss(0.5).forward(x, y, labels.reshape([4, 1])),
      F.margin_ranking_loss(x, y, labels.reshape([4, 1]), 0.5),
    ],
    [new nn.CosineEmbeddingLoss(0.5).forward(x, y, labels), F.cosine_embedding_loss(x, y, labels, 0.5)],
    [
      new nn.TripletMarginLoss({ swap: true, p: 1 }).forward(x, y, z),
      F.triplet_margin_loss(x, y, z, { swap: true, p: 1 }),
    ],
    [new nn.TripletMarginWithDistanceLoss().forward(x, y, z), F.triplet_margin_loss(x, y, z)],
    [
      new nn.TripletMarginWithDistanceLoss({
        distance_function: (a, b) => a.sub(b).abs().sum(-1),
        margin: 2,
      }).forward(x, y, z),
      F.triplet_margin_loss(x, y, z, 2, 1, 0),
    ],
  ]
  for (const [got, want] of pairs) {
    expect(got.shape).toEqual(want.shape)
    expectClose(got.data(), [...want.data()], { relative: 1e-6, absolute: 1e-6 })
  }
})

test('what is wrong is said', () => {
  const x = torch.zeros([2, 3])
  expect(() => F.nll_loss(x, torch.tensor([0, 3]))).toThrow('Target 3 is out of bounds.')
  expect(() => F.multi_margin_loss(x, torch.tensor([0, -1]))).toThrow('Target -1 is out of bounds.')
  expect(() => F.multi_margin_loss(x, torch.tensor([0, 1]), 3)).toThrow('only p == 1 and p == 2 supported')
  expect(() => F.huber_loss(x, x, { delta: 0 })).toThrow('non-positive values for delta')
  expect(() => F.smooth_l1_loss(x, x, { beta: -1 })).toThrow('negative values for beta')
  expect(() => F.gaussian_nll_loss(x, x, torch.zeros([4]))).toThrow('var is of incorrect size')
  expect(() => F.gaussian_nll_loss(x, x, -1)).toThrow('var has negative entry/entries')
  expect(() => F.triplet_margin_loss(x, x, x, 0)).toThrow('margin must be greater than 0')
  expect(() => F.cosine_embedding_loss(x, x, x)).toThrow('multi-target not supported')
})
