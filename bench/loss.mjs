// The loss on typed arrays, `softmargin/loss`, and its yardsticks: a loop in JavaScript, and a copy of as many
// bytes. Each function does the whole work once.
import { HeapArray, softMarginLoss, softMarginLossGrad } from '../dist/loss.node.js'
import { lossAndGradient } from './javascript_loop.mjs'
import { streamCopy } from './parties/machine.mjs'
import { labels as labelsOf, numbers } from './parties/numbers.mjs'

export const LOOP = 'JavaScript loop'
export const COPY = 'memory.copy of as many bytes'
export const IN_PLACE = 'in place'

/** Functions by name: those of `names`, or all. All but the copy return loss and gradient. */
export function lossFunctions({ rows, classes }, names) {
  const length = rows * classes
  const logits = numbers(length, 1, -4, 4)
  const labels = Uint8Array.from(labelsOf(length, 2))
  const targets = Float32Array.from(labels)
  const gradient = new Float32Array(length)
  const [x, y, g] = [logits, targets, gradient].map((array) => new HeapArray(array))
  const weight = new HeapArray(new Float32Array(classes).fill(1))
  const [inPlace, copied] = [g, gradient].map((grad) => ({ numClasses: classes, grad }))
  const all = {
    forward: () => ({ loss: softMarginLoss(x, y, { numClasses: classes }) }),
    [IN_PLACE]: () => softMarginLossGrad(x, y, inPlace),
    weighted: () => softMarginLossGrad(x, y, { ...inPlace, weight }),
    Float32Array: () => softMarginLossGrad(logits, targets, copied),
    'Uint8Array targets': () => softMarginLossGrad(logits, labels, copied),
    [LOOP]: () => lossAndGradient(logits, targets, gradient, classes),
    // Two arrays are read and one is written, 4 bytes for each element.
    [COPY]: streamCopy(12 * length),
  }
  const wanted = Object.entries(all).filter(([name]) => names === undefined || names.includes(name))
  return Object.fromEntries(wanted)
}

/** Throws unless all functions compute the same numbers. */
export function checkAgreement({ [COPY]: _copy, ...functions }) {
  const wanted = numbersOf(functions[LOOP]())
  for (const [name, run] of Object.entries(functions)) {
    for (const [i, got] of numbersOf(run()).entries()) {
      if (Math.abs(got - wanted[i]) <= 1e-6 * Math.abs(wanted[i])) continue
      throw new Error(`${name} and ${LOOP} disagree: number ${i} is ${got} and ${wanted[i]}`)
    }
  }
}

function numbersOf({ loss, grad = [] }) {
  return [loss, ...(grad instanceof HeapArray ? grad.array : grad)]
}
