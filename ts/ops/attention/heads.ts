/** Projections for several heads of attention. */

import { applyEach } from '../../graph/apply.js'
import { defineSeveral } from '../../graph/op.js'
import { fillEach } from '../../tensor/copy.js'
import { copyStrided } from '../../tensor/elements.js'
import { empty, type Tensor } from '../../tensor/tensor.js'

interface Split {
  /** How many projections lie side by side, and how many heads each has. */
  readonly parts: number
  readonly heads: number
  /** Whether the input is [batch, length, ...], not [length, batch, ...]. */
  readonly batchFirst: boolean
}

/** Part `index` of `x` as [batch, heads, length, width], a view outside of autograd. */
function partOf(x: Tensor, index: number, { parts, heads, batchFirst }: Split): Tensor {
  const [first, second, all] = x.shape
  const [each, width] = [all / parts, all / parts / heads]
  const [outer, inner] = [second * all, all]
  return batchFirst
    ? x.strided([first, heads, second, width], [outer, width, inner, 1], index * each)
    : x.strided([second, heads, first, width], [inner, width, outer, 1], index * each)
}

const record = defineSeveral<Split>({
  name: 'split_heads',
  results: ([x], split) =>
    Array.from({ length: split.parts }, (_, i) => ({ shape: partOf(x, i, split).shape })),
  forward([x], outs, split) {
    for (const [i, out] of outs.entries()) copyStrided(partOf(x, i, split), out)
  },
  backward(upstreams, _saved, split, { inputShapes: [shape] }) {
    const gradient = empty('backward', shape)
    if (upstreams.includes(null)) fillEach([gradient], 0)
    for (const [i, upstream] of upstreams.entries())
      if (upstream !== null) copyStrided(upstream, partOf(gradient, i, split))
    return [gradient]
  },
})

/** Each of `parts` projections [batch, heads, length, width] of `x` [batch, length, parts heads width], or [length, batch, …]. */
export const split_heads = (x: Tensor, parts: number, heads: number, batchFirst: boolean): Tensor[] =>
  applyEach(record, [x], { parts, heads, batchFirst })
