/** A recurrent layer in one direction, over a batch of sequences. */
import { CellCode } from '#kernels'
import * as calls from '#kernels/calls'
import { applyEach } from '../../graph/apply.js'
import { defineSeveral } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { runningThreads } from '../../kernels/threads/fork.js'
import type { Storage } from '../../memory/storage.js'
import { roomy } from '../../memory/workspace.js'
import { copyElements, duplicate } from '../../tensor/copy.js'
import { zerosLike } from '../../tensor/parts.js'
import { sumTo } from '../../tensor/sum.js'
import { empty, type Tensor } from '../../tensor/tensor.js'

/** What a step computes. */
export type Cell = 'lstm' | 'gru' | 'tanh' | 'relu'

interface Options {
  readonly cell: Cell
  /** Whether it runs from the last step to the first. */
  readonly reverse: boolean
  readonly hasBias: boolean
}

type Saved = Readonly<Record<'weight' | 'sizes' | 'gates' | 'kept' | 'previous', Tensor>>

/** Vectors of the projections, and further ones that backward reads, each as long as the state. */
const GATES: Readonly<Record<Cell, readonly [gates: number, kept: number]>> = {
  lstm: [4, 2],
  gru: [3, 1],
  tanh: [1, 0],
  relu: [1, 0],
}

let workspace: Storage | undefined

/** Scratch for the kernels' products. */
function scratch(): { workspace: number; threads: number } {
  const threads = runningThreads()
  workspace = roomy(workspace, threads * kernels.gemm_workspace_bytes())
  return { workspace: workspace.pointer(), threads }
}

/** Where kernels pack the weight once for all steps: in panels of 8 columns. */
const roomForPanels = (cell: Cell, hidden: number): Tensor =>
  empty('recurrent', [GATES[cell][0], hidden, hidden + 7])

/** Arguments of all of the kernels. */
const common = (
  { cell, reverse }: Options,
  sizes: Tensor,
  [rows, hidden]: readonly number[],
  batch: number,
) => ({
  cell: CellCode[cell],
  reverse,
  sizes: sizes.pointer(),
  length: sizes.numel(),
  rows,
  hidden,
  batch,
})

/** Inputs are projected inputs, the weight of the state, the rows of each step, h, c of an LSTM, and the bias if there is one. */
const record = defineSeveral<Options, Saved>({
  name: 'recurrent',
  results([projected, weight, , h], { cell }) {
    const state = { shape: h.shape }
    const out = { shape: [projected.shape[0], weight.shape[1]] }
    return cell === 'lstm' ? [out, state, state] : [out, state]
  },
  forward([projected, weight, sizes, ...others], [out, ...states], options) {
    const { cell, hasBias } = options
    states.forEach((state, i) => {
      copyElements(others[i], state)
    })
    const { shape } = out
    const [gates, kept, previous] = [...GATES[cell], 1].map((vectors) =>
      empty('recurrent', [shape[0], vectors * shape[1]]),
    )
    const panels = roomForPanels(cell, shape[1])
    calls.recurrent(kernels, {
      ...common(options, sizes, shape, states[0].shape[0]),
      projected: projected.pointer(),
      weight: weight.pointer(),
      bias: hasBias ? others[others.length - 1].pointer() : 0,
      h: states[0].pointer(),
      c: states[1]?.pointer() ?? 0,
      out: out.pointer(),
      gates: gates.pointer(),
      kept: kept.pointer(),
      previous: previous.pointer(),
      panels: panels.pointer(),
      ...scratch(),
    })
    panels.dispose()
    return { weight, sizes, gates, kept, previous }
  },
  makes: ['gates', 'kept', 'previous'],
  backward([upstream, ...ends], { weight, sizes, gates, kept, previous }, options, { needs, inputShapes }) {
    const { cell, hasBias } = options
    const [shape, , , state] = inputShapes
    const [h, c] = Array.from({ length: cell === 'lstm' ? 2 : 1 }, (_, i) => {
      const end = ends[i]
      return end ? duplicate(end) : zerosLike(state)
    })
    const gradient = empty('backward', shape)
    const ofState = cell === 'gru' ? empty('backward', shape) : gradient
    const spare = empty('backward', state)
    const panels = roomForPanels(cell, state[1])
    const given = { ...common(options, sizes, previous.shape, state[0]), ...scratch() }
    calls.recurrent_backward(kernels, {
      ...given,
      upstream: upstream?.pointer() ?? 0,
      weight: weight.pointer(),
      h: h.pointer(),
      c: c?.pointer() ?? 0,
      gates: gates.pointer(),
      kept: kept.pointer(),
      previous: previous.pointer(),
      gradient: gradient.pointer(),
      state_gradient: ofState === gradient ? 0 : ofState.pointer(),
      scratch: spare.pointer(),
      panels: panels.pointer(),
    })
    panels.dispose()
    let toWeight: Tensor | null = null
    if (needs[1]) {
      toWeight = empty('backward', inputShapes[1])
      calls.recurrent_backward_weight(kernels, {
        ...given,
        projected: ofState.pointer(),
        previous: previous.pointer(),
        gradient: toWeight.pointer(),
      })
    }
    const toBias = needs[needs.length - 1] && hasBias ? sumTo('recurrent', ofState, [shape[1]]) : null
    spare.dispose()
    if (ofState !== gradient) ofState.dispose()
    return [gradient, toWeight, null, h, ...(c ? [c] : []), ...(hasBias ? [toBias] : [])]
  },
})

/** The parts of a layer in one direction. */
export interface Layer {
  /** The weight of the state, [gates hidden, hidden]. */
  readonly weight: Tensor
  /** Its bias, [gates hidden], or null. */
  readonly bias: Tensor | null
  readonly cell: Cell
  readonly reverse: boolean
}

/**
 * The states after each step [rows, hidden], and the last states of the samples, from projected inputs [rows, gates hidden] and
 * the first `states`, h and c of an LSTM [batch, hidden]. Rows are packed: `sizes` (int32) has those of each step, which do not
 * rise, and the shapes match.
 */
export function recurrent(
  projected: Tensor,
  sizes: Tensor,
  states: readonly Tensor[],
  { weight, bias, cell, reverse }: Layer,
): Tensor[] {
  const inputs = [projected, weight, sizes, ...states, ...(bias === null ? [] : [bias])]
  return applyEach(record, inputs, { cell, reverse, hasBias: bias !== null })
}

/** Vectors of a cell's projections, each as long as the state. */
export const gatesOf = (cell: Cell): number => GATES[cell][0]
