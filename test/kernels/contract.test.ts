/** softmargin.core.wasm: nothing is imported, its contract is that of the crate, and its bits are those of the package. */
import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import type { Contract } from '../../scripts/contract.mjs'
import * as torch from '../../ts/index.js'

const PAGE = 'docs/abi.md'
/** Those that the suite runs on: with relaxed SIMD, large products have other bits. */
const KERNELS = `build/${process.env.SOFTMARGIN_KERNELS ?? 'wasm'}`

type Numbers = Float32Array | Uint8Array | null
type Exports = Record<string, (...args: unknown[]) => number> & { memory: WebAssembly.Memory }

let contract: Contract
let module: WebAssembly.Module
let page: string

beforeAll(async () => {
  const { contractOf, contractIn, withContract } = await import('../../scripts/contract.mjs')
  const { withoutImports } = await import('../../scripts/standalone_module.mjs')
  const { abiPage } = await import('../../scripts/abi.mjs')
  const kernels = readFileSync(`${KERNELS}/softmargin_bg.wasm`)
  const declared = await contractOf(kernels, readFileSync(`${KERNELS}/softmargin.d.ts`, 'utf8'), '1.2.3')
  const bytes = withContract(await withoutImports(kernels), declared)
  contract = contractIn(bytes)
  page = abiPage(contract)
  module = new WebAssembly.Module(bytes)
}, 60_000)

test('imports nothing, and exports a memory and what its contract says', () => {
  expect(WebAssembly.Module.imports(module)).toEqual([])
  const exported = WebAssembly.Module.exports(module).map(({ name }) => name)
  expect(exported.sort()).toEqual(['memory', ...Object.keys(contract.functions)].sort())
})

test('docs/abi.md is up to date: ABI_WRITE=1 npm test -- kernels/contract', () => {
  if (process.env.ABI_WRITE !== undefined) writeFileSync(PAGE, page)
  expect(readFileSync(PAGE, 'utf8')).toBe(page)
})

test('the contract says lengths, codes and what is written', () => {
  const parameter = (name: string, wanted: string) =>
    contract.functions[name].parameters.find((each) => each.name === wanted)
  expect(parameter('gemm', 'bias')).toEqual({
    name: 'bias',
    type: 'i32',
    array: { element: 'f32', shape: ['n'], nullable: true },
  })
  expect(parameter('svd', 's')).toMatchObject({
    array: { shape: ['count', 'if m < n { m } else { n }'], written: true },
  })
  expect(parameter('conv2d', 'dims')).toEqual({ name: 'dims', type: 'i32', struct: 'Conv2d' })
  expect(parameter('multilabel_soft_margin', 'reduction')).toMatchObject({ code: 'ReductionCode' })
  expect(contract.functions.allocate).toMatchObject({ parameters: [{ name: 'bytes' }], result: 'usize' })
  expect(contract.functions.normal_cdf).toMatchObject({ parameters: [{ type: 'f64' }], result: 'f64' })
})

test('loss, gradient, product and step have the bits of the package', () => {
  // Large enough that the package runs jobs of them.
  const [rows, width, classes] = [1031, 67, 130]
  torch.manual_seed(5)
  const x = torch.randn([rows, width])
  const weight = torch.randn([classes, width])
  const y = torch.randn([rows, classes]).gt(0)
  const logits = torch.nn.functional.linear(x, weight)
  const leaf = logits.detach().requires_grad_()
  const loss = torch.nn.functional.multilabel_soft_margin_loss(leaf, y)
  loss.backward()
  const parameter = new torch.nn.Parameter(weight.clone())
  const slope = torch.randn([classes, width])
  parameter.grad = slope
  new torch.optim.Adam([parameter], { lr: 0.1 }).step()

  const host = hostOf(new WebAssembly.Instance(module).exports as unknown as Exports)
  const product = host.zeros(rows * classes)
  const workspace = host.exports.gemm_workspace_bytes()
  host.call('gemm', {
    a: host.put(x.data()),
    b: host.put(weight.data()),
    out: product,
    workspace: host.exports.allocate(workspace),
    threads: 1,
    ...{ m: rows, n: classes, k: width, b_transposed: true },
  })
  expect(host.floats(product, rows * classes)).toEqual(logits.data())

  const [gradient, out] = [host.zeros(rows * classes), host.zeros(1)]
  host.call('multilabel_soft_margin', {
    logits: product,
    targets: host.put(y.data() as Uint8Array),
    targets_are_bytes: true,
    ...{ gradient, out, rows, classes, reduction: 1, ignored: Number.POSITIVE_INFINITY },
  })
  expect(host.floats(out, 1)[0]).toBe(loss.item())
  expect(host.floats(gradient, rows * classes)).toEqual(leaf.grad?.data())

  const [stepped, length] = [host.put(weight.data()), classes * width]
  const [beta1, beta2] = [0.9, 0.999]
  host.call('adam', {
    parameter: stepped,
    gradient: host.put(slope.data()),
    ...{ m: host.zeros(length), v: host.zeros(length), length, beta1, beta2, decay_factor: 1 },
    // As in the first step of ts/optim/adam.ts.
    ...{ step_size: (0.1 * Math.sqrt(1 - beta2)) / (1 - beta1), eps: 1e-8 * Math.sqrt(1 - beta2) },
  })
  expect(host.floats(stepped, length)).toEqual(parameter.data())
})

/** Calls by names of the contract; what is not named is 0. */
function hostOf(exports: Exports) {
  const call = (name: string, named: Record<string, number | boolean>) =>
    exports[name](...contract.functions[name].parameters.map((parameter) => named[parameter.name] ?? 0))
  const put = (numbers: NonNullable<Numbers>) => {
    const address = exports.allocate(numbers.byteLength)
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
    new Uint8Array(exports.memory.buffer).set(bytes, address)
    return address
  }
  return {
    exports,
    call,
    put,
    zeros: (length: number) => put(new Float32Array(length)),
    floats: (address: number, length: number) =>
      new Float32Array(exports.memory.buffer, address, length).slice(),
  }
}
