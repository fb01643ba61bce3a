import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { expectClose } from '../support/close.js'
import { restore } from '../support/fixture.js'
import { bytesOf, contents, expectContents, model } from './contents.js'
import { archive, concat, integer, op, pickle, storage, tensor, tuple, utf8, zip } from './craft.js'

const files = Object.keys(contents).filter((name) => /\.pth?$/.test(name))

describe('what torch.save wrote is read', () => {
  test.each(files)('%s', (name) => expectContents(torch.load(bytesOf(name)), contents[name]))

  test('the files are there', () => expect(files.length).toBe(19))

  test('into a model', () => {
    const { Linear, ReLU, Sequential } = torch.nn
    const net = new Sequential(new Linear(4, 3), new ReLU(), new Linear(3, 2))
    net.load_state_dict(torch.load(bytesOf('model.pt')))
    expectClose(net.forward(restore(model.input)).data(), model.output.data)
    const checkpoint = torch.load<{ model: torch.nn.StateDict; epoch: number }>(bytesOf('checkpoint.pt'))
    net.load_state_dict(checkpoint.model)
    expect(checkpoint.epoch).toBe(3)
  })

  test('parameters are parameters, and tensors require grad as they did', () => {
    const { parameter, frozen, requires_grad, model } = torch.load<Record<string, Tensor>>(
      bytesOf('checkpoint.pt'),
    )
    const { Parameter } = torch.nn
    expect([parameter instanceof Parameter, parameter.requires_grad]).toEqual([true, true])
    expect([frozen instanceof Parameter, frozen.requires_grad]).toEqual([true, false])
    expect([requires_grad instanceof Parameter, requires_grad.requires_grad]).toEqual([false, true])
    const { '0.weight': weight } = model as unknown as Record<string, Tensor>
    expect(weight.requires_grad).toBe(false)
  })

  test('tensors that shared memory share it, as in torch', () => {
    const { base, matrix, slice, tied, also, transposed } = torch.load(bytesOf('views.pt'))
    torch.no_grad(() => base.mul_(0))
    expect(matrix.sum().item() + slice.sum().item()).toBe(0)
    torch.no_grad(() => tied.add_(1))
    expect(also.tolist()).toEqual([
      [2, 3],
      [4, 5],
    ])
    // Ours are contiguous: what is not in torch is a copy.
    expect(transposed.sum().item()).toBe(276)
  })
})

const load = <T>(...parts: Parameters<typeof pickle>) => torch.load<T>(archive(pickle(...parts)))

describe('pickles', () => {
  test.each<[string, ArrayLike<number> | string, unknown]>([
    ['None', op.none, null],
    ['True', [0x88], true],
    ['BININT', concat('J', integer(4, 2 ** 32 - 2)), -2],
    ['BININT2', concat('M', integer(2, 65535)), 65535],
    ['LONG1 of no bytes', [0x8a, 0], 0],
    ['LONG1, negative', [0x8a, 1, 0xff], -1],
    ['LONG1 of four bytes', [0x8a, 4, 0, 0, 0, 0x80], -(2 ** 31)],
    ['LONG1 of three bytes', [0x8a, 3, 0xff, 0xff, 0x7f], 2 ** 23 - 1],
    ['LONG1 of five bytes', [0x8a, 5, 0, 0, 0, 0x80, 0], 2 ** 31],
    ['2^53 - 1', op.integer(2n ** 53n - 1n), 2 ** 53 - 1],
    ['2^53', op.integer(2n ** 53n), 2n ** 53n],
    ['-2^63', op.integer(-(2n ** 63n)), -(2n ** 63n)],
    ['BINFLOAT', op.float(-0.1), -0.1],
    ['nan', op.float(Number.NaN), Number.NaN],
    ['SHORT_BINUNICODE', concat([0x8c, 2], 'é'), 'é'],
    ['BINUNICODE8', concat([0x8d], integer(8, 4), '😀'), '😀'],
    [
      'a list',
      concat(op.emptyList, op.none, op.append, op.mark, [0x89, 0x88], op.appends),
      [null, false, true],
    ],
    ['a tuple', concat(op.none, op.none, op.none, [0x87]), [null, null, null]],
    ['torch.Size', concat(op.global('torch.Size'), tuple(tuple(op.integer(2))), op.reduce), [2]],
    ['integer keys', concat(op.emptyDict, op.integer(-7), op.none, op.setItem), { '-7': null }],
  ])('%s', (_name, program, value) => expect(load(program)).toEqual(value))

  test('a value that is remembered is the same one', () => {
    const list = concat(op.emptyList, op.put(4_000_000_000))
    const [a, b] = load<[unknown, unknown]>(tuple(list, op.get(4_000_000_000)))
    expect(a).toBe(b)
    const memoized = concat([0x80, 4], op.emptyList, [0x94], [0x68, 0], [0x86], op.stop)
    const [c, d] = torch.load<[unknown, unknown]>(archive(memoized))
    expect(c).toBe(d)
    const [x, y] = load<[Tensor, Tensor]>(tuple(concat(tensor(), op.put(1)), op.get(1)))
    expect(x).toBe(y)
  })

  test('no key reaches a prototype', () => {
    const inner = concat(op.emptyDict, op.text('polluted'), op.integer(1), op.setItem)
    const value = load<Record<string, unknown>>(op.emptyDict, op.text('__proto__'), inner, op.setItem)
    expect(Object.keys(value)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(value)).toBe(null)
    expect(Reflect.get({}, 'polluted')).toBe(undefined)
  })

  test('attributes of an OrderedDict are dropped', () => {
    const dict = concat(op.global('collections.OrderedDict'), op.emptyTuple, op.reduce)
    const attributes = concat(op.emptyDict, op.text('_metadata'), op.none, op.setItem)
    expect(load(dict, attributes, op.build)).toEqual({})
  })

  test('strides of sizes of 1 do not matter', () => {
    const odd = {
      size: tuple(op.integer(1), op.integer(3)),
      stride: tuple(op.integer(2n ** 50n), op.integer(1)),
    }
    expect(load<Tensor>(tensor(odd)).tolist()).toEqual([[1, 2, 3]])
    const column = {
      size: tuple(op.integer(3), op.integer(1)),
      stride: tuple(op.integer(2), op.integer(2n ** 32n)),
    }
    expect(load<Tensor>(tensor(column)).tolist()).toEqual([[1], [3], [5]])
  })

  test('the negative bit is the sign, exactly', () => {
    const metadata = concat(op.emptyDict, op.text('neg'), [0x88], op.setItem)
    const of = (type: string, length: number) =>
      tensor({
        storage: storage(op.integer(length), { type }),
        size: tuple(op.integer(length)),
        stride: tuple(op.integer(1)),
        metadata,
      })
    const file = (program: Uint8Array, bytes: ArrayBuffer) =>
      torch.load<Tensor>(archive(pickle(program), bytes))
    const integers = file(of('torch.IntStorage', 2), Int32Array.of(16_777_217, -5).buffer)
    expect([integers.dtype, integers.tolist()]).toEqual(['int32', [-16_777_217, 5]])
    const floats = file(of('torch.FloatStorage', 2), Float32Array.of(0, -5).buffer)
    expect(floats.tolist()).toEqual([-0, 5])
    expect(() => file(of('torch.BoolStorage', 4), new ArrayBuffer(4))).toThrow('bools has the negative bit')
  })

  test('a tensor without elements needs no storage', () => {
    const missing = storage(op.integer(0), { key: op.text('none') })
    const none = { storage: missing, size: tuple(op.integer(0), op.integer(3)) }
    expect(load<Tensor>(tensor(none)).shape).toEqual([0, 3])
  })
})

describe('zip archives', () => {
  const content = pickle(op.integer(5))
  const entry = { name: 'x/data.pkl', content }

  test('a comment at the end, and other entries', () => {
    const readme = { name: 'x/README', content: 'PK\x05\x06' }
    expect(torch.load(zip([readme, entry], { comment: 'a comment PK\x05\x06'.padEnd(100) }))).toBe(5)
    expect(torch.load(zip([entry]))).toBe(5)
  })

  test('entries may be listed in another order than they lie', () => {
    const [first, second] = [{ name: 'x/byteorder', content: 'little' }, entry]
    const [length] = [zip([first]).length - zip([{ ...first, content: '' }]).length + 30 + first.name.length]
    const swapped = zip([
      { ...first, offset: 0 },
      { ...second, offset: length },
    ])
    expect(torch.load(swapped)).toBe(5)
  })

  test('sizes and offsets of 64 bits', () => {
    const size = concat(integer(2, 1), integer(2, 24), integer(8, content.length), integer(8, content.length))
    const big = { ...entry, stored: 0xffffffff, size: 0xffffffff, offset: 0xffffffff }
    const before = { name: 'x/version', content: '3\n' }
    const at = 30 + before.name.length + 2
    const other = concat(integer(2, 7), integer(2, 1), [0])
    const file = [before, { ...big, extra: concat(other, size, integer(8, at)) }]
    const directory = at + 30 + entry.name.length + content.length
    expect(
      torch.load(zip(file, { entries: 0xffff, directory: 0xffffffff, end64: { entries: 2, directory } })),
    ).toBe(5)
  })
})

test('text in a pickle is not a program', () => {
  expect(load(op.text('cos\nsystem\n'))).toBe('cos\nsystem\n')
  expect(utf8('é').length).toBe(2)
})
