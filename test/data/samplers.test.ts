import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { untyped } from '../support/errors.js'
import { fixture } from '../support/fixture.js'

const { data } = torch.utils

interface Drawn {
  name: 'RandomSampler' | 'SubsetRandomSampler' | 'WeightedRandomSampler'
  args: [source: number | number[], ...rest: unknown[]]
  options: Record<string, unknown>
  generator_seed: number | null
  length: number
  rand_after: number[]
}

const { samplers, loaders, splits } = fixture<{
  samplers: (Drawn & { epochs: number[][]; generator_rand_after: number[] | null })[]
  loaders: (Drawn & { epochs: number[][][] })[]
  splits: { n: number; lengths: number[]; parts: number[][] }[]
}>('data/samplers')

function make({ name, args: [source, ...rest], generator_seed }: Drawn, options: object) {
  torch.manual_seed(5)
  const generator =
    generator_seed === null ? {} : { generator: new torch.Generator().manual_seed(generator_seed) }
  const rows = typeof source === 'number' ? { length: source } : source
  return {
    generator,
    sampler: Reflect.construct(data[name], [
      rows,
      ...rest,
      { ...options, ...generator },
    ]) as torch.utils.data.RandomSampler,
  }
}

const drawnAfter = (count: number, options: object = {}) => torch.rand([count], options).tolist()

describe('samplers draw what torch draws', () => {
  test.each(samplers)('$name $args $options, generator $generator_seed', (fixed) => {
    const { sampler, generator } = make(fixed, fixed.options)
    expect(sampler.length).toBe(fixed.length)
    for (const epoch of fixed.epochs) expect([...sampler]).toEqual(epoch)
    expect(drawnAfter(2)).toEqual(fixed.rand_after.map(Math.fround))
    if (fixed.generator_rand_after !== null) {
      expect(drawnAfter(2, generator)).toEqual(fixed.generator_rand_after.map(Math.fround))
    }
  })

  test.each(loaders)('DataLoader with $name $args $options, generator $generator_seed', (fixed) => {
    const { sampler } = make(fixed, {})
    const loader = new data.DataLoader(new data.TensorDataset(torch.arange(9)), { sampler, ...fixed.options })
    expect(loader.length).toBe(fixed.length)
    for (const epoch of fixed.epochs) expect([...loader].map(([rows]) => rows.tolist())).toEqual(epoch)
    expect(drawnAfter(2)).toEqual(fixed.rand_after.map(Math.fround))
  })

  test.each(splits)('random_split of $n by $lengths', ({ n, lengths, parts }) => {
    torch.manual_seed(6)
    const split = data.random_split({ length: n, get: (i: number) => i }, lengths)
    expect(split.map(({ indices }) => indices)).toEqual(parts)
  })
})

describe('samplers', () => {
  test('of batches', () => {
    const { BatchSampler, SequentialSampler } = data
    const batches = new BatchSampler(new SequentialSampler([5, 6, 7]), 2, false)
    expect([batches.length, [...batches]]).toEqual([2, [[0, 1], [2]]])
    const whole = new BatchSampler([3, 1, 2], { batch_size: 2, drop_last: true })
    expect([whole.length, [...whole]]).toEqual([1, [[3, 1]]])
    expect([...new BatchSampler(['a', 'b'], 2, false)]).toEqual([['a', 'b']])
  })

  test('of one’s own', () => {
    class Backwards extends data.Sampler {
      override *[Symbol.iterator]() {
        yield* [2, 1, 0]
      }
    }
    const rows = new data.TensorDataset(torch.arange(3))
    const loader = new data.DataLoader(rows, { batch_size: 2, sampler: new Backwards() })
    expect([...loader].map(([x]) => x.tolist())).toEqual([[2, 1], [0]])
    expect(() => loader.length).toThrow('length must be a number')
    const batched = new data.DataLoader(rows, { batch_sampler: [[2, 0], [1]] })
    expect([batched.length, ...[...batched].map(([x]) => x.tolist())]).toEqual([2, [2, 0], [1]])
  })

  test('say what is wrong', () => {
    const rows = new data.TensorDataset(torch.arange(3))
    const { BatchSampler, DataLoader, RandomSampler, WeightedRandomSampler } = data
    expect(() => new RandomSampler([])).toThrow('num_samples should be a positive integer value')
    expect(() => new RandomSampler([1], { num_samples: 0 })).toThrow('num_samples=0')
    // Otherwise it would draw nothing without end.
    expect(() => [...new RandomSampler([], { num_samples: 2 })]).toThrow('no rows to draw from')
    const source = [1]
    const emptied = new RandomSampler(source)
    source.pop()
    expect(() => [...emptied]).toThrow('no rows to draw from')
    expect(() => new BatchSampler([1], 0, false)).toThrow('batch_size should be a positive integer value')
    expect(() => new WeightedRandomSampler([1], 0)).toThrow('num_samples=0')
    expect(() => new WeightedRandomSampler(torch.ones([2, 2]), 1)).toThrow('weights should be a 1d sequence')
    expect(() => [...new WeightedRandomSampler([1, -1], 3)]).toThrow('element < 0')
    expect(() => [...new WeightedRandomSampler([0, 0], 3)]).toThrow('sum of probabilities <= 0')
    expect(() => [...new WeightedRandomSampler([1, 1], 3, false)]).toThrow('without replacement')
    expect(() => new DataLoader(rows, { sampler: [0], shuffle: true })).toThrow(
      'mutually exclusive with shuffle',
    )
    expect(() => new DataLoader(rows, { batch_sampler: [[0]], batch_size: 2 })).toThrow('mutually exclusive')
    expect(() => new DataLoader(rows, { batch_size: null, drop_last: true })).toThrow(
      'disables auto-batching',
    )
    expect(() => [...new DataLoader(rows, { sampler: [5] })]).toThrow(torch.IndexError)
    expect(() => [...new DataLoader(rows, { batch_sampler: untyped([3]) })]).toThrow(TypeError)
  })
})

describe('datasets', () => {
  const { ChainDataset, ConcatDataset, DataLoader, IterableDataset, StackDataset, Subset, TensorDataset } =
    data
  const letters = { length: 2, get: (i: number) => 'ab'[i] }

  class Count extends IterableDataset<number> {
    constructor(readonly to: number) {
      super()
    }

    override *[Symbol.iterator]() {
      for (let i = 0; i < this.to; i++) yield i
    }
  }

  test('one after another', () => {
    const two = [new TensorDataset(torch.arange(3)), new TensorDataset(torch.arange(2).add(10))]
    const all = new ConcatDataset(two)
    expect([all.length, all.cumulative_sizes]).toEqual([5, [3, 5]])
    const loader = new DataLoader(all, { batch_size: 5 })
    expect([...loader].map(([x]) => x.tolist())).toEqual([[0, 1, 2, 10, 11]])
    expect((all.get(-1) as torch.Tensor[])[0].item()).toBe(11)
    expect(() => all.get(5)).toThrow(torch.IndexError)
    expect(() => new ConcatDataset([])).toThrow('datasets should not be an empty iterable')
    expect(() => new ConcatDataset([untyped(new Count(2))])).toThrow('does not support IterableDataset')
    expect([...new ChainDataset([new Count(2), [7]])]).toEqual([0, 1, 7])
  })

  test('side by side', () => {
    const numbers = { length: 2, get: (i: number) => i + 0.5 }
    expect(new StackDataset(letters, numbers).get(1)).toEqual(['b', 1.5])
    const named = new StackDataset({ letter: letters, number: numbers })
    const [batch] = [...new DataLoader(named, { batch_size: 2 })]
    expect(batch.letter).toEqual(['a', 'b'])
    expect(batch.number).toEqual(torch.tensor([0.5, 1.5]))
    expect(() => new StackDataset(letters, new TensorDataset(torch.ones([3])))).toThrow(
      'Size mismatch between datasets',
    )
  })

  test('side by side, of which one is promised', async () => {
    const later = { length: 2, get: async (i: number) => i + 0.5 }
    for (const stacked of [
      new StackDataset({ letter: letters, number: later }),
      new StackDataset({ number: later, letter: letters }),
    ]) {
      const loader = new DataLoader(stacked, { batch_size: 2 })
      const batches: unknown[] = []
      for await (const batch of loader) batches.push(batch)
      expect(batches).toEqual([{ letter: ['a', 'b'], number: torch.tensor([0.5, 1.5]) }])
      expect(() => [...loader]).toThrow('dataset.get returned a Promise')
    }
    for await (const batch of new DataLoader(new StackDataset(letters, later))) {
      expect(batch).toEqual([['a'], torch.tensor([0.5])])
      break
    }
  })

  test('streams', () => {
    const batches = (options: object) =>
      Array.from(new DataLoader(new Count(5), options), (batch) => (batch as torch.Tensor).tolist())
    expect(batches({ batch_size: 2 })).toEqual([[0, 1], [2, 3], [4]])
    expect(batches({ batch_size: 2, drop_last: true })).toEqual([
      [0, 1],
      [2, 3],
    ])
    expect([...new DataLoader(new Count(2), { batch_size: null })]).toEqual([0, 1])
    expect(() => new DataLoader(new Count(2)).length).toThrow('dataset.length')
    expect(() => new DataLoader(new Count(2), { shuffle: true })).toThrow(
      'expected unspecified shuffle option',
    )
    expect(() => new DataLoader(new Count(2), { sampler: [1] })).toThrow(
      'expected unspecified sampler option',
    )
  })

  test('rows of anything, made to batches', () => {
    const rows = [
      { x: Float32Array.of(1, 2), y: [1, true], name: 'one' },
      { x: Float32Array.of(3, 4), y: [2, false], name: 'two' },
    ]
    const batch = data.default_collate(rows)
    expect(batch.x).toEqual(
      torch.tensor([
        [1, 2],
        [3, 4],
      ]),
    )
    expect(batch.y).toEqual([torch.tensor([1, 2]), torch.tensor([true, false])])
    expect(batch.name).toEqual(['one', 'two'])
    expect(() => data.default_collate([[1], [1, 2]])).toThrow('should be of equal size')
    expect(() => data.default_collate([1, 'a'])).toThrow('rows must be alike')
    expect(() => data.default_collate([() => 1])).toThrow('default_collate: batch must contain tensors')
    expect(data.default_convert({ x: Float32Array.of(1), y: 'a' })).toEqual({ x: torch.tensor([1]), y: 'a' })
    const loader = new DataLoader(letters, { batch_size: 2, collate_fn: (texts: string[]) => texts.join('') })
    expect([...loader]).toEqual(['ab'])
  })

  test('with rows that are promises', async () => {
    const later = {
      length: 5,
      async get(i: number): Promise<[torch.Tensor, number]> {
        await new Promise((resolve) => setTimeout(resolve, 5 - i))
        return [torch.tensor([i]), i]
      },
    }
    const walk = async (loader: AsyncIterable<readonly [torch.Tensor, torch.Tensor]>) => {
      const seen: unknown[] = []
      for await (const [x, i] of loader) seen.push([x.tolist(), i.tolist()])
      return seen
    }
    type Rows = torch.utils.data.Dataset<[torch.Tensor, number]>
    const orderOf = (seed: number, dataset: Rows) => {
      torch.manual_seed(seed)
      return new DataLoader(dataset, { batch_size: 2, shuffle: true })
    }
    const same = { length: 5, get: (i: number): [torch.Tensor, number] => [torch.tensor([i]), i] }
    const want = Array.from(orderOf(3, same), ([x, i]) => [x.tolist(), i.tolist()])
    expect(await walk(orderOf(3, later))).toEqual(want)
    expect(await walk(orderOf(3, same))).toEqual(want)
    const [first] = data.random_split(later, [0.6, 0.4])
    expect((await walk(new DataLoader(new Subset(first, [0]))))[0]).toEqual([
      [[first.indices[0]]],
      [first.indices[0]],
    ])
    expect(() => [...new DataLoader(later)]).toThrow('write `for await (const batch of loader)`')
    expect(() => [...new DataLoader(first)]).toThrow('write `for await (const batch of loader)`')
    const stream = {
      async *[Symbol.asyncIterator]() {
        yield* [1, 2, 3]
      },
    }
    const streamed: unknown[] = []
    for await (const batch of new DataLoader(stream, { batch_size: 2 })) streamed.push(batch.tolist())
    expect(streamed).toEqual([[1, 2], [3]])
    expect(() => [...new DataLoader(stream)]).toThrow('for await')
  })
})

test('random_split gives a tuple', () => {
  const [a, b] = data.random_split(new data.TensorDataset(torch.arange(10)), [7, 3])
  expect([a.length, b.length]).toEqual([7, 3])
  // @ts-expect-error: there are two parts
  const [, , c] = data.random_split(new data.TensorDataset(torch.arange(10)), [7, 3])
  expect(c).toBe(undefined)
})
