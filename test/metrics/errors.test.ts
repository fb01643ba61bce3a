/** What metrics refuse, before anything is counted. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { testRefused, untyped } from '../support/errors.js'
import { cases, create } from './fixtures.js'

const { metrics, ones, tensor, zeros } = torch
const { ValueError, RuntimeError, IndexError } = torch

const every = new Map(cases.flatMap(({ results }) => results.map(({ metric, options }) => [metric, options])))

describe.each([...every])('%s', (name, options) => {
  const make = (more: Record<string, unknown> = {}) => create(name, { num_labels: 3, ...options, ...more })

  test('options that are none', () => {
    for (const given of [undefined, null, 'three', ones([2])])
      expect(() => create(name, given as never)).toThrow(name)
    expect(() => make({ numLabels: 3 })).toThrow(
      `${name}() got an unexpected keyword argument 'numLabels'; did you mean 'num_labels'?`,
    )
  })

  test.each([null, 1, 0, -3, 2.5, Number.NaN, Number.POSITIVE_INFINITY, '3', 3n])(
    'num_labels %s',
    (num_labels) => {
      expect(() => make({ num_labels })).toThrow(
        'Expected argument `num_labels` to be an integer larger than 1, but got',
      )
    },
  )

  test('num_labels beyond linear memory', () => {
    expect(() => make({ num_labels: 2 ** 40 })).toThrow(/does not fit linear memory/)
  })

  test.each([0.5, Number.POSITIVE_INFINITY, '0', []])('ignore_index %s', (ignore_index) => {
    expect(() => make({ ignore_index })).toThrow(
      'Expected argument `ignore_index` to either be null or an integer',
    )
  })

  test('shapes, values and types of an update, which then counts nothing', () => {
    const metric = make()
    const [preds, target] = [tensor([[0.2, 0.6, 0.7]]), tensor([[0, 1, 0]])]
    metric.update(preds, target)
    const before = metric.compute().data()
    const refused: [unknown, unknown, new (message: string) => Error, string][] = [
      [1, target, TypeError, 'preds must be a Tensor, but got 1'],
      [preds, [[0, 1, 0]], TypeError, 'target must be a Tensor, but got Array'],
      [
        preds,
        zeros([1, 2]),
        RuntimeError,
        'Predictions and targets are expected to have the same shape, but got [1, 3] and [1, 2].',
      ],
      [preds, zeros([3]), RuntimeError, 'expected to have the same shape, but got [1, 3] and [3].'],
      [ones([3]), zeros([3]), IndexError, 'expected tensors of shape [N, C, ...], but got [3]'],
      [tensor(1), tensor(0), IndexError, 'expected tensors of shape [N, C, ...], but got []'],
      [
        ones([1, 2]),
        zeros([1, 2]),
        ValueError,
        'to be equal to the number of labels but got 2 and expected 3',
      ],
      [
        ones([3, 0]),
        zeros([3, 0]),
        ValueError,
        'to be equal to the number of labels but got 0 and expected 3',
      ],
      [
        preds,
        tensor([[0, 2, 1]]),
        RuntimeError,
        'Detected the value 2 in `target` but expected only the following values [0, 1]',
      ],
      [preds, tensor([[0, -1, 1]]), RuntimeError, 'Detected the value -1 in `target`'],
      [preds, tensor([[0, 1, 0.5]]), RuntimeError, 'Detected the value 0.5 in `target`'],
      [preds, tensor([[0, 1, Number.NaN]]), RuntimeError, 'Detected the value NaN in `target`'],
    ]
    for (const [a, b, error, sentence] of refused) {
      const update = () => metric.update(untyped(a), untyped(b))
      expect(update).toThrow(error)
      expect(update).toThrow(`${name}: `)
      expect(update).toThrow(sentence)
      expect(() => metric.forward(untyped(a), untyped(b))).toThrow(sentence)
    }
    const [gone, truth] = [preds.clone(), target.clone()]
    gone.dispose()
    truth.dispose()
    expect(() => metric.update(gone, target)).toThrow('a disposed tensor was used')
    expect(() => metric.update(preds, truth)).toThrow('a disposed tensor was used')
    const ignoring = make({ ignore_index: 7 })
    expect(() => ignoring.update(preds, tensor([[0, 2, 7]]))).toThrow('only the following values [0, 1, 7]')
    expect(metric.compute().data()).toEqual(before)
  })

  test('states of another metric', () => {
    const metric = make()
    expect(() => metric.merge_state(untyped(null))).toThrow(
      `Expected incoming state to be an instance of ${name} but got null`,
    )
    const other = name === 'MultilabelRecall' ? 'MultilabelPrecision' : 'MultilabelRecall'
    expect(() => metric.merge_state(create(other, { num_labels: 3 }))).toThrow(
      `an instance of ${name} but got ${other}`,
    )
    expect(() => metric.merge_state(make({ num_labels: 4 }))).toThrow('num_labels=3')
  })
})

const options: [string, Record<string, unknown>, string][] = [
  [
    'MultilabelF1Score',
    { average: 'samples' },
    "Expected argument `average` to be one of 'none', 'micro', 'macro', 'weighted', but got string samples",
  ],
  ['MultilabelAUROC', { average: 3 }, 'Expected argument `average` to be one of'],
  ['MultilabelAccuracy', { average: 'toString' }, 'Expected argument `average` to be one of'],
  [
    'MultilabelF1Score',
    { threshold: 1.5 },
    'Expected argument `threshold` to be a float in the [0,1] range, but got 1.5',
  ],
  ['MultilabelExactMatch', { threshold: Number.NaN }, 'Expected argument `threshold`'],
  [
    'MultilabelF1Score',
    { threshold: '0.5' },
    'Expected argument `threshold` to be a float in the [0,1] range, but got string 0.5',
  ],
  [
    'MultilabelF1Score',
    { threshold: [0.5, 0.5] },
    'Expected argument `threshold` to be one number for each of the 3 labels, but got 2: 0.5, 0.5',
  ],
  ['MultilabelF1Score', { threshold: [0.5, 0.5, null] }, 'one number for each of the 3 labels'],
  ['MultilabelF1Score', { threshold: tensor([0.5, Number.NaN, 0.5]) }, 'one number for each of the 3 labels'],
  [
    'MultilabelF1Score',
    { zero_division: 0.5 },
    'Expected argument `zero_division` to be 0 or 1, but got 0.5',
  ],
  [
    'MultilabelRecall',
    { zero_division: Number.NaN },
    'Expected argument `zero_division` to be 0 or 1, but got NaN',
  ],
  ['MultilabelFBetaScore', {}, 'MultilabelFBetaScore: beta must be a number, but got undefined'],
  ['MultilabelFBetaScore', { beta: 0 }, 'Expected argument `beta` to be a float larger than 0, but got 0'],
  ['MultilabelFBetaScore', { beta: Number.POSITIVE_INFINITY }, 'Expected argument `beta`'],
  [
    'MultilabelAUROC',
    { thresholds: 1 },
    'If argument `thresholds` is an integer, expected it to be larger than 1, but got 1',
  ],
  ['MultilabelAUROC', { thresholds: 2.5 }, 'If argument `thresholds` is an integer'],
  ['MultilabelAUROC', { thresholds: 2 ** 40 }, 'does not fit linear memory'],
  [
    'MultilabelAveragePrecision',
    { thresholds: [] },
    'expected all elements to be floats in the [0,1] range, but got []',
  ],
  ['MultilabelAveragePrecision', { thresholds: [0.5, 2] }, 'floats in the [0,1] range, but got [0.5, 2]'],
  ['MultilabelAveragePrecision', { thresholds: ['0.5'] }, 'floats in the [0,1] range, but got [string 0.5]'],
  [
    'MultilabelAveragePrecision',
    { thresholds: tensor([[0.5]]) },
    'If argument `thresholds` is a tensor, expected the tensor to be 1d',
  ],
  ['MultilabelPrecisionAtK', {}, "MultilabelPrecisionAtK() missing required argument 'k'"],
  ['MultilabelPrecisionAtK', { k: 0 }, '`k` has to be a positive integer, but got 0'],
  ['MultilabelPrecisionAtK', { k: 1.5 }, '`k` has to be a positive integer, but got 1.5'],
]
test.each(options)('%s %j', (name, given, sentence) => {
  expect(() => create(name, { num_labels: 3, ...given })).toThrow(sentence)
})

test.each(['MultilabelAUROC', 'MultilabelAveragePrecision'])('%s', (name) => {
  const exact = create(name, { num_labels: 3 })
  expect(() => exact.compute()).toThrow(`${name}: No samples to concatenate`)
  expect(() => exact.forward(zeros([0, 3]), zeros([0, 3]))).toThrow('No samples to concatenate')
  const binned = create(name, { num_labels: 3, thresholds: 3 })
  for (const other of [exact, create(name, { num_labels: 3, thresholds: [0, 0.4, 1] })]) {
    expect(() => binned.merge_state(other)).toThrow('states of different forms cannot be merged')
  }
})

const scored = [
  'MultilabelAUROC',
  'MultilabelAveragePrecision',
  'MultilabelRankingLoss',
  'MultilabelCoverageError',
]
test.each(scored)('%s of predictions that are no scores', (name) => {
  const metric = create(name, { num_labels: 3 })
  for (const dtype of ['bool', 'int32', 'uint8'] as const) {
    expect(() => metric.update(ones([1, 3]).to(dtype), zeros([1, 3]))).toThrow(
      `Expected argument \`preds\` to be an floating tensor with probability/logit scores, but got tensor with dtype ${dtype}`,
    )
  }
})

test('sizes that kernels rely on cannot be changed', () => {
  for (const [name, options] of every) {
    const metric = create(name, { num_labels: 3, ...options })
    for (const field of ['num_labels', 'average', 'thresholds']) {
      if (field in metric) expect(() => Object.assign(metric, { [field]: 9 })).toThrow(TypeError)
    }
  }
})

test('label predictions other than 0 and 1', () => {
  const preds = tensor([[0, 3, 1]]).to('int32')
  expect(() => create('MultilabelF1Score', { num_labels: 3 }).update(preds, zeros([1, 3]))).toThrow(
    'Detected the value 3 in `preds` but expected only the following values [0, 1]',
  )
})

describe('tune_thresholds and class_weights', () => {
  const [preds, target] = [tensor([[0.2, 0.6]]), tensor([[0, 1]])]
  testRefused([
    [
      'metric',
      () => metrics.tune_thresholds(preds, target, { metric: untyped('mcc') }),
      "Expected argument `metric` to be one of 'f1', 'fbeta', 'precision', 'recall', 'accuracy', 'balanced_accuracy', but got string mcc",
    ],
    [
      'beta',
      () => metrics.tune_thresholds(preds, target, { metric: 'fbeta', beta: -1 }),
      'Expected argument `beta` to be a float larger than 0, but got -1',
    ],
    [
      'ignore_index',
      () => metrics.tune_thresholds(preds, target, { ignore_index: 0.5 }),
      'Expected argument `ignore_index`',
    ],
    [
      'shapes',
      () => metrics.tune_thresholds(preds, zeros([2, 2])),
      'tune_thresholds: Predictions and targets are expected to have the same shape',
    ],
    [
      'one dimension',
      () => metrics.tune_thresholds(ones([2]), zeros([2])),
      'expected tensors of shape [N, C, ...], but got [2]',
    ],
    [
      'no labels',
      () => metrics.tune_thresholds(ones([2, 0]), zeros([2, 0])),
      'expected at least one label, but got [2, 0]',
    ],
    ['targets', () => metrics.tune_thresholds(preds, tensor([[0, 2]])), 'Detected the value 2 in `targets`'],
    [
      'labels',
      () => metrics.tune_thresholds(target.to('bool'), target),
      'Expected argument `probabilities` to be an floating tensor',
    ],
    [
      'NaN',
      () => metrics.tune_thresholds(tensor([[0.2, Number.NaN]]), target),
      'tune_thresholds: probabilities must not contain NaN',
    ],
    [
      'not a tensor',
      () => metrics.class_weights(untyped([[1]])),
      'class_weights: targets must be a Tensor, but got Array',
    ],
    [
      'one dimension',
      () => metrics.class_weights(ones([3])),
      'class_weights: expected tensors of shape [N, C, ...], but got [3]',
    ],
    [
      'no labels',
      () => metrics.pos_weight(ones([3, 0])),
      'pos_weight: expected at least one label, but got [3, 0]',
    ],
    ['targets', () => metrics.pos_weight(tensor([[0.5]])), 'pos_weight: Detected the value 0.5 in `targets`'],
    [
      'scheme',
      () => metrics.class_weights(target, { scheme: untyped('pos_weight') }),
      "Expected argument `scheme` to be one of 'balanced', 'inverse', 'inverse_sqrt', 'effective_number', but got string pos_weight",
    ],
    [
      'beta',
      () => metrics.class_weights(target, { scheme: 'effective_number', beta: 1 }),
      'Expected argument `beta` to be a float in [0,1), but got 1',
    ],
    [
      'ignore_index',
      () => metrics.class_weights(target, { ignore_index: untyped('x') }),
      'Expected argument `ignore_index`',
    ],
  ])
})

test.each([
  ['MultilabelStatScores', { average: 'none' }, 'macro'],
  ['MultilabelStatScores', { average: 'micro' }, 'macro'],
  ['MultilabelConfusionMatrix', {}, null],
])('%s(%j) of counts beyond int32', (name, options, other) => {
  const made = (more: object) => create(name, { num_labels: 2, ...more })
  const [metric, floating] = [
    made(options),
    made(other === null ? { normalize: 'true' } : { average: other }),
  ]
  for (const one of [metric, floating]) one.update(ones([1, 2]), ones([1, 2], { dtype: 'int32' }))
  for (let i = 0; i < 31; i++) for (const one of [metric, floating]) one.merge_state(one)
  expect(() => metric.compute()).toThrow(
    new RuntimeError(`${name}: a count does not fit int32, which stands for int64 here`),
  )
  expect((floating.compute() as torch.Tensor).data()).toContain(other === null ? 1 : 2 ** 31)
})
