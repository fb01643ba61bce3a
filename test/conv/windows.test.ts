import { describe } from 'vitest'
import torch from '../../ts/index.js'
import { testRefused } from '../support/errors.js'
import { testOperations } from '../support/operations.js'

const { functional: F } = torch.nn
const { ones } = torch

testOperations('conv/windows', {
  windows: ([x], options) => F.unfold(x, options as never),
  fold: ([x], options) => F.fold(x, options as never),
  max_pool2d_with_indices: ([x], options) => {
    const { kernel_size, ...others } = options as unknown as { kernel_size: number }
    const [values, indices] = F.max_pool2d(x, kernel_size, { ...others, return_indices: true })
    return values.add(indices.div(100))
  },
})

describe('bad input: a clear sentence', () =>
  testRefused([
    ['unfold: a window that does not fit', () => F.unfold(ones(1, 1, 2, 2), 3), 'do not fit an input of'],
    ['unfold: a vector', () => F.unfold(ones(3), 1), 'Expected 3D or 4D (batch mode) tensor'],
    ['fold: rows', () => F.fold(ones(1, 3, 4), 3, 2), 'to be divisible by the product of kernel_size'],
    ['fold: places', () => F.fold(ones(1, 4, 5), 3, 2), 'expected size of input’s'.replace('’', "'")],
    ['pad: an odd list', () => F.pad(ones(2), [1]), 'Padding length must be divisible by 2'],
    ['pad: too long', () => F.pad(ones(2), [1, 1, 1, 1]), 'no more than twice the number of dimensions'],
    ['pad: cuts more than there is', () => F.pad(ones(2), [-2, -1]), 'resulted in a negative output size'],
    ['pad: reflection', () => F.pad(ones(1, 2), [2, 0], { mode: 'reflect' }), 'should be less than'],
    ['pad: a circle', () => F.pad(ones(1, 2), [3, 0], { mode: 'circular' }), 'more than once'],
    ['pad: too large', () => F.pad(ones(2), [2 ** 40, 0]), 'does not fit linear memory'],
    ['interpolate: both', () => F.interpolate(ones(1, 1, 2), 4, 2), 'only one of size or scale_factor'],
    ['interpolate: neither', () => F.interpolate(ones(1, 1, 2)), 'either size or scale_factor'],
    ['interpolate: mode', () => F.interpolate(ones(1, 1, 2), 4, { mode: 'bilinear' }), 'mode needs 4D input'],
    [
      'interpolate: too large',
      () => F.interpolate(ones(1, 1, 2), { scale_factor: 2 ** 40 }),
      'does not fit linear memory',
    ],
    ['one_hot: negative', () => F.one_hot(torch.tensor([-1], { dtype: 'int32' })), 'must be non-negative'],
    ['one_hot: large', () => F.one_hot(torch.tensor([2], { dtype: 'int32' }), 2), 'smaller than num_classes'],
    ['one_hot: floats', () => F.one_hot(ones(2)), 'only applicable to index tensor'],
    ['group_norm', () => F.group_norm(ones(1, 3, 2), 2), 'to be divisible by num_groups'],
    ['channel_shuffle', () => F.channel_shuffle(ones(1, 3, 2), 2), 'must be divisible by groups'],
    ['pixel_shuffle', () => F.pixel_shuffle(ones(1, 3, 2, 2), 2), 'to be divisible by the square of'],
    ['gumbel_softmax', () => F.gumbel_softmax(ones(2), 0), 'tau must be positive'],
  ]))
