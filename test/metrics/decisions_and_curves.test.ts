/** Counts, their statistics, results for each sample, and points of curves, as torchmetrics has them. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { untyped } from '../support/errors.js'
import { fixture, restore, type Stored } from '../support/fixture.js'

type Value = Stored | readonly Value[]
interface Case {
  metric: string
  input: string
  options: Record<string, unknown>
  value: Value
}

const { inputs, functions, cases } = fixture<{
  inputs: Record<string, { preds: Stored; target: Stored; ignore_index: number | null }>
  functions: Record<string, string>
  cases: Case[]
}>('metrics/decisions_and_curves')

const { metrics } = torch

/** The metric of a case, and its batch. */
function made({ metric, input, options }: Case) {
  const { preds, target, ignore_index } = inputs[input]
  const keywords = { num_labels: 4, ignore_index, ...options }
  const Metric = Reflect.get(metrics, metric) as new (options: object) => torch.metrics.Metric<unknown>
  return { keywords, metric: new Metric(keywords), batch: [restore(preds), restore(target)] as const }
}

function expectValue(got: unknown, want: Value): void {
  if (Array.isArray(want)) {
    expect((got as unknown[]).length).toBe(want.length)
    for (const [i, each] of want.entries()) expectValue((got as unknown[])[i], each)
    return
  }
  const { shape, dtype, data } = want as Stored
  expect(got).toBeInstanceOf(torch.Tensor)
  expect((got as torch.Tensor).shape).toEqual(shape)
  expect((got as torch.Tensor).dtype).toBe(dtype)
  expectClose((got as torch.Tensor).data(), data, { relative: 1e-6, absolute: 1e-6 })
}

const names = [...new Set(cases.map(({ metric }) => metric))]

describe('metrics equal torchmetrics', () => {
  test.each(names)('%s', (name) => {
    for (const one of cases.filter(({ metric }) => metric === name)) {
      const { metric, batch } = made(one)
      try {
        expectValue(metric.forward(...batch), one.value)
        expectValue(metric.compute(), one.value)
      } catch (error) {
        throw new Error(`${one.input} ${JSON.stringify(one.options)}: ${(error as Error).message}`)
      }
    }
  })

  test.each(names)('%s in two parts, and merged', (name) => {
    const one = cases.find(
      ({ metric, input }) => metric === name && /probabilities|^deep$/.test(input),
    ) as Case
    const { metric, batch } = made(one)
    const parts = [0, 1].map((half) => {
      const length = batch[0].shape[0]
      const middle = Math.floor(length / 2)
      return batch.map((x) => x.slice(0, half * middle, half === 0 ? middle : length)) as never
    })
    const other = made(one).metric
    metric.update(...(parts[0] as [never, never]))
    other.update(...(parts[1] as [never, never]))
    metric.merge_state(other)
    expectValue(metric.compute(), one.value)
    metric.reset()
    metric.update(...(parts[0] as [never, never]))
    metric.update(...(parts[1] as [never, never]))
    expectValue(metric.compute(), one.value)
  })
})

describe('torch.metrics.functional', () => {
  test('has torchmetrics’ functions', () => {
    const absent = ['multilabel_eer', 'multilabel_logauc']
    const wanted = Object.values(functions).filter((name) => !absent.includes(name))
    expect(Object.keys(metrics.functional).sort()).toEqual(wanted.sort())
  })

  test.each(names)('of %s', (name) => {
    const one = cases.find(({ metric }) => metric === name) as Case
    const { keywords, batch } = made(one)
    const measured = Reflect.get(metrics.functional, functions[name]) as (...args: unknown[]) => unknown
    expectValue(measured(...batch, keywords), one.value)
    expectValue(measured({ preds: batch[0], target: batch[1], ...keywords }), one.value)
  })

  test('takes arguments by position', () => {
    const [preds, target] = [torch.tensor([[0.9, 0.2]]), torch.tensor([[1, 1]])]
    expect(metrics.functional.multilabel_recall(preds, target, 2, 0.5, 'none').tolist()).toEqual([1, 0])
    expect(metrics.functional.multilabel_fbeta_score(preds, target, 2, 2, 0.1).item()).toBe(1)
    expect(() => metrics.functional.multilabel_recall(preds, target, 1)).toThrow('num_labels')
    expect(() => Reflect.apply(metrics.functional.multilabel_recall, null, [{ num_labels: 2 }])).toThrow(
      "missing required argument 'preds'",
    )
  })
})

describe('MetricCollection', () => {
  const { MetricCollection, MultilabelF1Score, MultilabelPrecisionRecallCurve, MultilabelRecall } = metrics
  const batch = [
    torch.tensor([
      [0.9, 0.2],
      [0.1, 0.6],
    ]),
    torch.tensor([
      [1, 0],
      [1, 1],
    ]),
  ] as const

  test('computes by name', () => {
    const all = new MetricCollection(
      { f1: new MultilabelF1Score(2), curve: new MultilabelPrecisionRecallCurve(2) },
      { prefix: 'val_' },
    )
    expect(all.keys()).toEqual(['val_f1', 'val_curve'])
    const results = untyped(all.forward(...batch)) as unknown as Record<string, torch.Tensor>
    expect(results.val_f1.item()).toBeCloseTo(5 / 6, 6)
    all.update(...batch)
    expect(Object.keys(all.compute())).toEqual(['val_f1', 'val_curve'])
    all.reset()
    all.update(...batch)
    const named = new MetricCollection([new MultilabelF1Score(2), new MultilabelRecall(2)])
    named.update(...batch)
    expect(named.compute().MultilabelRecall.item()).toBe(0.75)
    named.merge_state(named)
    expect(named.compute().MultilabelRecall.item()).toBe(0.75)
  })

  test('adds a batch or a state to all of its metrics, or to none', () => {
    const collectionOf = (labels: number) => {
      const recall = new MultilabelRecall(2)
      const curve = new metrics.MultilabelAUROC(labels)
      return { recall, curve, all: new MetricCollection({ recall, curve }) }
    }
    const { recall, curve, all } = collectionOf(2)
    all.update(...batch)
    const wrong = [torch.tensor([[0, 0]]).int(), torch.tensor([[1, 1]])] as const
    expect(() => recall.forward(...wrong)).not.toThrow()
    recall.reset()
    recall.update(...batch)
    expect(() => all.update(...wrong)).toThrow('floating tensor')
    expect(() => all.forward(...wrong)).toThrow('floating tensor')
    // A curve has no value without rows.
    expect(() => all.forward(torch.zeros([0, 2]), torch.zeros([0, 2]))).toThrow('No samples')
    const other = collectionOf(3)
    other.recall.update(...wrong)
    expect(() => all.merge_state(other.all)).toThrow('different forms')
    expect(recall.compute().item()).toBe(0.75)
    expect(curve.compute().item()).toBe(0.5)
  })

  test('says what is wrong', () => {
    expect(() => new MetricCollection([])).toThrow('must be a metric, an array or an object of metrics')
    expect(() => new MetricCollection({ f1: untyped(1) })).toThrow('f1 must be a metric')
    expect(() => new MetricCollection([new MultilabelF1Score(2), new MultilabelF1Score(2)])).toThrow(
      'both named',
    )
    expect(() => new MetricCollection([new MultilabelF1Score(2)]).merge_state(untyped(1))).toThrow(
      'Expected incoming',
    )
  })
})

test('what is wrong is said', () => {
  const two = [torch.tensor([[0.9, 0.2]]), torch.tensor([[1, 0]])] as const
  const samplewise = new metrics.MultilabelRecall(2, { multidim_average: 'samplewise' })
  expect(() => samplewise.update(...two)).toThrow('at least 3D when multidim_average is set to `samplewise`')
  expect(() => new metrics.MultilabelConfusionMatrix(2, { normalize: untyped('rows') })).toThrow('normalize')
  expect(() => new metrics.MultilabelRecallAtFixedPrecision(2, 1.5)).toThrow('min_precision')
  expect(() => new metrics.MultilabelROC(2).compute()).toThrow('No samples to concatenate')
  expect(() => samplewise.merge_state(new metrics.MultilabelRecall(2))).toThrow('different forms')
})
