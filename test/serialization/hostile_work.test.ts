/** Files that ask for work again and again: it stays in proportion to their bytes. */
import { Session } from 'node:inspector/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { archive, concat, integer, op, pickle, safetensors, storage, tensor, tuple } from './craft.js'

type Part = ArrayLike<number> | string

function repeated(part: Part, times: number): Uint8Array {
  const bytes = concat(part)
  const whole = new Uint8Array(bytes.length * times)
  for (let i = 0; i < times; i++) whole.set(bytes, i * bytes.length)
  return whole
}

/** Many parts, more than a call takes as arguments. */
function joined(parts: readonly Part[]): Uint8Array {
  const chunks = Array.from({ length: Math.ceil(parts.length / 1000) }, (_, i) =>
    concat(...parts.slice(1000 * i, 1000 * (i + 1))),
  )
  return concat(...chunks)
}

const listOf = (item: Part, length: number) =>
  concat(op.emptyList, op.mark, repeated(item, length), op.appends)
const call = (name: string, args: Part) => concat(op.global(name), args, op.reduce)
const counted = (length: number, item: (i: number) => Part) =>
  joined(Array.from({ length }, (_, i) => item(i)))

/** Values of `n` parts that a pickle remembers. */
const values: Record<string, (n: number) => Part> = {
  integers: (n) => listOf('K\x01', n),
  text: (n) => op.text('x'.repeat(n)),
  'wide text': (n) => op.text('\xff'.repeat(n)),
  bytes: (n) => concat('B', integer(4, n), new Uint8Array(n)),
  tuple: (n) => concat(op.mark, repeated('K\x01', n), op.tuple),
  dict: (n) =>
    concat(
      op.emptyDict,
      op.mark,
      counted(n, (i) => concat(op.integer(i), 'N')),
      op.setItems,
    ),
  'dict of texts': (n) =>
    concat(
      op.emptyDict,
      op.mark,
      counted(n, (i) => concat(op.text(`k${i}`), 'N')),
      op.setItems,
    ),
  pairs: (n) => listOf(concat('NN', [0x86]), n),
  lists: (n) => listOf(op.emptyList, n),
  levels: () => concat(op.emptyList.repeat(90), op.append.repeat(89)),
  set: (n) => concat([0x8f], op.mark, counted(n, op.integer), [0x90]),
  'large integer': () => concat([0x8a, 255], new Uint8Array(254), [1]),
  'a long key': (n) => concat(op.emptyDict, op.text('k'.repeat(n)), op.emptyDict, op.setItem),
  tuples: (n) => listOf(concat('N', [0x85]), n),
}

const it = op.get(0)

/** What is done with such a value, `n` times. */
const uses: Record<string, Part> = {
  'torch.Size': call('torch.Size', concat(it, [0x85])),
  set: call('builtins.set', concat(it, [0x85])),
  Counter: call('collections.Counter', concat(it, [0x85])),
  OrderedDict: call('collections.OrderedDict', concat(it, [0x85])),
  encode: call('_codecs.encode', concat(it, op.text('latin1'), [0x86])),
  'encode in it': call('_codecs.encode', concat(op.text('a'), it, [0x86])),
  bytearray: call('builtins.bytearray', concat(it, [0x85])),
  device: call('torch.device', concat(it, [0x85])),
  arguments: call('torch.Size', it),
  sizes: tensor({ size: it, stride: it }),
  'one of two': tensor({ size: it, stride: op.emptyTuple }),
  'attributes of a tensor': call('torch._utils._rebuild_parameter', concat(tensor(), [0x88], it, [0x87])),
  'arguments of a tensor': call('torch._utils._rebuild_tensor_v2', it),
  'a tensor with attributes': call(
    'torch._tensor._rebuild_from_type_v2',
    concat(
      op.mark,
      op.global('torch._utils._rebuild_tensor_v2'),
      op.global('torch.Tensor'),
      it,
      it,
      op.tuple,
    ),
  ),
  member: it,
  key: concat(op.emptyDict, it, 'N', op.setItem),
  'key of a Map': concat(op.emptyDict, op.float(0.5), 'N', op.setItem, it, 'N', op.setItem),
  value: concat(op.emptyDict, op.float(0.5), it, op.setItem),
  state: concat(op.emptyDict, it, op.build),
  'persistent id': concat(it, op.persistent),
  frozenset: concat([0x8f], op.mark, it, [0x90]),
  tuple: concat(it, [0x85]),
  name: concat(it, it, [0x93]),
  layout: call('torch.serialization._get_layout', concat(it, [0x85])),
  object: concat(op.global('builtins.set'), it, [0x81]),
  'key of a storage': tensor({ storage: storage(op.integer(6), { key: it }) }),
  'part of a storage': tensor({
    storage: concat(
      tuple(
        op.text('storage'),
        op.global('torch.FloatStorage'),
        op.text('0'),
        op.text('cpu'),
        op.integer(6),
        it,
      ),
      op.persistent,
    ),
  }),
}

const fileOf = (value: (n: number) => Part, use: Part, n: number) =>
  archive(pickle(value(n), op.put(0), op.emptyList, op.mark, repeated(use, n), op.appends, [0x86]))

function tryLoad(file: Uint8Array<ArrayBuffer>, skip: string[] = []): void {
  try {
    torch.load<unknown>(file, { skip })
  } catch (error) {
    if (!(error instanceof torch.RuntimeError)) throw error
  }
}

const session = new Session()

beforeAll(async () => {
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
})

afterAll(() => session.disconnect())

/** Blocks of the reader that `work` runs; what the engine inlines meanwhile makes the count a rough one. */
async function steps(work: () => void): Promise<number> {
  await session.post('Profiler.takePreciseCoverage')
  work()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  return result
    .filter(({ url }) => /\/ts\/(?!wasm\/)/.test(url))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
    .reduce((total, count) => total + count, 0)
}

describe.each(Object.entries(values))('%s, asked for again and again', (_name, value) => {
  test.each(Object.entries(uses))('as %s', async (_use, use) => {
    const [few, many] = [100, 800]
    const [small, large] = [fileOf(value, use, few), fileOf(value, use, many)]
    const [before, after] = [await steps(() => tryLoad(small)), await steps(() => tryLoad(large))]
    expect(after, `${before} steps for ${small.length} bytes`).toBeLessThan(3 * (many / few) * before)
    // V8 of Node 24 was seen to count 24 for a byte.
    expect(after).toBeLessThan(40 * large.length)
  })
})

/** Milliseconds of the processor. */
function cost(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Numbers that V8's hash tables put into few buckets: its hash of integers, backwards. */
function colliding(length: number): number[] {
  const numbers: number[] = []
  for (let i = 0; numbers.length < length; i++) {
    let hash = Math.imul(i, 2 ** 14) | 7
    hash ^= hash >>> 16
    hash = Math.imul(hash, inverse(2057))
    for (const shift of [16, 8, 4]) hash ^= hash >>> shift
    hash = Math.imul(hash, inverse(5))
    for (const shift of [24, 12]) hash ^= hash >>> shift
    const number = Math.imul(hash + 1, inverse(2 ** 15 - 1)) >>> 0
    // Others are not small integers to it.
    if (number < 2 ** 30) numbers.push(number)
  }
  return numbers
}

/** Of an odd number, modulo 2^32. */
function inverse(odd: number): number {
  let found = odd
  for (let i = 0; i < 5; i++) found = Math.imul(found, 2 - Math.imul(odd, found))
  return found
}

describe('numbers that fall together in hash tables', () => {
  const chosen = colliding(50_000)
  const spread = chosen.map((_, i) => 10_007 * i + 1)
  const costOfMap = (numbers: readonly number[]) => cost(() => new Map(numbers.map((number) => [number, 0])))
  const costOf = (file: Uint8Array<ArrayBuffer>) =>
    Math.min(
      cost(() => tryLoad(file)),
      cost(() => tryLoad(file)),
    )

  test('are as cheap to remember as others', () => {
    // The numbers are what they are said to be, in this engine.
    expect(costOfMap(chosen)).toBeGreaterThan(10 * costOfMap(spread))
    const remembering = (numbers: readonly number[]) => archive(pickle(op.none, joined(numbers.map(op.put))))
    expect(costOf(remembering(chosen))).toBeLessThan(3 * costOf(remembering(spread)) + 50)
  })

  test('are few in sets and Maps', () => {
    const set = (numbers: readonly number[]) =>
      archive(pickle([0x8f], op.mark, joined(numbers.map(op.integer)), [0x90]))
    const sentence = 'it has more than 16384 fractions or large numbers as keys or in sets'
    expect(() => torch.load(set(spread))).toThrow(sentence)
    const keys = pickle(
      op.emptyDict,
      op.mark,
      joined(spread.map((i) => concat(op.float(i + 0.5), 'N'))),
      op.setItems,
    )
    expect(() => torch.load(archive(keys))).toThrow(sentence)
    expect(torch.load<Set<number>>(set(spread.slice(0, 90))).size).toBe(90)
    const near = Array.from({ length: 100_000 }, (_, i) => i)
    expect(torch.load<Set<number>>(set(near)).size).toBe(100_000)
  })
})

describe('long names, put together again and again', () => {
  const file = (use: Part) => archive(pickle(op.text('x'.repeat(1e5)), op.put(0), listOf(use, 1e5), [0x86]))
  test.each(['name', 'key', 'key of a Map', 'key of a storage', 'device'])('as %s', (use) => {
    expect(cost(() => tryLoad(file(uses[use])))).toBeLessThan(4000)
  })

  test('as a list of storages that holds itself', () => {
    const levels = concat(
      op.emptyList,
      op.put(0),
      ...Array.from({ length: 60 }, (_, i) =>
        concat(op.emptyList, op.put(i + 1), op.mark, op.get(i), op.get(i), op.appends),
      ),
    )
    const magic = concat([0x8a, 10], integer(10, 0x1950a86a20f9469cfc6cn))
    const start = [pickle(magic), pickle(op.integer(1001)), pickle(op.emptyDict), pickle(op.none)]
    expect(() => torch.load(concat(...start, pickle(op.mark, levels, op.tuple)))).toThrow(
      'its list of storages has one that is no',
    )
    expect(() => torch.load(concat(pickle(magic), pickle(op.mark, levels, op.tuple)))).toThrow(
      'of another version',
    )
  })

  test('as a name to be left out', () => {
    const skip = ['x'.repeat(1e5 - 1), `${'x'.repeat(1e5)}y.z`]
    expect(
      cost(() => expect(() => torch.load(file(uses.key), { skip })).toThrow('not in the file')),
    ).toBeLessThan(4000)
  })
})

test('paths are made for errors only: long keys above many tensors', () => {
  const scalar = (over: Part) => tensor({ storage: over, size: op.emptyTuple, stride: op.emptyTuple })
  const first = scalar(concat(storage(), op.put(1)))
  const many = concat(op.emptyList, op.mark, first, repeated(scalar(op.get(1)), 10_000), op.appends)
  const long = op.text('k'.repeat(1e6))
  const nested = Array(50).fill(concat(op.emptyDict, op.get(0)))
  const program = pickle(long, op.put(0), ...nested, many, op.setItem.repeat(50), [0x86])
  const file = archive(program)
  expect(cost(() => torch.load(file))).toBeLessThan(4000)
})

test('headers of many keys, sizes and levels', async () => {
  const headers: ((n: number) => string)[] = [
    (n) => `"x":{${'"a":[0,1.5,{"b":null}],'.repeat(n)}"dtype":"U8","shape":[],"data_offsets":[0,0]}`,
    (n) => `"x":{"dtype":"U8","shape":[${'1,'.repeat(n)}0],"data_offsets":[0,0]}`,
    (n) => `"x":{"dtype":"U8","shape":[${'4294967296,'.repeat(n)}0],"data_offsets":[0,0]}`,
    (n) =>
      `"x":{"a":${'[{"b":['.repeat(40)}${'0,'.repeat(n)}0${']}]'.repeat(40)},"dtype":"U8","shape":[0],"data_offsets":[0,0]}`,
    (n) => '"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},'.repeat(n).slice(0, -1),
    (n) => `"__metadata__":{${'"a":"b",'.repeat(n)}"c":"\\"${'\\'.repeat(n)}"}`,
  ]
  for (const header of headers) {
    const [small, large] = [100, 800].map((n) => safetensors(`{${header(n)}}`))
    const [before, after] = [await steps(() => tryLoad(small)), await steps(() => tryLoad(large))]
    expect(after, header(1)).toBeLessThan(3 * 8 * before)
    expect(after, header(1)).toBeLessThan(30 * large.length)
  }
})
