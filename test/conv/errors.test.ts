import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { testRefused, testSentences, untyped } from '../support/errors.js'
import { testSizes } from '../support/sizes.js'

const { nn, ones } = torch
const F = nn.functional
const image = ones([2, 3, 4, 4])
const kernel = ones([4, 3, 3, 3])

testSentences('conv/errors', {
  'conv2d: rank': () => F.conv2d(ones([8, 8]), kernel),
  'conv2d: channels': () => F.conv2d(ones([2, 5, 8, 8]), kernel),
  'conv2d: channels, unbatched': () => F.conv2d(ones([5, 8, 8]), kernel),
  'conv2d: bias': () => F.conv2d(ones([2, 3, 8, 8]), kernel, ones([5])),
  'conv2d: kernel': () => F.conv2d(image, ones([4, 3, 9, 9])),
  'conv2d: dilated kernel': () => F.conv2d(image, kernel, null, { padding: [0, 1], dilation: 2 }),
  'conv2d: too few outputs': () => F.conv2d(image, kernel, null, { groups: 5 }),
  'conv2d: same with a stride': () => F.conv2d(image, kernel, null, { padding: 'same', stride: 2 }),
  'conv2d: padding': () => F.conv2d(image, kernel, null, { padding: untyped('foo') }),
  'conv2d: no kernel': () => F.conv2d(image, ones([2, 3, 0, 3])),
  'conv2d: no pixels': () => F.conv2d(ones([1, 3, 0, 4]), ones([2, 3, 1, 1]), null, { padding: 1 }),
  'Conv2d: in_channels': () => new nn.Conv2d(3, 4, 3, { groups: 2 }),
  'Conv2d: out_channels': () => new nn.Conv2d(3, 4, 3, { groups: 3 }),
  'Conv2d: groups': () => new nn.Conv2d(3, 4, 3, { groups: 0 }),
  'Conv2d: same with a stride': () => new nn.Conv2d(3, 4, 3, { stride: 2, padding: 'same' }),
  'max_pool2d: no channels': () => F.max_pool2d(ones([2, 0, 4, 4]), 2),
  'max_pool2d: no pixels': () => F.max_pool2d(ones([2, 3, 0, 4]), 2),
  'max_pool2d: too small': () => F.max_pool2d(ones([2, 3, 1, 4]), 2),
  'max_pool2d: padding': () => F.max_pool2d(image, [3, 5], { padding: 2 }),
  'max_pool2d: padding, dilated': () => F.max_pool2d(image, 2, { dilation: 3, padding: 2 }),
  'avg_pool2d: rank': () => F.avg_pool2d(ones([1, 1, 1, 4, 4]), 2),
  'avg_pool2d: too small': () => F.avg_pool2d(ones([3, 1, 4]), 2),
  'avg_pool2d: padding': () => F.avg_pool2d(image, 2, { padding: 2 }),
  'avg_pool2d: divisor': () => F.avg_pool2d(image, 2, { divisor_override: 0 }),
  'adaptive_avg_pool2d: rank': () => F.adaptive_avg_pool2d(ones([4, 4]), 2),
  'adaptive_avg_pool2d: no pixels': () => F.adaptive_avg_pool2d(ones([2, 3, 0, 4]), 2),
})

testSizes({
  'conv2d: stride': (stride) => F.conv2d(image, kernel, null, { stride }),
  'conv2d: padding': (padding) => F.conv2d(image, kernel, null, { padding }),
  'conv2d: dilation': (dilation) => F.conv2d(image, kernel, null, { dilation }),
  'conv2d: groups': (groups) => F.conv2d(image, kernel, null, { groups }),
  'Conv2d: kernel_size': (size) => new nn.Conv2d(3, 4, size),
  'Conv2d: in_channels': (size) => new nn.Conv2d(size, 4, 3),
  'Conv2d: padding': (padding) => new nn.Conv2d(3, 4, 3, { padding }),
  'max_pool2d: kernel_size': (size) => F.max_pool2d(image, size),
  'max_pool2d: padding': (padding) => F.max_pool2d(image, 2, { padding }),
  'max_pool2d: dilation': (dilation) => F.max_pool2d(image, 2, { dilation }),
  'avg_pool2d: kernel_size': (size) => F.avg_pool2d(image, size),
  'adaptive_avg_pool2d: output_size': (size) => F.adaptive_avg_pool2d(image, size),
})

function disposed(shape: number[]): torch.Tensor {
  const tensor = ones(shape)
  tensor.dispose()
  return tensor
}

describe('bad input: a clear sentence', () =>
  testRefused([
    [
      'conv2d: an array',
      () => F.conv2d(untyped([1]), kernel),
      'conv2d: input must be a Tensor, but got Array',
    ],
    ['conv2d: no weight', () => F.conv2d(image, untyped(undefined)), 'conv2d: weight must be a Tensor'],
    [
      'conv2d: rank of the weight',
      () => F.conv2d(image, ones([4, 3, 3])),
      'weight must be [outputs, channels',
    ],
    [
      'conv2d: groups',
      () => F.conv2d(image, kernel, null, { groups: 3 }),
      'expected weight to be divisible by 3',
    ],
    [
      'conv2d: too large',
      () => F.conv2d(image, kernel, null, { padding: 2 ** 28 }),
      'does not fit linear memory',
    ],
    [
      'conv2d: a pair',
      () => F.conv2d(image, kernel, null, { stride: [1, 0] }),
      'or two of them, but got [1, 0]',
    ],
    ['conv2d: disposed', () => F.conv2d(disposed([2, 3, 4, 4]), kernel), 'a disposed tensor was used'],
    ['max_pool2d: a number', () => F.max_pool2d(untyped(1), 2), 'max_pool2d: input must be a Tensor'],
    ['max_pool2d: disposed', () => F.max_pool2d(disposed([3, 4, 4]), 2), 'a disposed tensor was used'],
    [
      'avg_pool2d: divisor',
      () => F.avg_pool2d(image, 2, { divisor_override: 1.5 }),
      'must be a whole number or null',
    ],
    [
      'adaptive_avg_pool2d: too large',
      () => F.adaptive_avg_pool2d(image, 2 ** 29),
      'does not fit linear memory',
    ],
  ]))

describe('extreme sizes that are allowed', () => {
  test('windows, strides and steps far larger than the image', () => {
    const x = torch.arange(6).float().reshape([1, 2, 3])
    expect(F.max_pool2d(x, 2 ** 20, { padding: 2 ** 19 - 1, stride: 2 ** 29 }).tolist()).toEqual([[[5]]])
    expect(
      F.conv2d(x.reshape([1, 1, 2, 3]), ones([1, 1, 1, 1]), null, {
        stride: 2 ** 29,
        dilation: 2 ** 29,
      }).tolist(),
    ).toEqual([[[[0]]]])
    const size = 2 ** 16
    const mean = F.avg_pool2d(ones([1, 1, 1]), size, { padding: size / 2 })
    expect(mean.data()[0]).toBe(2 ** -32)
  })

  test('adaptive windows whose products pass 32 bits', () => {
    const x = torch.arange(70_000).float().reshape([1, 1, 70_000]).requires_grad_()
    const same = F.adaptive_avg_pool2d(x, [1, 70_000])
    expect([...same.data()]).toEqual([...x.data()])
    same.sum().backward()
    expect(x.grad?.data().every((slope) => slope === 1)).toBe(true)
  })

  test('results without elements', () => {
    expect(F.adaptive_avg_pool2d(image, [2, 0]).shape).toEqual([2, 3, 2, 0])
    expect(F.adaptive_avg_pool2d(ones([2, 0, 4, 4]), 3).shape).toEqual([2, 0, 3, 3])
    const x = ones([0, 3, 4, 4], { requires_grad: true })
    F.max_pool2d(F.conv2d(x, kernel, null, { padding: 1 }), 2)
      .sum()
      .backward()
    expect(x.grad?.shape).toEqual([0, 3, 4, 4])
    expect(F.conv2d(ones([1, 0, 4, 4]), ones([2, 0, 3, 3]), ones([2])).tolist()).toEqual(
      ones([1, 2, 2, 2]).tolist(),
    )
  })

  test('a window without any pixel has no maximum, and no gradient', () => {
    const x = ones([1, 1, 1], { requires_grad: true })
    const maximum = F.max_pool2d(x, 2, { dilation: 5, padding: 1, stride: 10, ceil_mode: true })
    expect(maximum.tolist()).toEqual([[[Number.NEGATIVE_INFINITY]]])
    maximum.sum().backward()
    expect(x.grad?.tolist()).toEqual([[[0]]])
  })
})
