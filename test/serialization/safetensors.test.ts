import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { expectClose } from '../support/close.js'
import { restore } from '../support/fixture.js'
import { bytesOf, contents, expectContents, model } from './contents.js'
import { safetensors } from './craft.js'

const files = Object.keys(contents).filter((name) => name.endsWith('.safetensors'))

describe('what Python wrote is read', () => {
  test.each(files)('%s', (name) => expectContents(torch.load(bytesOf(name)), contents[name]))

  test('the files are there', () => expect(files.length).toBe(7))

  test('from an ArrayBuffer, a DataView, the middle of a buffer, and a subclass of Uint8Array', () => {
    const bytes = bytesOf('model.safetensors')
    const padded = new Uint8Array(bytes.length + 9)
    padded.set(bytes, 5)
    for (const source of [
      bytes.buffer,
      new DataView(bytes.buffer),
      padded.subarray(5, -4),
      // As Node's Buffer is.
      new (class extends Uint8Array<ArrayBuffer> {})(bytes.buffer),
    ]) {
      expectContents(torch.load(source), contents['model.safetensors'])
    }
  })

  test('from a view of linear memory, which grows meanwhile', async () => {
    const { HeapArray } = await import('../../ts/loss.js')
    const length = 2 ** 23
    const shape = `{"dtype":"F16","shape":[${length}],"data_offsets":[0,${2 * length}]}`
    const header = `{"x":${shape}}`.padEnd(72)
    const file = new HeapArray((8 + header.length + 2 * length) / 4)
    const bytes = new Uint8Array(file.array.buffer, file.array.byteOffset, file.array.byteLength)
    bytes.set(safetensors(header))
    bytes.fill(0x3c, 8 + header.length)
    const { x } = torch.load(bytes)
    expect(new Set(x.data())).toEqual(new Set([1.05859375]))
    file.dispose()
  })
})

describe('what is written has the bytes that Python writes', () => {
  const written = files.filter(
    (name) => !['types.safetensors', 'float8.safetensors', 'model.safetensors'].includes(name),
  )
  const metadata: Record<string, Record<string, string>> = {
    'metadata.safetensors': { 'format "é"\n': 'pt' },
    'empty_metadata.safetensors': {},
  }
  test.each(written)('%s', (name) => {
    const state = torch.load(bytesOf(name))
    const options = name in metadata ? { metadata: metadata[name] } : {}
    expect(torch.save(state, options)).toEqual(bytesOf(name))
    // The order of names does not matter.
    const reversed = Object.fromEntries(Object.entries(state).reverse())
    expect(torch.save(reversed, options)).toEqual(bytesOf(name))
  })

  test('a model', () => {
    const { Linear, ReLU, Sequential } = torch.nn
    const net = new Sequential(new Linear(4, 3), new ReLU(), new Linear(3, 2))
    net.load_state_dict(torch.load(bytesOf('model.safetensors')))
    expect(torch.save(net.state_dict())).toEqual(bytesOf('model.safetensors'))
    expectClose(net.forward(restore(model.input)).data(), model.output.data)
  })
})

describe('save and load', () => {
  const roundTrip = (state: Record<string, Tensor>) => torch.load(torch.save(state))

  test('keep every dtype, shape and name', () => {
    const state = {
      '__proto__.polluted': torch.tensor([[1.5, Number.NaN]]),
      ids: torch.tensor([-(2 ** 31), 2 ** 31 - 1], { dtype: 'int32' }),
      bytes: torch.tensor(new Uint8Array([0, 255])),
      flags: torch.tensor([[true], [false]]),
      scalar: torch.tensor(-0),
      nothing: torch.zeros([2, 0, 3]),
      'a.0.weight': torch.randn([3, 4, 5]),
    }
    const read = roundTrip(state)
    expect(Object.keys(read).sort()).toEqual(Object.keys(state).sort())
    for (const [name, { shape, dtype }] of Object.entries(state)) {
      expect([read[name].shape, read[name].dtype]).toEqual([shape, dtype])
      expect(read[name].data()).toEqual(state[name as keyof typeof state].data())
    }
  })

  test('write the part of memory that a view shows, and a tensor that was moved out of linear memory', () => {
    const whole = torch.arange(12)
    torch.wasm.set_budget(0)
    const { part, row } = roundTrip({ part: whole.narrow(0, 3, 4), row: whole.reshape([3, 4]).select(0, 2) })
    torch.wasm.set_budget(512 * 2 ** 20)
    expect([part.tolist(), row.tolist()]).toEqual([
      [3, 4, 5, 6],
      [8, 9, 10, 11],
    ])
  })

  test('what is loaded is a leaf of its own that does not require grad', () => {
    const parameter = new torch.nn.Parameter(torch.ones([2]))
    const { x } = roundTrip({ x: parameter })
    expect([x.requires_grad, x.is_leaf, x instanceof torch.nn.Parameter]).toEqual([false, true, false])
    torch.no_grad(() => x.mul_(2))
    expect(parameter.tolist()).toEqual([1, 1])
  })

  test('names and prototypes stay apart', () => {
    const state: Record<string, Tensor> = Object.create(null)
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString'])
      state[name] = torch.tensor([1])
    const read = roundTrip(state)
    expect(Object.keys(read).sort()).toEqual(Object.keys(state).sort())
    expect(Object.getPrototypeOf(read)).toBe(null)
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(Object.keys(torch.load_metadata(torch.save(state, { metadata: read_only(state) })))).toEqual(
      Object.keys(state),
    )
  })

  const read_only = (state: object) =>
    Object.fromEntries(Object.keys(state).map((name) => [name, 'text'] as const))

  test('a bool of any byte but 0 is true, as 1', () => {
    const file = safetensors('{"x":{"dtype":"BOOL","shape":[4],"data_offsets":[0,4]}}', [0, 1, 2, 255])
    expect(torch.load(file).x.data()).toEqual(new Uint8Array([0, 1, 1, 1]))
  })

  test('white space, escapes and any order of keys and tensors are JSON', () => {
    const file = safetensors(
      '{ "\\u0062\\/\\"" :\r\n{"data_offsets":[1,2],\t"shape":[ 1 ],"dtype":"U8"}, "a":{"shape":[],"dtype":"U8","data_offsets":[0 , 1]}}  \n',
      [7, 9],
    )
    const state = torch.load(file)
    expect(Object.entries(state).map(([name, x]) => [name, x.tolist()])).toEqual([
      ['b/"', [9]],
      ['a', 7],
    ])
  })
})

describe('headers that the reference reads', () => {
  const entry = '"dtype":"U8","shape":[1],"data_offsets":[0,1]'
  const x = `{"x":{${entry}}}`
  test.each([
    ['no metadata', `{"__metadata__":null,"x":{${entry}}}`],
    ['further keys', `{"x":{"a":[1.5e3,-0,{"b":[[],{}],"c":"\\u0000"}],${entry},"a":null,"":true}}`],
    ['a space before', ` \n\t\r${x}`],
    ['spaces behind', `${x} \n\t\r`],
    ['127 levels', `{"x":{"a":${'['.repeat(125)}${']'.repeat(125)},${entry}}}`],
    ['names that are escaped', `{"\\u0078":{"\\u0064type":"U\\u0038","shape":[1],"data_offsets":[0,1]}}`],
    ['a name that comes again', `{"x":{"dtype":"F64","shape":[9],"data_offsets":[5,6]},"x":{${entry}}}`],
  ])('%s', (_name, header) => {
    expect(Object.entries(torch.load(safetensors(header, [7]))).map(([k, v]) => [k, v.tolist()])).toEqual([
      ['x', [7]],
    ])
    expect(torch.load_metadata(safetensors(header, [7]))).toEqual({})
  })

  test('texts of the metadata that come again', () => {
    const file = safetensors('{"__metadata__":{"a":"1","b":"2","\\u0061":"3"}}')
    expect({ ...torch.load_metadata(file) }).toEqual({ a: '3', b: '2' })
  })
})

describe('tensors that cannot be read', () => {
  const entry = (dtype: string, shape: string, begin: number, end: number) =>
    `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`
  const header = [
    `"complex":${entry('C64', '[1]', 0, 8)}`,
    `"good":${entry('U8', '[2]', 8, 10)}`,
    `"nine":${entry('U8', '[1,1,1,1,1,1,1,1,2]', 10, 12)}`,
    `"four":${entry('F4', '[2]', 12, 13)}`,
    `"six":${entry('F6_E2M3', '[4]', 13, 16)}`,
    `"large":${entry('I64', '[1]', 16, 24)}`,
  ]
  const file = safetensors(`{${header.join(',')}}`, [...Array(16).fill(5), ...Array(8).fill(1)])
  const leaves = (name: string) => `; load(bytes, { skip: ["${name}"] }) leaves it out`
  const sentences: Record<string, string> = {
    complex: 'load: tensor "complex" has the dtype "C64", which cannot be read; those that can are F32, F16',
    nine: `load: tensor "nine": tensors have at most 8 dimensions, but it has 9${leaves('nine')}`,
    four: 'load: tensor "four" has the dtype "F4", which cannot be read',
    six: 'load: tensor "six" has the dtype "F6_E2M3", which cannot be read',
    large: `load: tensor "large": element 0 is the int64 72340172838076673, which int32 does not hold${leaves('large')}`,
  }

  test('are refused when they are read', () => {
    const state = torch.load(file)
    expect(Object.keys(state)).toEqual(['complex', 'good', 'nine', 'four', 'six', 'large'])
    expect(state.good.tolist()).toEqual([5, 5])
    for (const [name, sentence] of Object.entries(sentences)) {
      expect(() => state[name]).toThrow(torch.RuntimeError)
      expect(() => state[name]).toThrow(sentence)
    }
    expect(() => Object.values(state)).toThrow(sentences.complex)
    expect(() => torch.save(state)).toThrow(sentences.complex)
    state.complex = torch.ones([1])
    expect(state.complex.tolist()).toEqual([1])
    delete state.nine
    expect('nine' in state).toBe(false)
  })

  test('do not keep a model from being loaded, unless it has them', () => {
    const net = new torch.nn.Module()
    net.register_buffer('good', torch.zeros([2]))
    const { unexpected_keys } = net.load_state_dict(torch.load(file), { strict: false })
    expect(unexpected_keys).toEqual(Object.keys(sentences))
    net.register_buffer('nine', torch.zeros([2]))
    expect(() => net.load_state_dict(torch.load(file), { strict: false })).toThrow(sentences.nine)
  })

  test('can be left out', () => {
    const state = torch.load(file, { skip: Object.keys(sentences) })
    expect(Object.keys(state)).toEqual(['good'])
    expect(Object.keys(torch.load(file, { skip: ['good', 'six'] }))).toEqual([
      'complex',
      'nine',
      'four',
      'large',
    ])
    expect(() => torch.load(file, { skip: ['bad'] })).toThrow(torch.ValueError)
    expect(() => torch.load(file, { skip: ['bad'] })).toThrow(
      'load: skip has the name "bad", which is not in the file',
    )
  })
})

test('tensors without elements may lie where others begin, in any order', () => {
  const entry = (end: number) => `{"dtype":"U8","shape":[${end}],"data_offsets":[0,${end}]}`
  const { full, empty } = torch.load(safetensors(`{"full":${entry(2)},"empty":${entry(0)}}`, [5, 6]))
  expect([full.tolist(), empty.tolist()]).toEqual([[5, 6], []])
})

describe('metadata', () => {
  test('is what Python wrote', () => {
    expect(torch.load_metadata(bytesOf('metadata.safetensors'))).toEqual({ 'format "é"\n': 'pt' })
    expect(torch.load_metadata(bytesOf('model.safetensors'))).toEqual({})
  })

  test('comes back, and is no tensor', () => {
    const metadata = { epochs: '3', '': 'é😀\u0000"\\', __metadata__: 'x', '10': 'b', '9': 'a' }
    const file = torch.save({ x: torch.ones([1]) }, { metadata })
    expect(torch.load_metadata(file)).toEqual(metadata)
    expect(Object.keys(torch.load(file))).toEqual(['x'])
    expect(torch.load_metadata(torch.save({}, { metadata: {} }))).toEqual({})
  })
})
