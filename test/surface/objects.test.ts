import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'

const x = () =>
  torch.tensor([
    [1, 2],
    [3, 4],
  ])
/** Any key of a tensor, without the types' help. */
const at = (tensor: torch.Tensor, key: unknown) => Reflect.get(tensor, key as string) as unknown
const set = (tensor: torch.Tensor, key: unknown, value: unknown) => {
  ;(tensor as unknown as Record<string, unknown>)[key as string] = value
}

describe('a key that is no row', () => {
  const keys: [name: string, key: () => unknown, read: string, write: string][] = [
    ['a mask', () => String(x().gt(2)), 'x.index([mask])', 'x.index_put_([mask], value)'],
    [
      'a parameter',
      () => String(new torch.nn.Parameter(x())),
      'x.index([mask])',
      'x.index_put_([mask], value)',
    ],
    ['an array', () => String([0, 1]), "x['1, 2']", "x['1, 2'] = value"],
    ['an empty array', () => String([]), "x['1, 2']", "x['1, 2']"],
    ['a slice by a letter', () => '1:n', "x['1:3, ::2']", "x['1:3, ::2']"],
    ['a slice of a string', () => "'1:3'", "x['1:3, ::2']", "x['1:3, ::2']"],
    ['a step below 1', () => '::-1', 'step must be positive', 'step must be positive'],
    ['a place too far', () => ':, 2', 'index 2 is out of bounds', 'index 2 is out of bounds'],
    ['too many', () => '0, 0, 0', 'too many indices', 'too many indices'],
    ['two ellipses', () => '..., ...', 'a single ellipsis', 'a single ellipsis'],
    ['a fraction', () => '1.5', '1.5', '1.5'],
    ['NaN', () => 'NaN', 'NaN', 'NaN'],
    ['undefined', () => 'undefined', 'indices are whole numbers', 'indices are whole numbers'],
    ['null', () => 'null', 'x.unsqueeze(dim)', 'x.unsqueeze(dim)'],
    ['true', () => 'true', 'indices are whole numbers', 'indices are whole numbers'],
    ['an object', () => '[object Object]', 'indices are whole numbers', 'indices are whole numbers'],
    ['too large', () => '2', 'index 2 is out of bounds', 'index 2 is out of bounds'],
  ]
  test.each(keys)('%s throws, and says what to write', (_, key, read, write) => {
    const tensor = x()
    expect(() => at(tensor, key())).toThrow(read)
    expect(() => set(tensor, key(), 0)).toThrow(write)
    expect(tensor).toEqual(x())
  })

  test('a mask and an array reach that as they are', () => {
    const tensor = x()
    const untyped = tensor as unknown as Record<string, unknown>
    const mask = tensor.gt(2) as unknown as string
    expect(() => untyped[mask]).toThrow('a tensor in brackets is no index')
    expect(() => {
      untyped[mask] = 0
    }).toThrow('a tensor in brackets is no index')
    expect(() => {
      untyped[[0, 1] as unknown as string] = 9
    }).toThrow('an array in brackets is no index')
    expect(() => untyped[torch.tensor(0) as unknown as string]).toThrow('a tensor in brackets')
  })

  test.each([
    ['gard', 'grad'],
    ['requiresGrad', 'requires_grad'],
    ['foo', 'Tensor has no property'],
    ['label', 'Tensor has no property'],
  ])('assigning to %s throws', (name, message) => {
    const tensor = x()
    expect(() => set(tensor, name, 1)).toThrow(message)
    expect(Object.keys(tensor)).toEqual(['contents'])
  })

  test('a method is not assigned to', () => {
    const tensor = x()
    expect(() => set(tensor, 'data', tensor)).toThrow('write torch.no_grad(() => x.copy_(y)) for x.data = y')
    expect(() => set(tensor, 'add', 1)).toThrow(TypeError)
    expect(() => set(tensor, 'shape', [4])).toThrow(TypeError)
    expect(tensor.data()).toEqual(Float32Array.of(1, 2, 3, 4))
  })

  test('camelCase of a name that tensors have is named', () => {
    expect(() => at(x(), 'requiresGrad')).toThrow("it is called 'requires_grad'")
    expect(() => at(x(), 'indexSelect')).toThrow("it is called 'index_select'")
  })

  test('names that promises, printers and test frameworks look for are undefined', async () => {
    const names = [
      'then',
      'asymmetricMatch',
      '$$typeof',
      'nodeType',
      '@@__IMMUTABLE_ITERABLE__@@',
      'length',
      '_isMockFunction',
      'tagName',
    ]
    for (const name of names) expect(at(x(), name)).toBeUndefined()
    expect(at(x(), Symbol('any'))).toBeUndefined()
    expect(await x()).toEqual(x())
    const symbol = Symbol('mine')
    const tensor = x()
    Reflect.set(tensor, symbol, 5)
    expect(at(tensor, symbol)).toBe(5)
  })
})

describe('operators', () => {
  test('throw on tensors of several elements, and say what to write', () => {
    const tensor = x() as unknown as number
    const uses: (() => unknown)[] = [
      () => tensor * 2,
      () => tensor > 0,
      () => tensor + tensor,
      () => tensor + ('a' as unknown as number),
      () => -tensor,
      // biome-ignore lint/suspicious/noDoubleEquals: that is the case.
      () => tensor == 1,
      () => Number(tensor),
      () => Math.max(tensor, 1),
    ]
    for (const use of uses) expect(use).toThrow('x.mul(2) for x * 2')
    expect(() => Number(torch.zeros([0]))).toThrow('a Tensor with 0 elements')
  })

  test('take a tensor of one element for its number', () => {
    for (const one of [
      torch.tensor(3),
      torch.tensor([[3]]),
      torch.tensor(3, { dtype: 'int32' }),
      torch.tensor(3, { requires_grad: true }),
    ]) {
      const number = one as unknown as number
      expect([number * 2, -number, Number(one), number > 2, Math.sqrt(number + 6)]).toEqual([
        6,
        -3,
        3,
        true,
        3,
      ])
    }
    expect(Number(torch.tensor(true))).toBe(1)
    expect(`${torch.tensor([1, 2])}`).toBe('tensor([1., 2.])')
  })
})

describe('work that goes on after it returned', () => {
  test.each(['no_grad', 'enable_grad', 'scope'] as const)('%s refuses it', async (name) => {
    const rejections: unknown[] = []
    const note = (reason: unknown) => rejections.push(reason)
    globalThis.process?.on('unhandledRejection', note)
    const before = torch.is_grad_enabled()
    const works: (() => unknown)[] = [
      async () => 1,
      async () => {
        throw new Error('later')
      },
      () => Promise.reject(new Error('at once')),
      // biome-ignore lint/suspicious/noThenProperty: that is the case.
      () => ({ then: (_: unknown, reject: (reason: Error) => void) => reject(new Error('thenable')) }),
    ]
    for (const work of works) expect(() => torch[name](work)).toThrow(`${name}: work must be synchronous`)
    expect(() =>
      torch[name](function* () {
        yield 1
      }),
    ).toThrow(`${name}: work must be synchronous`)
    expect(() => torch[name](3 as never)).toThrow(`${name}: work must be a function`)
    expect(torch.is_grad_enabled()).toBe(before)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(rejections).toEqual([])
    globalThis.process?.off('unhandledRejection', note)
    expect(torch[name](() => x())).toEqual(x())
  })
})

describe('JSON and clones', () => {
  test('JSON has nested arrays', () => {
    expect(JSON.stringify(x())).toBe('[[1,2],[3,4]]')
    expect(JSON.stringify({ loss: torch.tensor(0.5), mask: torch.tensor([true, false]) })).toBe(
      '{"loss":0.5,"mask":[true,false]}',
    )
    expect(JSON.stringify(torch.tensor([Number.NaN, Number.POSITIVE_INFINITY, 1]))).toBe('[null,null,1]')
    const layer = new torch.nn.Linear(2, 1)
    expect(JSON.parse(JSON.stringify(layer.state_dict()))).toEqual({
      weight: layer.weight.tolist(),
      bias: layer.bias?.tolist(),
    })
    expect(JSON.parse(JSON.stringify(layer))).toMatchObject({ in_features: 2, weight: layer.weight.tolist() })
  })

  test('no shell is cloned', () => {
    const layer = new torch.nn.Linear(2, 1)
    for (const value of [x(), layer.weight, layer, { nested: [x()] }, new torch.nn.Sequential(layer)]) {
      expect(() => structuredClone(value)).toThrow()
      const { port1 } = new MessageChannel()
      expect(() => port1.postMessage(value)).toThrow()
      port1.close()
    }
  })
})

describe('an iterator that was gone through', () => {
  test('throws where nothing would be done', () => {
    const model = new torch.nn.Linear(2, 1)
    const parameters = model.parameters()
    const optimizer = new torch.optim.SGD(parameters, { lr: 1 })
    expect(optimizer.param_groups[0].params.length).toBe(2)
    expect(() => torch.nn.utils.clip_grad_norm_(parameters, 1)).toThrow('an iterator that gives nothing')
    expect(() => torch.nn.utils.clip_grad_value_(parameters, 1)).toThrow('an iterator that gives nothing')
    expect(() => new torch.optim.SGD(parameters, { lr: 1 })).toThrow('empty parameter list')
    const rows = [0, 1].values()
    const dataset = new torch.utils.data.TensorDataset(x())
    expect(new torch.utils.data.Subset(dataset, rows).length).toBe(2)
    expect(() => new torch.utils.data.Subset(dataset, rows)).toThrow('an iterator that gives nothing')
    expect(() => optimizer.add_param_group({ params: parameters })).toThrow('an iterator that gives nothing')
    expect(optimizer.param_groups.length).toBe(1)
    expect(torch.nn.utils.clip_grad_norm_([], 1).item()).toBe(0)
  })
})
