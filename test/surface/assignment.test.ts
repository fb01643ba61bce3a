import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'

const { nn } = torch

class Own extends nn.Module {
  scale = new nn.Parameter(torch.ones([2]))
  fc = new nn.Linear(2, 2)
  plain: unknown = torch.zeros([2])
  constructor() {
    super()
    this.register_buffer('seen', torch.zeros([1]))
    this.register_parameter('shift', null)
  }
}

/** Assigns without the types' help. */
const assign = (module: torch.nn.Module, name: string, value: unknown) => {
  ;(module as unknown as Record<string, unknown>)[name] = value
}
const read = (module: torch.nn.Module, name: string) => Reflect.get(module, name) as unknown
const names = (module: torch.nn.Module) => Array.from(module.named_parameters(), ([name]) => name)

describe('a field of a module', () => {
  const refused: [
    name: string,
    make: () => torch.nn.Module,
    field: string,
    value: () => unknown,
    message: string,
  ][] = [
    [
      'a tensor as weight',
      () => new nn.Linear(2, 3),
      'weight',
      () => torch.zeros([3, 2]),
      "cannot assign 'Tensor' as parameter 'weight' (torch.nn.Parameter or None expected)",
    ],
    [
      'a tensor as the bias that a layer lacks',
      () => new nn.Linear(2, 3, { bias: false }),
      'bias',
      () => torch.zeros([3]),
      "cannot assign 'Tensor' as parameter 'bias' (torch.nn.Parameter or None expected)",
    ],
    [
      'a tensor as the weight of a layer without',
      () => new nn.BatchNorm2d(2, { affine: false }),
      'weight',
      () => torch.zeros([2]),
      "cannot assign 'Tensor' as parameter 'weight'",
    ],
    [
      'an array as weight',
      () => new nn.Embedding(2, 3),
      'weight',
      () => [1],
      "cannot assign 'Array' as parameter 'weight'",
    ],
    [
      'undefined as weight',
      () => new nn.Linear(2, 3),
      'weight',
      () => undefined,
      "cannot assign 'undefined' as parameter 'weight'",
    ],
    [
      'a module as parameter',
      () => new Own(),
      'scale',
      () => new nn.Linear(1, 1),
      "cannot assign 'Linear' as parameter 'scale'",
    ],
    [
      'a tensor as a parameter of an own class',
      () => new Own(),
      'scale',
      () => torch.ones([2]),
      "cannot assign 'Tensor' as parameter 'scale'",
    ],
    [
      'a tensor as a reserved parameter',
      () => new Own(),
      'shift',
      () => torch.ones([2]),
      "cannot assign 'Tensor' as parameter 'shift'",
    ],
    [
      'a function as a layer',
      () => new Own(),
      'fc',
      () => () => 1,
      "cannot assign 'a function' as child module 'fc' (torch.nn.Module or None expected)",
    ],
    [
      'a tensor as a layer',
      () => new nn.Sequential(new nn.Identity()),
      '0',
      () => torch.ones([1]),
      "cannot assign 'Tensor' as child module '0'",
    ],
    [
      'a number as buffer',
      () => new Own(),
      'seen',
      () => 3,
      "cannot assign '3' as buffer 'seen' (torch.Tensor or None expected)",
    ],
    [
      'an array as running mean',
      () => new nn.BatchNorm1d(2),
      'running_mean',
      () => [0, 0],
      "cannot assign 'Array' as buffer 'running_mean'",
    ],
    [
      'a number as pos_weight',
      () => new nn.BCEWithLogitsLoss(),
      'pos_weight',
      () => 3,
      "cannot assign '3' as buffer 'pos_weight'",
    ],
  ]
  test.each(refused)('does not take %s', (_, make, field, value, message) => {
    const module = make()
    const before = read(module, field)
    expect(() => assign(module, field, value())).toThrow(TypeError)
    expect(() => assign(module, field, value())).toThrow(message)
    expect(read(module, field)).toBe(before)
  })

  test('takes another parameter, which is then learned', () => {
    const layer = new nn.Linear(2, 3)
    const weight = new nn.Parameter(torch.zeros([3, 2]))
    layer.weight = weight
    expect([...layer.parameters()]).toContain(weight)
    expect(layer.forward(torch.ones([1, 2]))).toEqual(layer.bias?.reshape([1, 3]))
    const optimizer = new torch.optim.SGD(layer.parameters(), { lr: 1 })
    layer
      .forward(torch.ones([1, 2]))
      .sum()
      .backward()
    optimizer.step()
    expect(layer.weight).toEqual(torch.full([3, 2], -1))
  })

  test('takes null, and then its kind again', () => {
    const model = new Own()
    assign(model, 'scale', null)
    expect(names(model)).toEqual(['fc.weight', 'fc.bias'])
    expect(() => assign(model, 'scale', torch.ones([2]))).toThrow("as parameter 'scale'")
    assign(model, 'scale', new nn.Parameter(torch.ones([2])))
    expect(names(model)).toContain('scale')
    assign(model, 'fc', null)
    expect(() => assign(model, 'fc', 1)).toThrow("as child module 'fc'")
    assign(model, 'fc', new nn.Linear(2, 1))
    expect(names(model)).toContain('fc.weight')
    assign(model, 'seen', null)
    assign(model, 'seen', torch.ones([3]))
    expect(model.state_dict().seen).toEqual(torch.ones([3]))
  })

  test('of another kind takes a parameter or a module in place of what it held', () => {
    const model = new Own()
    assign(model, 'seen', new nn.Parameter(torch.ones([2])))
    expect(names(model)).toContain('seen')
    expect([...model.buffers()]).toEqual([])
    assign(model, 'plain', new nn.ReLU())
    expect(Array.from(model.named_children(), ([name]) => name)).toContain('plain')
    assign(model, 'plain', null)
    assign(new Own(), 'plain', 5)
  })

  test('is free again once it is deleted', () => {
    const model = new Own()
    Reflect.deleteProperty(model, 'scale')
    assign(model, 'scale', torch.ones([2]))
    expect(names(model)).not.toContain('scale')
  })

  test('of a class with private fields and accessors works as ever', () => {
    class Private extends nn.Module {
      readonly #factor = new nn.Linear(1, 1)
      calls = 0
      get twice() {
        return this.calls * 2
      }
      set twice(value: number) {
        this.calls = value / 2
      }
      override forward(x: torch.Tensor) {
        this.calls++
        return this.#factor.forward(x)
      }
    }
    const model = new Private()
    model.forward(torch.ones([1, 1]))
    expect(model.twice).toBe(2)
    model.twice = 10
    expect(model.calls).toBe(5)
    expect(model).toBeInstanceOf(Private)
  })
})
