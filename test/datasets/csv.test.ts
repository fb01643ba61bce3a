import { describe, expect, test } from 'vitest'
import { type CsvOptions, ParseError, parse_csv } from '../../ts/datasets/index.js'
import { Tensor } from '../../ts/index.js'

const NaN_ = Number.NaN

/** The message of what a file gives, with its line and column. */
function failure(
  text: string | Uint8Array,
  options: CsvOptions = {},
): [string, number | null, number | null] {
  try {
    parse_csv(text, options)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return [error.message, error.line, error.column]
  }
  throw new Error('nothing was thrown')
}

describe('labels', () => {
  const table = 'a,b,x,y\n1,2,0,1\n3,4,1,0\n'

  test.each<[string, NonNullable<CsvOptions['labels']>]>([
    ['names', ['x', 'y']],
    ['indices', [2, 3]],
    ['indices from the end', [-1, -2]],
    ['a pattern', /^[xy]$/],
    ['a global pattern', /^[xy]$/g],
    ['a count', 2],
  ])('are given as %s', (_, labels) => {
    const { features, targets, feature_names, label_names } = parse_csv(table, { labels })
    expect(features).toBeInstanceOf(Tensor)
    expect(features.tolist()).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(targets.tolist()).toEqual([
      [0, 1],
      [1, 0],
    ])
    expect([targets.dtype, feature_names, label_names]).toEqual(['float32', ['a', 'b'], ['x', 'y']])
  })

  test('are one column of tags, sorted, with duplicates and spaces', () => {
    const { targets, label_names, feature_names } = parse_csv('n,tags\n1,"b, a,b"\n2,\n3,c\n', {
      labels: 'tags',
      separator: ',',
    })
    expect([label_names, feature_names]).toEqual([['a', 'b', 'c'], ['n']])
    expect(targets.tolist()).toEqual([
      [1, 1, 0],
      [0, 0, 0],
      [0, 0, 1],
    ])
  })

  test('of tags keep the order, and the columns, that are given', () => {
    const options = { labels: [-1], separator: '|', label_names: ['c', 'never', 'a'] } as const
    const { targets, label_names } = parse_csv('n,tags\n1,a|c\n2,c\n', options)
    expect(label_names).toEqual(['c', 'never', 'a'])
    expect(targets.tolist()).toEqual([
      [1, 0, 1],
      [1, 0, 0],
    ])
    expect(failure('n,tags\n1,a|d\n', options)).toEqual([
      'parse_csv: line 2, column 2 ("tags"): "d" is not among label_names',
      2,
      2,
    ])
  })

  test('may be missing', () => {
    const { targets } = parse_csv('a,x,y\n1,,1\n2,NA,?\n', { labels: 2 })
    expect(targets.tolist()).toEqual([
      [NaN_, 1],
      [NaN_, NaN_],
    ])
  })
})

describe('cells', () => {
  test('are numbers as people write them', () => {
    const { features } = parse_csv(
      'v\n 1 \n-2.5e-3\n.5\n5.\n+7\ntrue\nFALSE\ninf\n-Infinity\n0\n0.25\n1e5\n',
      {},
    )
    const expected = [1, Math.fround(-2.5e-3), 0.5, 5, 7, 1, 0, Infinity, -Infinity, 0, 0.25, 1e5]
    expect(features.flatten().tolist()).toEqual(expected)
  })

  test('have fractions after a comma, if that is said', () => {
    const { features } = parse_csv('a;b\n1,5;2\n', { decimal: ',' })
    expect(features.tolist()).toEqual([[1.5, 2]])
  })

  test.each(['0x10', '1e', '0b1', '1 2', 'Paris', '1,5', '٣', '--1', '1_000'])(
    'that hold %s are refused',
    (cell) => {
      const [message, line, column] = failure(`a;b\n1;2\n3;${cell}\n`)
      expect(message).toBe(
        `parse_csv: line 3, column 2 ("b"): a feature must be a number, but got ${JSON.stringify(cell)}; name the column in texts or drop`,
      )
      expect([line, column]).toEqual([3, 2])
    },
  )
})

describe('rows', () => {
  test('may end in CRLF or CR, be empty, and have a mark before them', () => {
    const expected = [
      [1, 2],
      [3, 4],
    ]
    for (const text of ['\ufeffa,b\r\n1,2\r\n\r\n3,4', 'a,b\r1,2\r3,4\r', '\na,b\n\n1,2\n  \n3,4\n\n'])
      expect(parse_csv(text).features.tolist()).toEqual(expected)
  })

  test('without names have the indices of their columns', () => {
    expect(parse_csv('1,2,0\n3,,1\n', { labels: 1 })).toMatchObject({
      feature_names: ['0', '1'],
      label_names: ['2'],
    })
    expect(parse_csv('1,2\n3,4\n', { header: true }).feature_names).toEqual(['1', '2'])
    expect(parse_csv('a|1\nb|2\n', { header: false, texts: [0] })).toMatchObject({ texts: { 0: ['a', 'b'] } })
  })

  test('may be none', () => {
    const { features, targets } = parse_csv('a,b,c\n', { labels: 1 })
    expect([features.shape, targets.shape]).toEqual([
      [0, 2],
      [0, 1],
    ])
    expect(parse_csv('n,tags\n', { labels: 'tags', separator: ' ' }).targets.shape).toEqual([0, 0])
  })

  test('may have nothing in them', () => {
    expect(parse_csv('a,b\n,\n', { labels: 1 }).features.tolist()).toEqual([[NaN_]])
  })

  test('keep texts, and leave out what is dropped', () => {
    const { texts, feature_names } = parse_csv('id,title,__proto__,x\n7,"say ""hi"",\nthere",p,1\n', {
      texts: ['title', '__proto__'],
      drop: /^id$/,
    })
    expect(feature_names).toEqual(['x'])
    expect(Object.entries(texts)).toEqual([
      ['title', ['say "hi",\nthere']],
      ['__proto__', ['p']],
    ])
  })

  test('of many pieces are read, and counted, as those of one', () => {
    const rows = 40_000
    const lines = Array.from({ length: rows }, (_, i) => `${i},"line\r\n""${i}"", é",${i % 2}\r\n`)
    const text = `n,t,y\r\n${lines.join('')}`
    const bytes = new TextEncoder().encode(text)
    for (const source of [text, bytes]) {
      const { features, targets, texts } = parse_csv(source, { labels: ['y'], texts: ['t'] })
      expect(features.flatten().tolist()).toEqual(Array.from({ length: rows }, (_, i) => i))
      expect(targets.flatten().tolist()).toEqual(Array.from({ length: rows }, (_, i) => i % 2))
      expect(texts.t[rows - 1]).toBe(`line\r\n"${rows - 1}", é`)
    }
    expect(failure(`${text}1,"a"b,1\n`, { labels: ['y'], texts: ['t'] }).slice(1)).toEqual([2 * rows + 2, 2])
    expect(failure(`${text}1,a\n`, { labels: ['y'], texts: ['t'] }).slice(1)).toEqual([2 * rows + 2, 3])
    expect(failure(`${text}1,"a\n${'b\n'.repeat(400_000)}`, { texts: ['t'] }).slice(1)).toEqual([
      2 * rows + 2,
      2,
    ])
  })
})

test.each<[string, CsvOptions, string, number | null, number | null]>([
  ['', {}, 'the file is empty', null, null],
  ['\n \n', {}, 'the file is empty', null, null],
  ['a,b\n1,2\n\n3\n', {}, 'line 4, column 2: the row has 1 cells, but the first one has 2', 4, 2],
  ['a,b\n1,2,3\n', {}, 'line 2, column 3: the row has 3 cells, but the first one has 2', 2, 3],
  ['a,b\n1,"2\n3,4\n', {}, 'line 2, column 2: the quotes of this cell are never closed', 2, 2],
  ['a,b\n1,1e39\n', {}, 'line 2, column 2 ("b"): 1e39 is too large for float32', 2, 2],
  [
    'a,b\n1,x\n',
    { labels: 1 },
    'line 2, column 2 ("b"): a label must be a number, but got "x"; a column of tags needs separator',
    2,
    2,
  ],
  [
    'a,b\n\0\0,1\n',
    {},
    'line 2, column 1 ("a"): a feature must be a number, but got "\\u0000\\u0000"; name the column in texts or drop',
    2,
    1,
  ],
])('%j is refused', (text, options, ...expected) => {
  expect(failure(text, options)).toEqual([`parse_csv: ${expected[0]}`, ...expected.slice(1)])
})

test.each<[CsvOptions, string]>([
  [{ labels: 'z' }, 'labels: there is no column "z" among "a", "a", "b"'],
  [
    { labels: 'a' },
    'labels: the columns 0 and 1 are both named "a"; give the index of the one that is meant',
  ],
  [{ labels: 4 }, 'labels is 4, but there are 3 columns'],
  [{ labels: -1 }, 'labels must be a number of columns, but got -1'],
  [{ labels: [3] }, 'labels has the index 3, but there are 3 columns'],
  [{ labels: /z/ }, 'labels /z/ matches none of the columns "a", "a", "b"'],
  [{ labels: 1, drop: ['b'] }, 'drop has the column "b", which is named twice'],
  [{ labels: 2, separator: ',' }, 'separator is for one column of tags, but labels are 2 columns'],
  [{ labels: ['b'], header: false }, 'labels are given by name, but header is false'],
  [{ label_names: ['b'] }, 'label_names are for a column of tags: give its separator too'],
  [{ separator: '' }, 'separator must not be empty'],
  [{ delimiter: '"' }, 'delimiter cannot be "\\""'],
])('%j is refused', (options, message) => {
  expect(() => parse_csv('a,a,b\n1,2,3\n', options)).toThrow(`parse_csv: ${message}`)
})
