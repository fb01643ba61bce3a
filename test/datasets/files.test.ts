import { describe, expect, test } from 'vitest'
import { type ArffData, parse_arff, parse_libsvm } from '../../ts/datasets/index.js'
import { SparseCSRTensor } from '../../ts/index.js'
import { fixture } from '../support/fixture.js'

const { libsvm, arff, scipy } = fixture<{
  libsvm: {
    text: string
    zero_based: boolean | 'auto'
    n_features: number | null
    rows: number
    columns: number
    labels: number[]
    features: (number | string)[]
    targets: number[]
  }[]
  arff: {
    text: string
    names: string[]
    sparse: boolean
    features: (number | string)[]
    targets: (number | string)[]
  }[]
  scipy: { text: string; features: (number | string)[] }
}>('datasets/files')

/** Numbers as fixtures have them. */
const numbers = (data: readonly (number | string)[]) => data.map((each) => Math.fround(Number(each)))

const flat = (features: ArffData['features']) =>
  (features instanceof SparseCSRTensor ? features.to_dense() : features).flatten().tolist()

test.each(libsvm)('reads libsvm as scikit-learn does (zero_based: $zero_based)', (each) => {
  const { text, zero_based, n_features, rows, columns, labels } = each
  const { features, targets, label_names } = parse_libsvm(text, { zero_based, n_features })
  expect(features.shape).toEqual([rows, columns])
  expect(flat(features)).toEqual(numbers(each.features))
  // Its labels are those that occur.
  const found = targets
    .tolist()
    .flatMap((row) => labels.map((label) => row[label_names.indexOf(String(label))]))
  expect(found).toEqual(each.targets)
})

describe('reads ARFF', () => {
  test.each(arff)('as liac-arff does (sparse: $sparse)', ({ text, names, features, targets, sparse }) => {
    const data = parse_arff(text, { labels: 2 })
    expect(data.features instanceof SparseCSRTensor).toBe(sparse)
    expect([...data.feature_names, ...data.label_names]).toEqual(names)
    expect(flat(data.features)).toEqual(numbers(features))
    expect(data.targets.flatten().tolist()).toEqual(numbers(targets))
  })

  test('as scipy does', () => {
    expect(flat(parse_arff(scipy.text, { labels: [] }).features)).toEqual(numbers(scipy.features))
  })
})
