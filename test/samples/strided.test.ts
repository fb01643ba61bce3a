/**
 * PyTorch's own test inputs once more, with arguments that are no rows in memory: transposed, or with other elements between theirs.
 * What became of a call must be the same.
 */
import { expect, test } from 'vitest'
import { outcomeInPlace, outcomeOf } from './outcome.js'
import { exists, type Layout, readSamples, type Sample } from './samples.js'

/** As in torch: draws in the order of memory, a view that cannot be, and one by positions in the storage. */
const DEPENDS = /bernoulli|normal|uniform|random|dropout|as_strided|view_copy|^Tensor.view(_as)?$/

const calls = readSamples('samples/samples').flatMap((sample) => [
  ...sample.ways.filter(exists).map((way) => ({ sample, way, run: outcomeOf })),
  ...Object.keys(sample.in_place)
    .filter(exists)
    .map((way) => ({ sample, way, run: outcomeInPlace })),
])

const short = ({ dtype, args, kwargs }: Sample): string =>
  JSON.stringify([dtype, args, kwargs], (_key, inner) =>
    typeof inner === 'object' && inner !== null && 'tensor' in inner
      ? `${inner.tensor}[${inner.shape}]`
      : inner,
  )

test.each(['reversed', 'gaps'] as const)('%s', (layout: Layout) => {
  const wrong = calls
    .filter(({ way }) => !DEPENDS.test(way))
    .flatMap(({ sample, way, run }) => {
      const { kind } = run(way, sample)
      const outcome = run(way, sample, layout)
      return kind === outcome.kind ? [] : [`${way} ${short(sample)}: ${outcome.kind}, ${outcome.message}`]
    })
  expect(wrong.slice(0, 60).join('\n')).toBe('')
})
