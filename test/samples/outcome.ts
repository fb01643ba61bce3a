/** What became of a sample. */
import torch from '../../ts/index.js'
import { Tensor } from '../../ts/tensor/tensor.js'
import {
  call,
  isTensor,
  type Layout,
  numberOf,
  ours,
  prepare,
  resultsOf,
  type Sample,
  type StoredTensor,
  upstreamOf,
  type Value,
} from './samples.js'

export type Kind = 'right' | 'refused' | 'different' | 'dtype' | 'trap'

export interface Outcome {
  way: string
  kind: Kind
  /** The sentence of a refusal or a trap, or what differs. */
  message: string
}

/** As torch.testing.assert_close of float32, a little wider where sums are long. */
const RELATIVE = 4e-6
const ABSOLUTE = 1e-5

/** What engines say of a call that nobody checked. */
export const ENGINE =
  /Cannot (read|set|destructure|convert|access)|is not (a function|iterable|a constructor|defined)|undefined|unreachable|(access|table index|offset|length)( is)? out of bounds|Invalid (array|typed array)|Maximum call|WebAssembly|object Object|NaN is not/i

export const OURS = [
  torch.RuntimeError,
  torch.ValueError,
  torch.IndexError,
  torch.OutOfMemoryError,
  TypeError,
]

function failure(way: string, error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error)
  const isSentence =
    OURS.some((kind) => error instanceof kind) && !ENGINE.test(message) && message.includes(' ')
  return { way, kind: isSentence ? 'refused' : 'trap', message }
}

const fitsInt32 = (stored: Value): boolean =>
  Array.isArray(stored)
    ? stored.every(fitsInt32)
    : !isTensor(stored) ||
      !stored.tensor.startsWith('int') ||
      stored.data.map(numberOf).every((v) => v === (v | 0))

/** The first way in which `x` differs from what torch gave, or null. */
export function difference(x: Tensor, stored: StoredTensor, slack = 0): string | null {
  if (JSON.stringify(x.shape) !== JSON.stringify(stored.shape))
    return `shape [${x.shape}], not [${stored.shape}]`
  const exact = x.dtype !== 'float32'
  const data = x.data()
  for (let i = 0; i < data.length; i++) {
    const want = numberOf(stored.data[i])
    const near = exact ? 0 : ABSOLUTE + RELATIVE * Math.abs(want) + 2 * slack
    if (Object.is(data[i], want) || data[i] === want || Math.abs(data[i] - want) <= near) continue
    return `[${i}] is ${data[i]}, not ${want}`
  }
  return null
}

/** Operations whose elements are whatever memory held; zeros here. */
const UNSPECIFIED = /^(new_)?empty/

/** Operations whose indices are arbitrary among equal elements. */
const TIES = /^(topk|sort|kthvalue|median|nanmedian|mode)$/

function compare(way: string, x: unknown, stored: Value, sample: Sample): Outcome | null {
  const { op, slack } = sample
  const different = (message: string): Outcome => ({ way, kind: 'different', message })
  if (Array.isArray(stored)) {
    if (!Array.isArray(x)) return different(`gave ${typeof x}, not several results`)
    if (x.length !== stored.length) return different(`gave ${x.length} results, not ${stored.length}`)
    for (const [i, want] of stored.entries()) {
      if (i === 1 && TIES.test(op) && isTensor(stored[0])) continue
      const wrong = compare(way, x[i], want, sample)
      if (wrong !== null) return wrong
    }
    return null
  }
  if (!isTensor(stored)) {
    const want =
      typeof stored === 'object' && stored !== null && 'number' in stored ? numberOf(stored) : stored
    // `item` of bool is a number here.
    const found = op === 'item' && typeof want === 'boolean' ? x === 1 : x
    return Object.is(found, want) ? null : different(`gave ${String(x)}, not ${String(want)}`)
  }
  if (!(x instanceof Tensor)) return different(`gave ${typeof x}, not a tensor`)
  if (x.dtype !== ours(stored.tensor))
    return { way, kind: 'dtype', message: `${x.dtype}, not ${ours(stored.tensor)}` }
  const message = UNSPECIFIED.test(op) ? null : difference(x, stored, slack)
  return message === null ? null : different(message)
}

const tensorsIn = (x: unknown): Tensor[] =>
  x instanceof Tensor ? [x] : Array.isArray(x) ? x.flatMap(tensorsIn) : []

/** What is wrong with the gradients, or null. */
function wrongGradient(result: unknown, leaves: readonly Tensor[], { grads, slack }: Sample): string | null {
  if (grads.length === 0) return null
  const outputs = tensorsIn(result).filter((x) => x.requires_grad)
  if (outputs.length === 0) return 'no gradient flows'
  outputs.reduce((sum, x) => sum.add(x.mul(upstreamOf(x)).sum()), torch.tensor(0)).backward()
  for (const [i, want] of grads.entries()) {
    const { grad } = leaves[i]
    if (want === null) continue
    if (grad === null) return `no gradient ${i}`
    const message = difference(grad, want, slack)
    if (message !== null) return `gradient ${i}: ${message}`
  }
  return null
}

/** One way of calling a function or method, with its gradients. Where torch refuses, it must be refused, and nothing changed. */
export function outcomeOf(way: string, sample: Sample, layout?: Layout): Outcome {
  const { output, error, args, op } = sample
  const prepared = prepare(sample, layout)
  const fits = output !== null && (fitsInt32(output) || UNSPECIFIED.test(op))
  const mustRefuse = error ?? (fits ? null : 'more than int32 holds')
  try {
    const result = resultsOf(call(way, prepared))
    if (output === null || mustRefuse !== null)
      return { way, kind: 'different', message: `must be refused: ${mustRefuse}` }
    const wrong = compare(way, result, output, sample)
    if (wrong !== null) return wrong
    const message = wrongGradient(result, prepared.leaves, sample)
    return message === null ? { way, kind: 'right', message: '' } : { way, kind: 'different', message }
  } catch (thrown) {
    const outcome = failure(way, thrown)
    const [self] = prepared.positional
    const changed = self instanceof Tensor ? difference(self, args[0] as StoredTensor) : null
    if (changed !== null) return { way, kind: 'different', message: `changed before it threw: ${changed}` }
    return mustRefuse !== null && outcome.kind === 'refused' ? { ...outcome, kind: 'right' } : outcome
  }
}

/** The same of a change in place, which no gradient watches. */
export function outcomeInPlace(way: string, sample: Sample, layout?: Layout): Outcome {
  const plain: Sample = JSON.parse(JSON.stringify(sample), (key, value) => (key === 'grad' ? false : value))
  const want = sample.in_place[way]
  const refusal =
    typeof want === 'object' && want !== null && !Array.isArray(want) && 'error' in want ? want.error : null
  const wanted = refusal === null ? { output: want as Value } : { output: null, error: refusal }
  return outcomeOf(way, { ...plain, grads: [], ...wanted }, layout)
}
