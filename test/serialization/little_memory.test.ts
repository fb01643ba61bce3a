/** Small files that ask for much: they are refused before they get it. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { archive, concat, op, pickle, safetensors, storage, tensor, tuple } from './craft.js'

const MB = 2 ** 20

/** Bytes by which `work` raises the most that this process ever took. */
function growth(work: () => unknown): number {
  const most = () => 1024 * process.resourceUsage().maxRSS
  const before = most()
  work()
  return most() - before
}

describe('little memory', () => {
  const refused = (file: Uint8Array<ArrayBuffer>, sentence: string) => {
    expect(growth(() => expect(() => torch.load(file)).toThrow(sentence))).toBeLessThan(256 * MB)
    expect(torch.wasm.memory().heap_bytes).toBeLessThan(256 * MB)
  }

  test('a million tensors', () => {
    const names = Array.from(
      { length: 1e6 },
      (_, i) => `"${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`,
    )
    refused(safetensors(`{${names.join(',')}}`), 'an object has more than 131073 keys')
  })

  test('a million texts', () => {
    const names = Array.from({ length: 1e6 }, (_, i) => `"${i}":""`)
    refused(safetensors(`{"__metadata__":{${names.join(',')}}}`), 'an object has more than 131072 keys')
  })

  test('a million sizes', () => {
    refused(safetensors(`{"x":{"shape":[${'0,'.repeat(1e6)}0]}}`), 'lacks its dtype')
  })

  test('a name of 50 MB', () => {
    refused(safetensors(`{"${'a'.repeat(5e7)}":{}}`), 'aaa…" lacks its dtype')
  })

  test('50 million backslashes', () => {
    refused(
      safetensors(`{"${'\\'.repeat(5e7 + 1)}":{}}`),
      'the string at character 1 of the header has no end',
    )
  })

  test('10 million braces', () => {
    refused(safetensors('{'.repeat(1e7)), 'where " is wanted')
  })

  const repeated = (part: string | ArrayLike<number>, times: number) => {
    const bytes = concat(part)
    const whole = new Uint8Array(bytes.length * times)
    for (let i = 0; i < times; i++) whole.set(bytes, i * bytes.length)
    return whole
  }

  test.each<[string, Uint8Array, string]>([
    ['values on the stack', repeated(op.none, 2e7), 'its stack has more than 1048576 values'],
    ['marks', repeated(op.mark, 2e7), 'its stack has more than 1048576 values'],
    [
      'lists',
      repeated(concat(op.emptyList, op.emptyList, op.append), 3e6),
      'it makes more than 1048576 containers',
    ],
    [
      'dicts',
      concat(op.emptyList, repeated(concat(op.emptyDict, op.append), 3e6)),
      'it makes more than 1048576 containers',
    ],
    [
      'calls',
      concat(
        op.emptyList,
        repeated(concat(op.global('torch.Size'), op.emptyTuple, [0x85], op.reduce, op.append), 6e5),
      ),
      'it makes more than 1048576 containers',
    ],
    ['values to remember', concat(op.none, repeated([0x94], 3e6)), 'it remembers more than 2097152 values'],
    ['bytes', new Uint8Array(2 ** 25 + 1), 'it has 33554433 bytes, more than the 33554432 that are allowed'],
  ])('millions of %s', (_name, program, sentence) => refused(archive(program), sentence))

  test('one element as 2^28', () => {
    const [size, stride] = [op.integer(2 ** 14), op.integer(0)]
    const expanded = tensor({ size: tuple(size, size), stride: tuple(stride, stride) })
    refused(archive(pickle(expanded)), 'far more memory than the file')
  })

  test('a tensor that is copied a thousand times', () => {
    const [size, stride] = [tuple(op.integer(1000), op.integer(1000)), tuple(op.integer(1), op.integer(1000))]
    const length = op.integer(1e6)
    const copy = concat(tensor({ storage: storage(length), size, stride }), op.append)
    const program = pickle(op.emptyList, repeated(copy, 1000))
    refused(archive(program, Array<number>(1e6).fill(1)), 'far more memory than the file')
  })

  test('200,000 tensors', () => {
    const scalar = tensor({ storage: op.get(0), size: op.emptyTuple, stride: op.emptyTuple })
    const many = concat(op.emptyList, repeated(concat(scalar, op.append), 2e5))
    refused(archive(pickle(storage(), op.put(0), many, [0x86])), 'more than')
  })

  test('a text that is repeated a million times in error', () => {
    const name = 'x'.repeat(1e6)
    expect(() => torch.load(archive(pickle(op.global(name.concat('.y')))))).toThrow(/^.{0,400}$/)
  })
})

describe('save writes nothing that load would refuse', () => {
  const empty = torch.zeros([0])
  const named = (count: number, name: (i: number) => string) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [name(i), empty]))

  test('131,072 tensors are allowed, and no more', () => {
    const file = torch.save(named(131_072, String), { metadata: { a: '' } })
    expect(Object.keys(torch.load(file)).length).toBe(131_072)
    expect(() => torch.save(named(131_073, String))).toThrow(torch.ValueError)
    expect(() => torch.save(named(131_073, String))).toThrow(
      'state_dict has 131073 entries, more than the 131072',
    )
  })

  test('names of 100 MB together', () => {
    const long = named(100, (i) => `${i}`.padEnd(1e6))
    expect(() => torch.save(long)).toThrow(torch.ValueError)
    expect(() => torch.save(long)).toThrow(
      /^save: names and metadata take 1000\d{5} bytes, more than the 100000000/,
    )
    // Two bytes each in UTF-8.
    const wide = named(1, () => 'é'.repeat(6e7))
    expect(() => torch.save(wide)).toThrow(/take 1200000\d\d bytes/)
  })
})
