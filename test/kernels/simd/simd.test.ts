/**
 * Every kernel compiled to SIMD128, without it, and where the runtime has it with relaxed SIMD. The same inputs must
 * give the same bits, on every size around the vectors' and blocks' lengths and with every special value. Nothing here is as
 * large as what relaxed SIMD rounds otherwise (test/kernels/relaxed).
 */
import { readFileSync } from 'node:fs'
import binaryen from 'binaryen'
import { expect, test } from 'vitest'
import { attention } from './attention.js'
import { chains } from './chains.js'
import { compare, scalar, simd } from './instance.js'
import { integerKernels } from './integers.js'
import { kernels } from './kernels.js'
import { layers } from './layers.js'
import { losses } from './losses.js'
import { metrics } from './metrics.js'
import { nn } from './nn.js'
import { optim } from './optim.js'
import { recurrent } from './recurrent.js'
import { sorting } from './sort.js'

const all = {
  ...kernels,
  ...integerKernels,
  ...layers,
  ...chains,
  ...losses,
  ...metrics,
  ...optim,
  ...nn,
  ...attention,
  ...recurrent,
  ...sorting,
}

test('one of the two has no vector instructions', () => {
  const module = binaryen.readBinary(readFileSync('build/wasm-scalar/softmargin_bg.wasm'))
  module.setFeatures(binaryen.Features.All & ~binaryen.Features.SIMD128)
  expect(module.validate()).toBe(1)
  module.dispose()
})

test('every kernel that the WebAssembly exports is compared', () => {
  expect(simd.names).toEqual(scalar.names)
  const isKernel = (name: string) =>
    !name.startsWith('__') && !['memory', 'run_jobs', 'stack_pointer', 'allocate', 'free'].includes(name)
  expect(Object.keys(all).sort()).toEqual(simd.names.filter(isKernel).sort())
})

test.each(Object.keys(all))('%s', (name) => {
  all[name]((...args) => compare(name, args))
})
