/** Every metric against torchmetrics and scikit-learn, whole and in parts. */
import { describe, expect, test } from 'vitest'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { expectClose } from '../support/close.js'
import { restore } from '../support/fixture.js'
import { cases, create, real } from './fixtures.js'

// torchmetrics computes in float32, its sums in no particular order.
const tolerances = {
  torchmetrics: { relative: 3e-6, absolute: 1e-6 },
  'scikit-learn': { relative: 6.1e-8, absolute: 1e-9 },
}

/** Both halves of the rows, cut at `at`. */
const halves = (x: Tensor, at: number) => [x.narrow(0, 0, at), x.narrow(0, at, x.shape[0] - at)]

describe.each([...cases, real])('$note', ({ preds, target, ignore_index, results }) => {
  const [scores, labels] = [restore(preds), restore(target)]
  const names = [...new Set(results.map(({ metric }) => metric))]

  test.each(names)('%s', (name) => {
    for (const { metric, options, by, value } of results) {
      if (metric !== name) continue
      const all = { num_labels: scores.shape[1], ignore_index, ...options }
      const got = create(name, all).forward(scores, labels)
      expect(got.shape).toEqual('average' in options && options.average === 'none' ? [value.length] : [])
      try {
        expectClose(got.data(), value, tolerances[by])
      } catch (error) {
        throw new Error(`${JSON.stringify(options)} by ${by}: ${(error as Error).message}`)
      }
    }
  })

  // A part of logits may lie in [0, 1]: it counts as probabilities, here and in torchmetrics.
  const isLogits = preds.data.some((x) => Number(x) < 0 || Number(x) > 1)
  if (isLogits || scores.shape[0] < 2) return
  test('updates, merged states and forward are one update', () => {
    for (const { metric, options } of results) {
      const make = () => create(metric, { num_labels: scores.shape[1], ignore_index, ...options })
      const whole = make()
      whole.update(scores, labels)
      const want = whole.compute().data()
      const [firstScores, restScores] = halves(scores, 1)
      const [firstLabels, restLabels] = halves(labels, 1)

      const inTwo = make()
      inTwo.update(firstScores, firstLabels)
      inTwo.update(restScores, restLabels)
      expectClose(inTwo.compute().data(), want)

      const [left, right] = [make(), make()]
      left.update(firstScores, firstLabels)
      right.update(restScores, restLabels)
      const before = right.compute().data()
      left.merge_state(right)
      expectClose(left.compute().data(), want)
      expect(right.compute().data()).toEqual(before)

      const stepwise = make()
      stepwise.update(firstScores, firstLabels)
      expect(stepwise.forward(restScores, restLabels).data()).toEqual(before)
      expectClose(stepwise.compute().data(), want)
      stepwise.reset()
      stepwise.update(scores, labels)
      expect(stepwise.compute().data()).toEqual(want)
    }
  })
})
