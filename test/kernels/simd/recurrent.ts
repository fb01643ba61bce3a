/** How the kernels of recurrent layers are called. */
import { flavours, isTrue, out, product } from './inputs.js'
import { simd } from './instance.js'
import type { Check } from './kernels.js'

/** Vectors of the projections, and those that are kept, by cell: LSTM, GRU, tanh, relu. */
const CELLS = [
  [4, 2],
  [3, 1],
  [1, 0],
  [1, 0],
] as const

const bytes = simd.call('gemm_workspace_bytes', []).returned as number

/** Room for the weight in panels. */
const panels = (width: number, hidden: number) => ({ workspace: 4 * width * (hidden + 7) })

/** Rows of each step, of no samples too, and of so many that each job has some of them. */
const STEPS = [[1], [3, 3], [4, 2, 1], [0, 0], new Array<number>(15).fill(35)]

function* sequences() {
  for (const [[cell, [gates, kept]], steps, hidden, values, reverse] of product(
    [...CELLS.entries()],
    STEPS,
    [1, 3, 4, 17],
    flavours,
    isTrue,
  )) {
    const sizes = Int32Array.from(steps)
    const rows = steps.reduce((sum, size) => sum + size, 0)
    const width = gates * hidden
    yield { cell, kept, sizes, rows, batch: steps[0], hidden, width, values, reverse }
  }
}

const forward = (check: Check) => {
  for (const { cell, kept, sizes, rows, batch, hidden, width, values, reverse } of sequences()) {
    const state = () => values(batch * hidden)
    const weights = [
      values(rows * width),
      values(width * hidden),
      cell % 2 === 0 ? values(width) : 0,
    ] as const
    const states = [state(), cell === 0 ? state() : 0] as const
    const saved = [out(rows * width), out(rows * kept * hidden), out(rows * hidden)] as const
    const given = [
      cell,
      ...weights,
      sizes,
      sizes.length,
      reverse,
      ...states,
      out(rows * hidden),
      ...saved,
    ] as const
    check(...given, panels(width, hidden), { workspace: bytes }, 1, rows, batch, hidden)
  }
}

const backward = (check: Check) => {
  for (const { cell, kept, sizes, rows, batch, hidden, width, values, reverse } of sequences()) {
    const state = () => values(batch * hidden)
    const saved = [values(rows * width), values(rows * kept * hidden), values(rows * hidden)] as const
    const gradients = [out(rows * width), cell === 1 ? out(rows * width) : 0] as const
    const upstream = hidden === 3 ? 0 : values(rows * hidden)
    const states = [state(), cell === 0 ? state() : 0] as const
    const given = [cell, upstream, values(width * hidden), sizes, sizes.length, reverse, ...states] as const
    const scratch = { workspace: 4 * batch * hidden }
    const room = [scratch, panels(width, hidden), { workspace: bytes }] as const
    check(...given, ...saved, ...gradients, ...room, 1, rows, batch, hidden)
  }
}

const backwardWeight = (check: Check) => {
  for (const { cell, rows, batch, hidden, width, values } of sequences()) {
    const results = [out(width * hidden), { workspace: bytes }, 1] as const
    check(cell, values(rows * width), values(rows * hidden), ...results, rows, batch, hidden)
  }
}

export const recurrent: Record<string, (check: Check) => void> = {
  recurrent: forward,
  recurrent_backward: backward,
  recurrent_backward_weight: backwardWeight,
}
