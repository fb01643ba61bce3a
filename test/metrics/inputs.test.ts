/** What predictions and targets may be, and what metrics make of none. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { stream } from '../support/stream.js'
import { cases, create, linspace } from './fixtures.js'

describe('predictions', () => {
  const targets = torch.tensor([
    [1, 0, 1],
    [0, 0, 1],
    [1, 1, 0],
    [0, 1, 0],
  ])
  const logits = torch.tensor([
    [2, -1, 0.5],
    [-0.3, 0.1, 3],
    [0.2, -2, -1],
    [40, 41, -3],
  ])
  const names = cases[0].results.map(({ metric, options }) => [metric, options] as const)

  test('logits are what their probabilities are, where no threshold rounds them', () => {
    const few = [logits.narrow(0, 0, 3), targets.narrow(0, 0, 3)] as const
    for (const [name, options] of names) {
      const make = () => create(name, { num_labels: 3, ...options })
      const got = make()
        .forward(...few)
        .data()
      expect(got, name).toEqual(make().forward(few[0].sigmoid(), few[1]).data())
    }
  })

  test('large logits stay apart where only their order counts', () => {
    const options = { num_labels: 2, average: 'none' }
    // biome-ignore format: rows
    const far = torch.tensor([[40, 0], [41, 0], [42, 1], [-200, 1], [-201, 0]])
    const positive = torch.tensor([
      [0, 0],
      [0, 0],
      [1, 1],
      [1, 0],
      [0, 1],
    ])
    expect(create('MultilabelAUROC', options).forward(far, positive).data()[0]).toBeCloseTo(4 / 6)
  })

  test('of every dtype', () => {
    for (const [name, options] of names) {
      const make = () => create(name, { num_labels: 3, ...options })
      const want = make().forward(logits, targets).data()
      for (const dtype of ['int32', 'uint8', 'bool'] as const) {
        expect(make().forward(logits, targets.to(dtype)).data(), `${name} ${dtype}`).toEqual(want)
      }
    }
    const predicted = torch.tensor([[true, false]])
    const exact = create('MultilabelExactMatch', { num_labels: 2, threshold: 1 })
    for (const dtype of ['bool', 'int32', 'uint8'] as const) {
      expect(exact.forward(predicted.to(dtype), torch.tensor([[1, 0]])).item()).toBe(1)
    }
  })

  test('metrics keep nothing of the tensors that they are given, and record no gradient', () => {
    for (const [name, options] of names) {
      const metric = create(name, { num_labels: 3, ...options })
      const want = create(name, { num_labels: 3, ...options })
        .forward(logits, targets)
        .data()
      const [preds, target] = [logits.clone().requires_grad_(), targets.clone()]
      metric.update(preds, target)
      preds.dispose()
      target.fill_(0)
      const got = metric.compute()
      expect(got.requires_grad).toBe(false)
      expect(got.data(), name).toEqual(want)
      expect(metric.compute().data(), name).toEqual(want)
    }
  })

  test('a threshold for each label', () => {
    const probabilities = torch.tensor([
      [0.3, 0.3, 0.3],
      [0.1, 0.2, 0.6],
    ])
    const all = torch.ones([2, 3])
    for (const threshold of [[0.2, 0.3, -1], torch.tensor([0.2, 0.3, -1])]) {
      const recall = new torch.metrics.MultilabelRecall({ num_labels: 3, threshold, average: 'none' })
      expect(recall.forward(probabilities, all).tolist()).toEqual([0.5, 0, 1])
    }
    const shared = new torch.metrics.MultilabelRecall({ num_labels: 3, threshold: torch.tensor(0.25) })
    expect(shared.forward(probabilities, all).item()).toBeCloseTo(4 / 6)
  })

  test('NaN is never predicted, and ranks first', () => {
    const nan = torch.tensor([[Number.NaN, 0.2]])
    const recall = new torch.metrics.MultilabelRecall({ num_labels: 2, average: 'none', threshold: [-1, -1] })
    expect(recall.forward(nan, torch.ones([1, 2])).tolist()).toEqual([0, 1])
    const first = new torch.metrics.MultilabelPrecisionAtK({ num_labels: 2, k: 1 })
    expect(first.forward(nan, torch.tensor([[1, 0]])).item()).toBe(1)
    const binned = new torch.metrics.MultilabelAveragePrecision({
      num_labels: 2,
      thresholds: 3,
      average: 'none',
    })
    expect(binned.forward(nan, torch.ones([1, 2])).tolist()).toEqual([0, 1])
  })

  test('thresholds of a curve are those of torch.linspace, or a list in any order', () => {
    const curve = (thresholds: torch.metrics.Thresholds) =>
      new torch.metrics.MultilabelAUROC({ num_labels: 2, thresholds })
    for (const want of linspace) {
      expect(curve(want.length).thresholds?.data()).toEqual(Float32Array.from(want))
    }
    expect(curve(null).thresholds).toBe(null)
    expect(curve([0.75, 0, 0.5]).thresholds?.tolist()).toEqual([0, 0.5, 0.75])
    expect(curve(torch.tensor([0.5, 0.25])).thresholds?.tolist()).toEqual([0.25, 0.5])
  })

  test('precision@k shares its last places among equal scores', () => {
    const metric = new torch.metrics.MultilabelPrecisionAtK({ num_labels: 4, k: 2 })
    const scores = torch.tensor([[0.9, 0.5, 0.5, 0.5]])
    expect(metric.forward(scores, torch.tensor([[1, 1, 0, 0]])).item()).toBeCloseTo((1 + 1 / 3) / 2)
    const ignoring = new torch.metrics.MultilabelPrecisionAtK({ num_labels: 4, k: 2, ignore_index: -1 })
    expect(ignoring.forward(scores, torch.tensor([[-1, 1, 1, 1]])).item()).toBe(1)
  })
})

describe('no rows', () => {
  const [preds, target] = [torch.zeros([0, 3]), torch.zeros([0, 3])]
  const nothing: [string, Record<string, unknown>, number][] = [
    ['MultilabelF1Score', { average: 'micro' }, 0],
    ['MultilabelF1Score', { zero_division: 1 }, 1],
    ['MultilabelF1Score', { average: 'weighted' }, 0],
    ['MultilabelAccuracy', {}, 0],
    ['MultilabelHammingDistance', {}, 1],
    ['MultilabelHammingDistance', { average: 'weighted' }, 0],
    ['MultilabelExactMatch', {}, 0],
    ['MultilabelAveragePrecision', { thresholds: 5 }, 0],
    ['MultilabelAUROC', { thresholds: 5, average: 'micro' }, 0],
    ['MultilabelRankingLoss', {}, Number.NaN],
    ['MultilabelRankingAveragePrecision', {}, Number.NaN],
    ['MultilabelCoverageError', {}, Number.NaN],
    ['MultilabelPrecisionAtK', { k: 2 }, Number.NaN],
  ]
  test.each(nothing)('%s %j: %d', (name, options, want) => {
    const metric = create(name, { num_labels: 3, ...options })
    expect(metric.compute().item()).toBe(want)
    expect(metric.forward(preds, target).item()).toBe(want)
    expect(metric.forward(torch.zeros([0, 3, 2]), torch.zeros([0, 3, 2])).item()).toBe(want)
    const [some, truth] = [torch.tensor([[0.2, 0.6, 0.7]]), torch.tensor([[0, 1, 0]])]
    metric.update(some, truth)
    metric.update(preds, target)
    expect(metric.compute().data()).toEqual(
      create(name, { num_labels: 3, ...options })
        .forward(some, truth)
        .data(),
    )
  })

  test('a label of which everything is ignored counts as one without positives', () => {
    const options = { num_labels: 2, average: 'none', ignore_index: -1 }
    for (const name of ['MultilabelAveragePrecision', 'MultilabelAUROC']) {
      for (const thresholds of [null, 5]) {
        const metric = create(name, { ...options, thresholds })
        expect(
          metric
            .forward(
              torch.tensor([
                [0.1, 0.4],
                [0.9, 0.2],
              ]),
              torch.tensor([
                [-1, 1],
                [-1, 0],
              ]),
            )
            .data()[0],
        ).toBe(0)
      }
    }
  })
})

test('metrics of every kind in one list', () => {
  const { MultilabelAUROC, MultilabelExactMatch, MultilabelRankingLoss } = torch.metrics
  const list: torch.metrics.Metric[] = [
    new MultilabelAUROC({ num_labels: 2 }),
    new MultilabelExactMatch({ num_labels: 2 }),
    new MultilabelRankingLoss({ num_labels: 2 }),
  ]
  for (const metric of list) metric.update(torch.tensor([[0.1, 0.9]]), torch.tensor([[0, 1]]))
  expect(list.map((metric) => metric.compute().item())).toEqual([0, 1, 0])
  expect(list.every((metric) => metric instanceof torch.metrics.Metric)).toBe(true)
})

test('many small updates, and merging with itself', () => {
  const metric = new torch.metrics.MultilabelAUROC({ num_labels: 2 })
  const random = stream(5)
  const one = () => torch.tensor([[random(), random()]])
  for (let i = 0; i < 3000; i++) metric.update(one(), torch.tensor([[i % 2, (i >> 1) % 2]]))
  const area = metric.compute().item()
  expect(Math.abs(area - 0.5)).toBeLessThan(0.05)
  metric.merge_state(metric)
  expect(metric.compute().item()).toBe(area)
})
