import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { concat, integer, op, pickle, tensor, tuple } from './craft.js'

describe('files from before PyTorch 1.6', () => {
  const magic = pickle(concat([0x8a, 10], integer(10, 0x1950a86a20f9469cfc6cn)))
  const version = pickle(op.integer(1001))
  const machine = pickle(op.emptyDict, op.text('little_endian'), [0x88], op.setItem)
  const legacy = (
    value: ArrayLike<number>,
    keys: ArrayLike<number>,
    ...rest: (ArrayLike<number> | string)[]
  ) => concat(magic, version, machine, value, keys, ...rest)
  const none = pickle(op.emptyList)
  const keys = (...names: string[]) =>
    pickle(op.emptyList, ...names.map((name) => concat(op.text(name), op.append)))
  const floats = concat(integer(8, 6), new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer))

  test('what they hold, and what follows', () => {
    expect(torch.load(legacy(pickle(op.integer(5)), none, 'anything'))).toBe(5)
    expect(
      torch
        .load<Tensor>(legacy(pickle(tensor()), keys('0'), floats))
        .sum()
        .item(),
    ).toBe(21)
  })

  test('parts of storages share memory', () => {
    const part = (offset: number, length: number) =>
      concat(
        tuple(
          ...[
            op.text('storage'),
            op.global('torch.FloatStorage'),
            op.text('0'),
            op.text('cuda:3'),
            op.integer(6),
          ],
          tuple(op.text(`v${offset}`), op.integer(offset), op.integer(length)),
        ),
        op.persistent,
      )
    const of = (offset: number, length: number, size: number, at = 0) =>
      tensor({
        storage: part(offset, length),
        size: tuple(op.integer(size)),
        stride: tuple(op.integer(1)),
        offset: op.integer(at),
      })
    const file = (...tensors: Uint8Array[]) =>
      legacy(pickle(op.mark, ...tensors, op.tuple), keys('0'), floats)
    const [whole, half] = torch.load<Tensor[]>(file(tensor(), of(2, 3, 2, 1)))
    expect(half.tolist()).toEqual([4, 5])
    half.fill_(0)
    expect(whole.tolist()).toEqual([
      [1, 2, 3],
      [0, 0, 6],
    ])
    expect(() => torch.load(file(of(2, 3, 3, 1)))).toThrow(
      'reaches to element 4 of a storage with 3 elements',
    )
    expect(() => torch.load(file(of(4, 3, 1)))).toThrow('a part of a storage is outside of its 6 elements')
  })

  test('a class with its source is left out by name', () => {
    const module = concat(
      tuple(op.text('module'), op.global('net.Net'), op.text('net.py'), op.text('class')),
      op.persistent,
    )
    const object = concat(module, op.emptyTuple, [0x81], op.emptyDict, op.build)
    const value = pickle(op.emptyDict, op.text('net'), object, op.setItem, op.text('x'), tensor(), op.setItem)
    const file = legacy(value, keys('0'), floats)
    expect(() => torch.load(file)).toThrow('load: "net": Unsupported global: GLOBAL "net.Net"')
    expect(Object.keys(torch.load(file, { skip: ['net'] }))).toEqual(['x'])
  })

  test.each<[string, Uint8Array<ArrayBuffer>, string]>([
    ['another pickle', pickle(op.integer(5)), 'load: this is a pickle, but not one of torch.save'],
    ['another version', concat(magic, pickle(op.integer(1002))), 'it is of another version than 1001'],
    [
      'a big-endian machine',
      concat(
        magic,
        version,
        pickle(op.emptyDict, op.text('little_endian'), [0x89], op.setItem),
        pickle(op.none),
        none,
      ),
      'only little-endian files can be read',
    ],
    ['no list of storages', legacy(pickle(op.none), pickle(op.none)), 'there is no list of storages'],
    [
      "a storage that is no tensor's",
      legacy(pickle(op.none), keys('7'), floats),
      'its list of storages has one',
    ],
    [
      'a storage twice',
      legacy(pickle(tensor()), keys('0', '0'), floats, floats),
      'its list of storages has one',
    ],
    [
      'a storage that is not listed',
      legacy(pickle(tensor()), none),
      'load: tensor "": its storage "0" is missing',
    ],
    [
      'a storage that breaks off',
      legacy(pickle(tensor()), keys('0'), floats.subarray(0, 20)),
      '24 bytes are wanted',
    ],
    ['a storage of 2^60', legacy(pickle(tensor()), keys('0'), integer(8, 2n ** 60n)), 'bytes are wanted'],
    [
      'a storage of another length',
      legacy(pickle(tensor()), keys('0'), integer(8, 5), floats.subarray(8, 28)),
      'its storage "0" has 20 bytes instead of 24 of float32',
    ],
  ])('%s', (_name, file, sentence) => {
    expect(() => torch.load(file)).toThrow(torch.RuntimeError)
    expect(() => torch.load(file)).toThrow(sentence)
  })

  test('archives of tar, older still', () => {
    const file = concat('storages'.padEnd(257, '\0'), 'ustar\0')
    expect(() => torch.load(file)).toThrow(
      'load: this is a tar archive, perhaps of the first versions of torch.save',
    )
  })
})
