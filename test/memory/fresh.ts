import { readFileSync } from 'node:fs'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { vi } from 'vitest'
import type { Tensor } from '../../ts/tensor/tensor.js'

export type Torch = typeof import('../../ts/api.js')

export const MB = 2 ** 20
export const UNLIMITED = 2 ** 32
const bytes = readFileSync('build/wasm/softmargin_bg.wasm')

const instance = '../../ts/kernels/instance.js'

type Instance = typeof import('../../ts/kernels/instance.js')
type Before = (kernel: string, memory: WebAssembly.Memory) => unknown

/**
 * The library with a linear memory of its own: how far that has grown is then this test's doing.
 * A budget of null is the one that it starts with. `before` runs before each call of a kernel; what it returns, if anything, is the call's result.
 */
export async function freshTorch(budget: number | null, before?: Before): Promise<Torch> {
  vi.resetModules()
  vi.doUnmock(instance)
  if (before !== undefined) {
    vi.doMock(instance, async (original) => interrupted((await original()) as Instance, before))
  }
  const { compile, install } = (await import(instance)) as Instance
  install(compile(bytes))
  const torch = await import('../../ts/index.js')
  if (budget !== null) torch.wasm.set_budget(budget)
  return torch
}

function interrupted(real: Instance, before: Before): Instance {
  real.install(real.compile(bytes))
  const { memory, ...functions } = real.kernels
  const wrapped = Object.entries(functions).map(([name, kernel]) => [
    name,
    (...args: never[]) => before(name, memory) ?? (kernel as (...args: never[]) => unknown)(...args),
  ])
  return { ...real, kernels: { memory, ...Object.fromEntries(wrapped) } }
}

/** A square matrix of so many megabytes, unlike any other. */
export function distinct(torch: Torch, megabytes: number, seed: number): Tensor {
  const side = 512 * Math.sqrt(megabytes)
  return torch.full([side, side], seed + 0.5)
}

/**
 * Lets finalizers run: they learn of what a job leaves when it ends, and run after a turn of the event loop. Some time
 * passes too, as what the engine compiles beside us may hold what it has seen: more of it, on a busy machine, until `isDone`.
 */
export async function collect(isDone = () => true): Promise<void> {
  for (let turn = 0; turn < 8 || (turn < 200 && !isDone()); turn++) {
    await setTimeout(10)
    globalThis.gc?.()
  }
  await setImmediate()
}

/** JavaScript's side of the memory: objects, and the buffers that spilled tensors move to. */
export function javaScriptBytes(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** A small model with its data; `step` trains it once and returns the loss. */
export function training(torch: Torch) {
  torch.manual_seed(0)
  const { Linear, ReLU, Sequential } = torch.nn
  const model = new Sequential(new Linear(30, 20), new ReLU(), new Linear(20, 10))
  return trained(torch, model, [32, 30])
}

/** The same of images, whose maps of 256 KiB wait until they are asked for. */
export function convolutional(torch: Torch) {
  torch.manual_seed(0)
  const { Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential } = torch.nn
  const model = new Sequential(
    new Conv2d(3, 8, 3, { padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(8, 64, 3, { padding: 1 }),
    new ReLU(),
    new MaxPool2d(8),
    new Flatten(),
    new Linear(64 * 16, 10),
  )
  return trained(torch, model, [2, 3, 64, 64])
}

/** A model of 10 classes with data of its own. */
function trained(torch: Torch, model: InstanceType<Torch['nn']['Sequential']>, shape: readonly number[]) {
  const optimizer = new torch.optim.Adam(model.parameters(), { lr: 0.01 })
  const criterion = new torch.nn.MultiLabelSoftMarginLoss()
  const inputs: Tensor = torch.randn([...shape])
  const targets = torch.rand([shape[0], 10]).gt(0.7).float()
  const step = () => {
    optimizer.zero_grad()
    const loss = criterion.forward(model.forward(inputs), targets)
    loss.backward()
    optimizer.step()
    return loss.item()
  }
  return { model, inputs, targets, step }
}

/** The bits of a tensor, NaN payloads and all. */
export const bitsOf = (x: Tensor): number[] => [...new Uint32Array(x.data().buffer)]
