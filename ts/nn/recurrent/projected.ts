/** An LSTM whose state is a projection of its output. Few are used, so its steps are composed of operations. */
import { tanh } from '../../ops/elementwise/activation.js'
import { add, mul } from '../../ops/elementwise/binary.js'
import { sigmoid } from '../../ops/elementwise/math.js'
import { linear } from '../../ops/linear/linear.js'
import { cat } from '../../ops/shape/join.js'
import { narrow } from '../../ops/shape/slice.js'
import { chunk } from '../../ops/shape/split.js'
import type { Tensor } from '../../tensor/tensor.js'

/** The parts of a layer in one direction. */
export interface ProjectedLayer {
  /** [4 hidden, proj]. */
  readonly weight: Tensor
  /** [4 hidden], or null. */
  readonly bias: Tensor | null
  /** [proj, hidden]. */
  readonly toState: Tensor
  readonly reverse: boolean
}

/**
 * `c' = f c + i g`, `h' = (o tanh(c')) W_hrᵀ`: what `recurrent` gives, for states [batch, proj] and [batch, hidden].
 * `sizes` has the rows of each step, which do not rise.
 */
export function projected(
  rows: Tensor,
  sizes: readonly number[],
  [firstH, firstC]: readonly Tensor[],
  { weight, bias, toState, reverse }: ProjectedLayer,
): Tensor[] {
  const starts = sizes.map((_, step) => sizes.slice(0, step).reduce((sum, size) => sum + size, 0))
  const steps = [...sizes.keys()]
  if (reverse) steps.reverse()
  const outputs: Tensor[] = []
  // States of all samples: those whose sequence is over, or has not begun, keep theirs.
  let [h, c] = [firstH, firstC]
  for (const step of steps) {
    const size = sizes[step]
    const [before, state] = [h, c].map((x) => narrow(x, 0, 0, size))
    const gates = add(narrow(rows, 0, starts[step], size), linear(before, weight, bias))
    const [input, forget, cell, output] = chunk(gates, 4, 1)
    const nextC = add(mul(sigmoid(forget), state), mul(sigmoid(input), tanh(cell)))
    const nextH = linear(mul(sigmoid(output), tanh(nextC)), toState, null)
    outputs[step] = nextH
    h = withRest(nextH, h)
    c = withRest(nextC, c)
  }
  return [cat(outputs, 0), h, c]
}

/** The rows of `x`, and those of `all` behind them. */
function withRest(x: Tensor, all: Tensor): Tensor {
  const rest = all.shape[0] - x.shape[0]
  return rest === 0 ? x : cat([x, narrow(all, 0, x.shape[0], rest)], 0)
}
