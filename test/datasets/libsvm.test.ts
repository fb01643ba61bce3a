import { describe, expect, test } from 'vitest'
import { type LibsvmOptions, ParseError, parse_libsvm } from '../../ts/datasets/index.js'
import { SparseCSRTensor } from '../../ts/index.js'

const dense = (text: string, options: LibsvmOptions = {}) => {
  const { features, targets, ...rest } = parse_libsvm(text, options)
  return { features: features.to_dense().tolist(), targets: targets.tolist(), ...rest }
}

function failure(text: string, options: LibsvmOptions = {}): [string, number | null, number | null] {
  try {
    parse_libsvm(text, options)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return [error.message.replace('parse_libsvm: ', ''), error.line, error.column]
  }
  throw new Error('nothing was thrown')
}

test('reads labels, features and comments', () => {
  const { features, targets } = parse_libsvm('1,3 0:1 5:2.5 # mutt\n 1:1\n\n# nothing\n0 2:-1e-2\r\n')
  expect(features).toBeInstanceOf(SparseCSRTensor)
  expect([features.shape, features.dtype, targets.dtype]).toEqual([[3, 6], 'float32', 'float32'])
  expect(features.crow_indices().tolist()).toEqual([0, 2, 3, 4])
  expect(features.col_indices().tolist()).toEqual([0, 5, 1, 2])
  expect(features.values().tolist()).toEqual([1, 2.5, 1, Math.fround(-0.01)])
  expect(targets.tolist()).toEqual([
    [0, 1, 0, 1],
    [0, 0, 0, 0],
    [1, 0, 0, 0],
  ])
})

test('keeps comments and the numbers of queries', () => {
  const { comments, qid, targets } = parse_libsvm('1 qid:7 1:1 #a b \n0 qid:8 2:1\n', { comments: true })
  expect([comments, [...(qid ?? [])], targets.shape]).toEqual([
    ['a b', ''],
    [7, 8],
    [2, 2],
  ])
})

describe('indices', () => {
  test.each<[LibsvmOptions['zero_based'] & {}, number[][]]>([
    ['auto', [[1, 0, 2]]],
    [false, [[1, 0, 2]]],
    [true, [[0, 1, 0, 2]]],
  ])('begin where zero_based: %s says', (zero_based, expected) => {
    expect(dense('0 1:1 3:2\n', { zero_based }).features).toEqual(expected)
  })

  test('may be out of order, but not twice', () => {
    expect(dense('0 3:3 1:1 2:2\n0 0:1\n').features[0]).toEqual([0, 1, 2, 3])
    expect(failure('0 3:3 1:1 3:2\n')).toEqual(['line 1: the row has the feature 3 twice', 1, null])
  })

  test('may be large in a small file', () => {
    const { features, feature_names } = parse_libsvm('0 2147483646:1\n', { zero_based: true })
    expect([features.shape, feature_names]).toEqual([[1, 2147483647], []])
  })

  test('are below n_features', () => {
    expect(dense('0 0:1\n', { n_features: 3 })).toMatchObject({
      features: [[1, 0, 0]],
      feature_names: ['0', '1', '2'],
    })
    expect(failure('0 0:1\n1 2:1 3:1\n', { n_features: 3 })).toEqual([
      'line 2, column 7: the index 3, but there are 3 features',
      2,
      7,
    ])
  })
})

describe('labels', () => {
  test('that never occur have columns', () => {
    expect(dense('1 0:1\n', { num_labels: 3 })).toMatchObject({
      targets: [[0, 1, 0]],
      label_names: ['0', '1', '2'],
    })
    expect(failure('1,3 0:1\n', { num_labels: 3 })).toEqual([
      'line 1, column 3: a label must be an integer from 0 to 2, but got "3"',
      1,
      3,
    ])
  })

  test('may be names', () => {
    expect(dense('b,a 0:1\nc 0:1\n')).toMatchObject({
      targets: [
        [1, 1, 0],
        [0, 0, 1],
      ],
      label_names: ['a', 'b', 'c'],
    })
    expect(dense('b 0:1\n', { label_names: ['b', 'z'] }).targets).toEqual([[1, 0]])
    expect(failure('x 0:1\n', { label_names: ['b', 'z'] })[0]).toBe(
      'line 1, column 1: the label "x" is not among label_names',
    )
  })

  test('-1 and +1 are two names', () => {
    expect(dense('+1 0:1\n-1 0:1\n1.0 0:2\n')).toMatchObject({
      targets: [
        [0, 1],
        [1, 0],
        [0, 1],
      ],
      label_names: ['-1', '1'],
    })
  })

  test('that are huge do not make huge targets', () => {
    expect(failure('2147483647 0:1\n')[0]).toMatch(/^the label 2147483647 makes 2147483648 columns/)
  })
})

test('understands the header of the extreme classification repository, with rows of nothing', () => {
  const { features, targets, label_names } = dense('3 4 2\n1 1:1\n\n0 3:2\n')
  expect(features).toEqual([
    [0, 1, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 2],
  ])
  expect([targets, label_names]).toEqual([
    [
      [0, 1],
      [0, 0],
      [1, 0],
    ],
    ['0', '1'],
  ])
  expect(failure('3 4 2\n1 1:1\n')[0]).toBe('the first line says 3 rows, but there are 1')
})

test.each([
  ['', 'the file is empty', null, null],
  ['# only a comment\n', 'the file is empty', null, null],
  [
    '0 1:1\n0 a:1\n',
    'line 2, column 3: the index of a feature must be an integer below 2^31, but got "a:1"',
    2,
    3,
  ],
  [
    '0 -1:1\n',
    'line 1, column 3: the index of a feature must be an integer below 2^31, but got "-1:1"',
    1,
    3,
  ],
  [
    '0 2147483648:1\n',
    'line 1, column 3: the index of a feature must be an integer below 2^31, but got "2147483648:1"',
    1,
    3,
  ],
  ['0 1:x\n', 'line 1, column 5: the value of a feature must be a number: "1:x"', 1, 5],
  ['0 1:\n', 'line 1, column 5: the value of a feature must be a number: "1:"', 1, 5],
  ['0 1:1e39\n', 'line 1, column 5: the value of a feature is too large for float32: "1:1e39"', 1, 5],
  ['0 1:1 7\n', 'line 1, column 7: a feature is index:value, but got "7"', 1, 7],
  ['0 qid:1 1:1\n0 1:1\n', 'line 2: the row has no qid, unlike those before it', 2, null],
  ['0 qid:x 1:1\n', 'line 1, column 3: qid must be an integer below 2^31, but got "qid:x"', 1, 3],
])('%j is refused', (text, ...expected) => {
  expect(failure(text)).toEqual(expected)
})
