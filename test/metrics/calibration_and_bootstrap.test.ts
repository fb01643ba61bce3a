import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { untyped } from '../support/errors.js'
import { fixture, restore, type Stored } from '../support/fixture.js'

const { bootstrap, MultilabelAUROC, MultilabelCalibrationError, MultilabelF1Score, MetricCollection } =
  torch.metrics

interface Percentiles {
  low: number[]
  high: number[]
  error: number[]
}

const { errors, bootstraps } = fixture<{
  errors: {
    preds: Stored
    target: Stored
    options: { n_bins?: number; norm?: 'l1'; ignore_index?: number }
    none: number[]
    micro: number
    macro: number
  }[]
  bootstraps: {
    preds: Stored
    target: Stored
    seed: number
    n_resamples: number
    confidence_level: number
    f1: Percentiles
    auroc: Percentiles
  }[]
}>('metrics/calibration_and_bootstrap')

const generator = (seed: number) => new torch.Generator().manual_seed(seed)

describe('MultilabelCalibrationError is torchmetrics’ of each label', () => {
  test.each(errors)('$options', ({ preds, target, options, ...want }) => {
    const [x, y] = [restore(preds), restore(target)]
    const num_labels = x.shape[1]
    for (const average of ['none', 'micro', 'macro'] as const) {
      const metric = new MultilabelCalibrationError({ num_labels, average, ...options })
      // In two batches.
      metric.update(x.narrow(0, 0, 2), y.narrow(0, 0, 2))
      metric.update(x.narrow(0, 2, x.shape[0] - 2), y.narrow(0, 2, x.shape[0] - 2))
      const got = [...metric.compute().data()]
      expectClose(got, [want[average]].flat(), { relative: 1e-5, absolute: 1e-6 })
    }
  })

  test('says what is wrong, and is 0 for a label without rows', () => {
    expect(() => new MultilabelCalibrationError({ num_labels: 2, n_bins: 0 })).toThrow(
      'MultilabelCalibrationError: Expected argument `n_bins` to be an integer larger than 0, but got 0',
    )
    expect(() => new MultilabelCalibrationError({ num_labels: 2, norm: untyped('l3') })).toThrow(
      "one of 'l1', 'l2', 'max'",
    )
    const metric = new MultilabelCalibrationError({ num_labels: 2, average: 'none', ignore_index: -1 })
    expect(metric.compute().tolist()).toEqual([0, 0])
    expect(metric.forward(torch.tensor([[0.25, 0.5]]), torch.tensor([[0, -1]])).tolist()).toEqual([0.25, 0])
    const unknown = metric.forward(torch.tensor([[Number.NaN, 0.5]]), torch.tensor([[0, 1]]))
    expect(unknown.data()[0]).toBeNaN()
  })
})

describe('bootstrap', () => {
  test.each(bootstraps)('has the percentiles of resampled rows, seed $seed', (given) => {
    const { preds, target, seed, n_resamples, confidence_level, f1, auroc } = given
    const [x, y] = [restore(preds), restore(target)]
    const num_labels = x.shape[1]
    const metrics = {
      f1: new MultilabelF1Score({ num_labels, average: 'none' }),
      auroc: new MultilabelAUROC({ num_labels }),
    }
    const options = { n_resamples, confidence_level }
    const check = (got: torch.metrics.BootstrapResult, want: Percentiles) => {
      const close = { relative: 1e-5, absolute: 1e-6 }
      expectClose(got.confidence_interval.low.data(), want.low, close)
      expectClose(got.confidence_interval.high.data(), want.high, close)
      expectClose(got.standard_error.data(), want.error, close)
    }
    metrics.f1.update(x, y)
    const before = metrics.f1.compute()
    check(bootstrap(metrics.f1, x, y, { ...options, generator: generator(seed) }), f1)
    expect(metrics.f1.compute()).toEqual(before)
    const both = bootstrap(new MetricCollection(metrics), x, y, { ...options, generator: generator(seed) })
    check(both.f1, f1)
    check(both.auroc, auroc)
    const area = (p: torch.Tensor, t: torch.Tensor) =>
      torch.metrics.functional.multilabel_auroc(p, t, { num_labels }).item()
    const byFunction = bootstrap(area, x, y, { ...options, generator: generator(seed) })
    // A function sees each resample alone, whose logits may all be in [0, 1]; the order of scores is the same.
    check(byFunction, auroc)
    expect(byFunction.bootstrap_distribution.shape).toEqual([n_resamples])
    expect(both.f1.bootstrap_distribution.shape).toEqual([n_resamples, num_labels])
  })

  test('resamples whole samples of [N, C, L]', () => {
    const x = torch.rand([6, 2, 3], { generator: generator(0) })
    const y = torch.rand([6, 2, 3], { generator: generator(1) }).gt(0.5)
    const metric = new MultilabelF1Score({ num_labels: 2, average: 'none' })
    const of = (metric: Parameters<typeof bootstrap>[0]) =>
      bootstrap(metric as torch.metrics.Metric, x, y, { n_resamples: 8, generator: generator(2) })
    const byFunction = of((p, t) => new MultilabelF1Score({ num_labels: 2, average: 'none' }).forward(p, t))
    expect(of(metric).bootstrap_distribution).toEqual(byFunction.bootstrap_distribution)
  })

  test.each(['none', 'micro', 'macro', 'weighted'] as const)(
    'curves have the bits of each resample by itself: %s',
    (average) => {
      // Scores with ties, some NaN, labels that are missing, and one that never occurs.
      const x = torch.rand([40, 3, 2], { generator: generator(0) })
      const scores = torch.round(x.mul(8)).sub(2).masked_fill(x.gt(0.97), Number.NaN)
      const y = torch
        .rand([40, 3, 2], { generator: generator(1) })
        .gt(0.6)
        .to('int32')
      y.masked_fill_(torch.rand([40, 3, 2], { generator: generator(2) }).gt(0.8), -1)
      y.select(1, 1).clamp_({ max: 0 })
      const options = { num_labels: 3, average, ignore_index: -1 }
      for (const Area of [MultilabelAUROC, torch.metrics.MultilabelAveragePrecision]) {
        const of = (metric: Parameters<typeof bootstrap>[0]) =>
          bootstrap(metric as torch.metrics.Metric, scores, y, { n_resamples: 20, generator: generator(3) })
        const byFunction = of((p, t) => new Area(options).forward(p, t))
        expect(of(new Area(options)).bootstrap_distribution).toEqual(byFunction.bootstrap_distribution)
      }
    },
  )

  test('takes logits as such in every resample', () => {
    // One row alone shows that these are logits.
    const x = torch.cat([torch.full([9, 2], 0.4), torch.full([1, 2], 5)])
    const y = torch.ones([10, 2])
    const metric = new MultilabelF1Score({ num_labels: 2 })
    const { low } = bootstrap(metric, x, y, { n_resamples: 50 }).confidence_interval
    expect(low.item()).toBe(1)
  })

  test('says what is wrong', () => {
    const [x, y] = [torch.rand([4, 2]), torch.zeros([4, 2])]
    const f1 = new MultilabelF1Score({ num_labels: 2 })
    expect(() => bootstrap(untyped('f1'), x, y)).toThrow(
      'bootstrap: metric must be a metric, a MetricCollection or a function of preds and target, but got',
    )
    expect(() => bootstrap(f1, x, torch.zeros([3, 2]))).toThrow('the same number of rows')
    expect(() => bootstrap(f1, torch.zeros([0, 2]), torch.zeros([0, 2]))).toThrow('at least one')
    expect(() => bootstrap(f1, x, y, { n_resamples: 0 })).toThrow('n_resamples must be from 1')
    expect(() => bootstrap(f1, x, y, { confidence_level: 1 })).toThrow('between 0 and 1')
    expect(() => bootstrap(() => untyped('no'), x, y)).toThrow('must be a Tensor')
    expect(() => bootstrap(f1, x, y.add(3))).toThrow('Detected the value 3')
  })
})
