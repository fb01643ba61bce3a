import { describe, expect, test } from 'vitest'
import { type ArffOptions, ParseError, parse_arff } from '../../ts/datasets/index.js'
import { SparseCSRTensor } from '../../ts/index.js'

const header = `% a comment
@RELATION 'emotions: -C -2'

@attribute 'mean of x' numeric
@ATTRIBUTE "a \\"b\\"" REAL
@attribute colour {red, 'dark green', blue} % not used
@attribute level {2,1}
@attribute happy {0,1}
@attribute sad {no,yes}
@data
`

const dense = (text: string, options: ArffOptions = {}) => {
  const { features, targets, ...rest } = parse_arff(text, options)
  const full = features instanceof SparseCSRTensor ? features.to_dense() : features
  return { features: full.tolist(), targets: targets.tolist(), ...rest }
}

function failure(text: string, options: ArffOptions = {}): [string, number | null, number | null] {
  try {
    parse_arff(text, options)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return [error.message.replace('parse_arff: ', ''), error.line, error.column]
  }
  throw new Error('nothing was thrown')
}

const names = ['mean of x', 'a "b"', 'colour', 'level']

test('reads dense rows', () => {
  const rows = `1.5,?,red,2,0,yes\n% between\n\n-1e2 , 3 ,'dark green', 1, 1, no\n'7',"8",blue,2,?,?\n`
  expect(dense(header + rows)).toMatchObject({
    features: [
      [1.5, Number.NaN, 0, 2],
      [-100, 3, 1, 1],
      [7, 8, 2, 2],
    ],
    targets: [
      [0, 1],
      [1, 0],
      [Number.NaN, Number.NaN],
    ],
    feature_names: names,
    label_names: ['happy', 'sad'],
  })
})

test('reads sparse rows, in which what is left out is 0 or the first value', () => {
  const { features } = parse_arff(`${header}{0 1.5, 4 1}\n{ }\n{3 1,1 ?,5 yes}\n`)
  expect(features).toBeInstanceOf(SparseCSRTensor)
  expect(dense(`${header}{0 1.5, 4 1}\n{ }\n{3 1,1 ?,5 yes}\n`)).toMatchObject({
    features: [
      [1.5, 0, 0, 2],
      [0, 0, 0, 2],
      [0, Number.NaN, 0, 1],
    ],
    targets: [
      [1, 0],
      [0, 0],
      [0, 1],
    ],
  })
})

describe('labels', () => {
  const table = '@relation r\n@attribute a {0,1}\n@attribute b {0,1}\n@attribute c {0,1}\n@data\n0,1,1\n'
  const xml = `<?xml version="1.0" encoding="utf-8"?>
    <labels xmlns="http://mulan.sourceforge.net/labels"><!-- <label name="a"/> -->
      <label name="c"><label name='b'></label></label>
    </labels>`

  test.each<[string, ArffOptions, string[]]>([
    ['a count', { labels: 2 }, ['b', 'c']],
    ['a count at the start', { labels: 2, label_location: 'start' }, ['a', 'b']],
    ['names', { labels: ['a', 'c'] }, ['a', 'c']],
    ['a pattern', { labels: /[bc]/ }, ['b', 'c']],
    ["Mulan's XML", { labels: xml }, ['b', 'c']],
    ['none', { labels: [] }, []],
  ])('are given as %s', (_, options, expected) => {
    expect(parse_arff(table, options).label_names).toEqual(expected)
  })

  test.each<[string, string[]]>([
    ['-C 1', ['a']],
    ['-C 2 -split-number 5', ['a', 'b']],
    ['-C -1', ['c']],
  ])('are what MEKA says: %s', (option, expected) => {
    expect(parse_arff(table.replace('@relation r', `@relation 'r: ${option}'`)).label_names).toEqual(expected)
  })

  test('must be said', () => {
    expect(() => parse_arff(table)).toThrow(
      'parse_arff: the file does not say which attributes are labels: give labels',
    )
    expect(() => parse_arff(table, { labels: xml.replace('"c"', '"d"') })).toThrow(
      'parse_arff: labels: there is no column "d" among "a", "b", "c"',
    )
    expect(() => parse_arff(table, { labels: '<label/>' })).toThrow(
      'parse_arff: the XML has no element labels',
    )
    expect(() => parse_arff(table, { labels: 4 })).toThrow('parse_arff: labels is 4, but there are 3 columns')
  })

  test('of two numbers are 0 and 1', () => {
    const signed = '@relation r\n@attribute a {-1,1}\n@attribute b {1}\n@data\n-1,1\n{}\n'.replace('{}\n', '')
    expect(dense(signed, { labels: 2 }).targets).toEqual([[0, 1]])
    expect(failure('@relation r\n@attribute a {0,1,2}\n@data\n1\n', { labels: 1 })).toEqual([
      'line 2: a label has the values 0 and 1, or no and yes, but "a" has {"0", "1", "2"}',
      2,
      null,
    ])
  })
})

test('keeps texts, and leaves out what is dropped', () => {
  const text = `@relation r
@attribute id date "yyyy"
@attribute title string
@attribute x numeric
@attribute y {0,1}
@data
2001,'it\\'s \\n new',1,1
?,?,2,0
`
  const options = { labels: 1, texts: ['title'], drop: ['id'] }
  expect(dense(text, options)).toMatchObject({
    features: [[1], [2]],
    feature_names: ['x'],
    texts: { title: ["it's \n new", ''] },
  })
  expect(failure(text, { labels: 1 })[0]).toBe(
    'line 2: the feature "id" is of type date; name it in texts or drop',
  )
})

const small = '@relation r\n@attribute a numeric\n@attribute b {x,y}\n@data\n'

test.each([
  ['', 'the file is empty', null, null],
  ['@relation r\n@attribute a numeric\n', 'the file has no @data', null, null],
  ['@relation r\r@attribute a numeric\r@data\r1\r', 'the file has no @data', null, null],
  ['@relation r\n@data\n', 'line 2: there are no attributes before @data', 2, null],
  ['a,b\n1,2\n', 'line 1, column 1: @relation, @attribute or @data must come here, but got "a,b"', 1, 1],
  [
    '@relation r\n@attribute a\n',
    'line 2, column 13: the type of the attribute must come here, but the line ends',
    2,
    13,
  ],
  ['@relation r\n@attribute a {x,y\n', 'line 2, column 18: a comma or } must come here', 2, 18],
  [
    '@relation r\n@attribute a numeric\n@attribute a real\n',
    'line 3: there are two attributes named "a"',
    3,
    null,
  ],
  [
    '@relation r\n@attribute a matrix\n',
    'line 2, column 14: the type of "a" must be numeric, string or {values}, but is "matrix"',
    2,
    14,
  ],
  [`${small}1,x\n1\n`, 'line 6, column 2: the row has 1 values, but there are 2 attributes', 6, 2],
  [`${small}1,x,3\n`, 'line 5, column 5: the row has 3 values, but there are 2 attributes', 5, 5],
  [`${small}z,x\n`, 'line 5, column 1 ("a"): the value must be a number, but got "z"', 5, 1],
  [`${small}1,z\n`, 'line 5, column 3 ("b"): the value must be one of {"x", "y"}, but got "z"', 5, 3],
  [`${small}1,'x\n`, 'line 5, column 3: the quotes are never closed', 5, 3],
  [`${small},x\n`, 'line 5, column 1: a value must come here; one that is missing is ?', 5, 1],
  [`${small}1,\n`, 'line 5, column 3: a value must come here; one that is missing is ?', 5, 3],
  [`${small}{2 1}\n`, 'line 5, column 2: the index of an attribute must be below 2, but got "2"', 5, 2],
  [`${small}{0 1,0 2}\n`, 'line 5, column 6: the row has the attribute 0 twice', 5, 6],
  [`${small}{0}\n`, 'line 5, column 2: the attribute 0 has no value', 5, 2],
  [`${small}{0 1\n`, 'line 5, column 5: a sparse row must end in }', 5, 5],
  [`${small}{0 1}\n1,x\n`, 'line 6, column 1: the row is dense, unlike those before it', 6, 1],
  [`${small}1e40,x\n`, 'line 5, column 1 ("a"): the value is too large for float32, but got "1e40"', 5, 1],
])('%j is refused', (text, ...expected) => {
  expect(failure(text, { labels: [] })).toEqual(expected)
})
