import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { archive, concat, integer, nested, op, pickle, storage, tensor, tuple, utf8 } from './craft.js'
import { testRefusedFiles } from './refused.js'

const pickles: [name: string, program: Uint8Array, sentence: string][] = [
  ['nothing', new Uint8Array(), '1 bytes are wanted at byte 0 of 0'],
  ['no end', utf8('N'), '1 bytes are wanted at byte 1 of 1; it may be truncated'],
  ['no value', pickle(), 'its stack is empty'],
  ['two values', pickle(op.none, op.none), 'it makes more than one value'],
  ['a mark that is left', pickle(op.mark, op.none), 'it makes more than one value'],
  ['no mark', pickle(op.tuple), 'a mark is missing'],
  ['protocol 6', concat([0x80, 6], op.none, op.stop), 'it is of protocol 6, but 2 to 5 can be read'],
  [
    'a frame beyond the end',
    concat([0x80, 4, 0x95], integer(8, 2n ** 63n), op.none, op.stop),
    'a frame of 9223372036854776000 bytes has 2',
  ],
  ['text beyond the end', pickle('X', integer(4, 2 ** 32 - 1)), '4294967295 bytes are wanted'],
  ['text of 2^64 - 1 bytes', pickle([0x8d], integer(8, 2n ** 64n - 1n)), 'bytes are wanted at byte'],
  ['text that is not UTF-8', pickle([0x8c, 1, 0xff]), 'the text at byte 4 is not UTF-8'],
  ['a global without end', concat('ctorch'), 'the line at byte 1 has no end'],
  ['a value that is not remembered', pickle(op.get(7)), 'it recalls value 7'],
  [
    'an unknown instruction',
    pickle('i__main__\nX\n'),
    'the instruction 105 at byte 2 makes what is neither a tensor nor a container',
  ],
  ['an object', pickle(op.emptyTuple, op.emptyTuple, [0x81]), 'the instruction 129 at byte 4'],
  [
    'eval',
    pickle(op.global('builtins.eval'), tuple(op.text('1')), op.reduce),
    'Unsupported global: GLOBAL "builtins.eval" was not an allowed global by default',
  ],
  [
    'system, by names on the stack',
    pickle(op.text('os'), op.text('system'), [0x93]),
    'Unsupported global: GLOBAL "os.system"',
  ],
  [
    'a name of Object.prototype',
    pickle(op.global('torch.constructor')),
    'Unsupported global: GLOBAL "torch.constructor"',
  ],
  ['a global of numbers', pickle(op.none, op.none, [0x93]), 'a global has no name'],
  ['a call of a number', pickle(op.none, op.emptyTuple, op.reduce), 'it calls what is no function'],
  [
    'a call of a type',
    pickle(op.global('torch.float32'), op.emptyTuple, op.reduce),
    'it calls what is no function',
  ],
  [
    'a call without a tuple',
    pickle(op.global('torch.Size'), op.none, op.reduce),
    'it calls what is no function',
  ],
  [
    'an OrderedDict with arguments',
    pickle(op.global('collections.OrderedDict'), tuple(op.none), op.reduce),
    'an OrderedDict is made from what are no pairs',
  ],
  [
    'a function as the value',
    pickle(op.global('torch.Size')),
    '"" is neither a tensor nor a number, a text or a container',
  ],
  [
    'an untyped class in a dict',
    pickle(op.emptyDict, op.text('k'), op.global('torch.storage.UntypedStorage'), op.setItem),
    '"k" is neither a tensor nor',
  ],
  ['append to a dict', pickle(op.emptyDict, op.none, op.append), 'it appends to what is no list'],
  [
    'an item of a list',
    pickle(op.emptyList, op.none, op.none, op.setItem),
    'it sets an item of what is no dict',
  ],
  [
    'an item of a tensor',
    pickle(tensor(), op.text('a'), op.none, op.setItem),
    'it sets an item of what is no dict',
  ],
  [
    'a key without value',
    pickle(op.emptyDict, op.mark, op.text('a'), op.setItems),
    'it sets an item of what is no dict',
  ],
  [
    'attributes of a tensor',
    pickle(tensor(), op.emptyDict, op.build),
    'it sets attributes of what is no OrderedDict',
  ],
  [
    'a dict as key',
    pickle(op.emptyDict, op.emptyDict, op.none, op.setItem),
    '"" has a key that is neither a text, a number, bytes nor a tuple of such',
  ],
  [
    'a list in itself',
    pickle(op.emptyList, op.put(0), op.get(0), op.append),
    'inside each other more than 100 deep, or one inside itself',
  ],
  [
    'a dict in itself',
    pickle(op.emptyDict, op.put(0), op.text('a'), op.emptyList, op.get(0), op.append, op.setItem),
    'or one inside itself',
  ],
  ['101 lists in each other', nested(101), 'inside each other more than 100 deep'],
  ['100,000 lists in each other', nested(100_000), 'inside each other more than 100 deep'],
  [
    'a deep list that is met again further down',
    pickle(
      op.mark,
      nested(60).subarray(2, -1),
      op.put(0),
      ...Array(60).fill(op.mark),
      op.get(0),
      ...Array(60).fill(op.tuple),
      op.tuple,
    ),
    'inside each other more than 100 deep',
  ],
  ['a tensor without storage', pickle(tensor({ storage: op.none })), 'a tensor has no storage'],
  [
    'a tensor without arguments',
    pickle(op.global('torch._utils._rebuild_tensor_v2'), op.emptyTuple, op.reduce),
    'a tensor has no storage',
  ],
  [
    'an untyped tensor without dtype',
    pickle(tensor({ storage: storage(op.integer(24), { type: 'torch.storage.UntypedStorage' }) })),
    'a tensor has no dtype',
  ],
  [
    'a parameter of a number',
    pickle(op.global('torch._utils._rebuild_parameter'), tuple(op.none, [0x88]), op.reduce),
    'a parameter has no data',
  ],
  ['a persistent id of a number', pickle(op.none, op.persistent), 'a persistent id names no storage'],
  [
    'a persistent id of another kind',
    pickle(tuple(op.text('module'), op.global('torch.FloatStorage')), op.persistent),
    'a persistent id names no storage',
  ],
  [
    'a storage of an OrderedDict',
    pickle(tensor({ storage: storage(op.integer(6), { type: 'collections.OrderedDict' }) })),
    'a persistent id names no storage',
  ],
  [
    'a storage with a number as key',
    pickle(storage(op.integer(6), { key: op.integer(0) })),
    'a storage has no key or no length',
  ],
  ['a storage of length -1', pickle(storage(op.integer(-1))), 'a storage has no key or no length'],
  [
    'a storage that is missing',
    pickle(tensor({ storage: storage(op.integer(6), { key: op.text('1') }) })),
    'load: tensor "": its storage "1" is missing',
  ],
  [
    'a storage outside',
    pickle(tensor({ storage: storage(op.integer(6), { key: op.text('../data.pkl') }) })),
    'its storage "../data.pkl" is missing',
  ],
  [
    'a storage of 2^60',
    pickle(tensor({ storage: storage(op.integer(2n ** 52n)) })),
    'its storage "0" has 24 bytes instead of 18014398509481984 of float32',
  ],
  [
    'a storage of another type',
    pickle(tensor({ storage: storage(op.integer(6), { type: 'torch.DoubleStorage' }) })),
    'its storage "0" has 24 bytes instead of 48 of float64',
  ],
  ['a negative offset', pickle(tensor({ offset: op.integer(-1) })), 'not whole numbers of at least 0'],
  ['an offset of 2^62', pickle(tensor({ offset: op.integer(2n ** 62n) })), 'not whole numbers of at least 0'],
  [
    'an offset behind the end',
    pickle(tensor({ offset: op.integer(1) })),
    'load: tensor "" reaches to element 7 of a storage with 6 elements',
  ],
  [
    'a negative size',
    pickle(tensor({ size: tuple(op.integer(-2), op.integer(-3)) })),
    'not whole numbers of at least 0',
  ],
  [
    'a size that is nan',
    pickle(tensor({ size: tuple(op.float(Number.NaN), op.integer(3)) })),
    'not whole numbers of at least 0',
  ],
  [
    'a size that is infinite',
    pickle(tensor({ size: tuple(op.float(Number.POSITIVE_INFINITY), op.integer(0)) })),
    'not whole numbers of at least 0',
  ],
  [
    'sizes of 2^40',
    pickle(tensor({ size: tuple(op.integer(2n ** 40n), op.integer(2n ** 40n)) })),
    'does not fit linear memory',
  ],
  [
    'a size beyond the storage',
    pickle(tensor({ size: tuple(op.integer(3), op.integer(3)) })),
    'reaches to element 9',
  ],
  [
    'a stride beyond the storage',
    pickle(tensor({ stride: tuple(op.integer(2n ** 52n), op.integer(1)) })),
    'of a storage with 6 elements',
  ],
  [
    'fewer strides than sizes',
    pickle(tensor({ stride: tuple(op.integer(1)) })),
    'not whole numbers of at least 0',
  ],
  [
    'nine dimensions',
    pickle(
      tensor({
        size: tuple(...Array(9).fill(op.integer(1))),
        stride: tuple(...Array(9).fill(op.integer(1))),
      }),
    ),
    'tensors have at most 8 dimensions',
  ],
  [
    'requires_grad of a number',
    pickle(tensor({ requires_grad: op.integer(1) })),
    'requires_grad of a tensor is no bool',
  ],
  [
    'integers that require grad',
    pickle(tensor({ storage: storage(op.integer(6), { type: 'torch.IntStorage' }), requires_grad: [0x88] })),
    'load: tensor "": only floating point tensors can require gradients, but it is int32',
  ],
]

describe('load refuses pickles', () => {
  testRefusedFiles(pickles.map(([name, program, sentence]) => [name, archive(program), sentence]))
})

test('100 lists in each other are allowed', () => {
  expect(torch.load<unknown[]>(archive(nested(100))).length).toBe(1)
})
