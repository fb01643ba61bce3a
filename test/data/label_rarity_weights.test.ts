import { expect, test } from 'vitest'
import torch from '../../ts/index.js'

const { label_rarity_weights, WeightedRandomSampler } = torch.utils.data

test('label_rarity_weights: N / n of the rarest label, 1 without labels', () => {
  const targets = torch.tensor([
    [1, 0],
    [1, 1],
    [1, Number.NaN],
    [0, -1],
  ])
  const wanted = [4 / 3, 4, 4 / 3, 1].map(Math.fround)
  expect(label_rarity_weights(targets).tolist()).toEqual(wanted)
  expect(label_rarity_weights([[5], [5, 9], [5], []]).tolist()).toEqual(wanted)
  expect(label_rarity_weights(torch.tensor([[7], [1]]), { ignore_index: 7 }).tolist()).toEqual([1, 2])
  expect(label_rarity_weights(torch.zeros([0, 3])).shape).toEqual([0])
  expect(() => label_rarity_weights(torch.full([1, 1], 0.5))).toThrow('targets must be 0 or 1')
})

test('a WeightedRandomSampler takes them', () => {
  const weights = label_rarity_weights(
    torch.tensor([
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 1],
    ]),
  )
  const generator = new torch.Generator().manual_seed(3)
  const drawn = [...new WeightedRandomSampler(weights, 1000, { generator })]
  const share = drawn.filter((row) => Number(row) === 3).length / 1000
  expect(share).toBeGreaterThan(0.5)
})
