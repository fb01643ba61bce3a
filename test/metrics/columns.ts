/** Scores and truth of one label. */
import fc from 'fast-check'
import torch from '../../ts/index.js'

/** Scores that sort in every way: of all sizes, equal ones, zeros of both signs. */
export const anyScore = fc.oneof(
  fc.float({ noNaN: true }),
  fc.constantFrom(0, -0, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** -149, -(2 ** -149)),
)
export const column = (score: fc.Arbitrary<number>, maxLength: number) =>
  fc.array(fc.record({ score, positive: fc.boolean() }), { minLength: 1, maxLength })
export type Column = { score: number; positive: boolean }[]

/** The column twice, as metrics want two labels. */
export const twice = (values: number[]) => torch.tensor(values.map((value) => [value, value]))
export const tensors = (samples: Column) =>
  [twice(samples.map(({ score }) => score)), twice(samples.map(({ positive }) => Number(positive)))] as const
