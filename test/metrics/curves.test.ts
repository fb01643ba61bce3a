/** Areas by their definitions. */
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { expectClose } from '../support/close.js'
import { anyScore, type Column, column, tensors } from './columns.js'
import { create } from './fixtures.js'

describe('curves by their definitions', () => {
  const area = (name: string, samples: Column) => {
    const metric = create(name, { num_labels: 2, average: 'none' })
    return metric.forward(...tensors(samples)).data()[1]
  }
  const [some, many] = [column(anyScore, 12), column(anyScore, 300)]

  test.each([some, many])('AUROC: the share of pairs in order', (samples) => {
    fc.assert(
      fc.property(samples, (samples) => {
        const [positives, negatives] = [true, false].map((kind) =>
          samples.filter(({ positive }) => positive === kind),
        )
        let inOrder = 0
        for (const { score } of positives) {
          for (const other of negatives) inOrder += score > other.score ? 1 : score === other.score ? 0.5 : 0
        }
        const pairs = positives.length * negatives.length
        expectClose([area('MultilabelAUROC', samples)], [pairs === 0 ? 0 : inOrder / pairs], {
          relative: 1e-7,
        })
      }),
      { numRuns: 60 },
    )
  })

  test.each([some, many])('average precision: the mean of the precisions at each positive', (samples) => {
    fc.assert(
      fc.property(samples, (samples) => {
        const positives = samples.filter(({ positive }) => positive)
        const precisions = positives.map(({ score }) => {
          const above = samples.filter((other) => other.score >= score)
          return above.filter(({ positive }) => positive).length / above.length
        })
        const want = precisions.reduce((sum, x) => sum + x, 0) / Math.max(positives.length, 1)
        expectClose([area('MultilabelAveragePrecision', samples)], [want], { relative: 1e-7 })
      }),
      { numRuns: 60 },
    )
  })
})
