import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { fixture } from '../support/fixture.js'

interface Loader {
  seed: number
  generator_seed: number | null
  n: number
  options: { batch_size: number; shuffle?: boolean; drop_last?: boolean }
  epochs: number[][][]
  rand_after: number[]
  generator_rand_after: number[] | null
}

const { loaders } = fixture<{ loaders: Loader[] }>('data/dataloader')

describe('DataLoader visits the rows in the order of torch', () => {
  test.each(loaders)(
    'seed $seed, generator $generator_seed, $n rows, $options',
    ({ seed, generator_seed, n, options, epochs, rand_after, generator_rand_after }) => {
      torch.manual_seed(seed)
      const generator =
        generator_seed === null ? {} : { generator: new torch.Generator().manual_seed(generator_seed) }
      const dataset = new torch.utils.data.TensorDataset(torch.arange(n))
      const loader = new torch.utils.data.DataLoader(dataset, { ...options, ...generator })
      for (const batches of epochs) {
        const got = [...loader].map(([rows]) => rows.tolist())
        expect(got).toEqual(batches)
        expect(loader.length).toBe(batches.length)
      }
      expect(torch.rand([rand_after.length]).tolist()).toEqual(rand_after.map(Math.fround))
      if (generator_rand_after !== null)
        expect(torch.rand([3], generator).tolist()).toEqual(generator_rand_after.map(Math.fround))
    },
  )

  test('a dataset of its own kind is stacked row by row', () => {
    const squares = { length: 3, get: (i: number) => [torch.tensor([i, i * i])] as const }
    const batches = [...new torch.utils.data.DataLoader(squares, { batch_size: 2 })]
    expect(batches.map(([rows]) => rows.tolist())).toEqual([
      [
        [0, 0],
        [1, 1],
      ],
      [[2, 4]],
    ])
  })
})

describe('Subset', () => {
  const dataset = new torch.utils.data.TensorDataset(torch.arange(10))

  test('has the rows at its indices, one by one and in batches', () => {
    const subset = new torch.utils.data.Subset(dataset, [7, 2, -1])
    expect([subset.length, subset.get(1)[0].item(), subset.get(-1)[0].item()]).toEqual([3, 2, 9])
    const batches = [...new torch.utils.data.DataLoader(subset, { batch_size: 2 })]
    expect(batches.map(([rows]) => rows.tolist())).toEqual([[7, 2], [9]])
    const squares = { length: 4, get: (i: number) => [torch.tensor([i * i])] as const }
    const own = new torch.utils.data.Subset(squares, [3, 1])
    expect([...new torch.utils.data.DataLoader(own, { batch_size: 2 })][0][0].tolist()).toEqual([[9], [1]])
  })

  test('refuses what is not there', () => {
    const { Subset, random_split } = torch.utils.data
    expect(() => new Subset(dataset, [10])).toThrow(torch.IndexError)
    expect(() => new Subset(dataset, [1]).get(1)).toThrow(torch.IndexError)
    expect(() => random_split(dataset, [3, 4])).toThrow(
      'Sum of input lengths does not equal the length of the input dataset! (7 and 10)',
    )
    expect(() => random_split(dataset, [2.5, 7.5])).toThrow(torch.ValueError)
    expect(() => random_split(dataset, [-1, 11])).toThrow('lengths[0] must be a number of at least 0')
    expect(() => random_split(dataset, [])).toThrow('(0 and 10)')
  })
})
