/** Everything that users can call, found by reflection: nothing is swallowed. */
import { describe, expect, it } from 'vitest'
import torch from '../../ts/index.js'
import { type Entry, EXEMPT, everything } from './surface.js'

const { entries, unmade } = everything()
const isExempt = ({ name }: Entry) => EXEMPT.some(([pattern]) => pattern.test(name))
const callables = entries.filter((entry) => !isExempt(entry))

/** What is wrong with a call that should throw, or null. */
function problem(entry: Entry, args: readonly unknown[], wanted: RegExp): string | null {
  try {
    entry.call(...args)
  } catch (error) {
    if (!(error instanceof TypeError)) return `${entry.name}: threw ${error}`
    return wanted.test(error.message) ? null : `${entry.name}: said ${error.message}`
  }
  return `${entry.name}: silent`
}

const problems = (args: readonly unknown[], wanted: RegExp, of: readonly Entry[] = callables) =>
  of.map((entry) => problem(entry, args, wanted)).filter((found) => found !== null)

/** Those that need no instance but a tensor: others are made first, and that may draw. */
const FUNCTIONS = /^(torch(\.nn(\.functional|\.init|\.utils)?|\.wasm)?|Tensor)\.[a-z]\w*$/

/** Takes any number of arguments. */
const VARIADIC =
  /^(Tensor|torch)\.((expand|permute|view)_copy|reshape|view|expand|permute|at|zeros|ones|rand|randn|empty|new_zeros|new_ones|new_empty|repeat|tile|flip|sum_to_size|broadcast_to|broadcast_tensors|broadcast_shapes|meshgrid|cartesian_prod|chain_matmul|einsum|block_diag|atleast_[123]d)$|new torch\.nn\.Sequential|new torch\.utils\.data\.TensorDataset/

describe('everything that can be called', () => {
  it('was found', () => {
    const names = entries.map(({ name }) => name)
    for (const name of [
      'torch.sum',
      'Tensor.sum',
      'new torch.nn.Linear',
      'torch.nn.functional.relu',
      'Tensor.size',
    ])
      expect(names).toContain(name)
    expect(callables.length).toBeGreaterThan(200)
    // Abstract, or made from others.
    expect(
      unmade
        .map((text) => text.split(':')[0])
        .filter((name) => !/Scheduler|LR$|Optimizer$|Metric$|[.](IterableDataset|Sampler)$/.test(name)),
    ).toEqual([])
  })

  it('refuses an unknown keyword, by its name, before anything else', () => {
    expect(problems([{ no_such_keyword: 1 }], /'no_such_keyword'/)).toEqual([])
  })

  it('names the keyword that was meant', () => {
    const x = torch.ones([2, 2])
    expect(() => torch.sum(x, { keepdims: true } as never)).toThrow("did you mean 'keepdim'?")
    expect(() => x.softmax({ dims: 1 } as never)).toThrow("did you mean 'dim'?")
    expect(() => torch.zeros([2], { dType: 'bool' } as never)).toThrow("did you mean 'dtype'?")
  })

  it('refuses more arguments than it has', () => {
    const fixed = callables.filter(({ name }) => !VARIADIC.test(name))
    expect(problems(new Array(40).fill(7), /takes|invalid combination/, fixed)).toEqual([])
  })

  it('draws nothing, and changes nothing, when it refuses', () => {
    torch.manual_seed(7)
    const before = torch.get_rng_state().tolist()
    const functions = callables.filter(({ name }) => FUNCTIONS.test(name))
    problems([{ no_such_keyword: 1 }], /./, functions)
    problems(new Array(40).fill(7), /./, functions)
    expect(torch.get_rng_state().tolist()).toEqual(before)
  })

  it('answers what makes no sense with a sentence of its own', () => {
    const found = new Set<string>()
    const random = generatorOf(12345)
    for (let round = 0; round < 150; round++) {
      const odd = oddities()
      for (const { name, call } of callables.filter(({ name }) => !/set_budget/.test(name))) {
        const args = Array.from({ length: random(5) }, () => odd[random(odd.length)])
        try {
          call(...args)
        } catch (error) {
          const isOurs = error instanceof Error && OURS.some((type) => error instanceof type)
          const message = error instanceof Error ? error.message : String(error)
          if (!isOurs || ENGINE.test(message)) found.add(`${name}: ${message}`)
        }
      }
    }
    expect([...found]).toEqual([])
  })
})

const OURS = [torch.RuntimeError, torch.ValueError, torch.IndexError, torch.OutOfMemoryError, TypeError]

/** What engines say of a call that nobody checked. */
const ENGINE =
  /Cannot (read|set|destructure|convert|access|mix)|is not (a function|iterable|a constructor|defined)|unreachable|memory access|Invalid (array|typed)|Maximum call|object Object|null or undefined/

/** Whole numbers below what is asked for, the same in every run. */
function generatorOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
}

/** Values of every kind that somebody may pass. */
const oddities = (): unknown[] => [
  ...[null, undefined, 5, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 40, true, 'abc', 'mean', 10n],
  ...[[], [1], [1, 2], [null], ['a'], new Array(3), new Float32Array(2)],
  ...[torch.ones([2, 2]), torch.ones([3]), torch.tensor([1, 0], { dtype: 'int32' }), [torch.ones([2])]],
  ...[
    {},
    { dim: 1 },
    { valueOf: () => 1 },
    new Proxy({}, {}),
    new Map(),
    () => 1,
    Symbol('odd'),
    new Date(0),
  ],
]
