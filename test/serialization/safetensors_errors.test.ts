import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { testRefused, untyped } from '../support/errors.js'
import { bytesOf } from './contents.js'
import { concat, integer, safetensors } from './craft.js'
import { type RefusedFile, testRefusedFiles } from './refused.js'

const info = (fields: string) => `{"x":{${fields}}}`
const floats = (shape: string, offsets = '[0,4]') =>
  info(`"dtype":"F32","shape":${shape},"data_offsets":${offsets}`)
const four = [0, 0, 128, 63]

const headers: RefusedFile[] = [
  ['nothing', new Uint8Array(), '0 bytes that begin with ""'],
  ['eight bytes', integer(8, 2) as Uint8Array<ArrayBuffer>, 'neither a safetensors file nor'],
  [
    'a length of 2^60',
    safetensors('{}', [], 2n ** 60n),
    'claims 1152921504606847000 bytes, more than the 100000000',
  ],
  ['a length of 2^64 - 1', safetensors('{}', [], 2n ** 64n - 1n), 'its header claims'],
  [
    'a length beyond the file',
    safetensors('{}', [], 99),
    '99 bytes are wanted at byte 8 of 10; it may be truncated',
  ],
  ['not UTF-8', safetensors(concat('{"', [0xff], '":{}}')), 'the text at byte 8 is not UTF-8'],
  ['an overlong NUL', safetensors(concat('{"', [0xc0, 0x80], '":{}}')), 'is not UTF-8'],
  ['half of a pair', safetensors('{"\\ud800":{}}'), 'the string at character 1 of the header is not valid'],
  ['a control character', safetensors('{"\n":{}}'), 'the string at character 1 of the header is not valid'],
  [
    'an escape that is none',
    safetensors('{"\\x":{}}'),
    'the string at character 1 of the header is not valid',
  ],
  ['a string without end', safetensors('{"a\\"}'), 'the string at character 1 of the header has no end'],
  ['no end', safetensors('{"x":'), 'its header has "" at character 5, where { is wanted'],
  ['text behind it', safetensors('{}x'), 'its header has "x" at character 2, where the end is wanted'],
  ['an array', safetensors('{"x":[]}'), 'where { is wanted'],
  ['a comma at the end', safetensors('{"__metadata__":{},}'), 'where " is wanted'],
  ['a number in the metadata', safetensors('{"__metadata__":{"a":1}}'), 'where " is wanted'],
  ['an object in the metadata', safetensors('{"__metadata__":{"a":{}}}'), 'where " is wanted'],
  ['no dtype', safetensors(info('"shape":[1],"data_offsets":[0,4]'), four), 'tensor "x" lacks its dtype'],
  ['one offset', safetensors(floats('[1]', '[0]'), four), 'tensor "x" lacks its dtype, its shape or its two'],
  ['three offsets', safetensors(floats('[1]', '[0,4,8]'), four), 'an array has more than 2 numbers'],
  [
    'an unknown key alone',
    safetensors(info('"dtype":"F32","strides":[1]'), four),
    'tensor "x" lacks its dtype',
  ],
  [
    'a dtype that is unknown',
    safetensors(info('"dtype":"F4","shape":[],"data_offsets":[0,0]')),
    'the dtype "F4", which cannot be read',
  ],
  [
    'nine dimensions of other bytes',
    safetensors(floats('[1,1,1,1,1,1,1,1,2]'), four),
    'F32 of shape [1, 1, 1, 1, 1, 1, 1, 1, …], has 4 bytes instead of 8',
  ],
  [
    'the same name twice',
    safetensors('{"__metadata__":{},"__metadata__":{}}'),
    'the key "__metadata__" is there twice',
  ],
  [
    'the same field twice',
    safetensors(info('"dtype":"F32","dtype":"F32"')),
    'the key "dtype" is there twice',
  ],
  ...[
    '-1',
    '-0',
    '1.0',
    '1e0',
    '01',
    'NaN',
    '"1"',
    'null',
    '[1]',
    '9007199254740993',
    '99999999999999999999',
  ].map(
    (size): RefusedFile => [
      `a size of ${size}`,
      safetensors(floats(`[${size}]`), four),
      'where a whole number from 0 to 9007199254740991 is wanted',
    ],
  ),
  [
    'a size that the bytes do not have',
    safetensors(floats('[2]'), four),
    'tensor "x", F32 of shape [2], has 4 bytes instead of 8',
  ],
  [
    'sizes whose product is beyond any number',
    safetensors(floats('[9007199254740991,9007199254740991]'), four),
    'has 4 bytes instead of',
  ],
  [
    'a product that is 2^64',
    safetensors(floats('[4294967296,4294967296]', '[0,0]')),
    'has 0 bytes instead of',
  ],
  [
    'a huge size beside 0',
    safetensors(floats('[0,9007199254740991]', '[0,0]')),
    'does not fit linear memory',
  ],
  ['offsets the wrong way round', safetensors(floats('[1]', '[4,0]'), four), 'lies at bytes 4 to 0'],
  [
    'a gap',
    safetensors(floats('[1]', '[4,8]'), [...four, ...four]),
    'lies at bytes 4 to 8, where one that begins at 0 is wanted',
  ],
  [
    'an overlap',
    safetensors(
      `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},${floats('[1]', '[2,6]').slice(1)}`,
      [0, 0, 0, 0, 0, 0],
    ),
    'tensor "x" lies at bytes 2 to 6',
  ],
  [
    'the same bytes twice',
    safetensors(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},${floats('[1]').slice(1)}`, four),
    'tensor "x" lies at bytes 0 to 4',
  ],
  [
    'bytes that are missing',
    safetensors(floats('[1]'), [0, 0]),
    'its tensors take 4 bytes, but 2 are behind the header',
  ],
  [
    'bytes that are over',
    safetensors(floats('[1]'), [...four, 0]),
    'its tensors take 4 bytes, but 5 are behind the header',
  ],
  [
    'half a byte',
    safetensors(info('"dtype":"F4","shape":[3],"data_offsets":[0,1]'), [0]),
    'tensor "x" has the dtype "F4", which cannot be read',
  ],
  [
    'a product beyond 2^64 before a size of 0',
    safetensors(floats('[4294967296,4294967296,0]', '[0,0]')),
    'has 0 bytes instead of Infinity',
  ],
  ...[128, 1000, 1e6].map(
    (depth): RefusedFile => [
      `${depth} levels`,
      safetensors(`{"x":{"y":${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}}}`),
      'its header has more than 127 arrays and objects inside each other',
    ],
  ),
  ...[
    '01',
    '+1',
    '.5',
    '1.',
    '1e',
    'nul',
    'NaN',
    'Infinity',
    '1e999',
    "'a'",
    '[1,]',
    '{"a"}',
    '"\\ud800"',
    '"',
  ].map(
    (value): RefusedFile => [
      `an unknown key with the value ${value}`,
      safetensors(floats('[1]').replace('{"dtype"', `{"y":${value},"dtype"`), four),
      'load: not a valid safetensors file: ',
    ],
  ),
  [
    'a long name with controls',
    safetensors(`{"${'\\u0000'.repeat(300)}":{}}`),
    `${'\\u0000'.repeat(100)}…" lacks its dtype`,
  ],
]

const others: RefusedFile[] = [
  [
    'a page',
    concat('<!DOCTYPE html><html></html>'),
    '28 bytes that begin with "<!DOCTYPE html><html></html>"',
  ],
  [
    'a pointer of Git LFS',
    concat('version https://git-lfs.github.com/spec/v1\n'),
    'that begin with "version https://git-lfs.github.c"',
  ],
  ['GGUF', concat('GGUF', [3, 0, 0, 0]), 'neither a safetensors file nor an archive of torch.save: 8 bytes'],
]

describe('load refuses headers that lie', () => testRefusedFiles(headers))

describe('load says how files of other formats begin', () => testRefusedFiles(others))

test('an int64 that int32 does not hold is named when it is read', () => {
  const state = torch.load(bytesOf('too_large.safetensors')) as { ids: torch.Tensor }
  expect(() => state.ids).toThrow(
    'tensor "ids": element 1 is the int64 2147483648, which int32 does not hold',
  )
})

describe('every part of a valid file that breaks off is an error', () => {
  test.each(['types.safetensors', 'written.safetensors', 'checkpoint.pt', 'protocol4.pt'])('%s', (name) => {
    const file = bytesOf(name)
    for (let length = 0; length < file.length; length += 1) {
      expect(() => torch.load(file.subarray(0, length)), `${length} bytes`).toThrow(torch.RuntimeError)
    }
  })
})

describe('what is passed', () => {
  const x = torch.ones([2])
  const gone = torch.ones([2])
  gone.dispose()
  testRefused([
    [
      'load: a path',
      () => torch.load(untyped('model.pt')),
      TypeError,
      "load: bytes must be a Uint8Array or an ArrayBuffer with the file's contents, but got string model.pt",
    ],
    ['load: nothing', () => torch.load(untyped(undefined)), TypeError, 'but got undefined'],
    ['load: an array', () => torch.load(untyped([123, 125])), TypeError, 'but got Array'],
    [
      'load: a promise',
      () => torch.load(untyped(Promise.resolve(new Uint8Array()))),
      TypeError,
      'but got Promise',
    ],
    [
      'load: memory of other threads',
      () => torch.load(untyped(new SharedArrayBuffer(16))),
      TypeError,
      'but got SharedArrayBuffer',
    ],
    [
      'load: a view of such',
      () => torch.load(untyped(new Uint8Array(new SharedArrayBuffer(16)))),
      TypeError,
      'but got SharedArrayBuffer',
    ],
    [
      'load_metadata: a path',
      () => torch.load_metadata(untyped('x')),
      TypeError,
      'load_metadata: bytes must be',
    ],
    [
      'load_metadata: an archive',
      () => torch.load_metadata(bytesOf('model.pt')),
      torch.RuntimeError,
      'load_metadata: only safetensors files carry metadata, but this is a zip archive',
    ],
    [
      'load_metadata: a pickle',
      () => torch.load_metadata(bytesOf('legacy.pt')),
      torch.RuntimeError,
      'load_metadata: this is a pickle',
    ],
    [
      'save: a module inside',
      () => torch.save({ model: new torch.nn.Linear(1, 1) }),
      TypeError,
      'save: "model" must be a Tensor, a number, a string, a boolean, null, bytes, or an array, a plain object, a Map or a Set of these, but got Linear: save its state_dict()',
    ],
    [
      'save: a module',
      () => torch.save(new torch.nn.Linear(1, 1)),
      TypeError,
      'but got Linear: save its state_dict()',
    ],
    ['save: a function', () => torch.save({ a: [() => 1] }), TypeError, 'save: "a.0" must be a Tensor'],
    ['save: undefined', () => torch.save({ a: undefined }), TypeError, 'save: "a" must be a Tensor'],
    ['save: a hole', () => torch.save([new Array(1)]), TypeError, 'save: "0.0" must be a Tensor'],
    ['save: a date', () => torch.save([new Date(0)]), TypeError, 'but got Date'],
    ['save: floats', () => torch.save([new Float32Array(1)]), TypeError, 'but got Float32Array'],
    ['save: a list as a key', () => torch.save(new Map([[[1], 2]])), TypeError, 'a key of'],
    ['save: a disposed tensor inside', () => torch.save([gone]), ReferenceError, 'save: "0": a disposed'],
    ['save: half of a pair inside', () => torch.save(['\ud800']), torch.ValueError, 'half of a surrogate'],
    [
      'save: metadata of what is nested',
      () => torch.save(untyped([x]), { metadata: {} }),
      TypeError,
      'save: metadata is for safetensors files',
    ],
    [
      'save: what is inside itself',
      () => {
        const list: unknown[] = []
        list.push(list)
        torch.save(list)
      },
      torch.ValueError,
      'more than 100 deep, or one inside itself',
    ],
    [
      'save: a path',
      () => torch.save({ x }, untyped('model.safetensors')),
      TypeError,
      'save: options must be an object, but got string model.safetensors: save returns the bytes',
    ],
    [
      'save: a disposed tensor',
      () => torch.save({ gone }),
      ReferenceError,
      'save: "gone": a disposed tensor was used',
    ],
    [
      'save: half of a pair',
      () => torch.save({ 'a\ud800': x }),
      torch.ValueError,
      'save: "a\\ud800" has half of a surrogate pair',
    ],
    [
      'save: the reserved name',
      () => torch.save({ __metadata__: x }),
      torch.ValueError,
      'cannot have the name "__metadata__"',
    ],
    [
      'save: a number in the metadata',
      () => torch.save({ x }, { metadata: untyped({ epochs: 3 }) }),
      TypeError,
      'save: metadata "epochs" must be a string, but got 3',
    ],
    [
      'save: half of a pair in the metadata',
      () => torch.save({ x }, { metadata: { a: '\udc00' } }),
      torch.ValueError,
      'half of a surrogate pair',
    ],
    [
      'save: a text as metadata',
      () => torch.save({ x }, { metadata: untyped('pt') }),
      TypeError,
      'save: metadata must be an object of names and values, but got string pt',
    ],
  ])
})
