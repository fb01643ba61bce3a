/** What the losses say of wrong arguments. */
import { describe } from 'vitest'
import torch from '../../ts/index.js'
import { testRefused, untyped } from '../support/errors.js'

const { ones, tensor, nn } = torch
const {
  asymmetric_loss,
  binary_cross_entropy,
  binary_cross_entropy_with_logits,
  cross_entropy,
  mse_loss,
  multilabel_margin_loss,
  sigmoid_focal_loss,
} = nn.functional

describe('bad input: a clear sentence', () => {
  const x = ones([2, 3])
  const leaf = ones([2, 3], { requires_grad: true })
  const bce = binary_cross_entropy_with_logits
  const margin = multilabel_margin_loss
  // biome-ignore format: a table
  testRefused([
    ['logits: sizes', () => bce(x, ones([3])), torch.ValueError, 'Target size (torch.Size([3])) must be the same as input size (torch.Size([2, 3]))'],
    ['logits: weight', () => bce(x, x, { weight: ones([4]) }), torch.RuntimeError, 'The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1'],
    ['logits: a weight that is larger', () => bce(x, x, { weight: ones([4, 2, 3]) }), torch.RuntimeError, "output with shape [2, 3] doesn't match the broadcast shape [4, 2, 3]"],
    ['logits: pos_weight', () => bce(ones([1, 3]), ones([1, 3]), { pos_weight: x }), torch.RuntimeError, "output with shape [1, 3] doesn't match the broadcast shape [2, 3]"],
    ['logits: weight with a gradient', () => bce(x, x, { weight: leaf }), torch.RuntimeError, "The function 'binary_cross_entropy_with_logits' is not differentiable with respect to argument 'weight'. This input cannot have requires_grad True."],
    ['logits: reduction', () => bce(x, x, { reduction: untyped('foo') }), torch.ValueError, "foo is not valid for reduction; it must be 'none', 'mean' or 'sum'"],
    ['logits: no tensor', () => bce(untyped([1]), x), TypeError, 'input must be a Tensor, but got Array'],
    ['logits: no target', () => bce(x, untyped(undefined)), TypeError, 'target must be a Tensor, but got undefined'],
    ['logits: no weight', () => bce(x, x, { weight: untyped(3) }), TypeError, 'weight must be a Tensor, but got 3'],
    ['probabilities: above', () => binary_cross_entropy(tensor([1.5]), ones([1])), torch.RuntimeError, 'all elements of input should be between 0 and 1'],
    ['probabilities: NaN', () => binary_cross_entropy(tensor([Number.NaN]), ones([1])), torch.RuntimeError, 'all elements of input should be between 0 and 1'],
    ['probabilities: target', () => binary_cross_entropy(ones([1]), tensor([-0.5])), torch.RuntimeError, 'all elements of target should be between 0 and 1'],
    ['probabilities: bytes', () => binary_cross_entropy(ones([1]), tensor(Uint8Array.of(2))), torch.RuntimeError, 'all elements of target should be between 0 and 1'],
    ['probabilities: sizes', () => binary_cross_entropy(x, ones([3])), torch.ValueError, 'Using a target size (torch.Size([3])) that is different to the input size (torch.Size([2, 3])) is deprecated. Please ensure they have the same size.'],
    ['mse: shapes', () => mse_loss(x, ones([4])), torch.RuntimeError, 'The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1'],
    ['mse: weight', () => mse_loss(x, x, { weight: ones([3]) }), torch.ValueError, 'Weights and input must have the same size.'],
    ['focal: alpha', () => sigmoid_focal_loss(x, x, { alpha: 2 }), torch.ValueError, 'Invalid alpha value: 2. alpha must be in the range [0,1] or -1 for ignore.'],
    ['focal: gamma', () => new nn.SigmoidFocalLoss({ gamma: -1 }), torch.ValueError, 'SigmoidFocalLoss: gamma must be a finite number of at least 0, but got -1'],
    ['focal: gamma is a string', () => sigmoid_focal_loss(x, x, { gamma: untyped('2') }), TypeError, 'gamma must be a number, but got string 2'],
    ['focal: target with a gradient', () => sigmoid_focal_loss(x, leaf), torch.RuntimeError, "is not differentiable with respect to argument 'target'"],
    ['asymmetric: clip', () => asymmetric_loss(x, x, { clip: 1 }), torch.ValueError, 'asymmetric_loss: clip must be at least 0 and less than 1, or null, but got 1'],
    ['asymmetric: gamma', () => new nn.AsymmetricLoss({ gamma_neg: Number.NaN }), torch.ValueError, 'gamma_neg must be a finite number of at least 0, but got NaN'],
    ['asymmetric: sizes', () => asymmetric_loss(x, ones([2, 1])), torch.ValueError, 'must be the same as input size'],
    ['margin: range', () => margin(x, ones([2, 3]).mul(3)), torch.RuntimeError, "argument #2 'target' is out of range"],
    ['margin: below -1', () => margin(x, ones([2, 3]).mul(-2)), torch.RuntimeError, "argument #2 'target' is out of range (multilabel_margin_loss: got -2, for 3 classes)"],
    ['margin: sizes', () => margin(x, ones([2, 4])), torch.RuntimeError, 'inconsistent target size: [2, 4] for input of size: [2, 3]'],
    ['margin: rank', () => margin(ones([2, 2, 2]), ones([2, 2, 2])), torch.RuntimeError, 'Expected non-empty vector or matrix with optional 0-dim batch size, but got: [2, 2, 2]'],
    ['margin: no classes', () => margin(ones([2, 0]), ones([2, 0])), torch.RuntimeError, 'Expected non-empty vector or matrix with optional 0-dim batch size, but got: [2, 0]'],
    ['margin: fractions', () => margin(x, ones([2, 3]).mul(0.5)), torch.RuntimeError, 'class indices must be whole numbers'],
    ['cross_entropy: range', () => cross_entropy(x, tensor([1, 3])), torch.IndexError, 'Target 3 is out of bounds.'],
    ['cross_entropy: below', () => cross_entropy(x, tensor([-1, 0])), torch.IndexError, 'Target -1 is out of bounds.'],
    ['cross_entropy: beyond int32', () => cross_entropy(x, tensor([1e20, 0])), torch.RuntimeError, 'class indices must be whole numbers'],
    ['cross_entropy: NaN', () => cross_entropy(x, tensor([Number.NaN, 0])), torch.RuntimeError, 'expected target dtype to be Long or Byte, but got Float'],
    ['cross_entropy: batch', () => cross_entropy(x, tensor([1, 0, 1])), torch.ValueError, 'Expected input batch_size (2) to match target batch_size (3).'],
    ['cross_entropy: one class of a row', () => cross_entropy(ones([3]), tensor([1, 2])), torch.RuntimeError, 'size mismatch (got input: [3], target: [2])'],
    ['cross_entropy: 0-d target', () => cross_entropy(x, tensor(1)), torch.RuntimeError, 'Expected target size [2], got []'],
    ['cross_entropy: two targets', () => cross_entropy(x, ones([2, 2])), torch.RuntimeError, '0D or 1D target tensor expected, multi-target not supported'],
    ['cross_entropy: target size', () => cross_entropy(ones([2, 3, 4]), ones([2, 5])), torch.RuntimeError, 'Expected target size [2, 4], got [2, 5]'],
    ['cross_entropy: 0-d', () => cross_entropy(tensor(1), tensor(0)), torch.IndexError, 'Dimension specified as 1 but tensor has no dimensions'],
    ['cross_entropy: integers as probabilities', () => cross_entropy(x, ones([2, 3], { dtype: 'int32' })), torch.RuntimeError, 'Expected floating point type for target with class probabilities, got int32'],
    ['cross_entropy: weight', () => cross_entropy(x, tensor([1, 0]), { weight: ones([2]) }), torch.RuntimeError, 'weight tensor should be defined either for all 3 classes or no classes but got weight tensor of shape: [2]'],
    ['cross_entropy: weight with a gradient', () => cross_entropy(x, tensor([1, 0]), { weight: ones([3], { requires_grad: true }) }), torch.RuntimeError, "is not differentiable with respect to argument 'weight'"],
    ['cross_entropy: smoothing', () => cross_entropy(x, tensor([1, 0]), { label_smoothing: 1.5 }), torch.RuntimeError, 'label_smoothing must be between 0.0 and 1.0. Got: 1.5'],
    ['cross_entropy: ignored probabilities', () => cross_entropy(x, x, { ignore_index: 1 }), torch.RuntimeError, 'ignore_index is not supported for floating point target'],
    ['cross_entropy: ignore_index', () => new nn.CrossEntropyLoss({ ignore_index: 2 ** 40 }), torch.ValueError, 'ignore_index must be a whole number of 32 bits, but got 1099511627776'],
    ['a module\'s reduction', () => new nn.MSELoss({ reduction: untyped('avg') }), torch.ValueError, 'MSELoss: avg is not valid for reduction'],
    ['a module\'s weight', () => new nn.BCELoss({ weight: untyped([1]) }), TypeError, 'BCELoss: weight must be a Tensor, but got Array'],
  ])
})
