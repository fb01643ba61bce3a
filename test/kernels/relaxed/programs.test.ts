/** Small programs, which print the same digits whatever kernels the package picks. */
import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import type { Tensor } from '../../../ts/tensor/tensor.js'

type Torch = typeof import('../../../ts/api.js')

/** The library on kernels of its own. */
async function torchOn(build: string): Promise<Torch> {
  vi.resetModules()
  const { compile, install } = await import('../../../ts/kernels/instance.js')
  install(compile(readFileSync(`build/${build}/softmargin_bg.wasm`)))
  return import('../../../ts/index.js')
}

const torches = [await torchOn('wasm'), await torchOn('wasm-relaxed')]

/** Values of a program's results; seeded, so that it draws the same numbers each time. */
function resultsOf(torch: Torch, program: (torch: Torch) => Iterable<Tensor>): Float32Array[] {
  torch.manual_seed(0)
  return [...program(torch)].map((result) => result.data() as Float32Array)
}

function expectSameBits(program: (torch: Torch) => Iterable<Tensor>): void {
  const [want, got] = torches.map((torch) => resultsOf(torch, program))
  expect(want.length).toBeGreaterThan(0)
  for (const result of want) expect(result.every(Number.isFinite)).toBe(true)
  expect(got).toEqual(want)
}

type Layer = InstanceType<Torch['nn']['Sequential']>

const models: Record<string, (torch: Torch) => [model: Layer, inputs: Tensor]> = {
  'a perceptron': (torch) => {
    const { Dropout, GELU, LayerNorm, Linear, ReLU, Sequential } = torch.nn
    const hidden = [
      new Linear(13, 33),
      new ReLU(),
      new LayerNorm(33),
      new Linear(33, 17),
      new GELU(),
      new Dropout(0.2),
    ]
    return [new Sequential(...hidden, new Linear(17, 5)), torch.randn([19, 13])]
  },
  'a convolutional network': (torch) => {
    const { BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential } = torch.nn
    const first = [new Conv2d(3, 8, 3, { padding: 1 }), new BatchNorm2d(8), new ReLU(), new MaxPool2d(2)]
    const second = [new Conv2d(8, 16, 3, { padding: 1 }), new ReLU(), new MaxPool2d(2)]
    const model = new Sequential(...first, ...second, new Flatten(), new Linear(16 * 49, 5))
    return [model, torch.randn([8, 3, 28, 28])]
  },
  // Its maps are only computed as far as they are pooled.
  'a network whose maps wait': (torch) => {
    const { Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential } = torch.nn
    const layers = [new Conv2d(1, 16, 3, { padding: 1 }), new ReLU(), new MaxPool2d(2)]
    return [
      new Sequential(...layers, new Flatten(), new Linear(16 * 32 * 32, 5)),
      torch.randn([4, 1, 64, 64]),
    ]
  },
}

test.each(Object.entries(models))('%s, trained for 20 steps', (_, make) => {
  expectSameBits(function* (torch) {
    const [model, inputs] = make(torch)
    const targets = torch.rand([inputs.shape[0], 5]).gt(0.6).float()
    const criterion = new torch.nn.MultiLabelSoftMarginLoss()
    const optimizer = new torch.optim.Adam(model.parameters(), { lr: 0.01 })
    for (let step = 0; step < 20; step++) {
      optimizer.zero_grad()
      const loss = criterion.forward(model.forward(inputs), targets)
      loss.backward()
      optimizer.step()
      yield loss
    }
    yield* model.parameters()
  })
})

const losses: Record<string, (torch: Torch, x: Tensor, y: Tensor) => Tensor> = {
  multilabel_soft_margin_loss: ({ nn }, x, y) => nn.functional.multilabel_soft_margin_loss(x, y),
  binary_cross_entropy: (torch, x, y) => torch.nn.functional.binary_cross_entropy(torch.sigmoid(x), y),
  binary_cross_entropy_with_logits: ({ nn }, x, y) => nn.functional.binary_cross_entropy_with_logits(x, y),
  mse_loss: ({ nn }, x, y) => nn.functional.mse_loss(x, y),
  sigmoid_focal_loss: ({ nn }, x, y) => nn.functional.sigmoid_focal_loss(x, y, { reduction: 'mean' }),
  asymmetric_loss: ({ nn }, x, y) => nn.functional.asymmetric_loss(x, y),
  cross_entropy: ({ nn }, x, y) => nn.functional.cross_entropy(x, y),
  multilabel_margin_loss: ({ nn }, x, y) => nn.functional.multilabel_margin_loss(x, y.sub(1).to('int32')),
}

test.each(Object.entries(losses))('%s', (_, lossOf) => {
  expectSameBits(function* (torch) {
    for (const [rows, classes] of [
      [1, 1],
      [3, 5],
      [17, 16],
      [300, 33],
    ]) {
      const x = torch.randn([rows, classes]).requires_grad_()
      const loss = lossOf(torch, x, torch.rand([rows, classes]).gt(0.5).float())
      loss.backward()
      yield loss
      yield x.grad as Tensor
    }
  })
})
