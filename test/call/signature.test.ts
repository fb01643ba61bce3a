import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { readFirst, Signature } from '../../ts/call/signature.js'

// Not declared: only what the package gives is walked over.
const declare = <const Texts extends readonly string[]>(name: string, ...texts: Texts) =>
  new Signature(name, texts)

describe('a signature', () => {
  const sum = declare('sum', 'input: any', 'dim: int|ints = None', 'keepdim: bool = False')
  class Options {
    dim = 1
  }

  it.each([
    ['positions', [1, 2, true], [1, 2, true]],
    ['defaults', [1], [1, null, false]],
    ['undefined for left out', [1, undefined, undefined], [1, null, false]],
    ['null for None', [1, null], [1, null, false]],
    ['keywords', [1, { keepdim: true, dim: 0 }], [1, 0, true]],
    ['both', [1, [0, 1], { keepdim: true }], [1, [0, 1], true]],
    ['an undefined keyword', [1, { dim: undefined }], [1, null, false]],
    ['keywords without a prototype', [1, Object.assign(Object.create(null), { dim: 3 })], [1, 3, false]],
    ['keywords of another realm', [1, runInNewContext('({ dim: 3 })')], [1, 3, false]],
    ['an array of another realm', [1, runInNewContext('[3]')], [1, [3], false]],
  ])('takes %s', (_, args, want) => {
    expect(sum.read([...args])).toEqual(want)
  })

  it.each([
    [
      'a keyword that is near',
      [1, { keepdims: true }],
      "sum() got an unexpected keyword argument 'keepdims'; did you mean 'keepdim'?",
    ],
    [
      'one that is not',
      [1, { alpha: 1 }],
      "sum() got an unexpected keyword argument 'alpha'; it has input, dim, keepdim",
    ],
    [
      '__proto__',
      [1, JSON.parse('{"__proto__": 1}')],
      "sum() got an unexpected keyword argument '__proto__'; it has input, dim, keepdim",
    ],
    ['one argument twice', [1, 0, { dim: 0 }], "sum() got multiple values for argument 'dim'"],
    ['too many', [1, 0, true, 4], 'sum() takes at most 3 positional arguments, but 4 were given'],
    ['too few', [], "sum() missing required argument 'input'"],
    ['a wrong type', [1, 'rows'], 'sum: dim must be an integer or an array of integers, but got string rows'],
    ['a fraction', [1, 0.5], 'sum: dim must be an integer or an array of integers, but got 0.5'],
    ['a wrong type as a keyword', [1, { keepdim: 1 }], 'sum: keepdim must be a boolean, but got 1'],
    ['null where None is not taken', [1, { keepdim: null }], 'sum: keepdim must be a boolean, but got null'],
    [
      'an instance instead of keywords',
      [1, new Options()],
      'sum: dim must be an integer or an array of integers, but got Options',
    ],
    ['undefined for what is required', [undefined, 1], 'sum: input must be anything, but got undefined'],
  ])('refuses %s', (_, args, want) => {
    expect(() => sum.read([...args])).toThrow(new TypeError(want))
  })

  it('names what was meant', () => {
    const loss = declare('BCEWithLogitsLoss', 'weight: number = None', 'pos_weight: number = None')
    expect(() => loss.read([{ posWeight: 1 }])).toThrow("'posWeight'; did you mean 'pos_weight'?")
    expect(() => loss.read([{ ['a'.repeat(1e6)]: 1 }])).toThrow(
      /argument 'a{80}'; it has weight, pos_weight$/,
    )
  })

  it('keeps names after * for keywords', () => {
    const add = declare('add', 'input: number', '*', 'alpha: number = 1')
    expect(add.read([1, { alpha: 2 }])).toEqual([1, 2])
    expect(() => add.read([1, 2])).toThrow('add() takes at most 1 positional argument, but 2 were given')
  })

  it('takes the rest of the arguments, or one array of them', () => {
    const zeros = declare('zeros', '*size: int', '*', 'dtype: str = None')
    expect(zeros.read([[2, 3], undefined])).toEqual([[2, 3], null])
    expect(zeros.read([2, 3, undefined])).toEqual([[2, 3], null])
    expect(() => zeros.read([undefined, undefined])).toThrow(
      'zeros: size must be an integer, but got undefined',
    )
    expect(zeros.read([2, 3])).toEqual([[2, 3], null])
    expect(zeros.read([2])).toEqual([[2], null])
    expect(zeros.read([[2, 3], { dtype: 'bool' }])).toEqual([[2, 3], 'bool'])
    expect(zeros.read([2, { dtype: 'bool' }])).toEqual([[2], 'bool'])
    expect(zeros.read([{ size: [4] }])).toEqual([[4], null])
    expect(zeros.read([[]])).toEqual([[], null])
    expect(() => zeros.read([])).toThrow("zeros() missing required argument 'size'")
    expect(declare('at', '*indices: int = []').read([])).toEqual([[]])
    expect(() => zeros.read([2, 'a'])).toThrow('zeros: size must be an integer, but got string a')
    expect(() => zeros.read([[2], 3])).toThrow('zeros: size must be an integer, but got Array')
    expect(() => zeros.read([new Array(1e9)])).toThrow('zeros: size must be an integer, but got undefined')
  })

  it('gives plain objects to who takes them', () => {
    const save = declare('save', 'data: any', 'metadata: dict = None')
    expect(save.read([{ a: 1 }])).toEqual([{ a: 1 }, null])
    expect(save.read([{ a: 1 }, { b: 2 }])).toEqual([{ a: 1 }, { b: 2 }])
  })

  it('knows defaults of every kind, and literals', () => {
    const all = declare(
      'f',
      "a: 'mean'|'sum' = 'mean'",
      'b: number = -0.5',
      'c: bool = True',
      'd: ints = [0, 1]',
    )
    expect(all.read([])).toEqual(['mean', -0.5, true, [0, 1]])
    expect(() => all.read(['max'])).toThrow("f: a must be 'mean' or 'sum', but got string max")
  })

  it('knows values that stand for themselves', () => {
    const all = declare('f', 'a: None = None', 'b: False = False', 'c: True|2|-1 = 2', "d: 'x'|None = 'x'")
    expect(all.read([])).toEqual([null, false, 2, 'x'])
    expect(all.read([null, false, -1, null])).toEqual([null, false, -1, null])
    expect(() => all.read([3])).toThrow('f: a must be null, but got 3')
    expect(() => all.read([{ b: true }])).toThrow('f: b must be false, but got true')
    expect(() => all.read([{ c: 1 }])).toThrow('f: c must be true or 2 or -1, but got 1')
    expect(() => all.read([{ d: 'y' }])).toThrow("f: d must be 'x' or null, but got string y")
  })

  it('types what the callee gets', () => {
    const [a, b, rest] = declare('typed', 'a: int', 'b: str = None', '*rest: number').read([1, 'ab', 3, 4])
    expect([a.toFixed(0), b?.length ?? null, rest.length]).toEqual(['1', 2, 2])
  })

  it('tries forms in their order', () => {
    const forms = [
      declare('randint', 'high: int', 'size: ints', '*', 'dtype: str = None'),
      declare('randint', 'low: int', 'high: int', 'size: ints', '*', 'dtype: str = None'),
    ] as const
    expect(readFirst([3, [2]], ...forms)).toEqual(['0', [3, [2], null]])
    expect(readFirst([1, 3, [2], { dtype: 'a' }], ...forms)).toEqual(['1', [1, 3, [2], 'a']])
    expect(readFirst([{ size: [2], high: 3, low: 1 }], ...forms)).toEqual(['1', [1, 3, [2], null]])
    expect(() => readFirst([3, { sizes: [2] }], ...forms)).toThrow(
      "randint() got an unexpected keyword argument 'sizes'; did you mean 'size'?",
    )
    expect(() => readFirst(['3', [2]], ...forms)).toThrow(
      'randint() received an invalid combination of arguments - got (string 3, Array), but expected (high, size, dtype) or (low, high, size, dtype)',
    )
  })
})
