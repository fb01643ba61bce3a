/** What cannot be read does not keep the rest of a file from being read. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { untyped } from '../support/errors.js'
import { bytesOf } from './contents.js'
import { archive, concat, op, pickle, storage, tensor } from './craft.js'

const load = <T>(...parts: Parameters<typeof pickle>) => torch.load<T>(archive(pickle(...parts)))

describe('what cannot be read', () => {
  test('of one storage, tensors whose integers fit are read', () => {
    const { tail, before, after } = torch.load(bytesOf('lacking.pt'))
    expect([tail.tolist(), before.tolist(), after.tolist()]).toEqual([[3, -4], [1], [2]])
  })

  const lacking = tensor({ storage: storage(op.integer(3), { type: 'torch.ComplexFloatStorage' }) })
  const sentence = 'has the dtype "complex64", which cannot be read'

  test('in lists throws when it is read, as a whole, in a Map or in a set at once', () => {
    const list = load<unknown[]>(op.emptyList, lacking, op.append, [0x88], op.append)
    expect([list.length, list[1]]).toEqual([2, true])
    expect(() => list[0]).toThrow(`load: tensor "0" ${sentence}`)
    expect(() => load(lacking)).toThrow(`load: tensor "" ${sentence}`)
    expect(() => load(op.emptyDict, op.float(0.5), lacking, op.setItem)).toThrow(
      `load: tensor "0.5" ${sentence}`,
    )
    expect(() => load([0x8f], op.mark, lacking, [0x90])).toThrow('has a key that is neither')
  })

  test('a storage alone, of tensor.storage(), neither', () => {
    const file = archive(
      pickle(op.emptyDict, op.text('a'), storage(), op.setItem, op.text('b'), tensor(), op.setItem),
    )
    const { b } = torch.load(file)
    expect(b.shape).toEqual([2, 3])
    expect(() => torch.load(file).a).toThrow(
      'load: tensor "a" is a storage, which has no shape; load(bytes, {',
    )
    expect(Object.keys(torch.load(file, { skip: ['a'] }))).toEqual(['b'])
  })

  test('bytes that were moved elsewhere are refused in a sentence', () => {
    const moved = torch.save({ a: torch.ones([2]) }).slice()
    const { buffer } = moved
    structuredClone(buffer, { transfer: [buffer] })
    for (const bytes of [moved, buffer]) {
      expect(() => torch.load(bytes)).toThrow('load: bytes lie in memory that was moved elsewhere')
    }
  })

  test('is the same in all its places', () => {
    const [a, b] = load<object[]>(
      op.emptyDict,
      op.text('x'),
      lacking,
      op.setItem,
      op.put(0),
      op.get(0),
      [0x86],
    )
    expect(a).toBe(b)
    expect(() => Object.values(b)).toThrow('load: tensor "0.x"')
  })

  test('by names, with all that is in it', () => {
    const file = bytesOf('foreign.pt')
    const namespace = 'Unsupported global: GLOBAL "argparse.Namespace" was not an allowed global by default'
    expect(() => torch.load(file)).toThrow(torch.RuntimeError)
    expect(() => torch.load(file)).toThrow(`load: "hyper_parameters": ${namespace}`)
    expect(() => torch.load(file)).toThrow('load(bytes, { skip: ["hyper_parameters"] }) leaves it out')
    expect(() => torch.load(file, { skip: ['hyper_parameters'] })).toThrow(`load: "callbacks": ${namespace}`)
    const most = ['hyper_parameters', 'callbacks']
    expect(() => torch.load(file, { skip: most })).toThrow(`load: "list.1": ${namespace}`)
    const rest = torch.load<{ x: Tensor; list: [Tensor, null] }>(file, { skip: [...most, 'list.1'] })
    expect(Object.keys(rest)).toEqual(['x', 'list'])
    expect([rest.x.tolist(), rest.list[0].tolist(), rest.list[1]]).toEqual([[1], [2], null])
    expect(() => torch.load(file, { skip: [...most, 'list', 'y'] })).toThrow('skip has the name "y"')
    expect(() => torch.load(bytesOf('module.pt'), { skip: ['0'] })).toThrow('Unsupported global')
  })

  test('names have dots where keys have', () => {
    const inner = concat(op.emptyDict, op.text('b.c'), op.none, op.setItem, op.text('b'), op.none, op.setItem)
    const file = archive(
      pickle(op.emptyDict, op.text('a'), inner, op.setItem, op.text('a.b'), op.none, op.setItem),
    )
    expect(torch.load(file, { skip: ['a.b.c'] })).toEqual({ a: { b: null }, 'a.b': null })
    expect(torch.load(file, { skip: ['a.b'] })).toEqual({ a: { 'b.c': null } })
    expect(torch.load(file, { skip: ['a'] })).toEqual({ 'a.b': null })
  })

  test('a name that is used and dropped is refused too', () => {
    const attributes = concat(op.emptyDict, op.text('x'), op.global('os.system'), op.setItem)
    expect(() => load(op.emptyDict, attributes, op.build)).toThrow(
      'load: Unsupported global: GLOBAL "os.system"',
    )
  })

  test('arguments of load', () => {
    const bytes = bytesOf('tensor.pt')
    expect(torch.load<Tensor>(bytes, 'cpu', { weights_only: true }).shape).toEqual([1, 2])
    expect(torch.load<Tensor>(bytes, { map_location: 'cpu', skip: [] }).shape).toEqual([1, 2])
    expect(() => torch.load(bytes, untyped({ weights_only: false }))).toThrow(TypeError)
    expect(() => torch.load(bytes, untyped('cuda'))).toThrow(TypeError)
    expect(() => torch.load(bytes, untyped({ skips: [] }))).toThrow("did you mean 'skip'?")
    expect(() => torch.load(bytes, { skip: untyped('x') })).toThrow('load: skip must be an array')
    expect(() => torch.load(bytes, { skip: untyped([1]) })).toThrow(
      'load: skip must be an array of names, but got 1',
    )
  })
})
