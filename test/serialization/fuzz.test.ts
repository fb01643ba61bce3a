/** Whatever the bytes are: tensors in containers, or a RuntimeError that says what is wrong. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { Tensor } from '../../ts/tensor/tensor.js'
import { bytesOf, contents } from './contents.js'
import { archive, concat, integer, op, safetensors, storage, tensor, tuple, zip } from './craft.js'

/** What is wrong with a value that was read: it and all in it must be what a file may hold, readable to the last element. */
function faultOf(value: unknown, seen = new Set<unknown>()): string | undefined {
  if (value instanceof Tensor) {
    const data = value.data()
    if (data.length !== value.numel()) return `${data.length} elements in [${value.shape}]`
    const isBool = value.dtype !== 'bool' || data.every((bit) => bit < 2)
    return isBool ? undefined : `bool of ${data}`
  }
  if (typeof value !== 'object' || value === null || seen.has(value)) {
    const isPlain = ['object', 'number', 'bigint', 'string', 'boolean'].includes(typeof value)
    return isPlain ? undefined : typeof value
  }
  seen.add(value)
  if (value instanceof Uint8Array) return undefined
  if (value instanceof Map || value instanceof Set) return faultOf([...value], seen)
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== null) return value.constructor.name
  for (const key of Object.keys(value)) {
    let member: unknown
    try {
      member = (value as Record<string, unknown>)[key]
    } catch (error) {
      if (!(error instanceof torch.RuntimeError)) throw error
      expect(error.message).toMatch(/^load: tensor ".{10,}/s)
      expect(error.message.length).toBeLessThan(900)
      continue
    }
    const fault = faultOf(member, seen)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Whether the file could be read. */
function check(file: Uint8Array<ArrayBuffer>): boolean {
  const before = file.slice()
  let value: unknown
  try {
    value = torch.load<unknown>(file)
  } catch (error) {
    if (!(error instanceof torch.RuntimeError)) throw error
    expect(error.message).toMatch(/^load: .{10,}/s)
    expect(error.message.length).toBeLessThan(600)
    return false
  } finally {
    expect(file.every((byte, i) => byte === before[i])).toBe(true)
  }
  expect(faultOf(value)).toBe(undefined)
  return true
}

/** Runs it on many files; both outcomes must have been met. */
function fuzz(file: fc.Arbitrary<Uint8Array<ArrayBuffer>>, numRuns: number, isMixed = true): void {
  let read = 0
  fc.assert(
    fc.property(file, (bytes) => {
      if (check(bytes)) read++
    }),
    { numRuns, seed: 1 },
  )
  if (isMixed) expect(read > 0 && read < numRuns, `${read} of ${numRuns} could be read`).toBe(true)
  const { heap_bytes } = torch.wasm.memory()
  expect(heap_bytes).toBeLessThan(256 * 2 ** 20)
}

type Mutation = (file: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>

/** A byte that is likely to mean something. */
const byte = fc.oneof(
  fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, ...concat('"\\{}[],:09-.QRtbu(jr')),
  fc.nat(255),
)
const place = fc.nat({ max: 2 ** 20 })

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, byte).map(([at, value]): Mutation => {
    return (file) => {
      const changed = file.slice()
      changed[at % file.length] = value
      return changed
    }
  }),
  fc.tuple(place, fc.nat(7)).map(([at, bit]): Mutation => {
    return (file) => {
      const changed = file.slice()
      changed[at % file.length] ^= 1 << bit
      return changed
    }
  }),
  // Four or eight bytes at once: lengths and offsets.
  fc.tuple(place, fc.constantFrom(4, 8), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })).map(
    ([at, width, value]): Mutation =>
      (file) => {
        const start = at % file.length
        return concat(file.subarray(0, start), integer(width, value), file.subarray(start + width))
      },
  ),
  // A part is left out, or stands elsewhere too.
  fc.tuple(place, fc.nat(40)).map(
    ([at, length]): Mutation =>
      (file) => {
        const start = at % file.length
        return concat(file.subarray(0, start), file.subarray(start + length))
      },
  ),
  fc.tuple(place, place, fc.nat(40)).map(
    ([at, from, length]): Mutation =>
      (file) => {
        const [start, source] = [at % file.length, from % file.length]
        return concat(file.subarray(0, start), file.subarray(source, source + length), file.subarray(start))
      },
  ),
)

const mutated = (names: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...names.map(bytesOf)), fc.array(mutation, { minLength: 1, maxLength: 3 }))
    .map(([file, mutations]) =>
      mutations.reduce((changed, mutate) => (changed.length === 0 ? changed : mutate(changed)), file),
    )

const names = Object.keys(contents)

describe('files that were changed', () => {
  test('safetensors', () => fuzz(mutated(names.filter((name) => name.endsWith('.safetensors'))), 4000))
  test('archives', () => fuzz(mutated(names.filter((name) => /\.pth?$/.test(name))), 6000))
})

describe('files of random parts', () => {
  test('bytes', () => {
    const start = fc.constantFrom([], [0x50, 0x4b, 3, 4], [0x80, 2], [9, 0, 0, 0, 0, 0, 0, 0, 0x7b])
    const bytes = fc.tuple(start, fc.uint8Array({ maxLength: 200 })).map(([head, tail]) => concat(head, tail))
    fuzz(bytes, 3000, false)
  })

  test('JSON', () => {
    fuzz(
      fc.json({ maxDepth: 4 }).map((json) => safetensors(`{"x":${json}}`)),
      2000,
      false,
    )
  })

  test('headers that are nearly right', () => {
    const size = fc.oneof(fc.nat(3), fc.constantFrom(-1, 0.5, 2 ** 31, 2 ** 53, 1e300))
    const entry = fc.record({
      name: fc.constantFrom('a', 'b', 'c', '__proto__', '__metadata__'),
      dtype: fc.constantFrom('F32', 'F16', 'I64', 'U8', 'BOOL', 'F8_E4M3', 'f32'),
      shape: fc.array(size, { maxLength: 3 }),
      begin: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: size }),
      length: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: size }),
    })
    const widths: Record<string, number> = { F32: 4, F16: 2, I64: 8 }
    const file = fc
      .tuple(fc.array(entry, { maxLength: 4 }), fc.uint8Array({ minLength: 400, maxLength: 400 }), fc.nat(20))
      .map(([entries, data, missing]) => {
        let end = 0
        const fields = entries.map(({ name, dtype, shape, begin, length }) => {
          const bytes = shape.reduce((product, n) => product * n, widths[dtype] ?? 1)
          const start = begin ?? end
          end = start + (length ?? bytes)
          return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [start, end] })}`
        })
        const covered = Math.min(Math.max(0, end), data.length)
        return safetensors(`{${fields.join(',')}}`, data.subarray(0, missing === 0 ? covered + 1 : covered))
      })
    fuzz(file, 4000)
  })

  test('pickles', () => {
    const number = fc.constantFrom(0, 1, 2, 3, 6, 255, -1, 2n ** 31n, 2n ** 53n, 2n ** 63n)
    const integers = fc.oneof(
      { weight: 4, arbitrary: fc.nat(4).map(op.integer) },
      { weight: 1, arbitrary: number.map(op.integer) },
    )
    const list = fc.array(integers, { maxLength: 3 }).map((items) => tuple(...items))
    const small = fc.nat(5)
    const instruction = fc.oneof(
      fc.constantFrom<ArrayLike<number> | string>(
        ...[
          op.none,
          op.mark,
          op.tuple,
          op.emptyTuple,
          op.emptyList,
          op.emptyDict,
          op.append,
          op.appends,
          op.setItem,
        ],
        ...[
          op.setItems,
          op.reduce,
          op.build,
          op.persistent,
          op.text('k'),
          op.text('__proto__'),
          op.text('storage'),
        ],
        ...[
          [0x85],
          [0x86],
          [0x87],
          [0x88],
          [0x89],
          [0x93],
          [0x94],
          op.float(Number.NaN),
          storage(),
          tensor(),
        ],
        ...['collections.OrderedDict', 'torch.Size', 'torch.FloatStorage', 'torch.float16', 'os.system'].map(
          op.global,
        ),
        ...['torch._utils._rebuild_tensor_v2', 'torch._utils._rebuild_tensor_v3'].map(op.global),
        ...['torch._utils._rebuild_parameter', 'torch.storage.UntypedStorage'].map(op.global),
      ),
      integers,
      list,
      small.map(op.put),
      small.map(op.get),
      byte.map((value) => [value]),
      fc
        .record({
          size: list,
          stride: list,
          offset: integers,
          type: fc.constantFrom('Float', 'Half', 'Bool', 'Long'),
        })
        .map(({ size, stride, offset, type }) => {
          const length = op.integer({ Float: 6, Half: 12, Bool: 24, Long: 3 }[type] ?? 0)
          return tensor({ size, stride, offset, storage: storage(length, { type: `torch.${type}Storage` }) })
        }),
    )
    const program = fc.array(instruction, { maxLength: 12 }).chain((parts) => {
      // Gathered into one value, or left as they are.
      const whole = concat([0x80, 2], op.mark, ...parts, op.tuple, op.stop)
      return fc.constantFrom(whole, concat([0x80, 2], ...parts, op.stop))
    })
    fuzz(
      program.map((bytes) => archive(bytes, [1, Number.NaN, -1, 0, 1e-40, 3e38])),
      6000,
    )
  })

  test('zip directories', () => {
    const count = fc.oneof(fc.nat(60), fc.constantFrom(2 ** 31, 2 ** 32 - 1))
    const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
      fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
    const quirks = fc.record({
      stored: rarely(count),
      size: rarely(count),
      offset: rarely(count),
      method: rarely(fc.nat(9)),
      flags: rarely(fc.nat(9)),
    })
    const file = fc
      .tuple(quirks, quirks, fc.record({ entries: rarely(count), directory: rarely(count) }), fc.boolean())
      .map(([first, second, end, hasEnd64]) => {
        const given = (fields: object) =>
          Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
        const files = [
          { name: 'x/byteorder', content: 'little', ...given(first) },
          { name: 'x/data.pkl', content: concat([0x80, 2], op.none, op.stop), ...given(second) },
        ]
        const { entries = 2, directory = 91 } = end
        return zip(files, { ...given(end), ...(hasEnd64 ? { end64: { entries, directory } } : {}) })
      })
    fuzz(file, 3000)
  })
})

test('whatever tensors and names are saved are loaded', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', '0', ''))
  const entry = fc.record({
    name: text,
    shape: fc.array(fc.nat(3), { maxLength: 8 }),
    dtype: fc.constantFrom('float32', 'int32', 'uint8', 'bool'),
    bits: fc.infiniteStream(fc.nat(2 ** 32 - 1)),
  })
  fc.assert(
    fc.property(
      fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 6 }),
      fc.dictionary(text, text),
      (entries, metadata) => {
        const state: torch.nn.StateDict = Object.create(null)
        for (const { name, shape, dtype, bits } of entries) {
          const numel = shape.reduce((product, size) => product * size, 1)
          const elements = Int32Array.from({ length: numel }, () => bits.next().value | 0)
          const any = dtype === 'float32' ? new Float32Array(elements.buffer) : elements
          state[name] = torch.tensor(any).to(dtype).reshape(shape)
        }
        const file = torch.save(state, { metadata })
        expect({ ...torch.load_metadata(file) }).toEqual({ ...metadata })
        const read = torch.load(file)
        expect(Object.keys(read).sort()).toEqual(Object.keys(state).sort())
        for (const [name, x] of Object.entries(state)) {
          expect([read[name].dtype, read[name].shape]).toEqual([x.dtype, x.shape])
          expect(new Uint8Array(read[name].data().buffer)).toEqual(new Uint8Array(x.data().buffer))
        }
        expect(torch.save(read, { metadata })).toEqual(file)
      },
    ),
    { numRuns: 300, seed: 1 },
  )
})
