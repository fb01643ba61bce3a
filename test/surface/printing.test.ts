import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import torch from '../../ts/index.js'

test('the console shows values as torch prints them', () => {
  expect(inspect(torch.tensor([1, 2]))).toBe('tensor([1., 2.])')
  expect(
    inspect(
      torch.tensor([
        [1, 2],
        [3, 4],
      ]),
    ),
  ).toBe('tensor([[1., 2.],\n        [3., 4.]])')
  expect(inspect({ a: torch.tensor(1), b: [torch.tensor([true])] })).toBe(
    '{ a: tensor(1.), b: [ tensor([True]) ] }',
  )
  expect(
    inspect({
      x: torch.tensor([
        [1, 2],
        [3, 4],
      ]),
    }),
  ).toContain('tensor([[1., 2.],\n ')
  expect(inspect(new torch.nn.Parameter(torch.tensor([1])))).toBe(
    'Parameter containing:\ntensor([1.], requires_grad=True)',
  )
  const gone = torch.tensor([1])
  gone.dispose()
  expect(inspect([gone])).toBe('[ tensor(<a disposed tensor was used>) ]')
})

test('modules, optimizers and generators print as what they are', () => {
  const model = new torch.nn.Sequential(new torch.nn.Linear(2, 3), new torch.nn.ReLU())
  expect(inspect(model)).toBe(String(model))
  expect(inspect({ fc: new torch.nn.Linear(2, 3) })).toBe(
    '{ fc: Linear(in_features=2, out_features=3, bias=True) }',
  )
  const optimizer = new torch.optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 })
  expect(inspect(optimizer)).toMatch(/^SGD \(\nParameter Group 0\n {4}dampening: 0\n/)
  expect(inspect(optimizer)).toContain('    lr: 0.1\n')
  expect(inspect(optimizer)).toContain('    nesterov: False')
  expect(inspect(new torch.Generator().manual_seed(5))).toBe("Generator(device='cpu', seed=5)")
})
