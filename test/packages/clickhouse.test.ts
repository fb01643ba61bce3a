/** examples/clickhouse: the module as ClickHouse calls it, and in ClickHouse itself. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { folder, run } from './consumer.js'
import { execute } from './execute.js'
import { fromPyPI } from './pypi.js'

const { path, python, missing } = await fromPyPI('chdb', 'test/packages/chdb.txt')
const where = missing === undefined ? '' : ` (skipped: ${missing})`

interface Exports {
  memory: WebAssembly.Memory
  clickhouse_create_buffer(size: number): number
  clickhouse_destroy_buffer(handle: number): void
  scores(handle: number, rows: number): number
  labels(handle: number, rows: number): number
}

const out = (name: string) => join(folder, 'clickhouse/out', name)

/** The bytes of a buffer: an address and a length lie at its handle. */
function bytesOf({ memory }: Exports, handle: number): Uint8Array {
  const [at, size] = new Uint32Array(memory.buffer, handle, 2)
  return new Uint8Array(memory.buffer, at, size)
}

/** One column of arrays in ClickHouse's format Buffers: columns, rows, bytes, where rows end, and their elements. */
function columnOf(rows: readonly (readonly number[])[]): Uint8Array {
  const ends = new BigUint64Array(rows.length)
  rows.forEach((row, i) => {
    ends[i] = (i ? ends[i - 1] : 0n) + BigInt(row.length)
  })
  const elements = Float32Array.from(rows.flat())
  const head = BigUint64Array.of(1n, BigInt(rows.length), BigInt(ends.byteLength + elements.byteLength))
  return Buffer.concat([head, ends, elements].map((part) => new Uint8Array(part.buffer)))
}

let exports: Exports
let rows: number[][]
let expected: { scores: number[][]; labels: boolean[][] }

function called(name: 'scores' | 'labels', column: Uint8Array, count: number): Uint8Array {
  const handle = exports.clickhouse_create_buffer(column.length)
  bytesOf(exports, handle).set(column)
  const result = exports[name](handle, count)
  const bytes = bytesOf(exports, result).slice()
  exports.clickhouse_destroy_buffer(handle)
  exports.clickhouse_destroy_buffer(result)
  return bytes
}

describe('examples/clickhouse', () => {
  beforeAll(async () => {
    await run('clickhouse/main.js')
    const lines = (await readFile(out('rows.jsonl'), 'utf8')).split('\n')
    rows = lines.map((line) => (JSON.parse(line) as { features: number[] }).features)
    expected = JSON.parse(await readFile(out('scores.json'), 'utf8'))
    const clickhouse_throw = (at: number, size: number) => {
      throw new Error(new TextDecoder().decode(new Uint8Array(exports.memory.buffer, at, size)))
    }
    const module = await WebAssembly.instantiate(await readFile(out('tagger.wasm')), {
      env: { clickhouse_throw },
    })
    exports = module.instance.exports as unknown as Exports
  }, 60_000)

  test.each([0, 1, 2, 1023, 1024, 1025, 3000])('%i rows have the bits of Node', (count) => {
    const scores = called('scores', columnOf(rows.slice(0, count)), count)
    expect(scores).toEqual(new Uint8Array(columnOf(expected.scores.slice(0, count))))
    const labels = called('labels', columnOf(rows.slice(0, count)), count)
    const elements = labels.subarray(24 + 8 * count)
    expect([...elements]).toEqual(expected.labels.slice(0, count).flat().map(Number))
  })

  test('what is no block of rows of the model is a sentence', () => {
    const column = columnOf(rows.slice(0, 3))
    const notBuffers = /must have SETTINGS serialization_format = Buffers and one argument/
    for (const [given, count, sentence] of [
      [
        columnOf([rows[0], rows[1].slice(1)]),
        2,
        'features: row 1 of the block has 19 numbers, but the model takes 20',
      ],
      [columnOf([[]]), 1, 'features: row 0 of the block has 0 numbers, but the model takes 20'],
      [new Uint8Array(0), 0, notBuffers],
      [column, 2, notBuffers],
      [column, 2 ** 31, notBuffers],
      [column, -1, notBuffers],
      [column.subarray(0, column.length - 1), 3, notBuffers],
      [Uint8Array.of(2, ...column.subarray(1)), 3, notBuffers],
    ] as const) {
      for (const name of ['scores', 'labels'] as const)
        expect(() => called(name, given, count)).toThrow(sentence)
    }
    // And nothing is left of it.
    expect(called('scores', column, 3)).toEqual(new Uint8Array(columnOf(expected.scores.slice(0, 3))))
  })

  test.skipIf(missing)(`scores in SQL${where}`, { timeout: 120_000 }, async () => {
    const printed = await execute(python, [join(folder, 'clickhouse/query.py')], {
      env: { ...process.env, PYTHONPATH: path },
    })
    expect(printed).toMatch(
      /^ClickHouse [\d.]+\nmessages of each tag: \[[\d,]+\]\n3000 rows: scores and labels are those of Node to the bit\n/,
    )
    expect(printed.split('\n').at(-1)).toBe(
      'a row of three numbers: features: row 0 of the block has 3 numbers, but the model takes 20',
    )
  })
})
