import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { untyped } from '../support/errors.js'

const {
  Embedding,
  EmbeddingBag,
  GELU,
  Identity,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  ModuleDict,
  ModuleList,
  Parameter,
  ParameterList,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Tanh,
} = torch.nn
const { ones } = torch

describe('containers', () => {
  test('Sequential and ModuleList as arrays', () => {
    const [a, b, c] = [new ReLU(), new Tanh(), new Sigmoid()]
    for (const list of [new Sequential(a, b), new ModuleList<torch.nn.Layer>([a, b])]) {
      expect([list.length, list[0], list.at(-1), [...list]]).toEqual([2, a, b, [a, b]])
      list.append(c)
      expect(list.pop()).toBe(c)
      list[1] = c
      expect([...list]).toEqual([a, c])
      expect(() => list.insert(5, b)).toThrow(torch.IndexError)
      expect(() => list.append(untyped(3))).toThrow(`${list.constructor.name}: 3 is not a Module subclass`)
      expect(() => list.extend(untyped(3))).toThrow('extend: modules must be an iterable, but got 3')
      expect([...list], 'nothing was lost').toEqual([a, c])
    }
  })

  test('ModuleDict as a map', () => {
    const [act, last] = [new ReLU(), new Linear(1, 1)]
    const dict = new ModuleDict<Record<string, torch.nn.Module>>({ act })
    dict.set('last', last)
    expect([dict.length, [...dict], [...dict.keys()], [...dict.values()]]).toEqual([
      2,
      ['act', 'last'],
      ['act', 'last'],
      [act, last],
    ])
    expect([...dict.items()]).toEqual([
      ['act', act],
      ['last', last],
    ])
    expect([dict.has('act'), dict.has('keys'), dict.get('last')]).toEqual([true, false, last])
    expect(() => dict.get('other')).toThrow('ModuleDict: there is no module string other')
    expect(() => dict.set('keys', act)).toThrow("attribute 'keys' already exists")
    expect(() => dict.set('a.b', act)).toThrow('module name can\'t contain "."')
    expect(() => dict.set('a', untyped(3))).toThrow('ModuleDict: 3 is not a Module subclass')
    expect(() => dict.update(untyped(3))).toThrow('with an iterable of key/value pairs, but got 3')
    expect(() => dict.update(untyped([3]))).toThrow('an entry must be a name and a module, but got 3')
    expect(dict.pop('act')).toBe(act)
    dict.clear()
    expect(dict.length).toBe(0)
    // Typed by its names.
    const heads = new ModuleDict({ topic: new Linear(2, 3), mood: new Tanh() })
    expect(heads.get('topic').out_features).toBe(3)
  })

  test('ParameterList learns what is in it', () => {
    const weights = new ParameterList([ones([2]), ones([3])])
    expect([weights.length, weights[1].shape, weights.at(-2).shape]).toEqual([2, [3], [2]])
    expect([...weights].every((weight) => weight instanceof Parameter && weight.requires_grad)).toBe(true)
    expect(() => weights.extend(untyped(ones([2])[0]))).toThrow('values must be an iterable')
    expect(() => weights.append(untyped(3))).toThrow(
      'ParameterList.append: value must be a Tensor, but got 3',
    )
  })
})

describe('layers', () => {
  const words = torch.tensor([[1, 2, 0]], { dtype: 'int32' })

  test('Embedding', () => {
    torch.manual_seed(0)
    const layer = new Embedding(4, 3, { padding_idx: 1 })
    const rows = layer.weight.tolist() as number[][]
    expect(layer.forward(words).tolist()).toEqual([[rows[1], rows[2], rows[0]]])
    expect(rows[1]).toEqual([0, 0, 0])
    layer.forward(words).sum().backward()
    expect(layer.weight.grad?.tolist()).toEqual([
      [1, 1, 1],
      [0, 0, 0],
      [1, 1, 1],
      [0, 0, 0],
    ])
  })

  test('from_pretrained is frozen and shares memory', () => {
    const table = ones([3, 2])
    const layer = Embedding.from_pretrained(table)
    table[2].fill_(5)
    expect(layer.forward(words).tolist()).toEqual([
      [
        [1, 1],
        [5, 5],
        [1, 1],
      ],
    ])
    expect([layer.weight.requires_grad, layer.padding_idx]).toEqual([false, null])
    const bag = EmbeddingBag.from_pretrained(table, { freeze: false, mode: 'sum', padding_idx: 0 })
    expect(bag.forward(words).tolist()).toEqual([[6, 6]])
    expect(bag.weight.requires_grad).toBe(true)
    expect(() => Embedding.from_pretrained(ones([3]))).toThrow('embeddings must be 2-dimensional')
  })

  test('EmbeddingBag with offsets and factors', () => {
    const bag = EmbeddingBag.from_pretrained(torch.tensor([[1], [10], [100]]), { mode: 'sum' })
    const [input, offsets] = [
      [0, 1, 2, 2],
      [0, 1, 1],
    ].map((values) => torch.tensor(Int32Array.from(values)))
    expect(bag.forward(input, offsets).tolist()).toEqual([[1], [0], [210]])
    expect(bag.forward(input, offsets, torch.tensor([1, 2, 3, 4])).tolist()).toEqual([[1], [0], [720]])
  })

  test('LayerNorm starts as the identity of normalised rows', () => {
    const layer = new LayerNorm([2])
    expect(layer.forward(torch.tensor([[1, 3]])).tolist()).toEqual([
      [expect.closeTo(-0.999995, 6), expect.closeTo(0.999995, 6)],
    ])
    expect(() => new LayerNorm([2.5])).toThrow('LayerNorm: normalized_shape must be an array of integers')
  })

  test('activations are the functions', () => {
    const x = torch.tensor([-2, 0.5, 3])
    const { functional: F } = torch.nn
    const pairs = [
      [new Tanh().forward(x), torch.tanh(x)],
      [new SiLU().forward(x), F.silu(x)],
      [new GELU().forward(x), F.gelu(x)],
      [new GELU({ approximate: 'tanh' }).forward(x), F.gelu(x, { approximate: 'tanh' })],
      [new LeakyReLU(0.5).forward(x), F.leaky_relu(x, 0.5)],
      [new Softmax(0).forward(x), x.softmax(0)],
      [new LogSoftmax(0).forward(x), x.log_softmax(0)],
      [new Identity().forward(x), x],
      [x.tanh(), torch.tanh(x)],
    ]
    for (const [got, want] of pairs) expect(got.tolist()).toEqual(want.tolist())
  })
})
