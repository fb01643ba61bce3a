/** Functions that see, and may replace, the gradients of a module's inputs and outputs. */
import { isTracked } from '../graph/apply.js'
import { recordCustom } from '../graph/custom.js'
import { Tensor } from '../tensor/tensor.js'

type Hook = (...args: unknown[]) => unknown
/** Gradients in the order of the tensors; null for those without one. */
type Gradients = readonly (Tensor | null)[]

/** What runs in a backward pass: before it has gone through the module, and after it. */
interface BackwardHooks {
  readonly backwardBefore: readonly Hook[]
  readonly backward: readonly Hook[]
}

/** Stands for no replacement, or for gradients: an array, or a single one. */
const replaced = (result: unknown, gradients: Gradients): Gradients =>
  result === undefined || result === null
    ? gradients
    : Array.isArray(result)
      ? (result as Gradients)
      : [result as Tensor]

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor

/** The same tensors, those that need gradients under a node of their own that passes them through `work`. */
function watched(values: readonly unknown[], work: (gradients: Gradients) => Gradients): unknown[] {
  const tensors = values.filter(isTensor)
  const inputs = tensors.filter((x) => x.requires_grad)
  const results = inputs.map((x) => x.detach())
  // By place, as one tensor may come twice: the number of each among the inputs.
  let count = 0
  const places = tensors.map((x) => (x.requires_grad ? count++ : -1))
  recordCustom({
    name: 'BackwardHookFunctionBackward',
    inputs,
    results,
    backward(upstreams) {
      const gradients = work(places.map((place) => upstreams[place] ?? null))
      return places.flatMap((place, i) => (place < 0 ? [] : [gradients[i]]))
    },
  })
  let next = 0
  return values.map((x) => (isTensor(x) ? (results[places[next++]] ?? x) : x))
}

/** Runs `forward` so that the hooks see the gradients of its inputs and of its output. */
export function forwardWatched(
  module: object,
  inputs: readonly unknown[],
  { backwardBefore, backward }: BackwardHooks,
  forward: (inputs: readonly unknown[]) => unknown,
): unknown {
  let ofOutput: Gradients = []
  const after = (ofInput: Gradients): Gradients => {
    let gradients = ofInput
    for (const hook of [...backward]) gradients = replaced(hook(module, gradients, ofOutput), gradients)
    return gradients
  }
  const tensors = inputs.filter(isTensor)
  const isReached = isTracked(tensors)
  const output = forward(isReached ? watched(inputs, after) : inputs)
  const outputs: readonly unknown[] = Array.isArray(output) ? output : [output]
  if (!isTracked(outputs.filter(isTensor))) return output
  const results = watched(outputs, (gradients) => {
    ofOutput = gradients
    for (const hook of [...backwardBefore]) ofOutput = replaced(hook(module, ofOutput), ofOutput)
    if (!isReached) after(tensors.map(() => null))
    return ofOutput
  })
  return Array.isArray(output) ? results : results[0]
}
