/** What a parser holds beside the text of a file, before its numbers are used. */
import { expect, test } from 'vitest'
import { parse_arff, parse_csv, parse_libsvm } from '../../ts/datasets/index.js'

const MEGABYTE = 2 ** 20

/** Bytes outside of linear memory, without garbage. */
function held(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** `head`, then rows until there are 12 MB of text; `most` gets how much was held at worst, the megabyte that comes included. */
async function* text(head: string, row: (i: number) => string, most: { bytes: number }) {
  const before = held()
  yield head
  let length = 0
  for (let i = 0; length < 12 * MEGABYTE; ) {
    let rows = ''
    while (rows.length < MEGABYTE) rows += row(i++)
    length += rows.length
    yield rows
    most.bytes = Math.max(most.bytes, held() - before)
  }
}

const attributes = (count: number, type: string) =>
  Array.from({ length: count }, (_, i) => `@attribute a${i} ${type}\n`).join('')

type Parse = (source: AsyncIterable<string>) => Promise<unknown>

test.each<[string, string, (i: number) => string, number, Parse]>([
  [
    'CSV of zeros and ones',
    'a,b,c,d,e,f,g,h\n',
    (i) => `${i % 2},0,1,0,1,${i % 3 && 1},0,1\n`,
    6,
    (s) => parse_csv(s, { labels: 3 }),
  ],
  [
    'CSV of fractions',
    'a,b,c,d\n',
    (i) => `${(i * 0.618) % 1},${(i * 0.7) % 1},1,0\n`,
    6,
    (s) => parse_csv(s, { labels: 2 }),
  ],
  [
    'tags',
    'id,tags\n',
    (i) => `${i},news|tag-${i % 997}|tag-${i % 313}\n`,
    6,
    (s) => parse_csv(s, { labels: 'tags', separator: '|', drop: ['id'] }),
  ],
  [
    'libsvm with 1,000 labels',
    '',
    (i) => `${i % 1000},${(i * 7) % 999} ${i % 9}:1 ${10 + (i % 50)}:0.25 ${900 + (i % 999)}:1\n`,
    9,
    (s) => parse_libsvm(s),
  ],
  [
    'sparse ARFF',
    `@relation 'r: -C -14'\n${attributes(500, '{0,1}')}@data\n`,
    (i) => `{${i % 90} 1,${100 + (i % 300)} 1,${486 + (i % 14)} 1}\n`,
    9,
    (s) => parse_arff(s),
  ],
])('%s: little until the end', async (_, head, row, most, parse) => {
  const seen = { bytes: 0 }
  await parse(text(head, row, seen))
  expect(seen.bytes / MEGABYTE).toBeLessThan(most)
})

test('texts are held without the rest of their file', async () => {
  const seen = { bytes: 0 }
  const words = 'a description of what was bought, and why'
  const row = (i: number) => `${'x'.repeat(200)},"${words} ${i}",1\n`
  const { texts } = await parse_csv(text('junk,t,y\n', row, seen), {
    labels: 1,
    texts: ['t'],
    drop: ['junk'],
  })
  expect(texts.t[1234]).toBe(`${words} 1234`)
  expect(seen.bytes / MEGABYTE).toBeLessThan(8)
})
