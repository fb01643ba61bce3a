import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose, fixture, lossCurve, restore, type Stored } from '../helpers.js'
import { ImageTagger } from '../whole/image_tagger.js'

const { nn, ones, randn, tensor } = torch
const F = nn.functional

interface LayersFixture {
  modules: { name: string; str: string; state_dict: string[]; parameters: string[] }[]
  training: {
    name: string
    x: Stored
    y: Stored
    optimizer: 'SGD' | 'Adam'
    options: object
    state_dict: Record<string, Stored>
    losses: { float64: number[] }
  }[]
}

const fixtures = fixture<LayersFixture>('fixtures/layers')

const restoreAll = (state: Record<string, Stored>) =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [name, restore(value)]))

const smallTagger = () => new ImageTagger({ size: 12, channels: 8, hidden: 16, tags: 5 })

describe('modules print and name their state as torch does', () => {
  const modules: Record<string, () => torch.nn.Module> = {
    Conv2d: () => new nn.Conv2d(3, 8, 3),
    'Conv2d with padding': () => new nn.Conv2d(3, 8, 3, { padding: 1 }),
    'Conv2d with all': () =>
      new nn.Conv2d(4, 8, [3, 5], { stride: [1, 2], padding: [0, 1], dilation: 2, groups: 4, bias: false }),
    'Conv2d same': () => new nn.Conv2d(3, 8, 3, { padding: 'same' }),
    'Conv2d valid': () => new nn.Conv2d(3, 8, 3, { padding: 'valid' }),
    MaxPool2d: () => new nn.MaxPool2d(2),
    'MaxPool2d with all': () =>
      new nn.MaxPool2d([2, 3], { stride: [1, 2], padding: 1, dilation: [2, 1], ceil_mode: true }),
    AvgPool2d: () => new nn.AvgPool2d(2),
    'AvgPool2d with all': () =>
      new nn.AvgPool2d([2, 3], {
        stride: 2,
        padding: [1, 0],
        ceil_mode: true,
        count_include_pad: false,
        divisor_override: 5,
      }),
    AdaptiveAvgPool2d: () => new nn.AdaptiveAvgPool2d(1),
    'AdaptiveAvgPool2d of a pair': () => new nn.AdaptiveAvgPool2d([null, 3]),
    Flatten: () => new nn.Flatten(),
    'Flatten with all': () => new nn.Flatten(0, -2),
    Dropout: () => new nn.Dropout(),
    'Dropout with p': () => new nn.Dropout(0.25),
    BatchNorm1d: () => new nn.BatchNorm1d(8),
    BatchNorm2d: () => new nn.BatchNorm2d(8, { eps: 1e-3, momentum: null }),
    'BatchNorm2d, tiny eps': () => new nn.BatchNorm2d(8, { eps: 2.5e-12, momentum: 0.25 }),
    'BatchNorm2d without bias': () => new nn.BatchNorm2d(8, { bias: false }),
    'BatchNorm2d, nothing learned': () => new nn.BatchNorm2d(8, { affine: false }),
    'BatchNorm2d, nothing tracked': () => new nn.BatchNorm2d(8, { track_running_stats: false }),
    Sequential: () =>
      new nn.Sequential(
        new nn.Conv2d(1, 4, 3),
        new nn.BatchNorm2d(4),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Flatten(),
        new nn.Dropout(),
        new nn.Linear(16, 2),
      ),
    ImageTagger: smallTagger,
  }
  test.each(fixtures.modules)('$name', ({ name, str, state_dict, parameters }) => {
    const module = modules[name]()
    expect(String(module)).toBe(str)
    expect(Object.keys(module.state_dict())).toEqual(state_dict)
    expect([...module.named_parameters()].map(([key]) => key)).toEqual(parameters)
  })
})

describe('dropout', () => {
  interface Call {
    call: string
    args: [number, number[]]
    data: number[]
  }
  const calls = fixture<{ sequences: { seed: number; calls: Call[] }[] }>('random/random').sequences.flatMap(
    ({ seed, calls }) => (calls.length === 1 && calls[0].call === 'dropout' ? [{ seed, ...calls[0] }] : []),
  )
  test('drops what torch drops for the same seed', () => {
    expect(calls.length).toBeGreaterThan(0)
    for (const { seed, args, data } of calls) {
      torch.manual_seed(seed)
      expect([...F.dropout(ones(args[1]), args[0]).data()]).toEqual(data.map(Math.fround))
    }
  })

  test('the gradient goes where the values went', () => {
    const x = randn([1000], { requires_grad: true })
    const result = new nn.Dropout(0.3).forward(x)
    result.backward(ones([1000]))
    const [values, kept, gradient] = [x.data(), result.data(), x.grad?.data() ?? []]
    const scale = Math.fround(1 / Math.fround(0.7))
    kept.forEach((value, i) => {
      expect(gradient[i] === 0 || gradient[i] === scale).toBe(true)
      expect(value).toBe(Math.fround(values[i] * gradient[i]))
    })
    const share = [...gradient].filter((slope) => slope !== 0).length / 1000
    expect(Math.abs(share - 0.7)).toBeLessThan(0.08)
  })

  test('nothing is dropped or drawn in evaluation, nor with p = 0', () => {
    const x = ones([5])
    expect(new nn.Dropout(0.9).eval().forward(x)).toBe(x)
    expect(F.dropout(x, 0.9, { training: false })).toBe(x)
    torch.manual_seed(3)
    const next = torch.rand([1]).item()
    torch.manual_seed(3)
    expect(F.dropout(x, 0)).toBe(x)
    expect(torch.rand([1]).item()).toBe(next)
  })

  test('with p = 1 everything is 0 times itself', () => {
    expect(F.dropout(tensor([1, Number.POSITIVE_INFINITY]), 1).tolist()).toEqual([0, Number.NaN])
  })
})

describe('what backward needs', () => {
  const layers: Record<string, (x: torch.Tensor) => torch.Tensor> = {
    max_pool2d: (x) => F.max_pool2d(x, 1),
    dropout: (x) => F.dropout(x, 0.5),
    conv2d: (x) => F.conv2d(x, ones([1, 1, 1, 1])),
  }
  test.each(Object.entries(layers))('%s keeps it as long as it may be asked for', (_name, layer) => {
    const x = randn([1, 1, 32, 32], { requires_grad: true })
    const result = layer(x)
    const gradient = ones(result.shape)
    result.backward(gradient, { retain_graph: true })
    const once = x.grad?.clone()
    result.backward(gradient)
    expect(x.grad?.tolist()).toEqual(once?.mul(2).tolist())
    expect(() => result.backward(gradient)).toThrow('backward through the graph a second time')
  })

  test.each(Object.entries(layers))('%s frees it at once', (_name, layer) => {
    const x = randn([1, 1, 32, 32], { requires_grad: true })
    layer(x).dispose()
    const bytes = 4 * x.numel()
    const before = torch.wasm.memory().resident_bytes
    const result = layer(x)
    result.backward(ones(result.shape))
    // The result, the gradient that was given and the one that was made; a kernel of one weight.
    expect(torch.wasm.memory().resident_bytes - before).toBeLessThanOrEqual(3 * bytes + 4)
    torch.no_grad(() => layer(x))
    expect(torch.wasm.memory().resident_bytes - before).toBeLessThanOrEqual(4 * bytes + 8)
  })
})

describe('plain fields register, whatever the compiler makes of them', () => {
  const source = `
    class Assigned extends torch.nn.Module {
      conv: unknown
      scale: unknown
      norm: unknown
      pool: unknown
      constructor() {
        super()
        this.conv = new torch.nn.Conv2d(1, 2, 3)
        this.scale = new torch.nn.Parameter(torch.ones([2]))
        this.norm = new torch.nn.BatchNorm2d(2)
        this.pool = new torch.nn.MaxPool2d(2)
      }
    }
    class Initialised extends torch.nn.Module {
      conv = new torch.nn.Conv2d(1, 2, 3)
      scale = new torch.nn.Parameter(torch.ones([2]))
      norm = new torch.nn.BatchNorm2d(2)
      pool = new torch.nn.MaxPool2d(2)
    }
    return [new Assigned(), new Initialised()]`
  test.each([true, false])('useDefineForClassFields: %s', (useDefineForClassFields) => {
    const target = ts.ScriptTarget.ES2022
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { target, useDefineForClassFields },
    })
    expect(outputText.includes('conv;')).toBe(useDefineForClassFields)
    for (const model of new Function('torch', outputText)(torch) as torch.nn.Module[]) {
      expect([...model.named_parameters()].map(([name]) => name)).toEqual([
        'scale',
        'conv.weight',
        'conv.bias',
        'norm.weight',
        'norm.bias',
      ])
      expect([...model.named_children()].map(([name]) => name)).toEqual(['conv', 'norm', 'pool'])
      expect([...model.named_buffers()].length).toBe(3)
    }
  })
})

describe('20 steps of training follow torch', () => {
  const models: Record<string, () => torch.nn.Module & { forward(x: torch.Tensor): torch.Tensor }> = {
    cnn: () =>
      new nn.Sequential(
        new nn.Conv2d(1, 8, 3, { padding: 1 }),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Conv2d(8, 12, 3, { stride: 2 }),
        new nn.BatchNorm2d(12),
        new nn.ReLU(),
        new nn.AdaptiveAvgPool2d(1),
        new nn.Flatten(),
        new nn.Linear(12, 5),
      ),
    ImageTagger: smallTagger,
  }
  test.each(fixtures.training)('$name', ({ name, x, y, optimizer, options, state_dict, losses }) => {
    const model = models[name]()
    model.load_state_dict(restoreAll(state_dict))
    const criterion = new nn.MultiLabelSoftMarginLoss()
    const updates = new torch.optim[optimizer](model.parameters(), options)
    const [inputs, targets] = [restore(x), restore(y)]
    const computeLoss = () => criterion.forward(model.forward(inputs), targets)
    const curve = lossCurve(losses.float64.length, updates, computeLoss)
    // float32 torch itself is 1e-5 from float64.
    expectClose(curve, losses.float64, { relative: 3e-5 })
  })
})
