/** Parameters as vectors, norms of tensors, and parameters by name. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { untyped } from '../support/errors.js'

const { Linear, Module, ParameterDict, ParameterList, utils } = torch.nn

describe('parameters as one vector', () => {
  test('there and back', () => {
    const [model, other] = [new Linear(3, 2), new Linear(3, 2)]
    const vector = utils.parameters_to_vector(model.parameters())
    expect([vector.shape, vector.requires_grad]).toEqual([[8], true])
    expect(vector.tolist()).toEqual([...model.weight.data(), ...(model.bias?.data() ?? [])])
    utils.vector_to_parameters(vector, other.parameters())
    expect(other.weight).toEqual(model.weight)
    expect(other.bias).toEqual(model.bias)
    vector.mul(vector).sum().backward()
    expect(model.weight.grad).toEqual(model.weight.mul(2).detach())
    torch.no_grad(() => model.weight.fill_(0))
    expect(other.weight).not.toEqual(model.weight)
  })

  test('too short a vector changes nothing', () => {
    const model = new Linear(3, 2)
    const before = model.weight.tolist()
    expect(() => utils.vector_to_parameters(torch.zeros([7]), model.parameters())).toThrow(
      'vec must have the 8 elements of the parameters',
    )
    expect(model.weight.tolist()).toEqual(before)
    expect(() => utils.parameters_to_vector(untyped([1]))).toThrow('parameters must be a Tensor')
  })
})

test('get_total_norm and clip_grads_with_norm_ are clip_grad_norm_', () => {
  const [a, b] = [torch.ones([2]).requires_grad_(), torch.ones([2]).requires_grad_()]
  const gradients = [torch.tensor([3, 0]), torch.tensor([0, 4])]
  ;[a.grad, b.grad] = gradients
  const total = utils.get_total_norm(gradients)
  expect(total.item()).toBe(5)
  expect(utils.get_total_norm(gradients, 1).item()).toBe(7)
  expect(utils.get_total_norm(gradients, Number.POSITIVE_INFINITY).item()).toBe(4)
  utils.clip_grads_with_norm_([a, b], 2.5, total)
  expect(utils.get_total_norm(gradients).item()).toBeCloseTo(2.5, 5)
  const wild = [torch.tensor([Number.NaN])]
  expect(() => utils.get_total_norm(wild, { error_if_nonfinite: true })).toThrow('is non-finite')
})

describe('ParameterDict', () => {
  class Scaled extends Module {
    scales = new ParameterDict({ left: torch.ones([2]), right: torch.zeros([3]) })
  }

  test('holds parameters by name', () => {
    const { scales } = new Scaled()
    expect([scales.length, scales.keys(), [...scales]]).toEqual([2, ['left', 'right'], ['left', 'right']])
    expect(scales.get('left')).toBeInstanceOf(torch.nn.Parameter)
    expect(scales.has('up')).toBe(false)
    scales.set('up', torch.ones([1])).update({ left: torch.zeros([2]) })
    expect(scales.items().map(([name, parameter]) => [name, parameter.shape])).toEqual([
      ['left', [2]],
      ['right', [3]],
      ['up', [1]],
    ])
    expect(scales.pop('right').shape).toEqual([3])
    scales.clear()
    expect(scales.values()).toEqual([])
  })

  test('belongs to its module, and prints as in torch', () => {
    const model = new Scaled()
    expect(Object.keys(model.state_dict())).toEqual(['scales.left', 'scales.right'])
    expect(String(model.scales)).toBe(
      'ParameterDict(\n    (left): Parameter containing: [torch.float32 of size 2]\n    (right): Parameter containing: [torch.float32 of size 3]\n)',
    )
  })

  test('adds all or none, as a list does', () => {
    const { scales } = new Scaled()
    const left = scales.get('left')
    const one = torch.ones([1])
    expect(() => scales.update({ left: one, up: one, keys: one })).toThrow("attribute 'keys' already exists")
    expect(() => scales.update({ left: one, up: one.int() })).toThrow('floating point')
    expect([scales.keys(), scales.get('left') === left]).toEqual([['left', 'right'], true])
    const list = new ParameterList([one])
    expect(() => list.extend([one, one.int()])).toThrow('floating point')
    expect(list.length).toBe(1)
  })

  test('says what is wrong', () => {
    expect(() => new ParameterDict({ a: untyped(1) })).toThrow('a must be a Tensor')
    expect(() => new ParameterDict(untyped(1))).toThrow('must be an object or pairs')
    expect(() => new ParameterDict().get('a')).toThrow("ParameterDict has no parameter 'a'")
    expect(() => new ParameterDict({ keys: torch.ones([1]) })).toThrow('already exists')
    expect(() => new ParameterDict().forward()).toThrow('should not be called')
  })
})
