/** jest's own `expect`, as `toEqual` of vitest is held by `test/surface/comparison.test.ts`. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { folder } from './consumer.js'

/** In a variable: the package is there once npm test has installed it. */
const name = 'expect'
const { expect: jest } = (await import(/* @vite-ignore */ name)) as { expect: typeof expect }

type Torch = typeof import('../../ts/api.js')
const entry = pathToFileURL(join(folder, 'node_modules/softmargin/dist/node.js')).href
const { default: torch } = (await import(/* @vite-ignore */ entry)) as { default: Torch }

const pair = (dtype: 'float32' | 'int32' = 'float32') => torch.tensor([1, 2], { dtype })

test('jest compares tensors by value, shape and dtype', () => {
  for (const matcher of ['toEqual', 'toStrictEqual'] as const) {
    jest(pair())[matcher](pair())
    jest({ loss: [torch.tensor(2)] })[matcher]({ loss: [torch.tensor(2)] })
    jest(new torch.nn.Parameter(pair()))[matcher](pair())
    jest(pair().requires_grad_().mul(1))[matcher](pair())
    jest(pair()).not[matcher](torch.tensor([1, 3]))
    jest(pair()).not[matcher](pair('int32'))
    jest(pair()).not[matcher](torch.tensor([[1, 2]]))
    jest(torch.tensor(2)).not[matcher](torch.tensor(3))
    jest(torch.tensor([2])).not[matcher](torch.tensor(2))
    jest(torch.zeros([0, 3])).not[matcher](torch.zeros([0, 5]))
  }
})

test('what differs can be read', () => {
  expect(() => jest(pair()).toEqual(torch.tensor([1, 3]))).toThrow(/- {3}3,\n\+ {3}2,/)
  expect(() => jest(pair()).toEqual(pair('int32'))).toThrow(
    /- {5}"dtype": "int32",\n\+ {5}"dtype": "float32",/,
  )
})
