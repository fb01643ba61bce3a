/** Written, then read, whole or in chunks of any size: the same. */
import { Readable } from 'node:stream'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CsvData, ParseError, parse_arff, parse_csv, parse_libsvm } from '../../ts/datasets/index.js'
import { SparseCSRTensor, type Tensor } from '../../ts/index.js'

const utf8 = new TextEncoder()

/** The bytes in chunks of the given sizes, again and again. */
function* chunks(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; at += sizes[i++ % sizes.length])
    yield bytes.subarray(at, at + sizes[i % sizes.length])
}

const streamOf = (parts: Iterable<Uint8Array | string>) =>
  new ReadableStream<Uint8Array | string>({
    start(controller) {
      for (const part of parts) controller.enqueue(part)
      controller.close()
    },
  })

/** What a parser gave, as plain values. */
function plain({
  features,
  targets,
  ...rest
}: {
  features: Tensor | SparseCSRTensor
  targets: Tensor
}): unknown {
  const dense = features instanceof SparseCSRTensor ? features.to_dense() : features
  return { features: dense.tolist(), targets: targets.tolist(), ...rest }
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 })
const float = fc.float({ noNaN: true }).map((x) => x + 0)
const cell = fc.option(float, { nil: Number.NaN })
const label = fc.constantFrom(0, 1)
const name = fc.string({ unit: fc.constantFrom(...'aé😀 ,;"\'\\{}%?|\n\tb'), minLength: 1, maxLength: 6 })
const names = (count: number) =>
  fc.uniqueArray(name, { minLength: count, maxLength: count, selector: (each) => each.trim() })
const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
  fc.record({
    names: names(width + 2).filter((each) => each.every((word) => word.trim() !== '')),
    rows: fc.array(fc.tuple(fc.array(cell, { minLength: width, maxLength: width }), fc.tuple(label, label)), {
      maxLength: 6,
    }),
  }),
)

const quotedCell = (text: string) => `"${text.replaceAll('"', '""')}"`

test('CSV', async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      sizes,
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom(',', ';', '\t'),
      async (made, lengths, end, delimiter) => {
        const lines = [
          made.names.map(quotedCell),
          ...made.rows.map((row) => row.flat().map((x) => (Number.isNaN(x) ? '' : String(x)))),
        ]
        const text = `\ufeff${lines.map((line) => line.join(delimiter)).join(end)}${end}`
        const options = { labels: 2, header: true, delimiter }
        const whole = plain(parse_csv(text, options))
        expect(whole).toEqual({
          features: made.rows.map(([features]) => features),
          targets: made.rows.map(([, labels]) => labels),
          feature_names: made.names.slice(0, -2).map((each) => each.trim()),
          label_names: made.names.slice(-2).map((each) => each.trim()),
          texts: {},
        })
        const bytes = utf8.encode(text)
        expect(plain(parse_csv(bytes, options))).toEqual(whole)
        expect(plain(await parse_csv(streamOf(chunks(bytes, lengths)), options))).toEqual(whole)
        expect(plain(await parse_csv(Readable.from(chunks(bytes, lengths)), options))).toEqual(whole)
        expect(plain(await parse_csv(streamOf([...text]), options))).toEqual(whole)
      },
    ),
    { numRuns: 60 },
  )
})

const arffWord = (text: string) =>
  `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}'`

test('ARFF', async () => {
  await fc.assert(
    fc.asyncProperty(table, sizes, fc.boolean(), async (made, lengths, sparse) => {
      const types = made.names.map((_, i) => (i < made.names.length - 2 ? 'numeric' : '{0,1}'))
      const written = (x: number) => (Number.isNaN(x) ? '?' : String(x).replace('Infinity', 'inf'))
      const rows = made.rows.map((row) => {
        const cells = row.flat().map(written)
        const entries = cells.flatMap((text, i) => (text === '0' ? [] : [`${i} ${text}`]))
        return sparse ? `{${entries.join(', ')}}` : cells.join(',')
      })
      const attributes = made.names.map((each, i) => `@attribute ${arffWord(each)} ${types[i]}`)
      const text = ['@relation r', ...attributes, '@data', ...rows].join('\n')
      const whole = plain(parse_arff(text, { labels: 2 }))
      expect(whole).toMatchObject({
        features: made.rows.map(([features]) => features),
        targets: made.rows.map(([, labels]) => labels),
        feature_names: made.names.slice(0, -2),
        label_names: made.names.slice(-2),
      })
      const bytes = utf8.encode(text)
      expect(plain(await parse_arff(streamOf(chunks(bytes, lengths)), { labels: 2 }))).toEqual(whole)
      expect(plain(await parse_arff(streamOf([...text]), { labels: 2 }))).toEqual(whole)
    }),
    { numRuns: 60 },
  )
})

test('libsvm', async () => {
  const row = fc.record({
    labels: fc.uniqueArray(fc.integer({ min: 0, max: 5 })),
    features: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 40 }), float), {
      selector: ([index]) => index,
      minLength: 1,
    }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 6 }),
      sizes,
      fc.constantFrom('\n', '\r\n'),
      async (rows, lengths, end) => {
        const written = (x: number) => String(x).replace('Infinity', 'inf')
        const lines = rows.map(
          ({ labels, features }) =>
            `${labels.join(',')} ${features.map(([index, value]) => `${index}:${written(value)}`).join(' ')} # é😀`,
        )
        const text = lines.join(end)
        const options = { n_features: 41, num_labels: 6, zero_based: true, comments: true }
        const whole = parse_libsvm(text, options)
        const expected = rows.map(({ features }) => {
          const values = new Array<number>(41).fill(0)
          for (const [index, value] of features) values[index] = value
          return values
        })
        expect(whole.features.to_dense().tolist()).toEqual(expected)
        expect(whole.targets.tolist()).toEqual(
          rows.map(({ labels }) => [0, 1, 2, 3, 4, 5].map((i) => Number(labels.includes(i)))),
        )
        expect(whole.comments).toEqual(rows.map(() => 'é😀'))
        const bytes = utf8.encode(text)
        expect(plain(await parse_libsvm(streamOf(chunks(bytes, lengths)), options))).toEqual(plain(whole))
        expect(plain(await parse_libsvm(streamOf([...text]), options))).toEqual(plain(whole))
      },
    ),
    { numRuns: 60 },
  )
})

describe('sources', () => {
  const text = 'a,b\n1,0\n2,1\n'
  const expected = plain(parse_csv(text, { labels: 1 }))
  const bytes = utf8.encode(text)

  test.each<[string, () => Promise<unknown> | unknown]>([
    ['an ArrayBuffer', () => parse_csv(bytes.buffer, { labels: 1 })],
    ['a view', () => parse_csv(new DataView(bytes.buffer), { labels: 1 })],
    ['a Blob', () => parse_csv(new Blob([text]), { labels: 1 })],
    ['a Response', () => parse_csv(new Response(text), { labels: 1 })],
    ['the body of a Response', () => parse_csv(new Response(text).body as ReadableStream, { labels: 1 })],
    ['a stream of Node', () => parse_csv(Readable.from([bytes]), { labels: 1 })],
    ['a stream of text', () => parse_csv(Readable.from(['a,', 'b\n1,0', '\n2,1\n']), { labels: 1 })],
  ])('%s', async (_, parse) => {
    expect(plain((await parse()) as CsvData)).toEqual(expected)
  })

  test('of another kind are refused', async () => {
    expect(() => parse_csv(7 as never)).toThrow('parse_csv: source must be a text, bytes, a stream of either')
    expect(() => parse_csv(['a,b'] as never)).toThrow('a Blob or a Response, but got Array')
    await expect(parse_csv(streamOf(['a,b\n', bytes]))).rejects.toThrow(
      'the stream gave text first, and bytes after that',
    )
    await expect(parse_csv(Readable.from([7]) as never)).rejects.toThrow(
      'the stream must give text or bytes, but gave 7',
    )
  })

  test('are cancelled when their text is wrong', async () => {
    let reason: unknown = 'not cancelled'
    const endless = new ReadableStream<string>({
      pull: (controller) => controller.enqueue('0 1:1\n0 x\n'),
      cancel: (given) => {
        reason = given
      },
    })
    await expect(parse_libsvm(endless)).rejects.toThrow(ParseError)
    expect(reason).toBeUndefined()
  })

  test('hand on the error of a stream', async () => {
    const broken = new ReadableStream<string>({ pull: (controller) => controller.error(new Error('gone')) })
    await expect(parse_csv(broken)).rejects.toThrow('gone')
  })
})

describe('encodings', () => {
  const latin1 = Uint8Array.from('é,b\n1,0\n', (character) => character.charCodeAt(0))

  test('are UTF-8, or what is said', () => {
    expect(() => parse_csv(latin1)).toThrow(
      "parse_csv: line 1: the bytes are not utf-8; give encoding, such as 'latin1'",
    )
    expect(parse_csv(latin1, { encoding: 'latin1' }).feature_names).toEqual(['é', 'b'])
    expect(() => parse_csv(latin1, { encoding: 'klingon' })).toThrow(
      'parse_csv: encoding must be the name of one',
    )
    const svm = Uint8Array.from('é 0:1\n', (character) => character.charCodeAt(0))
    expect(() => parse_libsvm(svm)).toThrow('parse_libsvm: line 1: the bytes are not utf-8')
    expect(parse_libsvm(svm, { encoding: 'latin1' }).label_names).toEqual(['é'])
  })

  test('say which line is wrong', () => {
    const rows = 'aé,b\n'.repeat(70_000)
    const bytes = new Uint8Array([...utf8.encode(rows), 0xff])
    expect(() => parse_csv(bytes, { texts: [0, 1] })).toThrow(
      'parse_csv: line 70001: the bytes are not utf-8',
    )
  })

  test('may be UTF-16, if the file says so', () => {
    const text = '\ufeffé\tb\n1\t0\n'
    const bytes = new Uint8Array(Uint16Array.from(text, (character) => character.charCodeAt(0)).buffer)
    expect(parse_csv(bytes).feature_names).toEqual(['é', 'b'])
    expect(
      parse_libsvm(new Uint8Array(Uint16Array.from('\ufeffé 0:1\n', (c) => c.charCodeAt(0)).buffer))
        .label_names,
    ).toEqual(['é'])
  })

  test('of UTF-16 without its mark must be said', () => {
    for (const [encoding, first] of [
      ['utf-16le', 1],
      ['utf-16be', 0],
    ] as const) {
      const bytes = Uint8Array.from('1\t0\n', (c) => c.charCodeAt(0))
      const wide = Uint8Array.from({ length: 8 }, (_, i) => (i % 2 === first ? 0 : bytes[i >> 1]))
      expect(() => parse_csv(wide)).toThrow(`the file seems to be UTF-16: give encoding: '${encoding}'`)
      expect(parse_csv(wide, { encoding }).features.tolist()).toEqual([[1, 0]])
    }
  })

  test.each([
    ['gzip', [0x1f, 0x8b, 8, 0, 0]],
    ['a zip archive', [0x50, 0x4b, 3, 4, 0]],
    ['Parquet', [0x50, 0x41, 0x52, 0x31]],
  ])('are none of %s', (_, bytes) => {
    const parsers: ((source: Uint8Array) => unknown)[] = [parse_csv, parse_libsvm, parse_arff]
    for (const parse of parsers) expect(() => parse(Uint8Array.from(bytes))).toThrow(/: the file is a /)
  })
})
