/**
 * Whatever users can call, with whatever arguments: it works, or says in a sentence what is wrong. No engine's message, no
 * trap, no hang, and a tensor that was given has its shape and elements afterwards unless the call succeeded.
 *
 * HOSTILE=200 makes so many calls of each; HOSTILE_ONLY=cumsum,Tensor.roll looks at these alone; HOSTILE_SHOW=1 prints each call
 * before it is made.
 */
import { writeSync } from 'node:fs'
import { expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { type Entry, EXEMPT, everything } from './surface.js'

const { HOSTILE = '25', HOSTILE_ONLY, HOSTILE_SHOW } = process.env

/** What is called with functions of the user's, waits, or changes the state of all tests. */
const APART =
  /^torch\.(no_grad|enable_grad|scope|load|load_metadata|save|set_num_threads|set_rng_state)$|Tensor\.(backward|register_hook|pointer|alias|strided|viewAs|rewriteHistory|goOnFrom|takeGrad|replaceGradient|checkGradient|dispose)$|^torch\.wasm\.|softmargin\/|^torch\.(randperm|onnx)|DataLoader|Generator\.|\.(step|closure|childEntries|childLines|ownerOf|checkRank)$|^new torch\.Tensor$/

const ENGINE =
  /Cannot (read|set|destructure|convert|access|mix)|is not (a function|iterable|a constructor|defined)|unreachable|(access|table index|offset|length)( is)? out of bounds|Invalid (array|typed array|count|string)|Maximum call|WebAssembly|object Object|\[native|undefined is not|reading '/

const OURS = [torch.ValueError, torch.IndexError, torch.RuntimeError, torch.OutOfMemoryError]

/** Not for users to call. */
const isInternal = (name: string) =>
  EXEMPT.some(([pattern, why]) => /internal|protected|private/.test(why) && pattern.test(name))

/** A generator of numbers, the same for the same seed (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const ints = (values: number[]) => torch.tensor(values, { dtype: 'int32' })
const made = (...shape: number[]) => torch.arange(shape.reduce((a, b) => a * b, 1)).reshape(shape)

const TENSORS: (() => torch.Tensor)[] = [
  () => made(2, 3),
  () => made(3, 3),
  () => made(3),
  () => torch.tensor(0.5),
  () => made(2, 3, 4),
  () => made(1, 2, 4, 4),
  () => made(2, 3).requires_grad_(),
  () => made(3, 2).t(),
  () => torch.zeros([0]),
  () => torch.zeros([2, 0, 3]),
  () => torch.zeros([65536, 0, 65536]),
  () => torch.tensor([Number.NaN, -Infinity, 1e38]),
  () => ints([0, 2, 1]),
  () => ints([-7, 2 ** 31 - 1, -(2 ** 31)]),
  () => ints([0, 1, 1, 0, 2, 0]).reshape(2, 3),
  () => torch.tensor([[true, false, true]]),
  () => torch.tensor([true, false]),
  () => torch.tensor(new Uint8Array([0, 1, 255])),
]

const OTHERS: (() => unknown)[] = [
  ...[-1, 0, 1, 2, 3, 0.5, -2, Number.NaN, Infinity, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 31), -0].map(
    (x) => () => x,
  ),
  ...[true, false, null, undefined, '', 'mean', 'sum', 'none', 'int32', 'x', 3n, Symbol('s')].map(
    (x) => () => x,
  ),
  ...[[0], [0, 1], [-1], [1, 1], [2 ** 32], [1.5], ['a'], [], [[0, 1]], [2, 3], [2 ** 31, 2 ** 31]].map(
    (x) => () => x,
  ),
  () => ({ dim: 0 }),
  () => ({ dim: 2 ** 31 }),
  () => ({ dim: [0, 1], keepdim: true }),
  () => ({ dtype: 'int32' }),
  () => ({ reduction: 'none' }),
  () => ({}),
  () => () => 1,
  () => [made(2, 3), made(2, 3)],
  () => [made(3), null],
  () => new Float32Array(3),
]

const shown = (x: unknown): string => {
  if (x instanceof torch.Tensor) return `${x.dtype}[${x.shape}]`
  if (Array.isArray(x)) return `[${x.map(shown)}]`
  if (typeof x === 'object' && x !== null)
    return `{${Object.entries(x).map(([k, v]) => `${k}: ${shown(v)}`)}}`
  return typeof x === 'string' ? `'${x}'` : String(x)
}

function problemOf(entry: Entry, args: unknown[]): string | null {
  const call = `${entry.name}(${args.map(shown).join(', ')})`
  if (HOSTILE_SHOW !== undefined) writeSync(1, `${call}\n`)
  const tensors = args.filter((x) => x instanceof torch.Tensor).filter((x) => x.numel() < 100)
  const before = tensors.map((x) => [x.shape, x.data().slice()] as const)
  try {
    const result = entry.call(...args)
    if (result instanceof torch.Tensor && result.numel() < 1e6) result.data()
    if (result instanceof Promise) result.catch(() => {})
    return null
  } catch (error) {
    if (!(error instanceof Error)) return `${call} threw ${String(error)}`
    if (
      ENGINE.test(error.message) ||
      (error instanceof RangeError && !OURS.some((kind) => error instanceof kind)) ||
      !error.message.includes(' ')
    )
      return `${call}: ${error.name}: ${error.message.slice(0, 160)}`
    const changed = tensors.some((x, i) => !Object.is(String(x.data()), String(before[i][1])))
    return changed ? `${call} changed its argument, then threw ${error.message}` : null
  }
}

const { entries } = everything()
const chosen = entries.filter(({ name }) => {
  if (HOSTILE_ONLY === undefined) return !APART.test(name) && !isInternal(name)
  return HOSTILE_ONLY.split(',').some((part) => name === part || name.endsWith(`.${part}`))
})

/** Methods get a tensor first by themselves; functions mostly. */
function argumentsFor(draw: (below: number) => number): unknown[] {
  const one = (i: number) => {
    const from = draw(10) < (i === 0 ? 8 : 4) ? TENSORS : OTHERS
    return from[draw(from.length)]()
  }
  return Array.from({ length: draw(5) }, (_, i) => one(i))
}

test('whatever it is given, a call works or says what is wrong', { timeout: 600_000 }, () => {
  const problems: string[] = []
  for (const [i, entry] of chosen.entries()) {
    const draw = random(1000 + i)
    for (let k = 0; k < Number(HOSTILE); k++) {
      const problem = problemOf(entry, argumentsFor(draw))
      if (problem !== null && problems.length < 200) problems.push(problem)
    }
  }
  expect(problems.join('\n')).toBe('')
})
