import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { fixture } from '../support/fixture.js'

interface Case {
  rows: number
  labels: number
  probabilities: number[]
  targets: number[]
  options: torch.metrics.LabelIssueOptions
  mask: boolean[]
  per_class: boolean[][]
  ranked: Partial<Record<torch.metrics.LabelScore, number[]>>
}

const { cases } = fixture<{ cases: Case[] }>('metrics/label_issues')
const { find_label_issues } = torch.metrics

describe('find_label_issues', () => {
  test.each(cases.map((entry) => [JSON.stringify(entry.options), entry] as const))(
    'as cleanlab: %s',
    (_, { rows, labels, probabilities, targets, options, mask, per_class, ranked }) => {
      const p = torch.tensor(probabilities).reshape([rows, labels])
      const y = torch.tensor(targets).reshape([rows, labels]).to('uint8')
      expect(find_label_issues(p, y, options).tolist()).toEqual(mask)
      expect(find_label_issues(p, y, { ...options, per_class: true } as object).tolist()).toEqual(per_class)
      for (const [score, rows] of Object.entries(ranked)) {
        const order = find_label_issues(p, y, { ...options, return_indices_ranked_by: score as never })
        expect(order.tolist(), score).toEqual(rows)
      }
    },
  )

  test('planted errors are found, first of all', () => {
    torch.manual_seed(2)
    const truth = torch.rand([500, 6]).lt(0.3).to('float32')
    const probabilities = torch.sigmoid(
      truth
        .mul(8)
        .sub(4)
        .add(torch.randn([500, 6])),
    )
    const targets = truth.clone()
    const planted = [3, 77, 210, 333, 498]
    for (const row of planted) targets[row][1] = 1 - (truth[row][1] as number)
    const found = find_label_issues(probabilities, targets, { return_indices_ranked_by: 'self_confidence' })
    expect([...found.data<Int32Array>()].sort((a, b) => a - b)).toEqual(expect.arrayContaining(planted))
    const lists = find_label_issues(probabilities, targets, {
      per_class: true,
      return_indices_ranked_by: 'normalized_margin',
    })
    expect([...lists[1].data<Int32Array>().slice(0, 5)].sort((a, b) => a - b)).toEqual(planted)
  })

  test('ignored targets, labels without positives, and no rows', () => {
    const p = torch.tensor([
      [0.9, 0.1],
      [0.8, 0.2],
      [0.05, 0.1],
      [0.1, 0.9],
    ])
    const y = torch.tensor([
      [1, 0],
      [1, 0],
      [1, -1],
      [0, -1],
    ])
    expect(find_label_issues(p, y, { ignore_index: -1 }).tolist()).toHaveLength(4)
    const none = torch.full([4, 2], -1)
    expect(find_label_issues(p, none, { ignore_index: -1 }).tolist()).toEqual([false, false, false, false])
    expect(find_label_issues(torch.zeros([0, 2]), torch.zeros([0, 2])).shape).toEqual([0])
  })

  test('what is wrong', () => {
    const [p, y] = [torch.full([2, 2], 0.5), torch.ones([2, 2])]
    expect(() => find_label_issues(torch.full([2, 2], Number.NaN), y)).toThrow('must not contain NaN')
    expect(() => find_label_issues(p, y, { frac_noise: 2 })).toThrow('frac_noise must be in [0, 1]')
    expect(() => find_label_issues(p, y, { min_examples_per_class: -1 })).toThrow('at least 0')
    const removed = (counts: number[], filter_by: torch.metrics.LabelFilter = 'prune_by_class') =>
      find_label_issues(p, y, { filter_by, num_to_remove_per_class: counts })
    expect(() => removed([1, 1], 'confident_learning')).toThrow("but got 'confident_learning'")
    expect(() => removed([1])).toThrow('for each of the 2 labels')
    expect(() => removed([1, -1])).toThrow('at least 0')
    expect(() => find_label_issues(p, y, 'other' as never)).toThrow('filter_by')
    expect(() => find_label_issues(p, torch.ones([2, 3]))).toThrow('same shape')
  })
})
