/** tune_thresholds and class_weights. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { expectClose } from '../support/close.js'
import { restore } from '../support/fixture.js'
import { type Column, column, tensors, twice } from './columns.js'
import { real, tuned, weights } from './fixtures.js'

describe('tune_thresholds', () => {
  const probability = fc.oneof(
    fc.float({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 0, max: 4 }).map((n) => n / 4),
    fc.constantFrom(0, 1, 1 - 2 ** -24, 0.5, 0.5 + 2 ** -24, 2 ** -149),
  )
  const metrics = ['f1', 'fbeta', 'precision', 'recall', 'accuracy', 'balanced_accuracy'] as const
  const ratio = (a: number, b: number) => (b === 0 ? 0 : a / b)

  /** The metric with a decision for each sample. */
  function metricOf(
    metric: (typeof metrics)[number],
    samples: Column,
    isPredicted: (score: number) => boolean,
  ) {
    const count = (predicted: boolean, positive: boolean) =>
      samples.filter((s) => isPredicted(s.score) === predicted && s.positive === positive).length
    const [tp, fp, tn, fn] = [count(true, true), count(true, false), count(false, false), count(false, true)]
    if (metric === 'f1') return ratio(2 * tp, 2 * tp + fp + fn)
    if (metric === 'fbeta') return ratio(5 * tp, 5 * tp + 4 * fn + fp)
    if (metric === 'precision') return ratio(tp, tp + fp)
    if (metric === 'recall') return ratio(tp, tp + fn)
    if (metric === 'accuracy') return ratio(tp + tn, samples.length)
    // biome-ignore format: a table
    const rates = [[tp, tp + fn], [tn, tn + fp]].filter(([, all]) => all > 0)
    return rates.reduce((sum, [right, all]) => sum + right / all, 0) / rates.length
  }

  test.each(metrics)('%s: no threshold is better', (metric) => {
    fc.assert(
      fc.property(column(probability, 70), (samples) => {
        const { thresholds, scores } = torch.metrics.tune_thresholds(...tensors(samples), { metric, beta: 2 })
        const [threshold, score] = [thresholds.data()[1], scores.data()[1]]
        const candidates = [-1, ...samples.map((sample) => sample.score)]
        const values = candidates.map((t) => metricOf(metric, samples, (score) => score > t))
        const best = Math.max(...values)
        expectClose([score], [best], { relative: 1e-7 })
        const reached = metricOf(metric, samples, (score) => score > threshold)
        expectClose([reached], [best], { relative: 1e-12 })
        if (Math.min(...values) === best) {
          expect(threshold).toBe(0.5)
          return
        }
        // The fewest predictions of those that are as good.
        const predictions = (t: number) => samples.filter((sample) => sample.score > t).length
        const fewest = candidates.filter((_, i) => values[i] > best * (1 - 1e-12)).map(predictions)
        expect(predictions(threshold)).toBe(Math.min(...fewest))
      }),
      { numRuns: 150 },
    )
  })

  test('thresholds lie midway, and -1 where 0 has to be predicted', () => {
    const tune = (scores: number[], truth: number[]) =>
      torch.metrics.tune_thresholds(twice(scores), twice(truth)).thresholds.data()[0]
    expect(tune([0.25, 0.75], [0, 1])).toBe(0.5)
    expect(tune([0.25, 0.75], [1, 1])).toBe(0.125)
    expect(tune([0, 0.75], [1, 1])).toBe(-1)
    expect(tune([0.5, 0.5 + 2 ** -24], [0, 1])).toBe(0.5)
    expect(tune([0.1, 0.2], [0, 0])).toBe(0.5)
  })

  test('what it promises is what the metrics say: real predictions', () => {
    const [scores, labels] = [restore(real.preds), restore(real.target)]
    const tunedNow = torch.metrics.tune_thresholds(scores, labels)
    expectClose(tunedNow.scores.data(), tuned.best_f1, { relative: 1e-7 })
    const options = { num_labels: 32, threshold: tunedNow.thresholds, average: 'none' } as const
    const f1 = new torch.metrics.MultilabelF1Score(options).forward(scores, labels)
    expect(f1.data()).toEqual(tunedNow.scores.data())

    const logits = scores.div(torch.sub(1, scores)).log()
    const fromLogits = torch.metrics.tune_thresholds(logits, labels)
    const same = new torch.metrics.MultilabelF1Score({ ...options, threshold: fromLogits.thresholds })
    expect(same.forward(logits, labels).data()).toEqual(fromLogits.scores.data())
    expectClose(fromLogits.thresholds.data(), tunedNow.thresholds.data(), { relative: 1e-5 })

    const shared = torch.metrics.tune_thresholds(scores, labels, { per_label: false })
    expect(shared.thresholds.shape).toEqual([])
    const micro = (threshold: Tensor) =>
      new torch.metrics.MultilabelF1Score({ num_labels: 32, threshold, average: 'micro' })
        .forward(scores, labels)
        .item()
    expect(micro(shared.thresholds)).toBe(shared.scores.item())
    for (let t = 0; t < 1; t += 0.01) expect(micro(torch.tensor(t))).toBeLessThanOrEqual(shared.scores.item())
  })

  test('ignored targets, more dimensions, no rows', () => {
    const probabilities = torch.tensor([
      [0.1, 0.9],
      [0.8, 0.2],
      [0.7, 0.3],
    ])
    const targets = torch.tensor([
      [1, 0],
      [-1, 1],
      [0, 1],
    ])
    const some = torch.metrics.tune_thresholds(probabilities, targets, {
      ignore_index: -1,
      metric: 'accuracy',
    })
    expect(some.scores.data()[0]).toBe(0.5)
    const flat = torch.metrics.tune_thresholds(
      probabilities.reshape([1, 3, 2]),
      targets.clamp({ min: 0 }).reshape([1, 3, 2]),
    )
    expect(flat.thresholds.shape).toEqual([3])
    const none = torch.metrics.tune_thresholds(torch.zeros([0, 2]), torch.zeros([0, 2]))
    expect([none.thresholds.tolist(), none.scores.tolist()]).toEqual([
      [0.5, 0.5],
      [0, 0],
    ])
  })
})

describe('class_weights', () => {
  test.each(weights)('$scheme $beta', ({ scheme, beta, target, weights: want }) => {
    const targets = restore(target)
    const got =
      scheme === 'pos_weight'
        ? torch.metrics.pos_weight(targets)
        : torch.metrics.class_weights(targets, { scheme, ...(beta === undefined ? {} : { beta }) })
    expectClose(got.data(), want, { relative: 1e-7 })
  })

  test('absent labels have finite weights, ignored targets none', () => {
    const targets = torch.tensor([
      [1, 0, 1],
      [1, 0, -1],
    ])
    const options = { ignore_index: -1 }
    expect(torch.metrics.class_weights(targets, options).tolist()).toEqual(
      [2 / 6, 2 / 3, 1 / 3].map(Math.fround),
    )
    expect(torch.metrics.pos_weight(targets, options).tolist()).toEqual([0.5, 2, 1])
    for (const scheme of ['inverse', 'inverse_sqrt', 'effective_number'] as const) {
      const sum = torch.metrics
        .class_weights(targets, { ...options, scheme })
        .sum()
        .item()
      expect(sum).toBeCloseTo(3, 5)
    }
    expect(torch.metrics.class_weights(torch.zeros([0, 2])).tolist()).toEqual([0, 0])
  })
})
