/** What is made of operands on the way to a kernel: numbers, other types and contiguous copies. */
import { expect, test } from 'vitest'
import torch from '../../ts/index.js'

const live = () => torch.wasm.memory().tensors

test('copies of operands that no gradient needs are freed when the operation has run', () => {
  const [bytes, matrix] = [torch.tensor(Uint8Array.of(1, 2)), torch.ones([2, 3])]
  const [ints, turned] = [bytes.to('int32'), matrix.transpose(0, 1)]
  const runs: (() => torch.Tensor)[] = [
    () => bytes.add(ints),
    () => ints.add(3),
    () => bytes.mul(0.5),
    () => ints.gt(1),
    () => turned.exp(),
    () => turned.sum(),
    () => torch.cat([bytes, ints]),
  ]
  for (const run of runs) {
    // Once before, as kernels make workspaces that stay.
    run().dispose()
    const start = live()
    const result = run()
    expect(live() - start, String(run)).toBe(1)
    result.dispose()
  }
})

test('the result of an operation that throws is freed', () => {
  const most = torch.tensor(Int32Array.of(2 ** 31 - 1))
  const start = live()
  expect(() => most.mul(most)).toThrow('does not fit int32')
  expect(live()).toBe(start)
})
