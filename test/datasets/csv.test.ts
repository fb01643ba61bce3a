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
