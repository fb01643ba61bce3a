import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { testRefused, testSentences, untyped } from '../support/errors.js'
import { testModules } from '../support/modules.js'
import { ImageTagger } from '../whole/image_tagger.js'

const { nn, ones, randn } = torch
const F = nn.functional

testModules('nn/layers', {
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
  ImageTagger: () => new ImageTagger({ size: 12, channels: 8, hidden: 16, tags: 5 }),
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

testSentences('nn/layers', {
  'dropout: p': () => F.dropout(ones([3]), 1.5),
  'Dropout: p': () => new nn.Dropout(-0.1),
  'Flatten: a vector': () => new nn.Flatten().forward(ones([3])),
})

describe('bad input: a clear sentence', () =>
  testRefused([
    ['dropout: NaN', () => F.dropout(ones([3]), Number.NaN), 'has to be between 0 and 1, but got NaN'],
    [
      'Dropout: a string',
      () => new nn.Dropout(untyped('1')),
      'Dropout: p must be a number, but got string 1',
    ],
    ['dropout: a number', () => F.dropout(untyped(1)), 'dropout: input must be a Tensor'],
  ]))
