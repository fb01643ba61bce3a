import vm from 'node:vm'
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { HeapArray, softMarginLoss, softMarginLossGrad } from '../../ts/loss.js'

/** What code of another realm makes. */
const elsewhere = <T>(code: string): T => vm.runInNewContext(code) as T

describe('what another realm made', () => {
  test('is what it is for tensor()', () => {
    expect(elsewhere('new Float32Array([1])')).not.toBeInstanceOf(Float32Array)
    const cases: [code: string, dtype: string, values: unknown][] = [
      ['new Float32Array([1.5, 2])', 'float32', [1.5, 2]],
      ['new Float64Array([0.1])', 'float32', [Math.fround(0.1)]],
      ['new Int32Array([16777217])', 'int32', [16777217]],
      ['new Uint8Array([255])', 'uint8', [255]],
      ['new Int16Array([-3])', 'float32', [-3]],
      [
        '[[1, 2], [3, 4]]',
        'float32',
        [
          [1, 2],
          [3, 4],
        ],
      ],
      ['[true, false]', 'bool', [true, false]],
    ]
    for (const [code, dtype, values] of cases) {
      const x = torch.tensor(elsewhere<number[]>(code))
      expect([x.dtype, x.tolist()]).toEqual([dtype, values])
    }
    for (const code of [
      'new BigInt64Array(1)',
      'new DataView(new ArrayBuffer(8))',
      'new BigUint64Array(2)',
    ]) {
      expect(() => torch.tensor(elsewhere<number[]>(code))).toThrow('tensor: data must be numbers')
    }
  })

  test('is what it is for options, and where bytes are read', () => {
    expect(torch.zeros([2], elsewhere('({ dtype: "int32" })')).dtype).toBe('int32')
    const file = torch.save({ a: torch.tensor([1, 2]) })
    const bytes = elsewhere<(length: number) => Uint8Array>('(length) => new Uint8Array(length)')(file.length)
    bytes.set(file)
    expect(torch.load(bytes)).toEqual({ a: torch.tensor([1, 2]) })
    expect(torch.load(bytes.buffer as ArrayBuffer)).toEqual({ a: torch.tensor([1, 2]) })
    expect(() => new torch.nn.Sequential(elsewhere<Record<string, never>>('({})'))).not.toThrow()
  })

  test('is what it is for softmargin/loss', () => {
    const logits = elsewhere<Float32Array>('new Float32Array([0.5, -1, 2, 0])')
    const [own, targets] = [Float32Array.from(logits), Uint8Array.of(1, 0, 0, 1)]
    const expected = softMarginLoss(own, targets, { numClasses: 2 })
    expect(softMarginLoss(logits, elsewhere('new Uint8Array([1, 0, 0, 1])'), { numClasses: 2 })).toBe(
      expected,
    )
    const positives = elsewhere<{ rowStarts: Int32Array; columns: Int32Array }>(
      '({ rowStarts: new Int32Array([0, 1, 2]), columns: new Int32Array([0, 1]) })',
    )
    expect(softMarginLoss(logits, positives, { numClasses: 2 })).toBe(expected)
    const grad = elsewhere<Float32Array>('new Float32Array(4)')
    softMarginLossGrad(logits, targets, { numClasses: 2, grad })
    expect([...grad]).toEqual([...softMarginLossGrad(own, targets, { numClasses: 2 }).grad])
    expect([...new HeapArray(logits).array]).toEqual([...own])
  })
})

describe('memory that is gone or moves', () => {
  const moved = <T extends ArrayBufferView>(view: T): T => {
    structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] })
    return view
  }

  test('is an error, not an empty tensor', () => {
    expect(() => torch.tensor(moved(Float32Array.of(1, 2)))).toThrow(
      'tensor: data is a Float32Array whose memory was moved',
    )
    expect(() => new HeapArray(moved(Float32Array.of(1, 2)))).toThrow('memory was moved')
    const starts = moved(Int32Array.of(0, 1))
    expect(() =>
      softMarginLoss(Float32Array.of(1), { rowStarts: starts, columns: Int32Array.of(0) }, { numClasses: 1 }),
    ).toThrow('rowStarts is a view of memory that was moved')
    expect(torch.tensor(new Float32Array(0)).shape).toEqual([0])
  })

  test('of a SharedArrayBuffer is read, but not trusted', () => {
    const shared = new Float32Array(new SharedArrayBuffer(8))
    shared.set([1, 2])
    expect(torch.tensor(shared as unknown as Float32Array).tolist()).toEqual([1, 2])
    const starts = new Int32Array(new SharedArrayBuffer(8))
    starts.set([0, 1])
    expect(() =>
      softMarginLoss(Float32Array.of(1), { rowStarts: starts, columns: Int32Array.of(0) }, { numClasses: 1 }),
    ).toThrow('must not lie in a SharedArrayBuffer')
  })
})

describe('nothing takes memory before it is checked', () => {
  /** Bytes that JavaScript took for what `work` refused to do. */
  const taken = (work: () => unknown) => {
    const before = process.memoryUsage()
    expect(work).toThrow(/element 0|elements must be numbers|fit|Array length|Invalid|not a sequence/)
    const after = process.memoryUsage()
    return after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed
  }
  const hostile: [name: string, work: () => unknown][] = [
    ['an array-like without elements', () => new HeapArray({ length: 1e8 })],
    ['a sparse array', () => new HeapArray(new Array(1e8))],
    ['a sparse array as tensor', () => torch.tensor(new Array(1e8) as number[])],
    ['sparse rows', () => torch.tensor([new Array(4e9 % 2 ** 31), 1] as number[][])],
    ['arange beyond memory', () => torch.arange(6e8)],
    ['eye beyond memory', () => torch.eye(30000)],
  ]
  test.each(hostile)('%s', (_, work) => {
    expect(taken(work)).toBeLessThan(32 * 2 ** 20)
  })

  test('what is large and right has the right ends', () => {
    const x = torch.arange(40000)
    expect([x[0], x[16383], x[16384], x[39999]]).toEqual([0, 16383, 16384, 39999])
    expect(torch.arange(40000, { dtype: 'int32' })[39999]).toBe(39999)
    const one = torch.eye(200, 300)
    expect(one.sum().item()).toBe(200)
    expect([one[199][199], one[199][198]]).toEqual([1, 0])
    expect(torch.eye(3, { dtype: 'bool' })[1].tolist()).toEqual([false, true, false])
    const heap = new HeapArray(Array.from({ length: 40000 }, (_, i) => i))
    expect([heap.array[16384], heap.array[39999]]).toEqual([16384, 39999])
  })
})

describe('an array that changes while it is read', () => {
  const changing = (length: number, change: (array: number[]) => void) => {
    const array = Array.from({ length }, (_, i) => i)
    Object.defineProperty(array, 1, {
      get() {
        change(array)
        return 1
      },
    })
    return array
  }
  test('is an error, or read as it was', () => {
    expect(() => torch.tensor(changing(4, (a) => (a.length = 2)))).toThrow(
      /elements must be numbers|expected sequence/,
    )
    expect(() => torch.tensor(changing(4, (a) => a.push(7)))).toThrow('expected sequence of length 4')
    const rows = [
      [1, 2],
      [3, 4],
    ]
    Object.defineProperty(rows[0], 1, { get: () => rows[1].push(9) })
    expect(() => torch.tensor(rows)).toThrow('expected sequence of length 2 at dim 1 (got 3)')
    const kept = torch.ones([4])
    expect(torch.tensor(changing(4, () => kept.dispose())).tolist()).toEqual([0, 1, 2, 3])
  })

  test('has sentences for cycles, holes and lengths that are none', () => {
    const cycle: unknown[] = [1]
    cycle[0] = cycle
    expect(() => torch.tensor(cycle as number[])).toThrow('tensors have at most 8 dimensions')
    // biome-ignore lint/suspicious/noSparseArray: that is the case.
    expect(() => torch.tensor([1, , 3] as number[])).toThrow(
      'elements must be numbers or booleans, but got undefined',
    )
    const odd = new Proxy([1], { get: (target, key) => (key === 'length' ? -1 : Reflect.get(target, key)) })
    expect(() => torch.tensor(odd)).toThrow('an array must have a length, but got -1')
  })

  test('gives a HeapArray nothing half', () => {
    const source = {
      length: 20000,
      get 19999(): number {
        throw new Error('not today')
      },
    }
    expect(() => new HeapArray(source)).toThrow('element 0')
  })
})
