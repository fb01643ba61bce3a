import { describe, expect, test } from 'vitest'
import { records } from '../ts/graph/op.js'
import torch from '../ts/index.js'
import { checkOp, opsWithFixtures, unchecked } from './helpers.js'

describe('operations and their gradients equal torch', () => {
  test('add', () => checkOp('add', ([a, b]) => torch.add(a, b)))
  test('sub', () => checkOp('sub', ([a, b]) => torch.sub(a, b), { absolute: 1e-7 }))
  test('mul', () => checkOp('mul', ([a, b]) => torch.mul(a, b), { absolute: 1e-6 }))
  test('div', () => checkOp('div', ([a, b]) => torch.div(a, b), { absolute: 1e-6 }))
  test('neg', () => checkOp('neg', ([x]) => torch.neg(x)))
  test('abs', () => checkOp('abs', ([x]) => torch.abs(x)))
  test('exp', () => checkOp('exp', ([x]) => torch.exp(x)))
  test('log', () => checkOp('log', ([x]) => torch.log(x)))
  test('sqrt', () => checkOp('sqrt', ([x]) => torch.sqrt(x)))
  test('relu', () => checkOp('relu', ([x]) => torch.relu(x)))
  // The gradient comes from the rounded result, as torch's.
  test('sigmoid', () => checkOp('sigmoid', ([x]) => torch.sigmoid(x), { absolute: 1e-7 }))
  test('logsigmoid', () => checkOp('logsigmoid', ([x]) => torch.logsigmoid(x)))
  test('pow', () => checkOp('pow', ([x], { exponent }) => torch.pow(x, exponent)))
  test('clamp', () => checkOp('clamp', ([x], options) => torch.clamp(x, options)))
  test('sum', () => checkOp('sum', ([x], options) => torch.sum(x, options), { absolute: 1e-6 }))
  test('mean', () => checkOp('mean', ([x], options) => torch.mean(x, options), { absolute: 1e-6 }))
  test('amax', () => checkOp('amax', ([x], options) => torch.amax(x, options)))
  test('matmul', () => checkOp('matmul', ([a, b]) => torch.matmul(a, b), { absolute: 1e-6 }))
  test('linear', () =>
    checkOp('linear', ([x, w, b]) => torch.nn.functional.linear(x, w, b ?? null), { absolute: 1e-6 }))
  test('reshape', () => checkOp('reshape', ([x], { shape }) => torch.reshape(x, shape)))
  test('transpose', () => checkOp('transpose', ([x], { dim0, dim1 }) => torch.transpose(x, dim0, dim1)))
  test('permute', () => checkOp('permute', ([x], { dims }) => torch.permute(x, dims)))
  test('expand', () => checkOp('expand', ([x], { shape }) => torch.expand(x, shape), { absolute: 1e-6 }))
  test('index_select', () =>
    checkOp('index_select', ([x], { dim, indices }) =>
      torch.index_select(x, dim, torch.tensor(Int32Array.from(indices as number[]))),
    ))
  test('cat', () => checkOp('cat', (tensors, { dim }) => torch.cat(tensors, dim)))
  test('stack', () => checkOp('stack', (tensors, { dim }) => torch.stack(tensors, dim)))
  test('where', () => checkOp('where', ([c, a, b]) => torch.where(c, a, b), { absolute: 1e-6 }))
  test('gt', () => checkOp('gt', ([a, b]) => torch.gt(a, b)))
  test('ge', () => checkOp('ge', ([a, b]) => torch.ge(a, b)))
  test('lt', () => checkOp('lt', ([a, b]) => torch.lt(a, b)))
  test('le', () => checkOp('le', ([a, b]) => torch.le(a, b)))
  test('eq', () => checkOp('eq', ([a, b]) => torch.eq(a, b)))
  test('ne', () => checkOp('ne', ([a, b]) => torch.ne(a, b)))
})

const TESTED_ELSEWHERE = new Set([
  // What draws: by torch's own samples.
  ...['bernoulli', 'normal'],
  // By their own fixtures, or through the operation that uses them.
  ...['multilabel_soft_margin_loss', 'narrow', 'clone', 'scale', 'dropout'],
  // Views and changes in place: by the programs of `in_place.test.ts`.
  ...['copy_slices', 'as_strided', 'slice', 'select'],
])

// The hyperbolic tangent comes with the other activations, in layer_ops.test.ts.
test('every fixture is run', () => expect(unchecked('fixtures/ops')).toEqual(['tanh']))

test('every record has a fixture', () => {
  const names = records.map(({ name }) => name).filter((name) => !TESTED_ELSEWHERE.has(name))
  expect(names.filter((name) => !opsWithFixtures.has(name))).toEqual([])
  expect(new Set(names).size).toBe(names.length)
})
