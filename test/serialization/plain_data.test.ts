/** What files hold beside tensors. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { archive, concat, integer, op, pickle, tensor, tuple } from './craft.js'

const load = <T>(...parts: Parameters<typeof pickle>) => torch.load<T>(archive(pickle(...parts)))

describe('plain data', () => {
  const key = (k: ArrayLike<number> | string, v: ArrayLike<number> | string = op.none) =>
    concat(k, v, op.setItem)
  const map = <T>(...items: Uint8Array[]) => load<T>(op.emptyDict, ...items)

  test('keys that are texts and whole numbers make an object, others a Map', () => {
    expect(map(key(op.text('a')), key(op.integer(1)), key(op.float(2)))).toEqual({
      1: null,
      2: null,
      a: null,
    })
    expect(map(key(op.float(0.5)), key(op.integer(2)), key(op.none), key([0x88]))).toEqual(
      new Map<unknown, null>([
        [0.5, null],
        [2, null],
        [null, null],
        [true, null],
      ]),
    )
    expect(map(key(op.text('a')), key(tuple(op.integer(1), op.text('b'))))).toEqual(
      new Map<unknown, null>([
        ['a', null],
        [[1, 'b'], null],
      ]),
    )
    const frozen = concat(op.mark, op.integer(1), [0x91])
    expect(map(key(frozen))).toEqual(new Map([[new Set([1]), null]]))
  })

  test('1 and its digits are two keys', () => {
    expect(map(key(op.integer(1), [0x88]), key(op.text('1'), [0x89]))).toEqual(
      new Map<unknown, boolean>([
        [1, true],
        ['1', false],
      ]),
    )
    expect(map(key(op.integer(1)), key(op.text('01')))).toEqual({ 1: null, '01': null })
  })

  test('of a key that comes again the last value is meant', () => {
    expect(map(key(op.text('a'), [0x88]), key(op.text('b')), key(op.text('a'), [0x89]))).toEqual({
      a: false,
      b: null,
    })
    expect(map(key(op.float(0.5), [0x88]), key(op.float(0.5), [0x89]))).toEqual(new Map([[0.5, false]]))
  })

  test('complex numbers may be keys', () => {
    const number = [op.global('builtins.complex'), tuple(op.float(1), op.float(-2)), op.reduce]
    const keys = [...map<Map<unknown, null>>(key(concat(...number)), key(op.none)).keys()]
    expect(keys).toEqual([{ real: 1, imag: -2 }, null])
    expect(() => map(key(concat(op.emptyDict)))).toThrow('has a key that is neither')
  })

  test('bytes and sets of later protocols', () => {
    const bytes = concat('C', [2, 0, 255])
    expect(load(bytes)).toEqual(new Uint8Array([0, 255]))
    expect(load(concat('B', integer(4, 1), [7]))).toEqual(new Uint8Array([7]))
    expect(load(concat([0x96], integer(8, 1), [7]))).toEqual(new Uint8Array([7]))
    expect(load([0x8f], op.mark, op.integer(1), op.text('a'), [0x90])).toEqual(new Set([1, 'a']))
    expect(load(op.mark, op.integer(1), op.integer(1), [0x91])).toEqual(new Set([1]))
    const [a, b] = load<Set<Uint8Array>[]>(
      op.mark,
      [0x8f],
      op.mark,
      bytes,
      op.put(0),
      [0x90],
      concat([0x8f], op.mark, op.get(0), [0x90]),
      op.tuple,
    )
    expect([...a][0]).toBe([...b][0])
  })

  test('values that are dropped', () => {
    expect(load(op.integer(5), op.none, '0')).toBe(5)
    expect(load(op.integer(5), op.mark, op.none, op.none, '1')).toBe(5)
    expect(() => load('0')).toThrow('its stack is empty')
    expect(() => load(op.none, '1')).toThrow('a mark is missing')
  })

  test('texts of Python 2, and halves of pairs', () => {
    expect(load(concat('U', [2], 'é'))).toBe('é')
    expect(load(concat('U', [2, 0xe9, 0x41]))).toBe('éA')
    expect(load(concat('T', integer(4, 1), [0x9f]))).toBe('\u009f')
    expect(load(concat('X', integer(4, 8), [0x61, 0xed, 0xa0, 0x80, 0xed, 0xbf, 0xbf, 0x62]))).toBe(
      'a\ud800\udfffb',
    )
    expect(load(concat('X', integer(4, 3), '퟿'))).toBe('퟿')
    expect(() => load(concat('X', integer(4, 3), [0xed, 0xa0, 0x41]))).toThrow('is not UTF-8')
  })

  test('an OrderedDict from pairs, as Python 2 wrote it', () => {
    const pair = (name: string, value: ArrayLike<number> | string) =>
      concat(op.emptyList, op.text(name), op.append, value, op.append)
    const pairs = concat(op.emptyList, pair('b', op.none), op.append, pair('a', [0x88]), op.append)
    const dict = load<object>(op.global('collections.OrderedDict'), pairs, [0x85], op.reduce)
    expect(Object.entries(dict)).toEqual([
      ['b', null],
      ['a', true],
    ])
  })

  test('no attribute of a tensor reaches it', () => {
    const state = concat(
      op.emptyDict,
      op.text('storage'),
      op.none,
      op.setItem,
      op.text('__proto__'),
      op.none,
      op.setItem,
    )
    const rebuild = op.global('torch._utils._rebuild_parameter_with_state')
    const parameter = load<Tensor>(rebuild, tuple(tensor(), [0x88], op.none, state), op.reduce)
    expect([parameter instanceof torch.nn.Parameter, parameter.tolist()]).toEqual([
      true,
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ])
  })
})
