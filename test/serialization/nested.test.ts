/** torch.save of nested values: a .pt file, read back here and by Python's torch. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { run } from './python.js'
import { pythonTorch } from './python_torch.js'

const load = (value: unknown) => torch.load<unknown>(torch.save(value))
/** As files have it: objects without a prototype. */
const plain = (value: unknown) => structuredClone(value)

describe('torch.save of anything nested', () => {
  test.each([
    ['numbers', [0, -1, 255, 256, 65_536, -(2 ** 31), 2 ** 31, 2 ** 53 - 1, -(2 ** 53), 1.5, -0, 1e300]],
    ['what is not finite', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['bigints', [2n ** 64n, -(2n ** 63n)]],
    ['texts', ['', 'ä€😀', 'x'.repeat(70_000)]],
    ['true, false, null', [true, false, null]],
    ['bytes', [Uint8Array.from({ length: 256 }, (_, i) => i), new Uint8Array()]],
    ['lists', [[], [[1], [2, [3]]], Array.from({ length: 2500 }, (_, i) => i)]],
    [
      'a Map',
      new Map<unknown, unknown>([
        ['a', 1],
        [1.5, null],
        [true, [2]],
      ]),
    ],
    ['a Set', new Set(['a', 'b'])],
    ['null alone', null],
    ['a number alone', 3],
  ])('%s', (_, value) => {
    expect(load(value)).toEqual(plain(value))
  })

  test('objects', () => {
    const value = { a: { b: { c: [1, { d: 'e' }] } }, 0: { 1: 2 }, '': null, __proto__x: 1 }
    expect(JSON.stringify(load(value))).toBe(JSON.stringify(value))
  })

  test('tensors, whatever their layout and type', () => {
    const base = torch.arange(12).float().reshape(3, 4)
    const value = {
      list: [base, base.t(), base.narrow(0, 1, 2)],
      mask: base.gt(3),
      bytes: torch.tensor([1, 2, 255], { dtype: 'uint8' }),
      integers: torch.tensor([-5, 2 ** 31 - 1], { dtype: 'int32' }),
      empty: torch.zeros([0, 3]),
      scalar: torch.tensor(2.5),
      learned: torch.ones([2], { requires_grad: true }),
      epoch: 1,
    }
    const read = load(value) as typeof value
    expect(read).toEqual(value)
    expect(read.learned.requires_grad).toBe(true)
    expect(read.mask.dtype).toBe('bool')
    // Shared memory is shared again, but by transposed tensors.
    read.list[0].fill_(9)
    expect(read.list[2].tolist()).toEqual(torch.full([2, 4], 9).tolist())
  })

  test('a state_dict alone stays safetensors, and the same bytes come each time', () => {
    expect(torch.load_metadata(torch.save({ x: torch.ones([1]) }))).toEqual({})
    const value = { model: { x: torch.ones([1]) }, epoch: 1 }
    expect(torch.save(value)).toEqual(torch.save(value))
    expect(new TextDecoder().decode(torch.save(value).subarray(0, 2))).toBe('PK')
  })
})

const READ = `
import io, sys, json, zipfile, torch
file = sys.stdin.buffer.read()
assert zipfile.ZipFile(io.BytesIO(file)).testzip() is None
value = torch.load(io.BytesIO(file), weights_only=True)
assert value['list'][1].stride() == (1, 4), value['list'][1].stride()
assert value['list'][0].data_ptr() == value['list'][1].data_ptr()
assert value['scalar'].dtype == torch.float32 and value['scalar'].shape == ()
assert value['mask'].dtype == torch.bool and value['integers'].dtype == torch.int32
assert value['state'] == {0: {'step': 3, 'x': 1.5}, 1: {}}
assert value['weights'].keys() == {'0', '1'}
assert value['map'] == {1: 'a', '1': 'b', 2.5: None}
assert value['set'] == {'a', 1} and value['bytes'] == bytes(range(256))
assert value['big'] == 2 ** 70 and value['inf'] == float('inf') and isinstance(value['one'], int)
assert value['text'] == 'ä€😀'
out = io.BytesIO()
torch.save(value, out)
sys.stdout.buffer.write(out.getvalue())
`

describe.skipIf(!pythonTorch)('Python', () => {
  test('reads it with weights_only, and gives it back', () => {
    const base = torch.arange(12).float().reshape(3, 4)
    const value = {
      list: [base, base.t()],
      scalar: torch.tensor(2.5),
      mask: base.gt(3),
      integers: torch.tensor([-5, 2 ** 31 - 1], { dtype: 'int32' }),
      state: { 0: { step: 3, x: 1.5 }, 1: {} },
      weights: { 0: torch.ones([1]), 1: torch.ones([2]) },
      map: new Map<unknown, unknown>([
        [1, 'a'],
        ['1', 'b'],
        [2.5, null],
      ]),
      set: new Set<unknown>(['a', 1]),
      bytes: Uint8Array.from({ length: 256 }, (_, i) => i),
      big: 2n ** 70n,
      inf: Number.POSITIVE_INFINITY,
      one: 1,
      text: 'ä€😀',
    }
    const { status, stdout, stderr } = run(READ, torch.save(value))
    expect(`${status} ${stderr}`).toBe('0 ')
    expect(JSON.stringify(torch.load<typeof value>(stdout).state)).toBe(JSON.stringify(value.state))
    expect(torch.load<typeof value>(stdout).list).toEqual(value.list)
  })
})
