/** Metrics where labels are missing: as torchmetrics for -1, and the same for NaN. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { fixture, restore, type Stored } from '../support/fixture.js'

const { metrics } = torch
type Value = torch.Tensor | readonly Value[]
interface Metric {
  update(preds: torch.Tensor, target: torch.Tensor): void
  compute(): Value
}
interface Case {
  metric: string
  options: Record<string, unknown>
  target: number
  values: Stored[]
}
const given = fixture<{ preds: Stored; targets: Stored[]; cases: Case[] }>('metrics/missing_labels')

const [preds, targets] = [restore(given.preds), given.targets.map((target) => restore(target).float())]
const withNaN = (target: torch.Tensor) => torch.where(target.eq(-1), Number.NaN, target)
const flat = (value: Value): torch.Tensor[] =>
  value instanceof torch.Tensor ? [value] : value.flatMap((part) => flat(part))

function computed(name: string, options: object, target: torch.Tensor, ignore_index: number): number[][] {
  const Metric = metrics[name as 'MultilabelAccuracy'] as unknown as new (options: object) => Metric
  const metric = new Metric({ num_labels: 6, ignore_index, ...options })
  metric.update(preds.narrow(0, 7, 1), target.narrow(0, 7, 1))
  metric.update(preds, target)
  return flat(metric.compute()).map((part) => Array.from(part.data(), Number))
}

test.each(given.cases)('$metric $options', ({ metric, options, target, values }) => {
  const got = computed(metric, options, targets[target], -1)
  expect(got.length).toBe(values.length)
  for (const [i, value] of values.entries())
    expectClose(got[i], value.data, { relative: 2e-6, absolute: 1e-7 })
  expect(computed(metric, options, withNaN(targets[target]), Number.NaN)).toEqual(got)
})

describe('the others', () => {
  const [target] = targets
  const known = target.gt(-1)

  test('every metric takes NaN', () => {
    for (const name of Object.keys(metrics).filter((name) => name.startsWith('Multilabel'))) {
      const options = {
        ...(name.includes('FBeta') && { beta: 2 }),
        ...(name.endsWith('AtK') && { k: 2 }),
        ...(name.endsWith('AtFixedPrecision') && { min_precision: 0.5 }),
        ...(name.endsWith('AtFixedRecall') && { min_recall: 0.5 }),
        ...(name.endsWith('AtSensitivity') && { min_sensitivity: 0.5 }),
        ...(name.endsWith('AtSpecificity') && { min_specificity: 0.5 }),
      }
      const want = computed(name, options, target, -1)
      expect(computed(name, options, withNaN(target), Number.NaN), name).toEqual(want)
    }
  })

  test('functions count what is known', () => {
    for (const [all, ignore_index] of [
      [target, -1],
      [withNaN(target), Number.NaN],
    ] as const) {
      const counts = metrics.class_weights(all, { ignore_index })
      expect(counts.tolist()).toEqual(metrics.class_weights(target, { ignore_index: -1 }).tolist())
      expect(Array.from(counts.data()).every(Number.isFinite)).toBe(true)
      expect(Array.from(metrics.pos_weight(all, { ignore_index }).data()).every(Number.isFinite)).toBe(true)
      const { thresholds, scores } = metrics.tune_thresholds(preds, all, { ignore_index })
      for (const tuned of [thresholds, scores]) {
        expect(Array.from(tuned.data()).every(Number.isFinite)).toBe(true)
      }
      const curve = metrics.calibration_curve(all, preds, { ignore_index })
      const alone = metrics.calibration_curve(target.masked_select(known), preds.masked_select(known))
      expect(curve.map((part) => part.tolist())).toEqual(alone.map((part) => part.tolist()))
      const report = metrics.classification_report(all, preds.gt(0.5), { ignore_index, output_dict: true })
      const wanted = Object.fromEntries(
        (['Precision', 'Recall', 'F1Score'] as const).map((name) => [
          name,
          computedOn(name, preds.gt(0.5).float(), target),
        ]),
      )
      for (let label = 0; label < 6; label++) {
        expect(report[label].precision).toBeCloseTo(wanted.Precision[label])
        expect(report[label].recall).toBeCloseTo(wanted.Recall[label])
        expect(report[label]['f1-score']).toBeCloseTo(wanted.F1Score[label])
        expect(report[label].support).toBe(target.select(1, label).eq(1).sum().item())
      }
      expect(Object.values(report).every((line) => Object.values(line).every(Number.isFinite))).toBe(true)
    }
  })
})

function computedOn(name: 'Precision' | 'Recall' | 'F1Score', scores: torch.Tensor, target: torch.Tensor) {
  const metric = new metrics[`Multilabel${name}`]({ num_labels: 6, ignore_index: -1, average: 'none' })
  metric.update(scores, target)
  return Array.from(metric.compute().data(), Number)
}

test('NaN and infinity are no labels unless ignored', () => {
  const [scores, metric] = [torch.rand(2, 3), new metrics.MultilabelAccuracy({ num_labels: 3 })]
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => metric.update(scores, torch.full([2, 3], value))).toThrow(/Detected the value/)
  }
})
